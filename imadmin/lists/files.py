"""The files that a section of a deployment means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from imadmin.deployment import ClientsConfig

__all__ = ["files", "files_of"]


def files(configs: Iterable[ClientsConfig], section: str) -> list[tuple[Path, str]]:
    """All files of a *section*, each with the encoding that the deployment says of it.

    Raises:
        SourceError: for one entry there is none.
    """
    return [(path, config.encoding) for config in configs for path in files_of(config.csv, section)]


def files_of(pattern: Path, section: str = "clients") -> list[Path]:
    """The files that a path of a *section* means, which may end in a pattern.

    Raises:
        SourceError: there is none.
    """
    if any(mark in pattern.name for mark in "*?"):
        found = sorted(pattern.parent.glob(pattern.name))
    else:
        found = [pattern] if pattern.is_file() else []
    if not found:
        raise SourceError(
            "there is no such file", where=str(pattern), remedy=f"Check {section}: in the deployment."
        )
    return found
