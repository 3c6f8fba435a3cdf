"""The export shell: a folder of saved cmdlet output stands in for a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.errors import SourceError
from imadmin.shells.base import Result
from imadmin.shells.clixml import PSObject, decode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from imadmin.deployment import ShellConfig
    from imadmin.records import Cmdlet
    from imadmin.shells.base import Record

__all__ = ["ExportShell"]

_CLIXML = (".xml", ".clixml")
_LATER = (".json", ".csv", ".txt")
_FORMATTED = "Microsoft.PowerShell.Commands.Internal.Format."


class ExportShell:
    """Reads `Get-Something.xml`, as `Get-Something | Export-Clixml` has written it."""

    def __init__(self, name: str, config: ShellConfig) -> None:
        """*name* of the shell, for messages; *config* names the folder."""
        if config.folder is None:
            raise SourceError("names no folder", where=name)
        self._name = name
        self._folder = config.folder
        self._files = config.files

    def run(self, cmdlet: Cmdlet) -> Result:
        """Read the cmdlet's saved output.

        Raises:
            SourceError: the folder does not hold it, holds it twice, or in a form that cannot be read.
        """
        path = self._find(cmdlet)
        errors: list[str] = []
        warnings: list[str] = []
        return Result(self._records(path, cmdlet, errors, warnings), errors, warnings)

    def close(self) -> None:
        """Nothing stays open."""

    def _find(self, cmdlet: Cmdlet) -> Path:
        wanted = f"{cmdlet.name}@{cmdlet.variant}" if cmdlet.variant else cmdlet.name
        found = [path for path in self._listing() if path.stem.lower() == wanted.lower()]
        readable = [path for path in found if path.suffix.lower() in _CLIXML]
        save = f"Save it: {cmdlet.name} | Export-Clixml -Depth 4 {wanted}.xml"
        if len(readable) > 1:
            names = " and ".join(path.name for path in readable)
            raise SourceError(f"holds {names}", where=str(self._folder), remedy="Keep the one that counts.")
        if readable:
            return readable[0]
        if found:
            raise SourceError("this version of imadmin reads CLIXML only", where=str(found[0]), remedy=save)
        raise SourceError(f"holds no {wanted}.xml", where=str(self._folder), remedy=save)

    def _listing(self) -> list[Path]:
        try:
            paths = sorted(self._folder.iterdir())
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise SourceError(f"cannot be read: {reason}", where=str(self._folder)) from error
        suffixes = _CLIXML + _LATER
        return [
            path
            for path in paths
            if path.suffix.lower() in suffixes
            and (self._files is None or path.name in self._files)
            and path.is_file()
        ]

    def _records(
        self, path: Path, cmdlet: Cmdlet, errors: list[str], warnings: list[str]
    ) -> Iterator[Record]:
        try:
            with path.open("rb") as file:
                for entry in decode(file, where=str(path), properties=cmdlet.properties):
                    if entry.stream == "output":
                        yield from _records_of(entry.value, path, cmdlet)
                    elif entry.stream in {"error", "warning"}:
                        (errors if entry.stream == "error" else warnings).append(str(entry.value))
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise SourceError(f"cannot be read: {reason}", where=str(path)) from error


def _records_of(value: object, path: Path, cmdlet: Cmdlet) -> Iterator[Record]:
    """One object, or those of a collection that was saved as one (`Export-Clixml -InputObject $all`)."""
    if isinstance(value, list):
        wanted = {name.lower(): name for name in cmdlet.properties}
        for member in value:
            record = _record(member, path, cmdlet)
            yield {wanted[name.lower()]: record[name] for name in record if name.lower() in wanted}
    else:
        yield _record(value, path, cmdlet)


def _record(value: object, path: Path, cmdlet: Cmdlet) -> Record:
    if not isinstance(value, PSObject):
        raise SourceError(
            f"holds {type(value).__name__} values, not the objects of {cmdlet.name}",
            where=str(path),
            remedy=f"Save the objects themselves: {cmdlet.name} | Export-Clixml -Depth 4 {path.name}",
        )
    if any(name.startswith(_FORMATTED) for name in value.type_names):
        raise SourceError(
            "holds formatted output (Format-List or Format-Table came before it was saved)",
            where=str(path),
            remedy=f"Save the objects themselves: {cmdlet.name} | Export-Clixml -Depth 4 {path.name}",
        )
    return value
