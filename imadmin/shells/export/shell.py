"""The export shell: a folder of saved cmdlet output stands in for a server."""

from __future__ import annotations

import re
from contextlib import nullcontext
from typing import TYPE_CHECKING

from imadmin.errors import SourceAbsentError, SourceError
from imadmin.shells.base import Result
from imadmin.shells.export.saved import Saved
from imadmin.shells.typed import typed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import BinaryIO

    from imadmin.deployment import ShellConfig
    from imadmin.records import Cmdlet
    from imadmin.shells.base import Record

__all__ = ["ExportShell"]

_SUFFIXES = (".xml", ".clixml", ".json", ".csv", ".txt")


class ExportShell:
    """Reads `Get-Something.xml` and its like, as `Get-Something | Export-Clixml` has written it."""

    def __init__(self, name: str, config: ShellConfig) -> None:
        """*name* of the shell, for messages; *config* names the folder."""
        if config.folder is None:
            raise SourceError("names no folder", where=name)
        self._name = name
        self._folder = config.folder
        self._files = config.files
        self._encoding = config.encoding

    def run(self, cmdlet: Cmdlet) -> Result:
        """Read the cmdlet's saved output.

        Raises:
            SourceError: the folder does not hold it, holds it twice, or in a form that cannot be read.
        """
        saved = Saved(self._find(cmdlet), cmdlet, self._encoding)
        result = Result(iter(()))
        return Result(_wanted(_opened(saved, result), saved), result.errors, result.warnings)

    def change(self, cmdlet: Cmdlet) -> Result:
        """Nothing can be changed in what was saved.

        Raises:
            SourceError: always.
        """
        what = f"{cmdlet.name} cannot be run: this is saved output, and changing it would change no server"
        remedy = f"Give {self._name} a shell that is live: shell: psrp, or shell: local."
        raise SourceError(what, where=str(self._folder), remedy=remedy)

    def cells(self, cmdlet: Cmdlet, collections: Collection[str]) -> AbstractContextManager[str | None]:
        """SQL for a CSV file.

        Raises:
            SourceError: the folder does not hold the output, holds it twice, or it has no header.
        """
        saved = Saved(self._find(cmdlet), cmdlet, self._encoding)
        if saved.path.suffix.lower() != ".csv":
            return nullcontext()
        from imadmin.shells.export.csvcells import csv_cells

        return csv_cells(saved, collections)

    def variants(self, cmdlet: Cmdlet) -> list[Cmdlet]:
        """Those that were saved; of an output without variants the cmdlet itself, saved or not.

        Raises:
            SourceError: the folder cannot be read.
        """
        if not cmdlet.variant:
            return [cmdlet]
        stems = dict.fromkeys(path.stem for path in self._listing())
        parted = (stem.partition("@") for stem in stems)
        named = (variant for name, _, variant in parted if name.lower() == cmdlet.name.lower())
        every = cmdlet.variant == "*"
        found = {name.lower(): name for name in named if every or name.lower() == cmdlet.variant.lower()}
        return [cmdlet._replace(variant=name) for name in found.values()]

    def close(self) -> None:
        """Nothing stays open."""

    def _find(self, cmdlet: Cmdlet) -> Path:
        wanted = f"{cmdlet.name}@{cmdlet.variant}" if cmdlet.variant else cmdlet.name
        found = [path for path in self._listing() if path.stem.lower() == wanted.lower()]
        if len(found) > 1:
            names = " and ".join(path.name for path in found)
            raise SourceError(f"holds {names}", where=str(self._folder), remedy="Keep the one that counts.")
        if found:
            return found[0]
        save = f"Save it: {typed(cmdlet)} | Export-Clixml -Depth 4 {wanted}.xml{self._misnamed(cmdlet)}"
        raise SourceAbsentError(f"holds no {wanted}.xml", where=str(self._folder), remedy=save)

    def _misnamed(self, cmdlet: Cmdlet) -> str:
        """What to say of a file that looks as if it were meant to be the output, such as a second copy."""
        names = sorted(path.name for path in self._folder.iterdir())
        found = [name for name in names if re.match(rf"{re.escape(cmdlet.name)}\b(?!@)", name, re.IGNORECASE)]
        return f"\nOr rename {found[0]!r}, which is not read under that name." if found else ""

    def _listing(self) -> list[Path]:
        try:
            paths = sorted(self._folder.iterdir())
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise SourceError(f"cannot be read: {reason}", where=str(self._folder)) from error
        return [
            path
            for path in paths
            if path.suffix.lower() in _SUFFIXES
            and (self._files is None or path.name in self._files)
            and path.is_file()
        ]


def _opened(saved: Saved, result: Result) -> Iterator[Record]:
    try:
        with saved.path.open("rb") as file:
            yield from _records(saved, file, result)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SourceError(f"cannot be read: {reason}", where=str(saved.path)) from error


def _records(saved: Saved, file: BinaryIO, result: Result) -> Iterator[Record]:
    """The objects, by the form that the file's name tells; a form is imported when it is met."""
    match saved.path.suffix.lower():
        case ".json":
            from imadmin.shells.export.from_json import read_json

            return read_json(saved, file)
        case ".csv":
            from imadmin.shells.export.from_csv import read_csv

            return read_csv(saved, file)
        case ".txt":
            from imadmin.shells.export.from_list import read_list

            return read_list(saved, file)
    from imadmin.shells.export.from_clixml import read_clixml

    return read_clixml(saved, file, result)


def _wanted(records: Iterator[Record], saved: Saved) -> Iterator[Record]:
    """The records; where none of them has any wanted property, they are of something else."""
    any_record = any_property = False
    for record in records:
        any_record = True
        any_property = any_property or bool(record)
        yield record
    if any_record and not any_property and saved.cmdlet.properties:
        names = ", ".join(saved.cmdlet.properties[:3])
        raise saved.fault(f"holds no object with {names}: it is not the output of {saved.cmdlet.name}")
