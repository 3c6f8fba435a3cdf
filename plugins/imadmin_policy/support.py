"""Is the version of each server still supported on the day of the run?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imadmin import OPTIONAL, Finding, Missing, Status, check
from imadmin.model.lifecycle import EXTENDED_UPDATES, LIFECYCLES, SUBSCRIPTION
from imadmin.model.servers import release_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from imadmin.model import Server

_OLDEST = 6
_MOVE = f"Move to {SUBSCRIPTION}: in place from 2019, side by side from 2015."
_LOOK = "Look on the server which edition is installed."
_UNKNOWN = "Get-CsServerPatchVersion was had from no server, so until when they are supported is not known."
_EITHER = "2019 or Subscription Edition (by which build they differ is not documented)"
_BY_NAME = " (by the names of its components, an inference)"


class Verdict(NamedTuple):
    """What is said of a version."""

    product: str
    status: Status
    message: str
    remedy: str = ""


@check(
    id="server.support",
    stage="server",
    severity="medium",
    title="Servers are supported by Microsoft",
    reference=LIFECYCLES["2019"].source,
)
def server_support(today: date, server_updates: Sequence[Server] | Missing = OPTIONAL) -> Iterator[Finding]:
    """Informs: a server without support goes on carrying messages."""
    known = [] if isinstance(server_updates, Missing) else [one for one in server_updates if one.newest]
    if not known:
        yield Finding("servers", Status.SKIP, _UNKNOWN)
    by_verdict: dict[Verdict, list[Server]] = {}
    for server in known:
        by_verdict.setdefault(_judged(server, today), []).append(server)
    for verdict, servers in by_verdict.items():
        yield _finding(verdict, servers)


def _judged(server: Server, today: date) -> Verdict:
    """By the major version; 2019 and the Subscription Edition share it."""
    major = server.newest[0] if server.newest else 0
    if major < _OLDEST:
        return _older(today)
    if major == _OLDEST:
        return _dated("2015", "", today)
    return _dated(server.year, _BY_NAME, today) if server.year in LIFECYCLES else _either(today)


def _dated(year: str, told: str, today: date) -> Verdict:
    life = LIFECYCLES[year]
    if today < life.ends:
        return Verdict(life.product, Status.PASS, f"{life.product}{told} is supported until {life.ends}.")
    what = f"{life.product}{told} has been without support since {life.ends}.{_updates(today)}"
    return Verdict(life.product, Status.WARN, what, _MOVE)


def _either(today: date) -> Verdict:
    ends = LIFECYCLES["2019"].ends
    if today < ends:
        return Verdict(_EITHER, Status.PASS, f"{_EITHER}: both are supported until {ends}.")
    what = f"{_EITHER}: 2019 has been without support since {ends}, Subscription Edition is supported."
    return Verdict(_EITHER, Status.WARN, what, _LOOK)


def _older(today: date) -> Verdict:
    life = LIFECYCLES["2015"]
    product = f"Older than {life.product}"
    if today < life.ends:
        return Verdict(product, Status.ERROR, f"{product}: until when it is supported is not known here.")
    what = f"{product}, which has been without support since {life.ends}; so has this (an inference)."
    return Verdict(product, Status.WARN, what, _MOVE)


def _updates(today: date) -> str:
    """What the press says of security updates that could be bought."""
    last = next((end for begin, end in EXTENDED_UPDATES if today <= end), None)
    said = (
        f"are sold for a period that ends on {last}" if last else f"were sold until {EXTENDED_UPDATES[-1][1]}"
    )
    return f" Extended security updates {said}, says the press (no document of Microsoft's was found)."


def _finding(verdict: Verdict, servers: Sequence[Server]) -> Finding:
    versions = {one.name or "a server": release_text(one.newest) for one in servers if one.newest}
    evidence = {"versions": versions}
    message = f"{', '.join(versions)}: {verdict.message}"
    return Finding(verdict.product, verdict.status, message, evidence=evidence, remedy=verdict.remedy)
