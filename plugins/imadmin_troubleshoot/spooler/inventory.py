"""Inventories of spool folders, as the script of `imadmin troubleshoot --script` writes them: CSV or JSON."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from imadmin import SourceError
from imadmin.model.people import person_of

from .finding import owner_of
from .records import Spool
from .rows import REMEDY, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
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
_MOST: Final = 10**12
_DATE: Final = re.compile(r"/Date\((-?[0-9]{1,15})\)/")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def read_inventory(path: Path) -> Iterator[Spool]:
    """The spool folders of an inventory; ages are as of when it was collected, by the clock there.

    A row that is not what the script writes is a folder of nobody, with what is wrong as its trouble.

    Raises:
        SourceError: it cannot be read, or holds no rows.
    """
    for number, row in enumerate(rows_of(path), 1):
        try:
            yield _spool({str(key).strip().lower(): value for key, value in row.items()}, path, number)
        except SourceError as error:
            yield Spool("", f"row {number}", trouble=error.what)


def _spool(row: Mapping[str, object], path: Path, number: int) -> Spool:
    where = f"{path}, row {number}"
    lacking = [name for name in _NEEDED if name not in row]
    if lacking:
        raise SourceError(f"lacks the column {lacking[0]}", where=where, remedy=REMEDY)
    collected = _moment(row["collectedutc"], where)
    if collected is None:
        raise SourceError("does not say when it was collected", where=where, remedy=REMEDY)
    folder, files = str(row["path"] or ""), _number(row["files"], where)
    stuck = _number(row["stuck"], where)
    if stuck > files:
        raise SourceError(f"{stuck} of {files} files cannot be stuck", where=where, remedy=REMEDY)
    return Spool(
        person=_owner(str(row.get("owner") or ""), folder),
        path=folder,
        files=files,
        stuck=stuck,
        oldest=_age(row.get("oldestutc"), collected, where),
        newest=_age(row.get("newestutc"), collected, where),
        computer=str(row.get("computer") or ""),
        trouble=str(row.get("trouble") or ""),
    )


def _owner(named: str, folder: str) -> str:
    """The address that is named, else the one in the path: others may be named by their accounts."""
    if "@" in named:
        return person_of(named)
    parts = folder.replace("/", "\\").rstrip("\\").split("\\")
    return next(filter(None, map(owner_of, reversed(parts))), "")


def _number(value: object, where: str) -> int:
    text = "0" if value is None else str(value).strip() or "0"
    if isinstance(value, bool) or not text.isascii() or not text.isdecimal() or int(text[:20]) > _MOST:
        raise SourceError(f"{text[:40]!r} is not a number of files", where=where, remedy=REMEDY)
    return int(text)


def _age(value: object, collected: datetime, where: str) -> float | None:
    moment = _moment(value, where)
    return None if moment is None else max((collected - moment).total_seconds(), 0.0)


def _moment(value: object, where: str) -> datetime | None:
    text = str(value or "").strip()
    if not text:
        return None
    try:
        moment = _of_json(text) or datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        stamp = moment.timestamp()
    except (ValueError, OverflowError, OSError) as error:
        raise SourceError(f"{text[:40]!r} is not a time", where=where, remedy=REMEDY) from error
    if not math.isfinite(stamp):
        raise SourceError(f"{text[:40]!r} is not a time", where=where, remedy=REMEDY)
    return moment


def _of_json(text: str) -> datetime | None:
    """A date as ConvertTo-Json of Windows PowerShell writes it: milliseconds since 1970."""
    found = _DATE.fullmatch(text)
    return _EPOCH + timedelta(milliseconds=int(found[1])) if found else None
