"""How many mailboxes a second, at a server that takes its time, over as many connections."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

from bench.ews import peers
from bench.ews.goals import told
from imadmin.ews import Folder, limits_of
from imadmin.fleet import Answer, Fleet, Lane

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bench.ews.serving import Serving
    from imadmin.ews import EwsClient

    Work = Callable[[int], None]

ROUNDS: Final = 5
MAILBOXES: Final = 4_000
WARMING: Final = 400
CREDENTIALS, CONNECTIONS = 4, 8
LEAST: Final = 0.6  # of requests


def report(place: Serving, rounds: int | None, latency: int) -> bool:
    """Print the table; whether the goal is reached."""
    rounds = rounds or ROUNDS
    rates: dict[str, list[tuple[float, float]]] = {name: [] for name in _PEERS}
    with ExitStack() as stack:
        works = {name: peer(place, stack) for name, peer in _PEERS.items()}
        for work in works.values():
            work(WARMING)
        for _ in range(rounds):
            for name, work in works.items():
                rates[name].append(_rate(work))
    print(
        f"ews, {MAILBOXES:,} mailboxes, {CREDENTIALS} credentials with {CONNECTIONS} connections each,"
        f"\na server that takes {latency} ms; best of {rounds} alternating rounds, connections made before"
    )
    print(f"{'':<44} {'a second':>8} {'CPU ms':>8}")
    best = {
        name: (max(rate for rate, _ in both), min(cpu for _, cpu in both)) for name, both in rates.items()
    }
    for name, (rate, cpu) in best.items():
        print(f"{name:<44} {rate:8.0f} {cpu * 1000:8.3f}")
    share = best[_OURS][0] / best[_REQUESTS][0]
    return told({f"at least {LEAST} of requests with a session a thread: {share:.2f}": share >= LEAST})


def clients_of(place: Serving, stack: ExitStack) -> list[EwsClient]:
    """A client for each credential."""
    return [
        stack.enter_context(peers.our_client(place, f"svc{number}", CONNECTIONS))
        for number in range(CREDENTIALS)
    ]


def lanes_of(clients: Sequence[EwsClient], mailboxes: int) -> list[Lane[str]]:
    """A lane for each client; they share the mailboxes."""
    shared = (f"user{number}@contoso.com" for number in range(mailboxes))
    return [
        Lane(f"lane {number}", f"{__name__}:look", client, shared, limits_of(client), batch=8)
        for number, client in enumerate(clients)
    ]


def look(client: EwsClient, mailbox: str) -> Answer[str]:
    """Ask for one mailbox; what the fleet calls."""
    return Answer(client.look(mailbox, [Folder.INBOX]).server)


def _ours(place: Serving, stack: ExitStack) -> Work:
    clients = clients_of(place, stack)

    def work(mailboxes: int) -> None:
        with Fleet[str, str](lanes_of(clients, mailboxes)) as fleet:
            answered = sum(result.value is not None for result in fleet)
        if answered != mailboxes:
            raise ValueError(answered)

    return work


def _with_requests(place: Serving, stack: ExitStack) -> Work:
    local = threading.local()
    pool = stack.enter_context(ThreadPoolExecutor(CREDENTIALS * CONNECTIONS))

    def ask(mailbox: str) -> None:
        if not hasattr(local, "session"):
            local.session = stack.enter_context(peers.session())
        peers.posted(local.session, place, mailbox)

    def work(mailboxes: int) -> None:
        for _ in pool.map(ask, (f"user{number}@contoso.com" for number in range(mailboxes))):
            pass

    return work


def _rate(work: Work) -> tuple[float, float]:
    """Mailboxes a second, and the CPU of one."""
    wall, cpu = time.perf_counter(), time.process_time()
    work(MAILBOXES)
    return MAILBOXES / (time.perf_counter() - wall), (time.process_time() - cpu) / MAILBOXES


_OURS, _REQUESTS = "imadmin.fleet", "requests, a session a thread, same SOAP"
_PEERS: Final = {_OURS: _ours, _REQUESTS: _with_requests}
