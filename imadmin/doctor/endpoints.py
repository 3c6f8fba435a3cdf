"""An EWS endpoint: the way to it, the log-in, and the mailboxes that it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.doctor.steps import finding
from imadmin.model.values import lowered
from imadmin.probing.endpoint import Examination
from imadmin.probing.mailbox import probe_mailbox
from imadmin.records import Finding, Probe, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin.access import Access, Endpoint
    from imadmin.probing import MailboxProbe

__all__ = ["endpoint_probe"]


def endpoint_probe(endpoint: Endpoint) -> Probe:
    """Tries an endpoint."""
    config = endpoint.config

    def run(access: Access) -> Iterator[Finding]:
        named = tuple(config.mailboxes) or access.deployment.test_send.mailboxes
        mailboxes = list(dict.fromkeys(map(lowered, named)))
        examination = Examination(
            endpoint,
            ca_file=access.deployment.ca_file,
            mailbox=mailboxes[0] if mailboxes else "",
        )
        yield from map(finding, examination.steps())
        yield from _mailboxes(endpoint, examination, mailboxes)

    return Probe(f"ews {config.name}", f"ews {config.name}: {config.endpoint}", run)


def _mailboxes(endpoint: Endpoint, examination: Examination, mailboxes: list[str]) -> Iterator[Finding]:
    """What there is to say of each; the first has been asked for to see who may log in."""
    for mailbox in mailboxes:
        if endpoint.client is None or examination.broken:
            yield Finding(mailbox, Status.SKIP, f"not tried, because of: {examination.broken or 'log-in'}")
        elif examination.first is not None and mailbox == examination.first.mailbox:
            yield _told(examination.first)
        else:
            yield _told(probe_mailbox(endpoint.client, mailbox))


def _told(probe: MailboxProbe) -> Finding:
    """Its steps in one line: the worst of them decides."""
    mailbox, history = probe.steps
    if probe.error is not None:
        return Finding(probe.mailbox, mailbox.status, mailbox.message, remedy=mailbox.remedy)
    what = f"{mailbox.message}, {history.message}"
    return Finding(probe.mailbox, history.status, what, remedy=history.remedy)
