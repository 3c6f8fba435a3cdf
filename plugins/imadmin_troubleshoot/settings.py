"""What a deployment says about where to look: the section `troubleshoot:`, or a folder of that name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - read from the annotations
from pathlib import Path  # noqa: TC003 - read from the annotations
from typing import TYPE_CHECKING

from imadmin import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from imadmin.facts import Inputs

__all__ = ["NAME", "SETTINGS", "LostMessage", "Troubleshoot", "settings_of"]

NAME = "troubleshoot"
SETTINGS = Settings(NAME)
_INVENTORIES = (".csv", ".json")
_TEXTS = (".txt",)


@dataclass(frozen=True, slots=True)
class LostMessage:
    """A message that somebody wrote and nobody got.

    Attributes:
        recipient: whose mailbox is looked into, and no other than the two.
        sender: empty where it is not known.
        subject: a part of its subject: what identifies it for certain.
        after: when it was written, at the earliest; None for a week before it is looked for.
        before: at the latest; None for now.
    """

    recipient: str
    sender: str = ""
    subject: str = ""
    after: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Troubleshoot:
    r"""Where to look.

    Attributes:
        profiles: folders with users' profiles, a profile, or anything between that and a spool folder.
        hosts: computers whose `\\host\c$\Users` is looked through.
        inventories: what the script of `imadmin troubleshoot --script` collected: CSV or JSON.
        logs: the clients' logs, or folders with them.
        configuration: files with texts of the client's Configuration Information window.
        pasted: such texts themselves.
        mailboxes: whose mailboxes may be looked into, besides those under `test_send:`.
        lost: messages that are missed.
    """

    profiles: tuple[Path, ...] = ()
    hosts: tuple[str, ...] = ()
    inventories: tuple[Path, ...] = ()
    logs: tuple[Path, ...] = ()
    configuration: tuple[Path, ...] = ()
    pasted: tuple[str, ...] = ()
    mailboxes: tuple[str, ...] = ()
    lost: tuple[LostMessage, ...] = ()

    @classmethod
    def from_folder(cls, folder: Path) -> Self:
        """What a folder holds: by its files' names, or in subfolders named as the keys are."""
        own = {name: tuple(_subfolder(folder, name)) for name in ("profiles", "logs")}
        given = {name: _files(folder, name) for name in ("inventories", "configuration")}
        loose = [path for path in sorted(folder.iterdir()) if path.is_file()]
        return cls(
            profiles=own["profiles"],
            logs=own["logs"] + tuple(path for path in loose if _is_log(path)),
            inventories=given["inventories"] + tuple(p for p in loose if p.suffix.lower() in _INVENTORIES),
            configuration=given["configuration"]
            + tuple(p for p in loose if p.suffix.lower() in _TEXTS and not _is_log(p)),
        )


def settings_of(inputs: Inputs) -> Troubleshoot:
    """What the deployment says; nothing where it has no such section."""
    found = inputs.settings(SETTINGS)
    return found if isinstance(found, Troubleshoot) else Troubleshoot()


def _subfolder(folder: Path, name: str) -> Iterator[Path]:
    return (path for path in sorted(folder.iterdir()) if path.name.lower() == name and path.is_dir())


def _files(folder: Path, name: str) -> tuple[Path, ...]:
    return tuple(
        file for place in _subfolder(folder, name) for file in sorted(place.iterdir()) if file.is_file()
    )


def _is_log(path: Path) -> bool:
    from .logs.names import is_log

    return is_log(path.name)
