"""Which endpoint is asked for which mailboxes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imadmin.errors import UsageError
from imadmin.ews import checked_address
from imadmin.model.values import lowered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imadmin.access import Access, Endpoint

__all__ = ["Chosen", "endpoints_named", "selected"]

_NAME_ONE = "Name a mailbox, or describe some in the deployment file under ews: mailboxes:, or test_send:."


class Chosen(NamedTuple):
    """An endpoint, and the mailboxes that it is to be asked for."""

    endpoint: Endpoint
    mailboxes: tuple[str, ...]


def selected(access: Access, mailboxes: Sequence[str], name: str | None) -> list[Chosen]:
    """Who is asked for what.

    A mailbox that an endpoint names as its own is asked for there, any other at every endpoint whose
    credential may open mailboxes of others.

    Args:
        access: to the deployment.
        mailboxes: those of the command line; where there are none, those of the deployment.
        name: of the only endpoint to be asked.

    Raises:
        UsageError: there is no such endpoint, or none that can be asked for a mailbox; or one is no address.
    """
    endpoints = endpoints_named(access, name)
    named = list(dict.fromkeys(map(_address, mailboxes)))
    if not named:
        test = access.deployment.test_send.mailboxes
        chosen = [Chosen(one, tuple(map(lowered, one.config.mailboxes or test))) for one in endpoints]
        return [one for one in chosen if one.mailboxes] or _nobody(_NAME_ONE)
    chosen = [Chosen(one, tuple(_asked_for(one, named, endpoints))) for one in endpoints]
    asked = {mailbox for one in chosen for mailbox in one.mailboxes}
    missing = [mailbox for mailbox in named if mailbox not in asked]
    if missing:
        _nobody(f"No endpoint may be asked for {', '.join(missing)}: each has access: owner.")
    return [one for one in chosen if one.mailboxes]


def endpoints_named(access: Access, name: str | None) -> list[Endpoint]:
    """The endpoints of this name, or all of them.

    Raises:
        UsageError: there is none.
    """
    endpoints = access.endpoints()
    found = [one for one in endpoints if name in (None, one.config.name)]
    if not found:
        known = ", ".join(one.config.name for one in endpoints)
        remedy = f"There are: {known}." if known else "Describe one under ews: in the deployment file."
        raise UsageError(f"there is no endpoint {name!r}" if known else "there is no endpoint", remedy=remedy)
    return found


def _address(text: str) -> str:
    try:
        return lowered(checked_address(text))
    except ValueError as error:
        raise UsageError(str(error), remedy="Write a mailbox's primary SMTP address.") from None


def _asked_for(endpoint: Endpoint, mailboxes: list[str], endpoints: list[Endpoint]) -> list[str]:
    own = set(map(lowered, endpoint.config.mailboxes))
    elsewhere = {lowered(mailbox) for one in endpoints for mailbox in one.config.mailboxes} - own
    if endpoint.config.access == "owner":
        return [mailbox for mailbox in mailboxes if mailbox in own]
    return [mailbox for mailbox in mailboxes if mailbox not in elsewhere]


def _nobody(remedy: str) -> list[Chosen]:
    raise UsageError("there is no mailbox to be asked for", remedy=remedy)
