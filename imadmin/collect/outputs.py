"""Saving the output of one cmdlet."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imadmin.collect.wanted import file_of
from imadmin.errors import ConfigError, ImadminError, SourceAbsentError, SourceError
from imadmin.model.values import Lost
from imadmin.shells.clixml import PSObject, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from imadmin.access import Access
    from imadmin.records import Cmdlet
    from imadmin.shells.base import Record

__all__ = ["Saved", "save_output", "unwritable", "variants"]

_NAME = re.compile(r"[\w-]+/[\w.@-]+")


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of one file of a collection.

    Attributes:
        file: its name, relative to the folder.
        source: the address that was asked, or the file or folder that was read.
        objects: how many it holds; None for a list of clients, whose lines nobody counted.
        seconds: how long that took.
        warnings: what the cmdlet warned of.
        error: why the file is not there; empty where it is.
        remedy: what to do about it.
    """

    file: str
    source: str
    objects: int | None = None
    seconds: float = 0.0
    warnings: tuple[str, ...] = ()
    error: str = ""
    remedy: str = ""


def variants(cmdlet: Cmdlet, access: Access) -> list[Cmdlet]:
    """The outputs of *cmdlet* that there are to save; where that cannot be told, one that will say why."""
    try:
        return access.shell(cmdlet.shell).variants(cmdlet)
    except SourceError:
        return [cmdlet._replace(variant="") if cmdlet.variant == "*" else cmdlet]


def save_output(cmdlet: Cmdlet, access: Access, folder: Path) -> Saved | None:
    """Run *cmdlet*, and write what is wanted of its objects as CLIXML below *folder*, one by one.

    Output that came with an error may lack objects, and would be taken for whole: it is not kept. None where
    there is no such output, and nobody's verdict depends on it.

    Raises:
        ConfigError: the folder cannot be written to.
    """
    begin = time.perf_counter()
    config = access.deployment.shells[cmdlet.shell]
    source = config.uri or str(config.folder or config.shell)
    path = folder / file_of(cmdlet)
    try:
        objects, warnings = _saved(cmdlet, access, path)
    except (ImadminError, TypeError, ValueError) as error:  # the latter two: a value without a CLIXML form
        path.unlink(missing_ok=True)
        if cmdlet.informs and isinstance(error, SourceAbsentError):
            return None
        line, remedy = (error.line, error.remedy) if isinstance(error, ImadminError) else (str(error), "")
        return Saved(file_of(cmdlet), source, None, time.perf_counter() - begin, (), line, remedy)
    except OSError as error:
        raise unwritable(folder, error) from error
    return Saved(file_of(cmdlet), source, objects, time.perf_counter() - begin, warnings)


def unwritable(folder: Path, error: OSError) -> ConfigError:
    """The error of a folder that takes nothing more."""
    reason = error.strerror or type(error).__name__
    remedy = "Give a folder that you may write to, with room for some thousand bytes a person."
    return ConfigError(f"cannot be written: {reason}", where=str(folder), remedy=remedy)


def _saved(cmdlet: Cmdlet, access: Access, path: Path) -> tuple[int, tuple[str, ...]]:
    if not _NAME.fullmatch(str(cmdlet)):
        raise SourceError("its name or its variant cannot be a file's name", where=str(cmdlet))
    result = access.shell(cmdlet.shell).run(cmdlet)
    objects = _Objects(result.records)
    path.touch(mode=0o600)
    with path.open("wb") as file:
        write(file, objects, encoding="utf-8")
    if result.errors:
        raise SourceError(f"{cmdlet.name} reported: {result.errors[0]}", where=str(cmdlet))
    return objects.count, tuple(result.warnings)


class _Objects:
    """Objects on their way into a file, counted."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._records = records
        self.count = 0

    def __iter__(self) -> Iterator[PSObject]:
        for record in self._records:
            self.count += 1
            yield _known(record)


def _known(record: Record) -> PSObject:
    """The object without values that an earlier form has lost: they stay unknown."""
    names = getattr(record, "type_names", ())
    shown = getattr(record, "to_string", None)
    known = {name: value for name, value in record.items() if not isinstance(value, Lost)}
    return PSObject(known, type_names=names, to_string=shown)
