"""Which user may be meant by an address that nobody has."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imadmin.tables import Table

__all__ = ["much_like"]

_CLOSE = """
    select person from users
    where jaro_winkler_similarity(split_part(person, '@', 1), split_part($1, '@', 1)) > 0.85
      and jaro_winkler_similarity(person, $1) > 0.85
    order by jaro_winkler_similarity(person, $1) desc, person limit 1
"""
"""By what stands before the @ as well: all users of a domain are much alike in the rest."""


def much_like(users: Table, name: str) -> str:
    """The user whose address is most like *name*; empty where none is much like it."""
    rows = users.query(_CLOSE, [name])
    return str(rows[0][0]) if rows else ""
