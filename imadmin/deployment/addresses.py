"""Addresses of servers in a deployment file."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imadmin.deployment.yamlnodes import Entry

__all__ = ["address"]


def address(entry: Entry, *schemes: str) -> str:
    """An address that begins with one of *schemes* and names no user.

    Raises:
        ConfigError: it does not, or does.
    """
    text = entry.text()
    if not text.lower().startswith(schemes):
        raise entry.complain(
            "should begin with https://", "Nothing is asked without TLS that can be asked with it."
        )
    if "@" in text.partition("://")[2].partition("/")[0]:
        raise entry.complain(
            "a user or a password must not stand in the address", "Name a credential instead."
        )
    return text
