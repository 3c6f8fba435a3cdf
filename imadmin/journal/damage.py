"""A journal that is damaged: moved aside whole, never dropped, so that a new one can begin."""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from imadmin.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["found", "set_aside"]

_BESIDE = ("-wal", "-shm", "")
"""What SQLite keeps beside the file; without it the file would be older than it was."""


def set_aside(path: Path) -> Path:
    """Move the file and what belongs to it; gives its new path.

    Raises:
        ConfigError: it cannot be moved.
    """
    target = path.with_name(f"{path.name}.damaged-{secrets.token_hex(4)}")
    try:
        for suffix in _BESIDE:
            with suppress(FileNotFoundError):
                path.with_name(path.name + suffix).replace(target.with_name(target.name + suffix))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        remedy = "End every imadmin and Jupyter of yours, and move the file away yourself."
        raise ConfigError(
            f"is damaged, and cannot be moved: {reason}", where=str(path), remedy=remedy
        ) from error
    return target


def found(path: Path) -> ConfigError:
    """What to say of damage that was met on the way, after moving the file aside."""
    if _is_whole(path):
        return ConfigError(
            "was damaged, and another imadmin has moved it away", where=str(path), remedy="Try again."
        )
    target = set_aside(path)
    return ConfigError(
        f"is damaged, and was moved to {target.name}; what it knew of earlier runs and changes is in there",
        where=str(path),
        remedy="Say the command again: a new journal begins. `sqlite3 FILE .recover` may read the old one.",
    )


def _is_whole(path: Path) -> bool:
    """Whether another process was here first, and a new journal is there."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            return bool(connection.execute("pragma quick_check(1)").fetchone() == ("ok",))
    except sqlite3.Error:
        return False
