"""The time of the processor that a probe takes, one after the other over one connection."""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING, Final

from bench.ews import peers
from bench.ews.goals import told

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from bench.ews.serving import Serving

ROUNDS: Final = 7
LEAST_GAIN: Final = 30.0  # over exchangelib as it comes
MOST: Final = 2.0  # of requests

_OURS, _REQUESTS, _AS_IT_COMES, _KEPT = "imadmin", "requests", "as it comes", "kept"
_PEERS: Final[dict[str, tuple[str, int, Callable[[Serving], AbstractContextManager[peers.Peer]]]]] = {
    _OURS: ("imadmin.ews, kept connection", 400, peers.ours),
    _REQUESTS: ("requests, kept session, same SOAP", 400, peers.with_requests),
    _AS_IT_COMES: ("exchangelib as it comes: an account each", 20, peers.exchangelib_as_it_comes),
    _KEPT: ("exchangelib, accounts on one connection", 80, peers.exchangelib_kept),
}
"""What it is called, how many probes a round, and what asks."""


def report(place: Serving, rounds: int | None) -> bool:
    """Print the table; whether the goals are reached."""
    rounds = rounds or ROUNDS
    best = _best(place, rounds)
    print(f"ews, a probe (GetFolder) over HTTPS: CPU of the client, best of {rounds} alternating rounds")
    print(f"{'':<44} {'CPU ms':>8} {'ratio to requests':>18} {'ratio to imadmin':>17}")
    for name, (title, _, _) in _PEERS.items():
        ratios = best[name] / best[_REQUESTS], best[name] / best[_OURS]
        print(f"{title:<44} {best[name] * 1000:8.3f} {ratios[0]:18.2f} {ratios[1]:17.1f}")
    gain, share = best[_AS_IT_COMES] / best[_OURS], best[_OURS] / best[_REQUESTS]
    return told(
        {
            f"at least {LEAST_GAIN:.0f} times less than exchangelib as it comes: {gain:.0f}": gain
            >= LEAST_GAIN,
            f"at most {MOST:.0f} times requests: {share:.2f}": share <= MOST,
        }
    )


def _best(place: Serving, rounds: int) -> dict[str, float]:
    costs: dict[str, list[float]] = {name: [] for name in _PEERS}
    for _ in range(rounds):
        for name, (_, probes, peer) in _PEERS.items():
            with peer(place) as ask:
                costs[name].append(_cost(ask, probes))
    return {name: min(found) for name, found in costs.items()}


def _cost(ask: peers.Peer, probes: int) -> float:
    """Of one probe, after one that is not counted."""
    ask("warm@contoso.com")
    gc.collect()
    begin = time.process_time()
    for number in range(probes):
        ask(f"user{number}@contoso.com")
    return (time.process_time() - begin) / probes
