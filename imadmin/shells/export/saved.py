"""A saved file: the cmdlet's output that it is to hold, and what is said where it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.errors import SourceError
from imadmin.model.values import Lost
from imadmin.shells.typed import typed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from imadmin.records import Cmdlet

__all__ = ["FORMATTED", "LIMIT", "Saved"]

LIMIT = 8 * 1024 * 1024
"""How many characters one object of a file may take."""

FORMATTED = "classid2e4f51ef21dd47e99d3c952918aff9cd"
"""A property, in small letters, that only the objects of Format-List and Format-Table have."""


class Saved:
    """A file of saved output.

    Attributes:
        path: of the file.
        cmdlet: whose output it should be.
        encoding: what the deployment says of files whose encoding cannot be told; empty for nothing.
    """

    def __init__(self, path: Path, cmdlet: Cmdlet, encoding: str = "") -> None:
        self.path = path
        self.cmdlet = cmdlet
        self.encoding = encoding
        self._wanted = {name.lower(): name for name in cmdlet.properties}

    @property
    def save_again(self) -> str:
        """The command that saves the cmdlet's output without loss."""
        return f"Save it again: {typed(self.cmdlet)} | Export-Clixml -Depth 4 {self.path.stem}.xml"

    def wanted(self, name: str) -> str | None:
        """A property's name, spelt as the cmdlet's properties are; None where it is none of them."""
        return self._wanted.get(name.lower())

    def record(self, properties: Iterable[tuple[str, object]]) -> dict[str, object]:
        """The wanted ones among *properties*; one that is there twice, and differs, is lost."""
        record: dict[str, object] = {}
        for name, value in properties:
            key = self.wanted(name)
            if key is not None:
                twice = key in record and record[key] != value
                record[key] = Lost(f"{name}, which is there twice") if twice else value
        return record

    def fault(self, what: str, *, line: int = 0, remedy: str = "") -> SourceError:
        """The error that says *what* is wrong with the file, in which line (0: in none)."""
        where = f"{self.path}, line {line}" if line else str(self.path)
        return SourceError(what, where=where, remedy=remedy or self.save_again)

    def formatted(self) -> SourceError:
        """The error for what Format-List or Format-Table made, saved as if it were the objects."""
        return self.fault("holds formatted output (Format-List or Format-Table came before it was saved)")
