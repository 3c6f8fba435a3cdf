"""Where imadmin keeps what it writes: one private folder per user."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from imadmin.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

__all__ = ["PRIVATE", "home", "private_folder", "write_file", "write_private", "written"]

PRIVATE = 0o600
"""The mode of a file for the owner alone."""


def home() -> Path:
    """The user's folder for the journal and the runs (IMADMIN_HOME, or the platform's place for state)."""
    given = os.environ.get("IMADMIN_HOME")
    if given:
        return private_folder(_expanded(given))
    from platformdirs import user_state_path

    return private_folder(user_state_path("imadmin", appauthor=False))


def _expanded(text: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        raise ConfigError("there is no such user", where=f"IMADMIN_HOME={text}") from error


def private_folder(path: Path) -> Path:
    """Make *path* and its parents, for the owner alone (on Windows: as its parent's ACL says).

    Raises:
        ConfigError: it cannot be made or written to.
    """
    try:
        _make(path)
        if not os.access(path, os.W_OK):
            raise PermissionError(13, "not writable")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        remedy = "Set IMADMIN_HOME to a folder that you may write to."
        raise ConfigError(f"cannot be used: {reason}", where=str(path), remedy=remedy) from error
    return path.resolve()


def _make(path: Path) -> None:
    """Like `mkdir(parents=True)`, which would make the parents for everybody."""
    if not path.is_dir():
        if path.parent != path:
            _make(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)


def write_private(path: Path, text: str) -> None:
    """Write a file for the owner alone; whole or not at all.

    Raises:
        ConfigError: it cannot be written.
    """
    write_file(path, text, PRIVATE)


def write_file(path: Path, text: str, mode: int) -> None:
    """Write a file, whole or not at all, that those may read whom *mode* names.

    Raises:
        ConfigError: it cannot be written.
    """
    with written(path, mode=mode) as file:
        file.write(text)


@contextmanager
def written(path: Path, *, mode: int = PRIVATE, encoding: str = "utf-8") -> Iterator[TextIO]:
    """Write a file piece by piece, which is there when it is whole, or not at all.

    Raises:
        ConfigError: it cannot be written.
    """
    try:
        with _replaced(path, mode, encoding) as file:
            yield file
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigError(f"cannot be written: {reason}", where=str(path)) from error


@contextmanager
def _replaced(path: Path, mode: int, encoding: str) -> Iterator[TextIO]:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding=encoding, errors="replace", newline="") as file:
            yield file
        if mode != PRIVATE:  # which is how it was made
            temporary.chmod(mode)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
