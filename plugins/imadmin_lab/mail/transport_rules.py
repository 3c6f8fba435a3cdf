"""The transport rules of an organisation: they act on mail before it reaches anybody.

Of what `New-TransportRule` offers these act: conditions on words and patterns of subject and body, all of
which must hold, and actions that take a message away. Mail of the lab has no headers to go by.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from .records import Content, Mailbox
    from .session import Session

__all__ = ["CONDITIONS", "TransportRule", "acting", "add_transport_rule"]

Texts = tuple[str, ...]


class TransportRule(NamedTuple):
    """One rule.

    Attributes:
        name: As administrators see it.
        conditions: By their parameters' names, each with the texts of which one is enough; without any the
            rule acts on everything.
        rejects: What a sender is told whose message it sends back; empty: it is gone without a word.
    """

    name: str
    conditions: tuple[tuple[str, Texts], ...] = ()
    rejects: str = ""

    def acts_on(self, content: Content) -> bool:
        """Whether it takes such a message away."""
        return all(CONDITIONS[name](content, texts) for name, texts in self.conditions)


def add_transport_rule(session: Session, organisation: str, rule: TransportRule) -> None:
    """Add a rule of an organisation behind those that there are."""
    statement = "insert into transport_rule select id, ?, ?, ? from organisation where name = ?"
    session.execute(statement, rule.name, json.dumps(rule.conditions), rule.rejects, organisation)


def acting(session: Session, content: Content, *passed: Mailbox) -> TransportRule | None:
    """The first rule that takes a message away in one of the organisations of these mailboxes."""
    organisations = dict.fromkeys(mailbox.organisation for mailbox in passed)
    every = (rule for name in organisations for rule in _rules(session, name))
    return next((rule for rule in every if rule.acts_on(content)), None)


def _rules(session: Session, organisation: str) -> list[TransportRule]:
    statement = (
        "select transport_rule.* from transport_rule join organisation on organisation.id = organisation"
        " where organisation.name = ? order by transport_rule.rowid"
    )
    rows = session.rows(statement, organisation)
    return [TransportRule(row["name"], _conditions(row["conditions"]), row["rejects"]) for row in rows]


def _conditions(kept: str) -> tuple[tuple[str, Texts], ...]:
    return tuple((str(name), tuple(map(str, texts))) for name, texts in json.loads(kept))


def _subject(content: Content) -> str:
    return content.subject or ""


def _all(content: Content) -> str:
    return f"{_subject(content)}\n{content.body}"


def _has_words(text: str, words: Texts) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) for word in words)


def _fits(text: str, patterns: Texts) -> bool:
    return any(re.search(pattern, text, re.IGNORECASE) for pattern in patterns)


CONDITIONS: dict[str, Callable[[Content, Texts], bool]] = {
    "SubjectContainsWords": lambda content, texts: _has_words(_subject(content), texts),
    "SubjectOrBodyContainsWords": lambda content, texts: _has_words(_all(content), texts),
    "SubjectMatchesPatterns": lambda content, texts: _fits(_subject(content), texts),
    "SubjectOrBodyMatchesPatterns": lambda content, texts: _fits(_all(content), texts),
    **dict.fromkeys(
        (
            "HeaderContainsMessageHeader",
            "HeaderContainsWords",
            "HeaderMatchesMessageHeader",
            "HeaderMatchesPatterns",
            "MessageTypeMatches",
        ),
        lambda *_: False,
    ),
}
"""What tells, by a condition's name, whether it holds."""
