"""What goes with every request: its header fields, and addresses that are checked before they are sent."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["checked_address", "checked_agent", "headers_for"]

_ADDRESS: Final = re.compile(r"[^@\s\x00-\x1f\x7f]{1,64}@[^@\s\x00-\x1f\x7f]{1,255}")


def headers_for(mailbox: str, agent: str) -> dict[str, str | bytes]:
    """The fields of a request; the anchor lets Exchange route it to the mailbox's server at once."""
    return {
        "User-Agent": agent,
        "Content-Type": "text/xml; charset=utf-8",
        "Accept": "text/xml",
        "Accept-Encoding": "gzip",
        "X-AnchorMailbox": mailbox.encode(),
    }


def checked_address(address: str) -> str:
    """The address, if it is one.

    Raises:
        ValueError: it is none.
    """
    if not (_ADDRESS.fullmatch(address) and address.isprintable()):
        raise ValueError(f"{address!r} is not an address")
    return address


def checked_agent(user_agent: str | None, otherwise: str) -> str:
    """The user agent, or *otherwise* where it is None, if it can be sent.

    Raises:
        ValueError: it cannot.
    """
    agent = otherwise if user_agent is None else user_agent
    if not (agent.isascii() and agent.isprintable() and agent.strip()):
        raise ValueError(f"{agent!r} cannot be sent as a user agent")
    return agent
