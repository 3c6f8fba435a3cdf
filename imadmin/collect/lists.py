"""Copying the lists of registered clients and of licenses."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from imadmin.collect.outputs import Saved, unwritable
from imadmin.errors import SourceError
from imadmin.lists import files_of, marked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from imadmin.deployment import ClientsConfig

__all__ = ["copy_lists"]

_CODE_PAGE = "Check encoding: of this list in the deployment."


def copy_lists(configs: Iterable[ClientsConfig], folder: Path, kind: str = "clients") -> Iterator[Saved]:
    """Copy every list of a *kind* below *folder*, whole, as `clients/*.csv` or `licenses/*.csv`.

    Raises:
        ConfigError: the folder cannot be written to.
    """
    taken: set[str] = set()
    for config in configs:
        try:
            paths = files_of(config.csv, kind)
        except SourceError as error:
            name = f"{kind}/{_name(config.csv, taken)}"
            yield Saved(name, str(config.csv), error=error.line, remedy=error.remedy)
            continue
        for path in paths:
            yield _copied(path, config.encoding, folder, f"{kind}/{_name(path, taken)}")


def _name(path: Path, taken: set[str]) -> str:
    """A file name that nothing else has; as a pattern's, where there was no file, it is made of letters."""
    stem = path.stem.replace("*", "all").replace("?", "x")
    name, number = f"{stem}.csv", 1
    while name.lower() in taken:
        number += 1
        name = f"{stem}-{number}.csv"
    taken.add(name.lower())
    return name


def _copied(path: Path, encoding: str, folder: Path, name: str) -> Saved:
    target = folder / name
    try:
        _copy(path, target, encoding)
    except UnicodeError as error:
        target.unlink()
        return Saved(name, str(path), error=f"{path}: is not {encoding}: {error}", remedy=_CODE_PAGE)
    except OSError as error:
        if error.filename != str(path):
            raise unwritable(folder, error) from error
        return Saved(name, str(path), error=f"{path}: cannot be read: {error.strerror}")
    return Saved(name, str(path))


def _copy(path: Path, target: Path, encoding: str) -> None:
    """Byte by byte; what only the deployment knows how to read becomes UTF-8, as a folder has no such key."""
    with path.open("rb") as head:
        foreign = encoding and not marked(head.read(4))
    target.touch(mode=0o600)
    if foreign:
        with (
            path.open(encoding=encoding, newline="") as text,
            target.open("w", encoding="utf-8", newline="") as copy,
        ):
            shutil.copyfileobj(text, copy)
    else:
        with path.open("rb") as source, target.open("wb") as same:
            shutil.copyfileobj(source, same)
