"""What came of changes between pairs, as a table: for a console, a page, and a notebook."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from imadmin.reports.layout import verbatim

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imadmin.operations import Matrix
    from imadmin.reports.layout import Line
    from imadmin.run import Run

__all__ = ["matrices", "matrix_html", "matrix_lines"]

_GAP = 2
_NONE = "-"


def matrix_lines(matrix: Matrix, width: int) -> Iterator[Line]:
    """Everybody has a number, which stands for the column; as many columns beside each other as fit."""
    everybody = tuple(dict.fromkeys((*matrix.rows, *matrix.columns)))
    labels = {name: f"{number:>3} {name}" for number, name in enumerate(everybody, 1)}
    across = [name for name in everybody if name in matrix.columns]
    beside = max(map(len, (*labels.values(), matrix.corner))) + _GAP
    for columns in _groups(matrix, across, width - beside):
        yield verbatim(
            _line(matrix.corner, beside, [(labels[c].split()[0], _wide(matrix, c)) for c in columns])
        )
        for row in matrix.rows:
            cells = [(matrix.cells.get((row, column), _NONE), _wide(matrix, column)) for column in columns]
            yield verbatim(_line(labels[row], beside, cells))
    for name in everybody[len(matrix.rows) :]:
        yield verbatim(labels[name])


def matrices(run: Run, width: int) -> Iterator[Line]:
    """All of a run."""
    for matrix in run.matrices:
        yield ()
        yield from matrix_lines(matrix, width)


def matrix_html(matrix: Matrix) -> str:
    """The same with names at both sides."""
    heads = "".join(f"<th>{escape(name)}</th>" for name in (matrix.corner, *matrix.columns))
    rows = "".join(_row(matrix, row) for row in matrix.rows)
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _row(matrix: Matrix, row: str) -> str:
    cells = (matrix.cells.get((row, column), _NONE) for column in matrix.columns)
    return f"<tr><th>{escape(row)}</th>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"


def _groups(matrix: Matrix, columns: Sequence[str], width: int) -> Iterator[Sequence[str]]:
    group: list[str] = []
    for column in columns:
        if group and sum(_wide(matrix, one) for one in (*group, column)) > width:
            yield group
            group = []
        group.append(column)
    yield group


def _wide(matrix: Matrix, column: str) -> int:
    cells = (matrix.cells.get((row, column), _NONE) for row in matrix.rows)
    return max(map(len, cells), default=1) + _GAP


def _line(label: str, beside: int, cells: Sequence[tuple[str, int]]) -> str:
    return (label.ljust(beside) + "".join(text.ljust(wide) for text, wide in cells)).rstrip()
