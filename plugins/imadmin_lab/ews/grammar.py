"""The grammar of requests: `grammar_table`, read."""

from __future__ import annotations

import functools
import re
from typing import Final, NamedTuple

from imadmin_lab.mail.words import words

from .grammar_table import TABLE
from .properties.sequences import FOLDER, MESSAGE, REPEATED

DISTINGUISHED: Final = words(
    """
    calendar contacts deleteditems drafts inbox journal notes outbox sentitems tasks msgfolderroot
    publicfoldersroot root junkemail searchfolders voicemail recoverableitemsroot
    recoverableitemsdeletions recoverableitemsversions recoverableitemspurges
    recoverableitemsdiscoveryholds archiveroot archivemsgfolderroot archivedeleteditems archiveinbox
    archiverecoverableitemsroot archiverecoverableitemsdeletions archiverecoverableitemsversions
    archiverecoverableitemspurges archiverecoverableitemsdiscoveryholds syncissues conflicts
    localfailures serverfailures recipientcache quickcontacts conversationhistory adminauditlogs
    todosearch mycontacts directory imcontactlist peopleconnect favorites mecontact personmetadata
    """
)

_MACROS: Final = {
    "PATH": "(FieldURI|IndexedFieldURI|ExtendedFieldURI)",
    "EXPRESSION": "(And|Or|Not|Exists|Contains|Excludes|IsEqualTo|IsNotEqualTo|IsGreaterThan"
    "|IsGreaterThanOrEqualTo|IsLessThan|IsLessThanOrEqualTo)",
    "TARGET": "(FolderId|DistinguishedFolderId)",
    "ITEM": "(Item|Message|CalendarItem|Contact|DistributionList|MeetingMessage|MeetingRequest"
    "|MeetingResponse|MeetingCancellation|Task|PostItem|ReplyToItem|ForwardItem|ReplyAllToItem|AcceptItem"
    "|TentativelyAcceptItem|DeclineItem|CancelCalendarItem|RemoveItem|SuppressReadReceipt)",
    "FOLDER": "(Folder|CalendarFolder|ContactsFolder|SearchFolder|TasksFolder)",
    "DELETETYPE": "HardDelete|SoftDelete|MoveToDeletedItems",
    "MODES": "FullString|Prefixed|Substring|PrefixOnWords|ExactPhrase",
    "COMPARISONS": "Exact|IgnoreCase|IgnoreNonSpacingCharacters|Loose|IgnoreCaseAndNonSpacingCharacters"
    "|LooseAndIgnoreCase|LooseAndIgnoreNonSpace|LooseAndIgnoreCaseAndIgnoreNonSpace",
    "MAPITYPES": "|".join(
        kind + suffix
        for kind in words(
            """
            ApplicationTime Binary CLSID Currency Double Float Integer Long Object Short SystemTime String
            """
        )
        for suffix in ("", "Array")
    )
    + "|Boolean|Error|Null",
    "PROPERTYSETS": "Meeting|Appointment|Common|PublicStrings|Address|InternetHeaders|CalendarAssistant"
    "|UnifiedMessaging|Task|Sharing",
    "DISTINGUISHED": "|".join(DISTINGUISHED),
    "IDFORMATS": "EwsLegacyId|EwsId|EntryId|HexEntryId|StoreId|OwaId",
}

# The content of these is left to the operations, which say what of it they do not support.
_OPEN: Final = words(
    """
    Item CalendarItem Contact DistributionList MeetingMessage MeetingRequest MeetingResponse
    MeetingCancellation Task ReplyToItem ForwardItem ReplyAllToItem AcceptItem TentativelyAcceptItem
    DeclineItem CancelCalendarItem RemoveItem SuppressReadReceipt SearchFolder ResponseObjects
    EffectiveRights m:GroupBy m:DistinguishedGroupBy m:SeekToConditionPageItemView m:ContactsView
    PermissionSet
    """
)


_GOES_ON: Final = re.compile(r"\n +(\|?)")


class Attribute(NamedTuple):
    """An attribute: whether it must be there, and the kind or choice of its values (empty: any)."""

    required: bool
    values: str


class Line(NamedTuple):
    """What an element may be: `children` is None where it holds text, of `kind`; `open`: anything goes."""

    attributes: dict[str, Attribute]
    children: re.Pattern[str] | None
    kind: str = ""
    open: bool = False


@functools.cache
def table() -> dict[str, Line]:
    """Give all lines by the name of their element."""
    found = {name: Line({}, None, open=True) for name in _OPEN}
    for text in filter(None, _GOES_ON.sub(_joint, TABLE).splitlines()):
        head, _, content = text.rpartition(" =")
        name, *attributes = head.split()
        found[_full(name)] = _line(dict(map(_attribute, attributes)), content.strip())
    found["t:Message"] = found["t:PostItem"] = _line({}, _optional(MESSAGE))
    for name in ("Folder", "CalendarFolder", "ContactsFolder", "TasksFolder"):
        found[f"t:{name}"] = _line({}, _optional(FOLDER))
    return {_full(name): line for name, line in found.items()}


def _joint(found: re.Match[str]) -> str:
    return found[1] or " "


def _line(attributes: dict[str, Attribute], content: str) -> Line:
    if content == "ANY":
        return Line(attributes, None, open=True)
    if content.startswith("#"):
        return Line(attributes, None, content)
    if re.fullmatch(r"\w+(\|\w+)+", content) and "PATH" not in content and ":" not in content:
        return Line(attributes, None, content)
    return Line(attributes, _pattern(content))


def _pattern(content: str) -> re.Pattern[str]:
    spread = re.sub(r"\b[A-Z]+\b", lambda found: _MACROS.get(found[0], found[0]), content)
    return re.compile(re.sub(r"[\w:]+", lambda found: f"(?:{_full(found[0])};)", spread).replace(" ", ""))


def _attribute(text: str) -> tuple[str, Attribute]:
    name, _, values = text.partition("=")
    return name.rstrip("!"), Attribute(name.endswith("!"), _MACROS.get(values, values))


def _optional(sequence: list[str] | tuple[str, ...]) -> str:
    return " ".join(f"{name}{'*' if name in REPEATED else '?'}" for name in sequence)


def _full(name: str) -> str:
    return name if ":" in name else f"t:{name}"
