"""Which folders an answer to GetFolder tells of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from imadmin.ews.reading import name_of
from imadmin.ews.records import Folder
from imadmin.ews.soap import TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from imadmin.ews.soap import Part

__all__ = ["ABSENT", "Told", "told_of"]

ABSENT: Final = ("ErrorFolderNotFound", "ErrorItemNotFound")
_NOT_ANSWERED: Final = "no answer to this one"
_IN_DOUBT: Final = "the inbox, which every mailbox has, is not there: the parts may be in another order"


class Told(NamedTuple):
    """What is said of the folders that were asked about.

    Attributes:
        found: those that exist, with their names.
        unclear: those of which it is not known whether they exist, with the response code.
        deviations: what of it is not as Exchange does it.
    """

    found: Mapping[Folder, str]
    unclear: Mapping[Folder, str]
    deviations: tuple[str, ...]


def told_of(wanted: Sequence[Folder], parts: Sequence[Part]) -> Told:
    """What *parts* say of the folders *wanted*: by the id that a part bears, else by its place.

    Args:
        wanted: in the order in which they were asked about.
        parts: of the answer; fewer where the server left some out.
    """
    named = _by_id(wanted, parts) or dict(zip(wanted, parts, strict=False))
    found = {folder: name_of(part) for folder, part in named.items() if not part.code}
    unclear = {folder: part.code for folder, part in named.items() if part.code not in ("", *ABSENT)}
    unclear |= {folder: _NOT_ANSWERED for folder in wanted if folder not in named}
    if Folder.INBOX in wanted and found and Folder.INBOX not in (*found, *unclear):
        return Told({}, dict.fromkeys(wanted, _IN_DOUBT), (_IN_DOUBT,))
    return Told(found, unclear, ())


def _by_id(wanted: Sequence[Folder], parts: Sequence[Part]) -> dict[Folder, Part]:
    """By the distinguished ids in the parts; nothing where one that exists bears none."""
    named = {}
    for part in parts:
        name = part.element.findtext(f".//{TYPES}DistinguishedFolderId") or ""
        if part.code:
            continue
        if name not in wanted:
            return {}
        named[Folder(name)] = part
    rest = [folder for folder in wanted if folder not in named]
    wrong = [part for part in parts if part.code]
    return named | dict(zip(rest, wrong, strict=False)) if named else {}
