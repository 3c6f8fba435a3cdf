"""Which messages are offline messages, by their class, and which seem to have been, by their subject."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from imadmin.model.delivery import MESSAGE_CLASS, MESSAGE_CLASS_DOCUMENTED

if TYPE_CHECKING:
    from imadmin.ews import InboxRule, Letter

__all__ = ["could_take", "is_offline", "is_report", "looks_offline", "of_class"]

_OFFLINE: Final = (MESSAGE_CLASS.lower(), MESSAGE_CLASS_DOCUMENTED.lower())
_SUBJECT: Final = re.compile(r"(?i)\bsent you a message in skype for business|\bmissed conversation with\b")
"""As Microsoft documents the subjects, in English; those of other languages are not documented."""
_NOT_VOICE: Final = f"{MESSAGE_CLASS}.voice".lower()
_REPORT: Final = re.compile(r"(?i)report\..*\.ndr")


def is_offline(letter: Letter) -> bool:
    """Whether it is of the class of a missed conversation."""
    return of_class(letter.item_class)


def of_class(name: str) -> bool:
    """Whether a class is that of a missed conversation, or a refinement of it; a missed call is none."""
    low = name.lower()
    mine = any(low == one or low.startswith(f"{one}.") for one in _OFFLINE)
    return mine and not low.startswith(_NOT_VOICE)


def looks_offline(letter: Letter) -> bool:
    """Whether its subject is that of a missed conversation, whatever its class."""
    return _SUBJECT.search(letter.subject) is not None


def is_report(letter: Letter) -> bool:
    """Whether it is a non-delivery report."""
    return _REPORT.fullmatch(letter.item_class) is not None


def could_take(rule: InboxRule, sender: str = "") -> bool:
    """Whether a rule may take offline messages away, as far as its conditions tell."""
    if not rule.enabled or not (rule.deletes or rule.moves):
        return False
    texts = [text for values in rule.conditions.values() for text in values]
    if not texts:
        return True
    if any(of_class(text) for text in rule.conditions.get("ItemClasses", ())):
        return True
    if any(_subject_fits(text) for text in rule.conditions.get("ContainsSubjectStrings", ())):
        return True
    return bool(sender) and any(text.lower() == sender for text in rule.conditions.get("FromAddresses", ()))


def _subject_fits(text: str) -> bool:
    low = text.strip().lower()
    return bool(low) and any(
        low in one for one in ("missed conversation with", "sent you a message in skype for business")
    )
