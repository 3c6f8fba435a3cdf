"""What happens to mail on its way and after it: retention tags and transport rules, as far as they show."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

from imadmin.model.delivery import MESSAGE_CLASS, MESSAGE_CLASS_DOCUMENTED, SUBJECTS
from imadmin.model.settings import Setting
from imadmin.model.spans import days_of
from imadmin.model.values import read, text_of, texts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from imadmin.model.mailboxes import Location

__all__ = ["RETENTION_TAG_PROPERTIES", "TRANSPORT_RULE_PROPERTIES", "RetentionTag", "TransportRule"]

_CLASSES = (MESSAGE_CLASS.lower(), MESSAGE_CLASS_DOCUMENTED.lower())
RETENTION_TAG_PROPERTIES = (
    "Name",
    "MessageClass",
    "RetentionEnabled",
    "RetentionAction",
    "AgeLimitForRetention",
    "Type",
)
_DELETING = {"deleteandallowrecovery", "permanentlydelete", "movetodeleteditems"}
_WHERE_IT_LIES = {"all", "inbox", "conversationhistory"}


class RetentionTag(NamedTuple):
    """An object of `Get-RetentionPolicyTag`.

    Attributes:
        message_class: `MessageClass`, with `*` for anything; empty where it is not known.
        enabled: `RetentionEnabled`.
        action: `RetentionAction`, such as `DeleteAndAllowRecovery`.
        days: `AgeLimitForRetention`; None where there is none, or it is not known.
        kind: `Type`: the folder it is for, `All`, or `Personal` (by each user's choice).
    """

    name: str
    message_class: str
    enabled: Setting
    action: str
    days: float | None
    kind: str
    place: Location

    @classmethod
    def read(cls, record: Mapping[str, object], place: Location) -> RetentionTag:
        """From a decoded object."""
        return cls(
            name=text_of(read(record, "Name")),
            message_class=text_of(read(record, "MessageClass")),
            enabled=Setting.read(record, "RetentionEnabled"),
            action=text_of(read(record, "RetentionAction")),
            days=days_of(record, "AgeLimitForRetention"),
            kind=text_of(read(record, "Type")),
            place=place,
        )

    @property
    def deletes(self) -> bool:
        """Whether it deletes, or moves into Deleted Items, what has reached the age."""
        return self.enabled is not Setting.FALSE and self.action.lower() in _DELETING

    @property
    def concerns(self) -> bool:
        """Whether missed messages are of its class, in a folder where they lie."""
        classes = any(fnmatchcase(one, self.message_class.lower()) for one in _CLASSES)
        return classes and (not self.kind or self.kind.lower() in _WHERE_IT_LIES)

    @property
    def by_name(self) -> bool:
        """Whether its class is one of few, and not every message's."""
        return self.message_class != "*"


_WORDS = (
    "SubjectContainsWords",
    "SubjectOrBodyContainsWords",
    "HeaderContainsWords",
    "SubjectMatchesPatterns",
    "SubjectOrBodyMatchesPatterns",
    "HeaderMatchesPatterns",
    "HeaderMatchesMessageHeader",
    "MessageTypeMatches",
)
_ABOUT_SUBJECT = frozenset(name.lower() for name in ("SubjectContainsWords", "SubjectOrBodyContainsWords"))
_PATTERNS_OF_SUBJECT = frozenset(
    name.lower() for name in ("SubjectMatchesPatterns", "SubjectOrBodyMatchesPatterns")
)
_QUANTIFIER = re.compile(r"[*+?{]")
_OF_A_GROUP = re.compile(r"\)[*+{]")
_MOST_QUANTIFIERS = 3
_TAKING_AWAY = {
    "DeleteMessage": "deletes it",
    "RedirectMessageTo": "redirects it",
    "RejectMessageReasonText": "rejects it",
    "RejectMessageEnhancedStatusCode": "rejects it",
    "Quarantine": "puts it into quarantine",
    "ModerateMessageByUser": "holds it for a moderator",
}
TRANSPORT_RULE_PROPERTIES = ("Name", "State", "Mode", *_WORDS, *_TAKING_AWAY)
_NEEDLES = (*_CLASSES, "skype for business", "missed conversation")
_IN_FORCE = {"", "enforce"}


class TransportRule(NamedTuple):
    """An object of `Get-TransportRule`.

    Attributes:
        on: whether it is enabled and enforced.
        words: what it looks for in subjects and headers, as (property, text).
        takes_away: what it does to a message that keeps it from arriving, in words.
    """

    name: str
    on: bool
    words: tuple[tuple[str, str], ...]
    takes_away: tuple[str, ...]
    place: Location

    @classmethod
    def read(cls, record: Mapping[str, object], place: Location) -> TransportRule:
        """From a decoded object."""
        state, mode = (text_of(read(record, name)).lower() for name in ("State", "Mode"))
        words = ((name, text) for name in _WORDS for text in texts_of(read(record, name)))
        actions = (said for name, said in _TAKING_AWAY.items() if _is_set(read(record, name)))
        return cls(
            name=text_of(read(record, "Name")),
            on=state != "disabled" and mode in _IN_FORCE,
            words=tuple(words),
            takes_away=tuple(dict.fromkeys(actions)),
            place=place,
        )

    @property
    def meant(self) -> Iterator[tuple[str, str]]:
        """Those of its words that a missed message has: its class, or its subject as it is documented."""
        return ((name, text) for name, text in self.words if _is_meant(name, text))


def _is_set(value: object) -> bool:
    return any(text.lower() not in {"", "false"} for text in texts_of(value))


def _is_meant(name: str, text: str) -> bool:
    lowered = text.lower()
    if any(needle in lowered for needle in _NEEDLES):
        return True
    if name.lower() in _PATTERNS_OF_SUBJECT:
        return _fits_a_subject(text)
    whole_word = re.compile(rf"(?<!\w){re.escape(lowered)}(?!\w)")
    return name.lower() in _ABOUT_SUBJECT and any(whole_word.search(one.lower()) for one in SUBJECTS)


def _fits_a_subject(pattern: str) -> bool:
    """Whether a pattern matches a documented subject; one that could take long to try is not tried."""
    if not pattern or _OF_A_GROUP.search(pattern) or len(_QUANTIFIER.findall(pattern)) > _MOST_QUANTIFIERS:
        return False
    try:
        return any(re.search(pattern, one, re.IGNORECASE) for one in SUBJECTS)
    except re.error:
        return False
