"""Asking for the mailboxes: a lane for each place, and what comes of them into the journal."""

from __future__ import annotations

import time
from itertools import repeat
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from imadmin.commands import say
from imadmin.ews import limits_of, trouble_of
from imadmin.fleet import Answer, Fleet, Lane
from imadmin.journal import PastSubject
from imadmin.probing import probe_mailbox
from imadmin_ews.access import LATEST_AGENT

from .outcomes import Outcome
from .progress import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imadmin.commands import Recorded
    from imadmin.ews import EwsClient
    from imadmin.fleet import Progress, Result

    from .places import Place
    from .wanted import Wanted

__all__ = ["ask_all", "probe", "why_not"]

_KEPT_TOGETHER: Final = 200
_KEPT_SECONDS: Final = 1.0
_AT_ONCE: Final = 8
"""Mailboxes that a thread takes at once: each is one quick request."""
_TOLD_AT_ONCE: Final = 500
_PROBE: Final = f"{__name__}:probe"
_WHY_NOT: Final = f"{__name__}:why_not"


class Context(NamedTuple):
    """What asking for a mailbox needs besides.

    Attributes:
        name: of the place.
    """

    name: str
    client: EwsClient


def probe(context: Context, mailbox: str) -> Answer[PastSubject]:
    """Ask for one mailbox; what was in the server's way only is asked again when the run goes on."""
    found = probe_mailbox(context.client, mailbox, LATEST_AGENT)
    trouble = trouble_of(found.error, context.client)
    outcome = Outcome.of(found, context.name)
    past = PastSubject(mailbox, trouble is None, outcome._asdict())
    return Answer(past, trouble, proves=context.client.accepted)


def why_not(_context: None, subject: tuple[str, Outcome]) -> Answer[PastSubject]:
    """Say of a mailbox why it is not asked for."""
    mailbox, outcome = subject
    return Answer(PastSubject(mailbox, settled=False, outcome=outcome._asdict()))


def ask_all(run: Recorded, wanted: Wanted, places: Sequence[Place]) -> None:
    """Ask for all that are wanted and not settled yet."""
    before, total = run.subjects.count(run.id), wanted.count()

    def tell(progress: Progress) -> None:
        run.progress.going_on(words(progress, before, total))

    try:
        with Fleet[Any, PastSubject](list(_lanes(wanted, places)), tell=tell) as fleet:
            _keep(run, map(_past, fleet))
    except KeyboardInterrupt:
        run.progress.stop()
        say(f"To go on: imadmin probe --resume {run.id}")
        raise


def _keep(run: Recorded, subjects: Iterator[PastSubject]) -> None:
    """Journal what comes, some together; after Ctrl-C too."""
    together: list[PastSubject] = []
    begun = time.monotonic()
    try:
        for subject in subjects:
            together.append(subject)
            if len(together) >= _KEPT_TOGETHER or time.monotonic() - begun >= _KEPT_SECONDS:
                run.subjects.keep(run.id, together)
                together, begun = [], time.monotonic()
    finally:
        run.subjects.keep(run.id, together)


def _lanes(wanted: Wanted, places: Sequence[Place]) -> Iterator[Lane[Any]]:
    yield Lane("nowhere", _WHY_NOT, None, wanted.unserved(), batch=_TOLD_AT_ONCE)
    for place in places:
        client, why = place.endpoint.client, place.broken
        if client is None:
            why = place.endpoint.error.line if place.endpoint.error else "the endpoint cannot be asked"
        if client is None or why:
            outcome = Outcome.not_asked(place.name, why)
            subjects = zip(wanted.of(place), repeat(outcome))
            yield Lane(place.name, _WHY_NOT, None, subjects, batch=_TOLD_AT_ONCE)
            continue
        context, mailboxes, limits = Context(place.name, client), wanted.of(place), limits_of(client)
        yield Lane(place.name, _PROBE, context, mailboxes, limits, batch=_AT_ONCE, cancel=client.close)


def _past(result: Result[Any, PastSubject]) -> PastSubject:
    if result.value is not None:
        return result.value
    mailbox = result.subject[0] if isinstance(result.subject, tuple) else str(result.subject)
    outcome = Outcome.not_asked(result.lane, result.why_not)
    return PastSubject(mailbox, settled=False, outcome=outcome._asdict())
