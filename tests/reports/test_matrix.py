"""The matrix of pairs: numbered, and broken where the terminal ends."""

from __future__ import annotations

from dataclasses import replace

from imadmin import Change, Finding, Matrix, Status
from imadmin.changing import with_matrices
from imadmin.past import PastChange
from imadmin.plugins import open_catalog
from imadmin.reports import console, html
from imadmin.reports.matrix import matrix_html, matrix_lines
from imadmin.run import Run, RunInfo, Summary

NAMES = ("a@x", "b@x", "c@x")
CELLS = {("a@x", "b@x"): "0.1 s", ("a@x", "d@y"): "returned", ("b@x", "a@x"): "<late>"}
MATRIX = Matrix("from \\ to", NAMES[:2], ("b@x", "d@y", "a@x"), CELLS)


INFO = RunInfo("r1", "2026-11-20T11:44:45Z", "contoso", ("imadmin",), "imadmin.yaml", "0.1.0")


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


def sent(recipient: str, undoes: int = 0) -> PastChange:
    evidence = {"sender": "a@x", "recipient": recipient, "result": f"to {recipient}"}
    finding = Finding(f"a@x → {recipient}", Status.PASS, "It arrived.", evidence=evidence)
    change = Change(finding.subject, after={"message": "IPM.Note"})
    return PastChange("r1", "test-send", change.subject, "t", "t", finding, planned=change, undoes=undoes)


def test_reports_have_it_after_the_changes() -> None:
    run = with_matrices(Run(INFO, Summary(), changes=(sent("b@x"), sent("c@x"))), open_catalog())
    assert "<td>to b@x</td><td>to c@x</td>" in html.render(run)
    assert "  1 a@x    to b@x  to c@x" in console.render(run)


def test_what_was_taken_back_or_belongs_to_nobody_has_none() -> None:
    run = Run(INFO, Summary(), changes=(sent("b@x", undoes=1), sent("c@x", undoes=2)))
    assert with_matrices(run, open_catalog()).matrices == ()
    strange = tuple(past._replace(operation="of a plugin that is gone", undoes=0) for past in run.changes)
    assert with_matrices(replace(run, changes=strange), open_catalog()).matrices == ()
