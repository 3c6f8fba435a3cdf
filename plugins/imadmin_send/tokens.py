"""What tells imadmin's own test messages from all other mail: a token in their subject."""

from __future__ import annotations

import re
import secrets

__all__ = ["new_token", "subject_of", "tokens_in"]

_PREFIX = "imadmin test "
_TOKEN = re.compile(rf"{_PREFIX}[0-9a-f]{{16}}(?![0-9a-f])")


def new_token() -> str:
    """A token that is nowhere else in the world."""
    return _PREFIX + secrets.token_hex(8)


def subject_of(sender: str, token: str) -> str:
    """The subject of a missed message, as the client words it, and the token.

    Source: "Learn about IM notifications in Skype for Business", support.microsoft.com.
    """
    return f"{sender} sent you a message in Skype for Business ({token})"


def tokens_in(subject: str) -> list[str]:
    """The tokens in a subject: also in that of an answer to a test message, and of a report on one."""
    return _TOKEN.findall(subject)
