"""The manifest of a folder of saved output: when it was collected, of whom, and what is in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from imadmin.deployment.yamlnodes import load

if TYPE_CHECKING:
    from pathlib import Path

    from imadmin.deployment.yamlnodes import Entry

__all__ = ["MANIFEST", "Manifest", "read_manifest"]

MANIFEST = "manifest.yaml"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a manifest says; empty where it says nothing.

    Attributes:
        deployment: the organisation's name.
        when: the moment of collecting: ISO 8601, in UTC where it has a zone; else as somebody wrote it.
        files: the names, relative to the folder, of what was collected and of what could not be.
    """

    deployment: str = ""
    when: str = ""
    sip_domains: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


def read_manifest(folder: Path) -> Manifest | None:
    """Read the manifest of *folder*; None where there is none.

    What is not of the expected form counts as not said: manifests are written by hand, too.

    Raises:
        ConfigError: it is no YAML mapping.
    """
    path = folder / MANIFEST
    if not path.is_file():
        return None
    entries = load(path).mapping()
    return Manifest(
        deployment=_text(entries.get("deployment")),
        when=_text(entries.get("when")),
        sip_domains=tuple(filter(None, map(_text, _members(entries.get("sip_domains"))))),
        files=tuple(filter(None, map(_file, _members(entries.get("files"))))),
    )


def _text(entry: Entry | None) -> str:
    value = entry.value if entry is not None else None
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if value and not isinstance(value, list | dict) else ""


def _members(entry: Entry | None) -> list[Entry]:
    return entry.value if entry is not None and isinstance(entry.value, list) else []


def _file(entry: Entry) -> str:
    return _text(entry.value.get("file")) if isinstance(entry.value, dict) else ""
