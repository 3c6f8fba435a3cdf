"""What the objects of the central store mean beside those of a server's replica."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import Status
from imadmin.model import Scope, Setting

from .rulings import Ruling

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from imadmin.model.topology import SiteNames

__all__ = ["NO_REPLICA", "compared"]

_GLOBAL = Scope("global")
_STOPPING: frozenset[Setting | None] = frozenset({Setting.FALSE, Setting.UNKNOWN, None})
_REPLICATE = (
    "Get-CsManagementStoreReplicationStatus   (UpToDate must be True everywhere; else:"
    " Invoke-CsManagementStoreReplication, and run this again some minutes later)"
)
_AGREE = "The replica that was asked has {setting} of {name} as the central store has it."
_DIFFERS = "{setting} of {name} is {there} in the replica that was asked, and {here} in the central store."
_STOPS = (
    " Until that is replicated clients of that server, which is not known, may be told no (an inference)."
)
_STOPS_NOT = " Until that is replicated clients of that server may be told so (an inference)."

NO_REPLICA = Ruling(
    key="",
    status=Status.SKIP,
    reason="What the servers' replicas hold (-LocalStore) is not known.",
    object="no replica",
    remedy="On a Front End server: Get-CsImConfiguration -LocalStore |"
    " Export-Clixml -Depth 4 Get-CsImConfiguration@local-store.xml   (likewise Get-CsClientPolicy)",
    value="",
)
"""For those of whom nothing can be compared; its key is nobody's."""


def compared(
    setting: str,
    central: Mapping[Scope, Setting],
    replica: Mapping[Scope, Setting],
    names: SiteNames,
    *,
    null_stops: bool,
) -> Iterator[Ruling]:
    """A ruling for each object that is in either; where one lacks a site's, Global counts in its place.

    Args:
        setting: the name of what was compared.
        central: by scope, what the central store has.
        replica: what the replica has.
        names: which names mean the same site.
        null_stops: whether null is no value that lets a message pass.
    """
    stopping = _STOPPING | ({Setting.NULL} if null_stops else set())
    here_all, there_all = (
        {names.of(one): value for one, value in found.items()} for found in (central, replica)
    )
    for key, scope in {names.of(one): one for one in [*replica, *central]}.items():
        here, there = _effective(here_all, key), _effective(there_all, key)
        ruling = _ruling(setting, scope, here, there, _status(here, there, stopping))
        yield ruling._replace(key=key)


def _effective(by_key: Mapping[str, Setting], key: str) -> Setting | None:
    """What applies to those who are nearest to a scope; None where nothing does."""
    return by_key.get(key, by_key.get(_GLOBAL.key) if key.startswith("site:") else None)


def _ruling(
    setting: str, scope: Scope, here: Setting | None, there: Setting | None, status: Status
) -> Ruling:
    name = str(scope)
    text = {Status.PASS: _AGREE, Status.ERROR: _DIFFERS + _STOPS}.get(status, _DIFFERS + _STOPS_NOT)
    told = text.format(setting=setting, name=name, here=_shown(here), there=_shown(there))
    remedy = "" if status is Status.PASS else _REPLICATE
    return Ruling(scope.key, status, told, f"{name} -LocalStore", remedy, _shown(there))


def _shown(setting: Setting | None) -> str:
    return "missing" if setting is None else setting.shown


def _status(here: Setting | None, there: Setting | None, stopping: Collection[Setting | None]) -> Status:
    """A replica that says no where the central store does not may stop messages; so may one unread."""
    if here is there:
        return Status.PASS
    return Status.ERROR if there in stopping and here is not Setting.FALSE else Status.WARN
