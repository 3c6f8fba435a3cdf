"""What the versions of a pool's servers mean for the people who are homed there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imadmin import Status
from imadmin.model.requirements import SERVER_2015_CU3
from imadmin.model.servers import release_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from imadmin.model import Pool, Server

__all__ = ["UNKNOWN_POOL", "PoolRuling", "Updates"]

UNKNOWN_POOL = ""
"""Stands for the pool of people of whom it is not known."""

_FIRST = release_text(SERVER_2015_CU3.value)
_INFERRED = "an update renews only the components that it changes, so the newest one tells (an inference)"
_SAVE = (
    "On every Front End server: Get-CsServerPatchVersion |"
    " Export-Clixml -Depth 4 'Get-CsServerPatchVersion@<FQDN of the server>.xml'"
)
_UPDATE = "Install the latest cumulative update of Skype for Business Server 2015 on {servers}."


class PoolRuling(NamedTuple):
    """A row that SQL joins with the people who are homed in the pool."""

    pool: str
    status: Status
    reason: str
    object: str
    remedy: str
    versions: str


class Updates:
    """The servers whose versions are known.

    Args:
        servers: the fact.
        lost: why it could not be had; empty where it could.
    """

    def __init__(self, servers: Iterable[Server], lost: str = "") -> None:
        self._known = {server.name: server for server in servers if server.newest}
        self._lost = lost

    def rulings(self, pools: Sequence[Pool]) -> list[PoolRuling]:
        """One for each pool, and one for people of whose pool nothing is known."""
        computers: dict[str, set[str]] = {UNKNOWN_POOL: set()}
        for pool in pools:
            computers.setdefault(pool.fqdn, set()).update(pool.computers)
        placed = {name for pool, names in computers.items() for name in (pool, *names)}
        strays = [server for name, server in self._known.items() if not name or name not in placed]
        return [self._ruling(pool, sorted(names), strays) for pool, names in computers.items()]

    def _ruling(self, pool: str, names: list[str], strays: list[Server]) -> PoolRuling:
        own, unknown = self._of_pool(pool, names)
        old = [server for server in own if _is_old(server)]
        if old and not unknown and len(old) == len(own):
            return _fail(pool, own)
        perhaps = old or (unknown and [server for server in strays if _is_old(server)])
        if perhaps:
            return _error(pool, perhaps)
        return _pass(pool, own) if own and not unknown else self._skip(pool, own, unknown)

    def _of_pool(self, pool: str, names: list[str]) -> tuple[list[Server], list[str]]:
        """The servers of a pool whose versions are known, and the names of the others.

        One that was addressed by its pool's name is the only one of that pool, or nobody knows which.
        """
        known = [self._known[name] for name in names if name in self._known]
        unknown = [name for name in names if name not in self._known]
        addressed = self._known.get(pool)
        if addressed is not None and pool not in names and pool != UNKNOWN_POOL:
            return [*known, addressed], [] if len(names) == 1 else unknown
        return known, unknown if names else ["its servers"]

    def _skip(self, pool: str, own: list[Server], unknown: list[str]) -> PoolRuling:
        lost = self._lost or f"Get-CsServerPatchVersion was not had from {', '.join(unknown)}"
        what = f"What updates {pool or 'the pool'} has is not known in full: {lost}."
        return PoolRuling(pool, Status.SKIP, what, pool or "pool unknown", _SAVE, _versions(own))


def _fail(pool: str, servers: list[Server]) -> PoolRuling:
    what = (
        f"No component on the servers of {pool} is as new as {_FIRST}, the first update with Offline IM:"
        f" {_versions(servers)}."
    )
    names = ", ".join(server.name for server in servers)
    return PoolRuling(pool, Status.FAIL, what, pool, _UPDATE.format(servers=names), _versions(servers))


def _error(pool: str, servers: list[Server]) -> PoolRuling:
    what = (
        f"A server is older than {_FIRST}, the first update with Offline IM ({_versions(servers)}), and"
        f" whether people of {pool or 'an unknown pool'} are served by it is not known."
    )
    return PoolRuling(pool, Status.ERROR, what, pool or "pool unknown", _SAVE, _versions(servers))


def _pass(pool: str, servers: list[Server]) -> PoolRuling:
    mixed = any(len(set(server.components.values())) > 1 for server in servers)
    told = f" ({_INFERRED})" if mixed else ""
    what = f"The servers of {pool} have {_FIRST}, the first update with Offline IM, or a later one{told}."
    return PoolRuling(pool, Status.PASS, what, pool, "", _versions(servers))


def _is_old(server: Server) -> bool:
    return server.newest is not None and server.newest < SERVER_2015_CU3.value


def _versions(servers: Iterable[Server]) -> str:
    known = [(server.name or "a server", server.newest) for server in servers]
    return ", ".join(f"{name} {release_text(newest)}" for name, newest in known if newest)
