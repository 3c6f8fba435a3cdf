"""The way to each endpoint, and then its mailboxes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imadmin.probing import Examination, probe_mailbox
from imadmin_ews.access import LATEST_AGENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from imadmin.probing import MailboxProbe, Step

    from .selection import Chosen

__all__ = ["Asked", "asked_of"]


class Asked(NamedTuple):
    """What comes of an endpoint, while it comes.

    Attributes:
        name: of the endpoint.
        url: of the endpoint.
        wanted: the mailboxes that it is to be asked for.
        steps: to it, to be taken before the mailboxes.
        mailboxes: what came of each; none where a step to the endpoint broke.
    """

    name: str
    url: str
    wanted: tuple[str, ...]
    steps: Iterator[Step]
    mailboxes: Iterator[MailboxProbe]


def asked_of(chosen: Iterable[Chosen], ca_file: Path | None, user_agent: str | None) -> Iterator[Asked]:
    """Ask each endpoint for its mailboxes, when what comes of it is taken."""
    for one in chosen:
        agent = user_agent or LATEST_AGENT
        examination = Examination(one.endpoint, ca_file=ca_file, mailbox=one.mailboxes[0], user_agent=agent)
        config = one.endpoint.config
        steps, mailboxes = examination.steps(), _mailboxes(one, examination, agent)
        yield Asked(config.name, config.endpoint, one.mailboxes, steps, mailboxes)


def _mailboxes(chosen: Chosen, examination: Examination, agent: str) -> Iterator[MailboxProbe]:
    client = chosen.endpoint.client
    if client is None or examination.first is None or examination.broken:
        return
    yield examination.first
    for mailbox in chosen.mailboxes[1:]:
        yield probe_mailbox(client, mailbox, agent)
