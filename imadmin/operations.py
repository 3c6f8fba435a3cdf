"""Operations: what a plugin returns to change something outside, and what it would change.

The life cycle of a change is imadmin's, the same for all: planned and shown; confirmed; journaled; read again
and compared; applied; read again as proof; journaled. An operation says how it is done for its own kind.
"""

from __future__ import annotations

import inspect
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from imadmin.access import Access
    from imadmin.effects import Effects
    from imadmin.past import PastChange
    from imadmin.records import Finding

__all__ = ["Change", "Matrix", "Operation"]


class Change(NamedTuple):
    """One thing that an operation would do. All of it is journaled as JSON: nothing in it may be a secret.

    Attributes:
        subject: what is changed, as the journal and reports name it: `Site:Redmond`, `a@x → b@x`. Two
            changes of one subject in one deployment are never done at the same time.
        before: what is there now.
        after: what will be there.
        detail: what the operation needs to know to do it, and to undo it later.
        caution: what whoever confirms it should know first, in a sentence; empty for nothing.
    """

    subject: str
    before: Mapping[str, object] = MappingProxyType({})
    after: Mapping[str, object] = MappingProxyType({})
    detail: Mapping[str, object] = MappingProxyType({})
    caution: str = ""

    @property
    def reversed(self) -> Change:
        """The change that takes this one back."""
        return self._replace(before=self.after, after=self.before, caution="")


class Matrix(NamedTuple):
    """What came of changes between pairs, as a table.

    Attributes:
        corner: says what stands at the side, and what across.
        cells: by row and column; where nothing was done there is none.
    """

    corner: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[str, str], str]


class Operation(NamedTuple):
    """A change to the outside world.

    Attributes:
        name: what runbooks and the command line call it.
        title: one line for the list.
        reference: where it is documented.
        plan: reads what is there and gives what would be done; its keyword-only parameters, which have
            defaults, are those of the operation. What follows its first parameter, the access, names facts
            that it needs, as the parameters of a check do.
        apply: does one change; every outside effect inside `with effects.intend(…)`.
        read: what is there now of what a change is about, in the terms of its `before` and `after`; raises
            `ImadminError` where that cannot be found out. With it imadmin refuses a change where the world
            has moved on, proves it afterwards, tells what came of one that was killed, and takes it back by
            applying it the other way round.
        verify: looks at a change that was made by other ways besides, such as at a replica; gives a finding
            for each. What cannot be seen from here is `error`, what is not there yet `warn`.
        undo: takes back what a change did, finished or not, where applying it the other way round does not.
        facts: the names of the facts that it changes: gathered anew when next asked for, and the checks
            that need them judged anew.
        also: the names of facts that follow those, such as what a replica of them holds: gathered anew too,
            and foreseen where they can be had.
        foresee: from the changes and the present values of these facts gives the facts as they will be, so
            that the checks tell beforehand for whom the answer changes.
        at_once: how many of its changes may be under way at the same time.
        together: does several changes that it can do better together than each alone; gives what came of each
            as soon as that is known. In place of `apply`.
        matrix: shows what came of changes between pairs.
    """

    name: str
    title: str
    reference: str
    plan: Callable[..., Iterable[Change]]
    apply: Callable[[Change, Effects], Finding]
    read: Callable[[Change, Access], Mapping[str, object]] | None = None
    verify: Callable[[Change, Access], Iterable[Finding]] | None = None
    undo: Callable[[PastChange, Effects], Finding] | None = None
    facts: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    foresee: Callable[[Sequence[Change], Mapping[str, object]], Mapping[str, object]] | None = None
    at_once: int = 1
    together: Callable[[Sequence[tuple[Change, Effects]]], Iterable[tuple[Change, Finding]]] | None = None
    matrix: Callable[[Sequence[Finding]], Matrix] | None = None

    @property
    def parameters(self) -> dict[str, inspect.Parameter]:
        """By name, with default and annotation."""
        every = inspect.signature(self.plan).parameters.values()
        return {parameter.name: parameter for parameter in every if parameter.kind is parameter.KEYWORD_ONLY}

    @property
    def needs(self) -> tuple[str, ...]:
        """The facts that its plan is made from."""
        every = list(inspect.signature(self.plan).parameters.values())
        return tuple(one.name for one in every[1:] if one.kind is one.POSITIONAL_OR_KEYWORD)
