"""Asking as the client would call itself: access lists go by the user agent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imadmin.errors import ConfigError
from imadmin.ews.faults import EwsError, Kind
from imadmin.ews.records import Folder
from imadmin.probing.records import Step
from imadmin.probing.trials import failed
from imadmin.records import Status

if TYPE_CHECKING:
    from imadmin.ews import EwsClient

__all__ = ["asked_as", "let_in_alone"]

_NAME: Final = "user agent"
_INFERRED: Final = "taken to be the client's, which is an inference"
_LISTS: Final = (
    "See EwsApplicationAccessPolicy, EwsAllowList and EwsBlockList of the organisation"
    " (Get-OrganizationConfig) and of the mailbox (Get-CASMailbox)."
)


def asked_as(client: EwsClient, mailbox: str, agent: str) -> Step:
    """Ask for a mailbox that has answered before, by another user agent.

    Args:
        client: of the endpoint.
        mailbox: that answers imadmin's own user agent.
        agent: of the client.
    """
    try:
        client.look(mailbox, [Folder.INBOX], user_agent=agent)
    except EwsError as error:
        return _refused(error, agent)
    except ValueError as error:
        raise ConfigError(str(error)) from None
    what = f"answers {agent} too ({_INFERRED})"
    return Step(_NAME, Status.PASS, what, evidence={"user agent": agent})


def let_in_alone(agent: str) -> Step:
    """What there is to say where a mailbox has answered to *agent* only."""
    what = f"answers {agent} ({_INFERRED}), and forbids EWS to imadmin's own user agent"
    return Step(_NAME, Status.PASS, what, evidence={"user agent": agent})


def _refused(error: EwsError, agent: str) -> Step:
    if error.kind is not Kind.FORBIDDEN:
        return failed(_NAME, error)
    what = f"the server forbids EWS to {agent}, {_INFERRED}; imadmin's own user agent is let in"
    return Step(
        _NAME, Status.FAIL, what, evidence={"user agent": agent, "kind": str(error.kind)}, remedy=_LISTS
    )
