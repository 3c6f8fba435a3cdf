"""The fact `mailbox_looks`: what lies in the mailboxes that may be looked into."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from imadmin import EwsEndpoints, PastChanges, Status, fact
from imadmin.errors import SourceNotDescribedError
from imadmin.model.values import lowered
from imadmin_troubleshoot.settings import SETTINGS, LostMessage, settings_of

from .looking import look_into
from .records import Drafts, Looks, Wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from imadmin.facts import Inputs
    from imadmin.journal import PastChange

    from .records import Look

__all__ = ["NOTED", "WINDOW", "mailbox_looks"]

NOTED: Final = PastChanges("note-drafts")
_SENT: Final = PastChanges("test-send")
WINDOW: Final = timedelta(days=7)
_SLACK: Final = timedelta(minutes=5)
_THREADS: Final = 4
_NAMES_NONE: Final = (
    "names no mailbox that may be looked into (test_send:, or mailboxes: and lost: of troubleshoot:)"
)


# NOTED is asked and no source: a look that is noted does not make the look of this run anything else.
@fact(SETTINGS, EwsEndpoints(), _SENT, any_source=True)
def mailbox_looks(inputs: Inputs) -> Looks:
    """One look at each mailbox under `test_send:` and under `mailboxes:` and `lost:` of `troubleshoot:`."""
    settings, deployment = settings_of(inputs), inputs.deployment
    if not deployment.ews:
        raise SourceNotDescribedError(
            "names no endpoint by which mailboxes could be looked into", where="ews"
        )
    own = {lowered(address) for address in deployment.test_send.mailboxes}
    wanted = (
        *(Wanted(message, "the deployment says so") for message in settings.lost),
        *_of_tests(inputs.past_changes(_SENT), own),
    )
    named = own | {lowered(address) for address in settings.mailboxes} | set(_concerned(settings.lost))
    if not named:
        raise SourceNotDescribedError(_NAMES_NONE, where=deployment.source.name)
    now = datetime.now(UTC)
    moments = [one.message.after for one in wanted if one.message.after is not None]
    looks = _looks(inputs, sorted(named), min([now - WINDOW, *moments]), own)
    domains = frozenset(map(lowered, deployment.sip_domains))
    return Looks(looks, wanted, _earlier(inputs.past_changes(NOTED)), domains, now)


def _looks(inputs: Inputs, named: Sequence[str], since: datetime, own: set[str]) -> dict[str, Look]:
    endpoints = inputs.endpoints()
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="mailbox") as pool:
        found = pool.map(lambda one: look_into(endpoints, one, since, own=one in own), named)
        return dict(zip(named, found, strict=True))


def _concerned(lost: Iterable[LostMessage]) -> Iterable[str]:
    """Whose mailboxes a missed message names: the recipient's, and the sender's where that is said."""
    for message in lost:
        yield from (lowered(one) for one in (message.recipient, message.sender) if one)


def _of_tests(past: Iterable[PastChange], own: set[str]) -> Iterable[Wanted]:
    """The messages of test sends that did not arrive as they should, in mailboxes that are ours."""
    for change in past:
        sender, _, recipient = change.subject.partition(" → ")
        if change.finding is not None and change.finding.status in {Status.PASS, Status.SKIP}:
            continue
        begun = datetime.fromisoformat(change.begun) - _SLACK
        for token in dict.fromkeys(str(i["token"]) for i in change.intents if "token" in i):
            if recipient in own:
                why = f"the test send of {change.begun} did not end well"
                yield Wanted(LostMessage(recipient, sender, token, begun), why)


def _earlier(past: Iterable[PastChange]) -> dict[str, Drafts]:
    found = {}
    for change in past:
        count = change.finding.evidence.get("in_drafts") if change.finding is not None else None
        if isinstance(count, int):
            found[change.subject] = Drafts(count, change.begun)
    return found
