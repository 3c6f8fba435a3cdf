"""What was tried, and why it failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from imadmin.shells.psrp.address import Endpoint

__all__ = ["Attempt", "Cause", "excerpt"]

_EXCERPT = 200


class Attempt(NamedTuple):
    """What was tried.

    Attributes:
        endpoint: where.
        user: who was to log in.
        integrated: whether the operating system was to vouch for them.
        seconds: how long it might take.
        late: whether it took longer, and the connection was broken off here.
        offered: the ways to log in that the server named in its last answer.
    """

    endpoint: Endpoint
    user: str
    integrated: bool
    seconds: float
    late: bool
    offered: str = ""


class Cause(NamedTuple):
    """Why it failed.

    Attributes:
        what: went wrong.
        remedy: what to do about it.
        login: whether the server has refused who logs in.
        denied: whether it is their name or password that it has refused.
    """

    what: str
    remedy: str = ""
    login: bool = False
    denied: bool = False


def excerpt(text: object) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(str(text).split())
    return line if len(line) <= _EXCERPT else f"{line[:_EXCERPT]}…"
