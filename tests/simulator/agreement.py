"""A verdict and what would really happen, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .oracle import Answer


class Judged(NamedTuple):
    """A verdict, `can`, `cannot` or `unknown`, and the stages of the checks that made it."""

    verdict: str
    stages: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"{self.verdict} by {', '.join(sorted(self.stages)) or 'nothing'}"


def disagreements(answers: Mapping[str, Answer], judged: Mapping[str, Judged]) -> list[str]:
    """A line for everybody of whom the verdict is not what would happen."""
    strangers = [f"{person} is judged and does not count" for person in judged.keys() - answers.keys()]
    found = (
        f"{person} is judged {judged.get(person)}, but {problem}: {answer}"
        for person, answer in answers.items()
        for problem in _problems(answer, judged.get(person, Judged("missing")))
    )
    return [*strangers, *found]


def _problems(answer: Answer, judged: Judged) -> Iterator[str]:
    if (judged.verdict == "unknown") == answer.knowable:
        yield "it can be known" if answer.knowable else "nobody can know"
    if judged.verdict == "can" and not answer.can:
        yield "the message is not sent"
    if judged.verdict == "cannot":
        yield from _wrong_reason(answer, judged)


def _wrong_reason(answer: Answer, judged: Judged) -> Iterator[str]:
    if answer.obstacle is None:
        yield "the message is sent"
    elif answer.obstacle.stage not in judged.stages:
        yield f"what stops it is of the stage {answer.obstacle.stage}"
