"""What an operation would do, before anything is done."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from imadmin.errors import ImadminError, ParameterError, PluginError, UsageError
from imadmin.operations import Change
from imadmin.plugins.guard import guarded
from imadmin.records import Missing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from imadmin.access import Access
    from imadmin.deployment import Deployment
    from imadmin.facts import Facts
    from imadmin.operations import Operation
    from imadmin.plugins import Catalog

__all__ = ["LIMIT", "check_limit", "check_live", "named", "planned"]

LIMIT = 25
"""How many objects one operation may change where nobody says otherwise."""


def named(name: str, catalog: Catalog) -> Operation:
    """The operation of this name.

    Raises:
        UsageError: there is none.
        PluginError: likewise, and a plugin that may have it could not be used.
    """
    known = catalog.operations()
    if name in known:
        return known[name].record
    if catalog.problems:
        raise PluginError(f"there is no operation {name!r}, and {catalog.problems[0]}")
    close = difflib.get_close_matches(name, known, 1)
    remedy = f"Did you mean {close[0]}?" if close else f"There are: {', '.join(known) or 'none'}."
    raise UsageError(f"there is no operation {name!r}", remedy=remedy)


def planned(
    operation: Operation, access: Access, values: Mapping[str, object], facts: Facts | None = None
) -> list[Change]:
    """What the operation would do.

    Args:
        operation: to be planned.
        access: to the deployment's systems.
        values: of its parameters.
        facts: where those come from that it needs.

    Raises:
        ParameterError: it has no such parameter.
        PluginError: its plan broke.
        ImadminError: it cannot be planned.
    """
    for name in values:
        if name not in operation.parameters:
            known = ", ".join(operation.parameters) or "none"
            raise ParameterError(
                f"the operation has no parameter {name!r}", where=operation.name, remedy=f"It has: {known}."
            )
    needed = _needed(operation, facts)
    with guarded("could not be planned", operation.name):
        given: list[object] = list(operation.plan(access, *needed, **values))
    changes = [change for change in given if isinstance(change, Change)]
    if len(changes) < len(given):
        raise PluginError("planned something that is no Change", where=operation.name)
    return changes


def _needed(operation: Operation, facts: Facts | None) -> list[object]:
    values = [
        Missing(name, "nothing gathers facts here") if facts is None else facts[name]
        for name in operation.needs
    ]
    for missing in values:
        if isinstance(missing, Missing):
            what = f"needs the fact {missing.fact}, which cannot be had: {missing.reason}"
            raise ImadminError(what, where=operation.name, remedy=missing.remedy)
    return values


def check_limit(operation: str, changes: Sequence[object], limit: int | None) -> None:
    """Refuse to touch more objects than *limit* allows; None: the usual number of them.

    Raises:
        UsageError: there are more.
    """
    allowed = LIMIT if limit is None else limit
    if len(changes) > allowed:
        raise UsageError(
            f"would change {counted(len(changes))}, and the limit is {allowed}: nothing was changed",
            where=operation,
            remedy=f"Name fewer, or allow them all: --limit {len(changes)}",
        )


def check_live(deployment: Deployment) -> None:
    """Refuse to change saved output: it would change no server, and prove nothing of one.

    Raises:
        UsageError: the deployment is a folder of it.
    """
    if deployment.dated_by:
        raise UsageError(
            "this is saved output, and nothing can be changed by it: nothing was changed",
            where=str(deployment.source),
            remedy="Name the deployment that has the servers: --deployment FILE",
        )


def counted(number: int) -> str:
    """*number* with its noun."""
    return "1 object" if number == 1 else f"{number:,} objects"
