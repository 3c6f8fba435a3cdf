"""Asking an endpoint for one mailbox: does it answer, and has it Conversation History?"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from imadmin.errors import ConfigError, ImadminError
from imadmin.ews.codes import kind_of
from imadmin.ews.faults import EwsError, Kind
from imadmin.ews.records import Folder
from imadmin.probing.records import MailboxProbe, Step
from imadmin.probing.trials import failed
from imadmin.records import Status

if TYPE_CHECKING:
    from imadmin.ews import EwsClient, Mailbox

__all__ = ["OF_THE_MAILBOX", "is_of_the_mailbox", "probe_mailbox"]

OF_THE_MAILBOX: Final = frozenset(
    {
        Kind.NO_MAILBOX,
        Kind.MAILBOX_MOVING,
        Kind.MAILBOX_UNAVAILABLE,
        Kind.ACCESS_DENIED,
        Kind.IMPERSONATION_DENIED,
        Kind.NO_FOLDER,
    }
)
"""What an endpoint says of one mailbox only, after it has let somebody log in."""

_HISTORY: Final = "Conversation History"
_WANTED: Final = (Folder.INBOX, Folder.CONVERSATION_HISTORY)
_RIGHTS: Final = "Compare the rights of the log-in."
_LOOK: Final = "Look into the mailbox with Outlook: the server does not know the folder by its id."
_SIGN_IN: Final = "Sign in to Skype for Business with this account once, so that the folder is made."


def probe_mailbox(client: EwsClient, mailbox: str, user_agent: str = "") -> MailboxProbe:
    """Ask for a mailbox by one GetFolder request; it never raises for what a server does.

    It is asked by the credential of *client*: that the mailbox answers proves neither that its owner's own
    log-in would pass, nor the user agent of Skype for Business.

    Args:
        client: of the endpoint; safe to use from several threads.
        mailbox: its address.
        user_agent: of the client, as which it is asked for once more where imadmin's own is forbidden: access
            lists go by it. Empty: it is not.
    """
    begin = time.perf_counter()
    found, as_client = _asked(client, mailbox), False
    if user_agent and isinstance(found, EwsError) and found.kind is Kind.FORBIDDEN:
        again = _asked(client, mailbox, user_agent)
        found, as_client = (found, False) if isinstance(again, ImadminError) else (again, True)
    seconds = time.perf_counter() - begin
    if isinstance(found, ImadminError):
        return MailboxProbe(mailbox, (failed("mailbox", found, seconds), _untried()), found)
    return MailboxProbe(mailbox, (_answered(found, seconds), _history(found)), as_client=as_client)


def _asked(client: EwsClient, mailbox: str, user_agent: str | None = None) -> Mailbox | ImadminError:
    """What the mailbox answers, or why it does not."""
    try:
        return client.look(mailbox, _WANTED, user_agent=user_agent)
    except ImadminError as error:
        return error
    except ValueError as error:
        return ConfigError(str(error), remedy="Write the mailbox's primary SMTP address.")


def is_of_the_mailbox(error: ImadminError | None) -> bool:
    """Whether an error is about one mailbox, so that the endpoint has answered."""
    return isinstance(error, EwsError) and error.kind in OF_THE_MAILBOX


def _untried() -> Step:
    return Step(_HISTORY, Status.SKIP, "not tried, because of: mailbox")


def _answered(found: Mailbox, seconds: float) -> Step:
    by = f" (Exchange {found.server})" if found.server else ""
    evidence: dict[str, object] = {"server": found.server} if found.server else {}
    if found.deviations:
        evidence["deviations"] = found.deviations
    return Step("mailbox", Status.PASS, f"answers{by}", seconds, evidence)


def _history(found: Mailbox) -> Step:
    unclear = found.unreadable.get(Folder.CONVERSATION_HISTORY)
    if unclear is not None:
        what = f"whether it has Conversation History the server does not say: {unclear}"
        evidence = {"response code": unclear}
        remedy = _RIGHTS if kind_of(unclear) is Kind.ACCESS_DENIED else _LOOK
        return Step(_HISTORY, Status.ERROR, what, evidence=evidence, remedy=remedy)
    name = found.folders.get(Folder.CONVERSATION_HISTORY)
    if name is None:
        return Step(_HISTORY, Status.WARN, "without Conversation History", remedy=_SIGN_IN)
    what = f"with Conversation History{f': {name}' if name else ''}"
    return Step(_HISTORY, Status.PASS, what, evidence={"name": name})
