"""What comes of probing: steps, and whose they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from imadmin.records import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imadmin.errors import ImadminError

__all__ = ["Diagnosis", "MailboxProbe", "Step", "first_broken"]

_BROKEN = (Status.FAIL, Status.ERROR)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was tried on the way to a mailbox.

    Attributes:
        name: such as `TLS`; the same for every endpoint.
        status: `pass`, `warn`, `fail` (it does not work), `error` (that could not be found out) or `skip`
            (not tried, for the reason in *message*).
        message: what was found, in words.
        seconds: it took so long; 0 where it was not tried.
        evidence: what was seen, by name: texts, numbers, and tuples of them.
        remedy: what to do about it; empty where nothing is to be done.
    """

    name: str
    status: Status
    message: str
    seconds: float = 0.0
    evidence: Mapping[str, object] = field(default_factory=dict)
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What came of following the way to an endpoint.

    Attributes:
        name: of the endpoint in the deployment.
        url: of the endpoint.
        steps: all of them, in order; those after one that broke are skipped.
        first: what came of asking for the mailbox that was logged in for; None where that was not tried.
        error: why the endpoint cannot be asked for mailboxes; None where it can.
    """

    name: str
    url: str
    steps: tuple[Step, ...]
    first: MailboxProbe | None = None
    error: ImadminError | None = None

    @property
    def broken(self) -> Step | None:
        """The first step that did not work, or of which that could not be found out."""
        return first_broken(self.steps)


@dataclass(frozen=True, slots=True)
class MailboxProbe:
    """What came of asking for one mailbox.

    Attributes:
        mailbox: its address.
        steps: `mailbox` (it answers) and `Conversation History`.
        error: why it did not answer, an `EwsError` where somebody was asked: its `kind` tells whether that is
            the mailbox's fault or the endpoint's, its `back_off` when to ask again. None where it answered.
        as_client: whether it answered only to the client's user agent, and refused imadmin's own.
    """

    mailbox: str
    steps: tuple[Step, ...]
    error: ImadminError | None = None
    as_client: bool = False

    @property
    def broken(self) -> Step | None:
        """The first step that did not work, or of which that could not be found out."""
        return first_broken(self.steps)


def first_broken(steps: tuple[Step, ...]) -> Step | None:
    """The first of *steps* that did not work, or of which that could not be found out."""
    return next((step for step in steps if step.status in _BROKEN), None)
