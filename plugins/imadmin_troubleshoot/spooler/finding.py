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
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Found", "find", "owner_of"]

SPOOLER: Final = "history spooler"
_WAY: Final = ("appdata", "local", "microsoft", "office", "lync")
_OFFICE: Final = re.compile(r"\d{2}\.\d")
_OF_A_PERSON: Final = re.compile(r"(?i)sip_(.+)|([^@]+@[^@]+)")
_LEVELS: Final = 4
r"""How far below the root a profile may lie, as in `share\department\user`."""


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
        yield from _below(str(root), root.name.lower(), _LEVELS)


def owner_of(name: str) -> str:
    """The address in the name of a person's folder; empty where it is none."""
    match = _OF_A_PERSON.fullmatch(name)
    address = (match[1] or match[2] or "") if match else ""
    return address.lower() if "@" in address else ""


def _below(folder: str, name: str, levels: int) -> Iterator[Found]:
    try:
        inside = _folders(folder)
    except FileNotFoundError:
        if levels == _LEVELS:
            yield Found(folder, trouble="there is no such folder")
        return
    except OSError as error:
        yield Found(folder, owner_of(name), _office(folder), error.strerror or str(error))
        return
    if SPOOLER in inside:
        yield Found(inside[SPOOLER], owner_of(name), _office(folder))
    elif owner_of(name) and _is_persons_folder(folder, name):
        yield Found(folder, owner_of(name), _office(folder), empty=True)
    else:
        yield from _onwards(inside, name.lower(), levels)


def _onwards(inside: dict[str, str], name: str, levels: int) -> Iterator[Found]:
    for one, path in inside.items():
        on_way = one in _WAY or (name == "office" and _OFFICE.fullmatch(one) is not None)
        if name == "lync":
            yield from _below(path, one, 1)
        elif on_way:
            yield from _below(path, one, min(levels, _LEVELS - 1))
        elif levels > 1 and not any(other in inside for other in _WAY) and name not in _WAY:
            yield from _below(path, one, levels - 1)


def _is_persons_folder(folder: str, name: str) -> bool:
    """Whether a folder of such a name is the client's, and not a profile that is named so."""
    parts = re.split(r"[\\/]", folder)
    return name.startswith("sip_") or (len(parts) > 1 and parts[-2].lower() == "lync")


def _folders(folder: str) -> dict[str, str]:
    """The folders in a folder: name in small letters to path."""
    with os.scandir(folder) as entries:
        return {entry.name.lower(): entry.path for entry in entries if _is_folder(entry)}


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        linked = getattr(entry, "is_junction", bool)()
        return entry.is_dir(follow_symlinks=False) and not linked
    except OSError:
        return False


def _office(path: str) -> str:
    parts = re.split(r"[\\/]", path)
    places = [i for i, part in enumerate(parts) if part.lower() == "office"]
    after = next((parts[i + 1] for i in places if i + 1 < len(parts)), "")
    return after if _OFFICE.fullmatch(after) else ""
