"""What was said within one cause: each message once, with all whom it concerns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imadmin.records import Finding

__all__ = ["Reason", "evidence", "plain", "reasons", "together"]


@dataclass(frozen=True, slots=True)
class Reason:
    """Findings that say the same.

    Attributes:
        text: the message, with the subject before it where it does not name it.
        people: the persons concerned, as far as the findings name them.
        count: how many they are.
    """

    text: str
    people: tuple[str, ...]
    count: int
    findings: tuple[Finding, ...]


def reasons(findings: Iterable[Finding]) -> list[Reason]:
    """Put the findings that say the same together, the most people first."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(_text(finding), []).append(finding)
    found = [Reason(text, *together(group), tuple(group)) for text, group in groups.items()]
    return sorted(found, key=lambda reason: (-reason.count, reason.text))


def together(findings: Iterable[Finding]) -> tuple[tuple[str, ...], int]:
    """Whom these findings name, and how many they concern.

    A person in two of them counts once, except where a list is too long to tell.
    """
    every = list(findings)
    names = tuple(sorted({person for finding in every for person in finding.people}))
    whole = all(len(finding.people) == finding.people_count for finding in every)
    return names, len(names) if whole else max(len(names), sum(finding.people_count for finding in every))


def evidence(finding: Finding) -> dict[str, str]:
    """The values that were looked at, without those that the message already says."""
    shown = {name: plain(value) for name, value in finding.evidence.items()}
    return {name: value for name, value in shown.items() if value.lower() not in finding.message.lower()}


def plain(value: object) -> str:
    """A value of a finding's evidence as an administrator reads it; empty where it says nothing."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {item}" for name, item in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _text(finding: Finding) -> str:
    named = not finding.subject or finding.subject.lower() in finding.message.lower()
    return finding.message if named else f"{finding.subject}: {finding.message}"
