"""Faults at scale: each alone, and three at once by chance; every probe ends, in the class of its fault.

`IMADMIN_SOAK=10000` asks for so many mailboxes in place of a few hundred (`python -m bench soak`), and
`IMADMIN_SOAK_SEED` chooses other faults.
"""

from __future__ import annotations

import gc
import os
import random
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest

from imadmin.ews import EwsError, Folder, Kind, limits_of, trouble_of
from imadmin.fleet import Answer, Fleet, Lane
from imadmin_lab.mail import MailStore, directory

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from types import ModuleType

    from imadmin.ews import EwsClient
    from imadmin.fleet import Result
    from imadmin_lab.http import Request
    from imadmin_lab.web import Authority

    from .conftest import Lab

    Found = Result[str, str]

PROBES: Final = int(os.environ.get("IMADMIN_SOAK", "300"))
SEED: Final = int(os.environ.get("IMADMIN_SOAK_SEED", "6"))
AT_A_TIME: Final = 40 if PROBES < 1_000 else 200
CONNECTIONS: Final = 8
ANSWERS, NOT_ASKED = "answers", "not asked"

_EXCHANGE: Final = {
    Kind.ACCESS_DENIED: "access-denied",
    Kind.FORBIDDEN: "forbidden",
    Kind.IMPERSONATION_DENIED: "impersonation-denied",
    Kind.MAILBOX_MOVING: "mailbox-moving",
    Kind.MAILBOX_UNAVAILABLE: "mailbox-unavailable",
    Kind.MALFORMED: "half malformed other-operation",
    Kind.NOT_EWS: "empty login-page",
    Kind.NOT_FOUND: "not-found",
    Kind.NO_MAILBOX: "no-mailbox",
    Kind.OLD_SERVER: "old-server",
    Kind.OTHER: "cas-error schema-violation too-large unknown-code",
    Kind.REDIRECTED: "login-redirect",
    Kind.SERVER_ERROR: "internal-error",
    Kind.THROTTLED: "busy connections too-many-requests",
    Kind.UNAUTHORIZED: "unauthorized",
    Kind.UNAVAILABLE: "transient unavailable",
}
_REQUESTS: Final = {
    Kind.DROPPED: "reset close half-body reset-in-body",
    Kind.NOT_EWS: "garbage",
    Kind.REDIRECTED: "redirect",
    Kind.SERVER_ERROR: "status",
    Kind.TIMEOUT: "stall drip",
}
_HANDSHAKES: Final = {
    Kind.TIMEOUT: "handshake-stalled",
    Kind.TLS: "handshake-refused handshake-old handshake-plain",
    Kind.TLS_EXPIRED: "certificate-expired",
    Kind.TLS_NOT_YET_VALID: "certificate-not-yet-valid",
    Kind.TLS_UNTRUSTED: "certificate-self-signed certificate-foreign",
    Kind.TLS_WRONG_NAME: "certificate-wrong-name",
}


def _by_name(kinds: dict[Kind, str]) -> dict[str, Kind]:
    return {name: kind for kind, names in kinds.items() for name in names.split()}


OF_EXCHANGE, OF_REQUESTS, OF_HANDSHAKES = map(_by_name, (_EXCHANGE, _REQUESTS, _HANDSHAKES))
KINDS: Final = OF_EXCHANGE | OF_REQUESTS | OF_HANDSHAKES
HANGING: Final = ("stall", "drip", "handshake-stalled")
STOPPING: Final = (
    *OF_HANDSHAKES,
    "unauthorized",
    *_REQUESTS[Kind.DROPPED].split(),
    "transient",
    "stall",
    "drip",
)
"""Faults that are taken for the whole server's, or the credential's, where nobody else gets an answer."""
PATIENT: Final = ("busy", "connections", "too-many-requests", "unavailable")
"""Faults after which the mailbox is asked for again."""


class Held(NamedTuple):
    """What a process holds."""

    threads: int
    descriptors: int

    @classmethod
    def now(cls) -> Held:
        """Of descriptors those that are no files: the lab's database comes and goes with its threads."""
        links = [_link(path) for path in Path("/proc/self/fd").glob("*")]
        return cls(threading.active_count(), sum(not link.startswith("/") for link in links))


def _link(path: Path) -> str:
    try:
        return str(path.readlink())
    except OSError:  # that of the folder itself
        return "/"


def ask(client: EwsClient, mailbox: str) -> Answer[str]:
    try:
        client.look(mailbox, [Folder.INBOX])
    except EwsError as error:
        return Answer(error.kind, trouble_of(error, client), proves=client.accepted)
    return Answer(ANSWERS)


@pytest.fixture(scope="module")
def crowded(
    lab_module: ModuleType, tmp_path_factory: pytest.TempPathFactory, authority: Authority
) -> Iterator[Lab]:
    """A lab with a mailbox for each fault, called after it, and one that has none."""
    with ExitStack() as stack:
        store = stack.enter_context(MailStore(tmp_path_factory.mktemp("soak") / "mail.db"))
        with store.writing() as session:
            lab_module.populate(session)
            for name in (*KINDS, "healthy"):
                directory.add_mailbox(session, address(name), name=name)
        yield lab_module.Lab(store, authority, stack)


