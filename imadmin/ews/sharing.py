"""What the mailboxes of an endpoint share, and what a failure at one of them means for the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from imadmin.ews.faults import EwsError, Kind
from imadmin.fleet import Busy, Down, Refused, Silent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imadmin.errors import ImadminError
    from imadmin.ews.client import EwsClient
    from imadmin.fleet import Trouble

__all__ = ["limits_of", "trouble_of"]

_MOST_AT_A_SERVER: Final = 32
_NO_ANSWER: Final = frozenset({Kind.TIMEOUT, Kind.DROPPED, Kind.UNAVAILABLE})
_NO_LOGIN: Final = frozenset({Kind.UNAUTHORIZED, Kind.LOGIN, Kind.NOT_TRIED})


def limits_of(client: EwsClient) -> Mapping[str, int]:
    """How many mailboxes may be asked for at once: at the server, and with the credential."""
    return {_server(client): _MOST_AT_A_SERVER, _credential(client): client.config.connections}


def trouble_of(error: ImadminError | None, client: EwsClient) -> Trouble | None:
    """What a failure means for the other mailboxes; None where it is about its own, or there is none.

    A server that is not available and says when it will be is busy; one that does not say counts as silent.
    """
    if not isinstance(error, EwsError):
        return None
    if error.kind in _NO_LOGIN:
        return Refused(error.line, _credential(client))
    if error.unreached:
        return Down(error.line, _server(client))
    if error.kind is Kind.THROTTLED or error.back_off is not None:
        return Busy(error.line, error.back_off)
    return Silent(error.line, _server(client)) if error.kind in _NO_ANSWER else None


def _server(client: EwsClient) -> str:
    return f"the server {urlsplit(client.config.endpoint).netloc.lower()}"


def _credential(client: EwsClient) -> str:
    return f"{client.user} at {urlsplit(client.config.endpoint).netloc.lower()}"
