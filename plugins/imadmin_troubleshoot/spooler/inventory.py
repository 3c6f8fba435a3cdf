"""Inventories of spool folders, as the script of `imadmin troubleshoot --script` writes them: CSV or JSON."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from imadmin import SourceError
from imadmin.model.people import person_of
from imadmin_troubleshoot.texts import text_of

from .finding import owner_of
from .records import Spool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["COLUMNS", "read_inventory"]

COLUMNS: Final = (
    "Computer",
    "Path",
    "Owner",
    "Files",
    "Stuck",
    "OldestUtc",
    "NewestUtc",
    "CollectedUtc",
    "Trouble",
)
_NEEDED: Final = ("path", "files", "stuck", "collectedutc")
_LARGEST: Final = 256 * 1024 * 1024
_MOST: Final = 10**12
_REMEDY: Final = "Collect it with the script that this prints: imadmin troubleshoot --script"


def read_inventory(path: Path) -> Iterator[Spool]:
    """The spool folders of an inventory; ages are as of when it was collected, by the clock there.

    Raises:
        SourceError: it cannot be read, or a row is not what the script writes.
    """
    text = text_of(path, _LARGEST)
    rows = _of_json(text, path) if text.lstrip()[:1] in {"[", "{"} else _of_csv(text, path)
    for number, row in enumerate(rows, 1):
        yield _spool({str(key).strip().lower(): value for key, value in row.items()}, path, number)


def _of_json(text: str, path: Path) -> Iterator[Mapping[str, object]]:
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"is not JSON: {error}", where=str(path), remedy=_REMEDY) from error
    for row in given if isinstance(given, list) else [given]:
        if not isinstance(row, Mapping):
            raise SourceError("holds something that is no row", where=str(path), remedy=_REMEDY)
        yield row


def _of_csv(text: str, path: Path) -> Iterator[Mapping[str, object]]:
    lines = text.split("\n")
    while lines and (not lines[0].strip() or lines[0].startswith("#TYPE")):
        del lines[0]
    separator = ";" if lines and lines[0].count(";") > lines[0].count(",") else ","
    reader = csv.DictReader(io.StringIO("\n".join(lines)), delimiter=separator)
    if not reader.fieldnames:
        raise SourceError("is empty", where=str(path), remedy=_REMEDY)
    try:
        for row in reader:
            yield {name: value for name, value in row.items() if isinstance(name, str)}
    except csv.Error as error:
        raise SourceError(f"is not CSV: {error}", where=str(path), remedy=_REMEDY) from error


def _spool(row: Mapping[str, object], path: Path, number: int) -> Spool:
    where = f"{path}, row {number}"
    lacking = [name for name in _NEEDED if name not in row]
    if lacking:
        raise SourceError(f"lacks the column {lacking[0]}", where=where, remedy=_REMEDY)
    collected = _moment(row["collectedutc"], where)
    if collected is None:
        raise SourceError("does not say when it was collected", where=where, remedy=_REMEDY)
    folder, files = str(row["path"] or ""), _number(row["files"], where)
    stuck = _number(row["stuck"], where)
    if stuck > files:
        raise SourceError(f"{stuck} of {files} files cannot be stuck", where=where, remedy=_REMEDY)
    return Spool(
        person=person_of(str(row.get("owner") or "")) or _owner(folder),
        path=folder,
        files=files,
        stuck=stuck,
        oldest=_age(row.get("oldestutc"), collected, where),
        newest=_age(row.get("newestutc"), collected, where),
        computer=str(row.get("computer") or ""),
        trouble=str(row.get("trouble") or ""),
    )


def _owner(folder: str) -> str:
    parts = folder.replace("/", "\\").rstrip("\\").split("\\")
    return next(filter(None, map(owner_of, reversed(parts))), "")


def _number(value: object, where: str) -> int:
    text = "0" if value is None else str(value).strip() or "0"
    if isinstance(value, bool) or not text.isascii() or not text.isdecimal() or int(text[:20]) > _MOST:
        raise SourceError(f"{text[:40]!r} is not a number of files", where=where, remedy=_REMEDY)
    return int(text)


def _age(value: object, collected: datetime, where: str) -> float | None:
    moment = _moment(value, where)
    return None if moment is None else max((collected - moment).total_seconds(), 0.0)


def _moment(value: object, where: str) -> datetime | None:
    text = str(value or "").strip()
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        stamp = moment.timestamp()
    except (ValueError, OverflowError, OSError) as error:
        raise SourceError(f"{text[:40]!r} is not a time", where=where, remedy=_REMEDY) from error
    if not math.isfinite(stamp):
        raise SourceError(f"{text[:40]!r} is not a time", where=where, remedy=_REMEDY)
    return moment
