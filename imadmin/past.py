"""Changes and their effects as the journal has them."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from imadmin.operations import Change

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imadmin.records import Finding

__all__ = ["EffectStatus", "PastChange", "PastEffect"]

EffectStatus: TypeAlias = Literal["", "done", "failed", "in doubt"]
"""Empty: it began, and nothing more is known; `failed`: nothing was changed; `in doubt`: something may have
been."""

_NOTHING: Mapping[str, object] = MappingProxyType({})


class PastEffect(NamedTuple):
    """One outside effect of a change.

    Attributes:
        action: such as `Set-CsImConfiguration`.
        intent: what was about to be done.
        begun: UTC, ISO 8601 with `Z`.
        ended: likewise; empty where its process was killed before that.
        outcome: what came of it.
    """

    action: str
    intent: Mapping[str, object]
    begun: str = ""
    ended: str = ""
    status: EffectStatus = ""
    outcome: Mapping[str, object] = _NOTHING


class PastChange(NamedTuple):
    """A change as the journal has it.

    Attributes:
        run: the id of the run that planned it.
        begun: UTC, ISO 8601 with `Z`; empty for one that was planned and never begun.
        ended: likewise; empty for one that is still going on, or was killed.
        finding: what came of it; None where it never ended.
        effects: in order.
        number: of the change in the journal; later changes have greater ones, whatever the clock said.
        planned: what was to be done.
        undoes: the number of the change that it takes back; 0 for none.
        going_on: whether a process is still at it.
    """

    run: str
    operation: str
    subject: str
    begun: str
    ended: str
    finding: Finding | None
    effects: tuple[PastEffect, ...] = ()
    number: int = 0
    planned: Change = Change("")
    undoes: int = 0
    going_on: bool = False

    @property
    def intents(self) -> tuple[Mapping[str, object], ...]:
        """What each of its effects was about to do, in order."""
        return tuple(effect.intent for effect in self.effects)

    @property
    def unfinished(self) -> bool:
        """Whether it began and has no end."""
        return bool(self.begun) and not self.ended

    @property
    def touched(self) -> bool:
        """Whether something outside was changed by it, or may have been."""
        return any(effect.status != "failed" for effect in self.effects)

    @property
    def doubtful(self) -> tuple[PastEffect, ...]:
        """Those of its effects of which it is not known whether they happened."""
        return tuple(effect for effect in self.effects if effect.status in {"", "in doubt"})
