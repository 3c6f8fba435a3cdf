"""Plain tables for the listing commands; they import nothing heavy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.cli.edge import put
from imadmin.reports.safe import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["print_table"]

GAP = "  "


def print_table(rows: Sequence[Mapping[str, object]], columns: Sequence[str], *, as_json: bool) -> None:
    """Print *rows*: as JSON with all they have, else the *columns* as text."""
    if as_json:
        import json

        put(json.dumps(list(rows), ensure_ascii=True, indent=1) + "\n")
        return
    cells = [[column.upper() for column in columns]]
    cells += [[one_line(" ".join(str(row[column]).split())) for column in columns] for row in rows]
    widths = [max(len(line[i]) for line in cells) for i in range(len(columns))]
    padded = ([cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in cells)
    put("".join(GAP.join(line).rstrip() + "\n" for line in padded))
