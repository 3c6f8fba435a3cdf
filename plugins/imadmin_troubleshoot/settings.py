"""What a deployment says about where to look: the section `troubleshoot:`, or a folder of that name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime  # noqa: TC003 - read from the annotations
from pathlib import Path  # noqa: TC003 - read from the annotations
from typing import TYPE_CHECKING

from imadmin import Settings

if TYPE_CHECKING:
    from typing import Self

    from imadmin.facts import Inputs

__all__ = ["NAME", "SETTINGS", "LostMessage", "Troubleshoot", "settings_of"]

NAME = "troubleshoot"
SETTINGS = Settings(NAME)


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
        places: any of the other files and folders; sorted by what they are.
        profiles: folders with users' profiles, a profile, or anything between that and a spool folder.
        hosts: computers whose `\\host\c$\Users` is looked through.
        inventories: what the script of `imadmin troubleshoot --script` collected: CSV or JSON.
        logs: the clients' logs, or folders with them.
        configuration: files with texts of the client's Configuration Information window.
        pasted: such texts themselves.
        mailboxes: whose mailboxes may be looked into, besides those under `test_send:`.
        lost: messages that are missed.
    """

    places: tuple[Path, ...] = ()
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
        known = {path.name.lower(): path for path in sorted(folder.iterdir()) if path.is_dir()}
        return cls(
            places=_files(folder),
            profiles=tuple(known[name] for name in ("profiles",) if name in known),
            logs=tuple(known[name] for name in ("logs",) if name in known),
            inventories=_files(known.get("inventories")),
            configuration=_files(known.get("configuration")),
        )


def settings_of(inputs: Inputs) -> Troubleshoot:
    """What the deployment says, its places sorted; nothing where it has no such section.

    Raises:
        SourceError: a place is not there.
    """
    from .places import sorted_places

    found = inputs.settings(SETTINGS)
    if not isinstance(found, Troubleshoot):
        return Troubleshoot()
    more = sorted_places(found.places)
    return replace(found, places=(), **{key: getattr(found, key) + paths for key, paths in more.items()})


def _files(folder: Path | None) -> tuple[Path, ...]:
    return () if folder is None else tuple(path for path in sorted(folder.iterdir()) if path.is_file())
