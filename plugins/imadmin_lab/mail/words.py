"""Tables of names, written as text."""

from __future__ import annotations


def words(text: str) -> tuple[str, ...]:
    """Give the words of *text*."""
    return tuple(text.split())
