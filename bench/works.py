"""The pieces of work of the rows; each prepares itself and gives what is to be measured."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    Work = Callable[[], int | None]


def bare(path: Path) -> Work:
    """ElementTree's own loop (expat), which forgets each element at once."""
    from xml.etree import ElementTree as ET

    def work() -> None:
        for _, element in ET.iterparse(path):  # noqa: S314 - of our own writing
            element.clear()

    return work


def records(path: Path) -> Work:
    """Our decoder, with the properties that the fact `users` asks for."""
    from imadmin_directory.users import PROPERTIES

    return _decoded(path, PROPERTIES)


def everything(path: Path) -> Work:
    """Our decoder, with all properties."""
    return _decoded(path, None)


def _decoded(path: Path, properties: Collection[str] | None) -> Work:
    from imadmin.shells.clixml import decode

    def work() -> None:
        with path.open("rb") as file:
            for _ in decode(file, where=str(path), properties=properties):
                pass

    return work


def table(path: Path) -> Work:
    """The fact `users` of a folder: decoded, and loaded into its table."""
    from imadmin.session import Target, open_session
    from imadmin.tables import Table

    session = open_session(Target.of(path.parent.parent))
    session.database.cursor()
    session.facts["sites"]  # loads the plugins

    def work() -> int:
        users = session.facts["users"]
        if not isinstance(users, Table):
            raise TypeError(f"no table of users: {users}")
        [(size,)] = users.query("select sum(memory_usage_bytes) from duckdb_memory()")
        return int(size)

    return work


def pypsrp(path: Path) -> Work:
    """The decoder of pypsrp, which takes an element without namespace."""
    from xml.etree import ElementTree as ET

    from pypsrp.serializer import Serializer

    def work() -> None:
        root = ET.parse(path).getroot()  # noqa: S314 - of our own writing
        for element in root.iter():
            element.tag = element.tag.rpartition("}")[2]
        serializer = Serializer()
        for child in root:
            serializer.deserialize(child, clear=False)

    return work


def psrpcore(path: Path) -> Work:
    """The decoder of psrpcore, which takes a text."""
    from psrpcore import PSRemotingCrypto
    from psrpcore.types import deserialize_clixml

    def work() -> None:
        deserialize_clixml(path.read_text(encoding="utf-8"), PSRemotingCrypto())

    return work


def by_hand(path: Path) -> Work:
    """The script by hand; it ends with the verdict on everybody in a table."""
    import duckdb

    script = resources.files("bench").joinpath("by_hand.sql").read_text(encoding="utf-8")
    connection = duckdb.connect()

    def work() -> None:
        connection.execute(script.replace("$folder", path.as_posix()))

    return work


def verdicts(path: Path) -> Work:
    """A session that runs every check and judges everybody."""
    import os

    os.environ["IMADMIN_AS_OF"] = "2026-11-20"
    from imadmin.session import Target, open_session

    session = open_session(Target.of(path))
    session.database.cursor()
    session.facts["sites"]  # loads the plugins

    def work() -> None:
        session.check()
        session.run()

    return work


def client_log(path: Path) -> Work:
    """Our reading of a client's text log."""
    from imadmin_troubleshoot.logs.scanning import read_log

    def work() -> None:
        log = read_log(path)
        if not log.received or not log.agents or not log.ews_errors:
            raise RuntimeError("nothing was found")

    return work


WORKS: dict[str, Callable[[Path], Work]] = {
    work.__name__: work
    for work in (bare, records, everything, table, pypsrp, psrpcore, by_hand, verdicts, client_log)
}