def address(fault: str) -> str:
    return f"{fault}@contoso.com"


def switch_on(lab: Lab, faults: Iterable[str], times: int | None = None) -> None:
    for name in faults:
        if name in OF_EXCHANGE:
            lab.break_exchange(name, mailbox=address(name), seconds=0.02)
        elif name in OF_HANDSHAKES:
            lab.spoil(name, times=times)
        else:
            when = _asks_for(address(name).encode())
            lab.spoil(name, when=when, location="https://elsewhere.invalid/", seconds=0.2, piece=1)


def _asks_for(mailbox: bytes) -> object:
    def when(request: Request) -> bool:
        return mailbox in request.body

    return when


def switch_off(lab: Lab, faults: Iterable[str]) -> None:
    for name in faults:
        (lab.exchange.faults if name in OF_EXCHANGE else lab.faults).switch_off(name)


def probed(lab: Lab, faults: Sequence[str], mailboxes: Sequence[str], *, later: int = 0) -> list[Found]:
    """Ask for the mailboxes by a client of their own while the faults are on.

    Args:
        later: after so many results those are switched on that meet connections when they are made.
    """
    hangs = any(name in HANGING for name in faults)
    late = [name for name in faults if later and name in OF_HANDSHAKES]
    switch_on(lab, [name for name in faults if name not in late])
    client = lab.client(auth="basic", connections=CONNECTIONS, deadline=2.0 if hangs else 60.0)
    lane = Lane("soak", f"{__name__}:ask", client, mailboxes, limits_of(client), deadline=0.3, batch=4)
    found: list[Found] = []
    try:
        with client, Fleet[str, str]([lane], again=0.02) as fleet:
            for result in fleet:
                found.append(result)
                if len(found) == later:
                    switch_on(lab, late, times=1)
    finally:
        switch_off(lab, faults)
    return found


def assert_right(faults: Sequence[str], found: Sequence[Found], asked: int) -> None:
    """Every mailbox has its result: the class of its fault, or not asked because of another's."""
    assert len(found) == asked
    stopped = {NOT_ASKED} if any(name in (*STOPPING, *PATIENT) for name in faults) else set()
    everybodys = {KINDS[name] for name in faults if name in OF_HANDSHAKES or name == "unauthorized"}
    for result in found:
        name = result.subject.partition("@")[0]
        own = str(KINDS[name]) if name in faults else ANSWERS
        assert (result.value or NOT_ASKED) in {own, *everybodys, *stopped}, (faults, result)
        assert bool(result.value) != bool(result.why_not)


def assert_nothing_is_left(before: Held) -> None:
    deadline = time.monotonic() + 20
    while (now := Held.now()).threads > before.threads or now.descriptors > before.descriptors:
        assert time.monotonic() < deadline, f"{now} are held, and {before} before"
        time.sleep(0.01)  # the lab's threads end when they see that the client has gone


@pytest.mark.parametrize("name", KINDS)
def test_each_fault_alone(crowded: Lab, name: str) -> None:
    crowded.seen.clear()
    mailboxes = [address(name)] * (1 if name in HANGING else 3)
    found = probed(crowded, [name], mailboxes)
    assert_right([name], found, len(mailboxes))
    assert found[0].value == KINDS[name]
    if name in ("unauthorized", *OF_HANDSHAKES):
        assert len(crowded.seen) == (name == "unauthorized")
        assert not [result for result in found[1:] if result.value]


@pytest.mark.timeout(3600)
def test_three_at_once_by_chance(crowded: Lab) -> None:
    chance = random.Random(SEED)  # noqa: S311 - not for secrets
    probed(crowded, (), [address("healthy")] * CONNECTIONS)
    before, objects = Held.now(), 0
    classes: dict[str, int] = {}
    for number in range(rounds := -(-PROBES // AT_A_TIME)):
        faults = chance.sample(sorted(KINDS), 3)
        names = chance.choices([*faults, "healthy"], weights=[1, 1, 1, 6], k=AT_A_TIME)
        mailboxes = [address(name if name not in OF_HANDSHAKES else "healthy") for name in names]
        crowded.seen.clear()
        found = probed(crowded, faults, mailboxes, later=AT_A_TIME // 4)
        assert_right(faults, found, AT_A_TIME)
        refused = sum(address("unauthorized").encode() in request.body for request in crowded.seen)
        assert refused <= CONNECTIONS, "a log-in was tried again after it was refused"
        for result in found:
            classes[result.value or NOT_ASKED] = classes.get(result.value or NOT_ASKED, 0) + 1
        if number == rounds // 2:
            objects = _objects(crowded)
    assert_nothing_is_left(before)
    grown = _objects(crowded) - objects
    assert grown < max(1_000, PROBES), "objects are left behind"
    sys.stdout.write(f"{PROBES:,} probes, seed {SEED}; objects grown: {grown:,}; classes: {classes}\n")


def _objects(lab: Lab) -> int:
    lab.seen.clear()
    gc.collect()
    return len(gc.get_objects())
