"""Reading a file of waivers, and adding one to it."""

from __future__ import annotations

import re
import secrets
from datetime import date, datetime
from typing import TYPE_CHECKING

import yaml

from imadmin.deployment.yamlnodes import load
from imadmin.errors import ConfigError
from imadmin.firstparty import FIRST_PARTY_CHECKS
from imadmin.home import PRIVATE, write_file
from imadmin.plugins.load import State
from imadmin.waivers import EVERY, Waiver

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from imadmin.deployment.yamlnodes import Entry
    from imadmin.plugins import Catalog

__all__ = ["add_waiver", "known_checks", "read_waivers"]

KEYS = ("check", "subject", "reason", "owner", "expires")
_DATE = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)
_DATE_REMEDY = "Write year, month and day: expires: 2027-01-31"
_DASH = re.compile(r"^( *)-(?= |\r?$)", re.MULTILINE)
_WIDEST = 1_000_000  # yaml folds no line


def known_checks(catalog: Catalog) -> frozenset[str] | None:
    """The ids of all checks that may be named; None where a plugin of somebody else's may know others."""
    known = {*catalog.checks(), *(check for checks in FIRST_PARTY_CHECKS.values() for check in checks)}
    lost = {plugin.name for plugin in catalog.plugins if plugin.state is not State.LOADED}
    lost |= {problem.plugin for problem in catalog.problems}
    return frozenset(known) if lost <= FIRST_PARTY_CHECKS.keys() else None


def read_waivers(path: Path, checks: Collection[str] | None) -> tuple[Waiver, ...]:
    """Read and validate a file of waivers.

    Args:
        path: a YAML list; an empty file has none.
        checks: the ids that may be named; None for any.

    Raises:
        ConfigError: with file, line and key, and what to do.
    """
    entry = load(path)
    if entry.value == {}:
        return ()
    if not isinstance(entry.value, list):
        remedy = "Begin each waiver with a dash: - check: policy.auto-archiving"
        raise entry.complain("waivers are a list", remedy)
    return tuple(_waiver(item, checks) for item in entry.items())


def _waiver(entry: Entry, checks: Collection[str] | None) -> Waiver:
    keys = entry.mapping(KEYS)
    for needed in KEYS:
        if needed not in keys and needed != "subject":
            raise entry.complain(f"lacks the key {needed}", "A waiver says check, reason, owner and expires.")
    return Waiver(
        check=keys["check"].text(tuple(sorted(checks)) if checks is not None else ()),
        subject=_subject(keys["subject"]) if "subject" in keys else EVERY,
        reason=_one_line(keys["reason"]),
        owner=_one_line(keys["owner"]),
        expires=_day(keys["expires"]),
        where=f"{entry.file}, line {entry.line}",
    )


def _subject(entry: Entry) -> str:
    text = entry.text().strip()
    return text[4:] if text.lower().startswith("sip:") else text


def _one_line(entry: Entry) -> str:
    return " ".join(entry.text().split())


def _day(entry: Entry) -> date:
    value = entry.value
    if isinstance(value, str) and _DATE.match(value):
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise entry.complain(f"{value} is no day of the calendar", _DATE_REMEDY) from error
    if not isinstance(value, date) or isinstance(value, datetime):
        raise entry.complain("should be a date", _DATE_REMEDY)
    return value


def add_waiver(path: Path, waiver: Waiver, checks: Collection[str] | None) -> None:
    """Append a waiver to a file, which is made where it is not there; what stands in it is left as it is.

    Raises:
        ConfigError: the file is not one of waivers, or cannot be written; then nothing was written.
    """
    path = path.resolve()
    there = path.exists()
    before = read_waivers(path, checks) if there else ()
    text = _text(path) if there else ""
    mode = path.stat().st_mode & 0o777 if there else PRIVATE
    added = text + _appended(text, waiver)
    trial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        write_file(trial, added, PRIVATE)
        _check(trial, path, (*before, waiver), checks)
    finally:
        trial.unlink(missing_ok=True)
    write_file(path, added, mode)


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError("is not UTF-8", where=str(path), remedy="Save it as UTF-8.") from error


def _appended(text: str, waiver: Waiver) -> str:
    """The lines of one waiver, indented and ended as those that are there."""
    keys = {key: getattr(waiver, key) for key in KEYS}
    dumped = yaml.safe_dump(keys, allow_unicode=True, sort_keys=False, width=_WIDEST)
    found = _DASH.search(text)
    indent = found[1] if found else ""
    end = "\r\n" if "\r\n" in text else "\n"
    lines = [f"{indent}{'  ' if i else '- '}{line}{end}" for i, line in enumerate(dumped.splitlines())]
    return (end if text and not text.endswith("\n") else "") + "".join(lines)


def _check(trial: Path, path: Path, expected: tuple[Waiver, ...], checks: Collection[str] | None) -> None:
    """See that the file now says what it said, and the new waiver."""
    try:
        found = read_waivers(trial, checks)
    except ConfigError as error:
        what = f"a waiver cannot be appended: {error.what}"
        remedy = "Nothing was written. Give each waiver lines of its own, the first with a dash."
        raise ConfigError(what, where=str(path), remedy=remedy) from error
    if list(map(_said, found)) != list(map(_said, expected)):
        remedy = "Nothing was written. Add the waiver by hand."
        raise ConfigError("the waiver would not read back as it was given", where=str(path), remedy=remedy)


def _said(waiver: Waiver) -> tuple[object, ...]:
    return tuple(getattr(waiver, key) for key in KEYS)
