"""Numbers and names of people as words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["counted", "is_long", "some"]

_NAMED = 5


def counted(number: int) -> str:
    """*number* with its noun."""
    return "1 person" if number == 1 else f"{number:,} people"


def is_long(names: Sequence[str], count: int) -> bool:
    """Whether `some` leaves names out."""
    return count > len(names) or len(names) > _NAMED + 1


def some(names: Sequence[str], count: int, more: str) -> str:
    """The first of *names* and how many there are besides; one more name rather than `and 1 more`.

    Args:
        names: those that are known.
        count: how many there are in all.
        more: what stands for those left out, such as an ellipsis.
    """
    shown = names[:_NAMED] if is_long(names, count) else names
    hidden = count - len(shown)
    return ", ".join(shown) + (f", {more} and {hidden:,} more" if hidden > 0 else "")
