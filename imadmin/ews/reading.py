"""The folders and items in an answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lxml import etree

from imadmin.ews.faults import shortened
from imadmin.ews.records import InboxRule, Item, Letter
from imadmin.ews.soap import MESSAGES, TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin.ews.records import Folder
    from imadmin.ews.soap import Part

__all__ = ["body_in", "items_in", "letters_in", "name_of", "rules_in"]

_DELETING = ("Delete", "PermanentDelete")
_REDIRECTING = ("RedirectToRecipients", "ForwardToRecipients", "ForwardAsAttachmentToRecipients")


def name_of(part: Part) -> str:
    """The display name of the folder that a part of a GetFolder answer is about; cut if it is long."""
    element = part.element
    exact = element.findtext(f"{MESSAGES}Folders/*/{TYPES}DisplayName")
    return shortened(exact or element.findtext("{*}Folders/*/{*}DisplayName") or "")


def items_in(part: Part, folder: Folder) -> Iterator[Item]:
    """The items that a part of a FindItem answer lists; one without an id cannot be used, and is left out."""
    for element in part.element.iterfind("{*}RootFolder/{*}Items/*"):
        named = element.find("{*}ItemId")
        if named is not None:
            yield Item(
                id=named.get("Id", ""),
                change_key=named.get("ChangeKey", ""),
                folder=folder,
                subject=_text(element, "Subject"),
                item_class=_text(element, "ItemClass"),
                received=_moment(element, "DateTimeReceived"),
                created=_moment(element, "DateTimeCreated"),
            )


def letters_in(part: Part, folder: Folder) -> Iterator[Letter]:
    """The messages that a part of a FindItem answer lists."""
    for element in part.element.iterfind("{*}RootFolder/{*}Items/*"):
        read = _text(element, "IsRead").strip().lower()
        yield Letter(
            folder=folder,
            subject=_text(element, "Subject"),
            item_class=_text(element, "ItemClass"),
            sender=_text(element, "From/{*}Mailbox/{*}EmailAddress").lower(),
            read=read in {"true", "1"} if read else None,
            received=_moment(element, "DateTimeReceived"),
            created=_moment(element, "DateTimeCreated"),
        )


def rules_in(part: Part) -> Iterator[InboxRule]:
    """The rules in a GetInboxRules answer."""
    for rule in part.element.iterfind("{*}InboxRules/{*}Rule"):
        actions = [_name(action) for action in rule.iterfind("{*}Actions/*") if _acts(action)]
        yield InboxRule(
            name=_text(rule, "DisplayName"),
            enabled=_is_true(rule, "IsEnabled") and not _is_true(rule, "IsInError"),
            deletes=any(name in _DELETING for name in actions),
            moves="MoveToFolder" in actions,
            redirects=any(name in _REDIRECTING for name in actions),
            conditions={
                _name(one): tuple(text for given in one.itertext() if (text := str(given).strip()))
                for one in rule.iterfind("{*}Conditions/*")
            },
        )


def _acts(action: etree._Element) -> bool:
    """Whether an action is done: one that is written as false is not."""
    return len(action) > 0 or (action.text or "").strip().lower() not in {"false", "0"}


def _is_true(element: etree._Element, name: str) -> bool:
    return _text(element, name).strip().lower() in {"true", "1"}


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def body_in(part: Part) -> str:
    """What the first item of a GetItem answer says: its text, or that of its HTML."""
    item = part.element.find("{*}Items/*")
    if item is None:
        return ""
    return _text(item, "TextBody") or _plain(_text(item, "Body"))


def _plain(body: str) -> str:
    """The text of a body that may be HTML, a line for each piece."""
    if not body.strip():
        return ""
    root = etree.fromstring(body.encode(), etree.HTMLParser(encoding="utf-8", no_network=True))
    if root is None:
        return ""
    etree.strip_elements(root, "head", "script", "style", with_tail=False)
    return "\n".join(str(piece) for piece in root.itertext()).strip()


def _text(element: etree._Element, name: str) -> str:
    return element.findtext(f"{{*}}{name}") or ""


def _moment(element: etree._Element, name: str) -> datetime | None:
    """A time in UTC, which is what Exchange writes; None where there is none that can be read."""
    try:
        moment = datetime.fromisoformat(_text(element, name).strip())
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # such as .NET's smallest time, in a zone to the east
        return None
