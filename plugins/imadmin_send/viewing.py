"""Looking into mailboxes side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .crew import answer_of

if TYPE_CHECKING:
    from imadmin.errors import ImadminError
    from imadmin.ews import EwsClient
    from imadmin.fleet import Answer

    from .mailboxes import Look, ProbeMailbox

__all__ = ["VIEW", "Viewing", "view"]

VIEW = f"{__name__}:view"


class Viewing(NamedTuple):
    """A mailbox to be looked into, and how many test messages may be in it."""

    mailbox: ProbeMailbox
    expected: int

    @property
    def client(self) -> EwsClient:
        """Of the mailbox."""
        return self.mailbox.client


def view(_: None, viewing: Viewing) -> Answer[Look | ImadminError]:
    """Look into a mailbox."""
    return answer_of(viewing.client, lambda: viewing.mailbox.look(viewing.expected))
