"""Whether a mailbox may be used over EWS by this client at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imadmin_lab.mail import Mailbox

Allowed = Callable[[str, str], bool]
"""Tells from a mailbox's primary address and a user agent whether EWS is allowed."""


def everybody(mailbox: str, user_agent: str) -> bool:  # noqa: ARG001 - the shape of `Allowed`
    """Allow EWS for all mailboxes and clients."""
    return True


@dataclass(frozen=True)
class Access:
    """The rule, for the client that calls."""

    allowed: Allowed
    user_agent: str

    def allows(self, mailbox: Mailbox) -> bool:
        """Tell whether this client may use *mailbox*."""
        return self.allowed(mailbox.address, self.user_agent)
