"""The matrix of pairs: numbered, and broken where the terminal ends."""

from __future__ import annotations

from imadmin import Matrix
from imadmin.reports.matrix import matrix_html, matrix_lines

NAMES = ("a@x", "b@x", "c@x")
CELLS = {("a@x", "b@x"): "0.1 s", ("a@x", "d@y"): "returned", ("b@x", "a@x"): "<late>"}
MATRIX = Matrix("from \\ to", NAMES[:2], ("b@x", "d@y", "a@x"), CELLS)


def text(width: int) -> list[str]:
    return ["".join(span.text for span in line) for line in matrix_lines(MATRIX, width)]


def test_columns_are_in_the_order_of_their_numbers() -> None:
    assert text(80) == [
        "from \\ to  1       2      3",
        "  1 a@x    -       0.1 s  returned",
        "  2 b@x    <late>  -      -",
        "  3 d@y",
    ]


def test_what_does_not_fit_beside_stands_below() -> None:
    lines = text(30)
    assert lines[0] == "from \\ to  1       2"
    assert lines[3:] == ["from \\ to  3", "  1 a@x    returned", "  2 b@x    -", "  3 d@y"]
    assert len(text(1)) == 10


def test_in_a_notebook_it_is_a_table() -> None:
    shown = matrix_html(MATRIX)
    assert shown.count("<td>") == 6
    assert "<td>&lt;late&gt;</td>" in shown
