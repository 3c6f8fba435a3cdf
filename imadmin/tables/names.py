"""Names and texts as SQL takes them."""

from __future__ import annotations

import re

__all__ = ["checked", "encodable", "identifier", "literal"]

_NAME = re.compile(r"[a-z_][a-z0-9_]*\Z")


def literal(text: str) -> str:
    """*text* as an SQL string literal; put together where NUL is in it, which DuckDB reads from 2.0 on."""
    parts = ["'" + part.replace("'", "''") + "'" for part in encodable(text).split("\0")]
    return parts[0] if len(parts) == 1 else f"({' || chr(0) || '.join(parts)})"


def identifier(name: str) -> str:
    """*name* as an SQL identifier, whatever characters or keyword it is."""
    return '"' + name.replace('"', '""') + '"'


def checked(name: str) -> str:
    """*name*, if SQL takes it as it stands.

    Raises:
        ValueError: it does not.
    """
    if not _NAME.match(name):
        raise ValueError(f"{name!r} cannot name a table or a column: letters, digits and _ only")
    return name


def encodable(text: str) -> str:
    """*text* without lone surrogates, which no database takes; they come from names that are not UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")
