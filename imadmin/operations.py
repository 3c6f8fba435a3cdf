"""Operations: what a plugin returns to change something outside, and what it would change."""

from __future__ import annotations

import inspect
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from imadmin.effects import Effects
    from imadmin.records import Finding

__all__ = ["Change", "Operation"]


class Change(NamedTuple):
    """One thing that an operation would do.

    Attributes:
        subject: what is changed, as the journal and reports name it: `Site:Redmond`, `a@x → b@x`.
        before: what is there now.
        after: what will be there.
        detail: what the operation needs to know to do it.
    """

    subject: str
    before: Mapping[str, object] = MappingProxyType({})
    after: Mapping[str, object] = MappingProxyType({})
    detail: Mapping[str, object] = MappingProxyType({})


class Operation(NamedTuple):
    """A change to the outside world.

    Attributes:
        name: what runbooks and the command line call it.
        title: one line for the list.
        reference: where it is documented.
        plan: reads what is there and gives what would be done; its keyword-only parameters, which have
            defaults, are those of the operation.
        apply: does one change; every outside effect inside `with effects.intend(…)`.
    """

    name: str
    title: str
    reference: str
    plan: Callable[..., Iterable[Change]]
    apply: Callable[[Change, Effects], Finding]

    @property
    def parameters(self) -> dict[str, inspect.Parameter]:
        """By name, with default and annotation."""
        every = inspect.signature(self.plan).parameters.values()
        return {parameter.name: parameter for parameter in every if parameter.kind is parameter.KEYWORD_ONLY}
