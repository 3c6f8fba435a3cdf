r"""Finding the spool folders below a profile, a share with profiles, or any folder between.

The way down is known: `AppData\Local\Microsoft\Office\16.0\Lync\sip_…\History Spooler`. So a share is not
walked through: in each folder only what is on that way is followed, and where nothing is, a few levels of the
rest.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

__all__ = ["Found", "find", "owner_of"]

SPOOLER: Final = "history spooler"
_WAY: Final = ("appdata", "local", "microsoft", "office", "lync")
_OFFICE: Final = re.compile(r"\d{2}\.\d")
_OF_A_PERSON: Final = re.compile(r"(?i)sip_(.+)|([^@]+@[^@]+)")
_MOST_BESIDE: Final = 20_000
"""Folders that hold nobody: beyond so many, the place is too high up to be meant."""
_LEVELS: Final = 4
r"""How far below the root a profile may lie, as in `share\department\user`."""


_LINK: Final = "it is a link, and links are not followed; look into the folder that it names"


class _Folder(NamedTuple):
    """A folder in another one.

    Attributes:
        name: in small letters.
        linked: whether it is a link or a junction, and lies elsewhere.
    """

    name: str
    path: str
    linked: bool


class Found(NamedTuple):
    """A folder of a person, or a folder that cannot be looked into.

    Attributes:
        path: of the spool folder; of the person's folder where that has none.
        person: the address in the folder's name; empty for a name that is none.
        office: the version that the path names.
        trouble: why it cannot be looked into; empty where it can.
        empty: whether there is no spool folder.
    """

    path: str
    person: str = ""
    office: str = ""
    trouble: str = ""
    empty: bool = False


def find(root: Path) -> Iterator[Found]:
    """Every folder of a person below *root*, or *root* itself; links are not followed."""
    if root.name.lower() == SPOOLER:
        yield Found(str(root), owner_of(root.parent.name), _office(str(root)))
    else:
        yield from _Search().below(str(root), root.name.lower(), _LEVELS)


def owner_of(name: str) -> str:
    """The address in the name of a person's folder; empty where it is none."""
    match = _OF_A_PERSON.fullmatch(name)
    address = (match[1] or match[2] or "") if match else ""
    return address.lower() if "@" in address else ""


class _Search:
    """One search; it counts the folders that are not on the way, and ends where they are too many."""

    def __init__(self) -> None:
        self._left = _MOST_BESIDE

    def below(self, folder: str, name: str, levels: int) -> Iterator[Found]:
        """The folders of people in a folder; *name* is its own, in small letters."""
        try:
            inside = _folders(folder)
        except FileNotFoundError:
            if levels == _LEVELS:
                yield Found(folder, trouble="there is no such folder")
            return
        except OSError as error:
            yield Found(folder, owner_of(name), _office(folder), error.strerror or str(error))
            return
        if spools := [one for one in inside if one.name == SPOOLER]:
            for one in spools:
                yield Found(one.path, owner_of(name), _office(folder), _LINK if one.linked else "")
        elif owner_of(name) and _is_persons_folder(folder, name):
            yield Found(folder, owner_of(name), _office(folder), empty=True)
        else:
            yield from self._onwards(inside, name, levels)

    def _onwards(self, inside: Sequence[_Folder], name: str, levels: int) -> Iterator[Found]:
        is_profile = any(one.name in _WAY for one in inside)
        for one, path in ((folder.name, folder.path) for folder in inside if not folder.linked):
            if name == "lync":
                yield from self.below(path, one, 1)
            elif one in _WAY or (name == "office" and _OFFICE.fullmatch(one)):
                yield from self.below(path, one, min(levels, _LEVELS - 1))
            elif levels > 1 and not is_profile and name not in _WAY:
                yield from self._beside(path, one, levels - 1)

    def _beside(self, path: str, name: str, levels: int) -> Iterator[Found]:
        self._left -= 1
        if self._left == 0:
            yield Found(
                path, trouble="too many folders without a profile; name a folder nearer to the profiles"
            )
        if self._left <= 0:
            return
        for found in self.below(path, name, levels):
            self._left += not found.trouble
            yield found


def _is_persons_folder(folder: str, name: str) -> bool:
    """Whether a folder of such a name is the client's, and not a profile that is named so."""
    parts = re.split(r"[\\/]", folder)
    return name.startswith("sip_") or (len(parts) > 1 and parts[-2].lower() == "lync")


def _folders(folder: str) -> list[_Folder]:
    """The folders in a folder: of two whose names differ by case only, which a Samba share may have, both."""
    with os.scandir(folder) as entries:
        return [found for entry in entries if (found := _folder(entry)) is not None]


def _folder(entry: os.DirEntry[str]) -> _Folder | None:
    """What *entry* is; None for a file, and for what cannot be asked."""
    try:
        linked = entry.is_symlink() or getattr(entry, "is_junction", bool)()
        return _Folder(entry.name.lower(), entry.path, linked) if entry.is_dir() or linked else None
    except OSError:
        return None


def _office(path: str) -> str:
    parts = re.split(r"[\\/]", path)
    places = [i for i, part in enumerate(parts) if part.lower() == "office"]
    after = next((parts[i + 1] for i in places if i + 1 < len(parts)), "")
    return after if _OFFICE.fullmatch(after) else ""
