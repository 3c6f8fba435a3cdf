"""Copying the lists of registered clients."""

from __future__ import annotations

import shutil
from io import TextIOWrapper
from typing import TYPE_CHECKING

from imadmin.collect.outputs import Saved, unwritable
from imadmin.errors import SourceError
from imadmin.lists import files_of, marked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import BinaryIO

    from imadmin.deployment import ClientsConfig

__all__ = ["copy_lists"]

FOLDER = "clients"
_CODE_PAGE = "Check encoding: of this list in the deployment."


def copy_lists(configs: Iterable[ClientsConfig], folder: Path) -> Iterator[Saved]:
    """Copy every list of clients below *folder*, whole, as `clients/*.csv`.

    Raises:
        ConfigError: the folder cannot be written to.
    """
    taken: set[str] = set()
    for config in configs:
        try:
            paths = files_of(config.csv)
        except SourceError as error:
            name = f"{FOLDER}/{_name(config.csv, taken)}"
            yield Saved(name, str(config.csv), error=error.line, remedy=error.remedy)
            continue
        for path in paths:
            yield _copied(path, config.encoding, folder, f"{FOLDER}/{_name(path, taken)}")


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
    try:
        source = path.open("rb")
    except OSError as error:
        return Saved(name, str(path), error=f"{path}: cannot be read: {error.strerror}")
    target = folder / name
    with source:
        try:
            _copy(source, target, encoding)
        except UnicodeError as error:
            target.unlink()
            return Saved(name, str(path), error=f"{path}: is not {encoding}: {error}", remedy=_CODE_PAGE)
        except OSError as error:
            raise unwritable(folder, error) from error
    return Saved(name, str(path))


def _copy(source: BinaryIO, target: Path, encoding: str) -> None:
    """Byte by byte; what only the deployment knows how to read becomes UTF-8, as a folder has no such key."""
    mark = marked(source.read(4))
    source.seek(0)
    target.touch(mode=0o600)
    if mark or not encoding:
        with target.open("wb") as copy:
            shutil.copyfileobj(source, copy)
    else:
        with target.open("w", encoding="utf-8", newline="") as text:
            shutil.copyfileobj(TextIOWrapper(source, encoding, newline=""), text)
