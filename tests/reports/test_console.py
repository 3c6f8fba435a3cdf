from __future__ import annotations

import io
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imadmin.records import Stage, Status
from imadmin.reports import builtin
from imadmin.reports.console import render, show
from imadmin.run import Person

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy

    from imadmin.records import Finding
    from imadmin.run import CheckResult, Run

COMMAND = "Set-CsClientPolicy -Identity 'Tag:Legal' -EnableIMAutoArchiving $true"


def _shown(run: Run, *, encoding: str = "utf-8", color: bool = False, width: int = 80) -> str:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, newline="")
    show(run, stream, color=color, width=width)
    stream.flush()
    return raw.getvalue().decode(encoding)


def test_the_whole_page(mixed: Run) -> None:
    assert (
        _shown(mixed)
        == """\
contoso: can these people leave each other offline messages?

  ✗ 2 of 4 people cannot.
  ? 2 are unknown: nothing stands against 1 of them, but ews was not examined;
    for 1 something could not be found out.
  · Also not examined: spool.

Why, whom it concerns, and what fixes it

✗ FAIL  policy.auto-archiving · 2 people, all for this reason alone
        Tag:Legal forbids saving conversations.
  who:  a@x.com, b@x.com
  fix:  Set-CsClientPolicy -Identity 'Tag:Legal' -EnableIMAutoArchiving $true
  rule: Senders may save conversations (high)
  see:  https://learn.microsoft.com/legal

What could not be found out, and how to find out

? UNKNOWN  client.build · 1 person
        gone: It is not listed.
  who:  e@x.com
  fix:  Look.
  rule: Senders may save conversations (high)
  see:  https://learn.microsoft.com/legal

Warnings, which change nobody's answer

! WARN  client.build · 1 person
        Tag:Legal is doubtful.
  who:  h@x.com
  fix:  Ask.
  rule: Senders may save conversations (high)
  see:  https://learn.microsoft.com/legal

Not examined
  ews       No plugin has a check for ews. Without it nobody can be said to be
            able to.

Plugins that could not be used, in whole or in part
  ! plugin foo (foo 1.0): ImportError: no bar

Left out: g@x.com is disabled for Skype for Business.
Judged: contoso, samples/contoso
2026-11-20 11:44 UTC · run 20261120-114445-9a93b8 · imadmin 0.1.0
"""
    )


def test_where_all_is_well_there_is_little_to_say(run_of: Callable[..., Run]) -> None:
    assert _shown(run_of(can=40)).splitlines()[2:] == [
        "  ✓ Yes, all 40 people can.",
        "",
        "Judged: contoso, samples/contoso",
        "2026-11-20 11:44 UTC · run 20261120-114445-9a93b8 · imadmin 0.1.0",
    ]


def test_long_lists_are_cut_and_the_rest_counted(
    run_of: Callable[..., Run], finding: Callable[..., Finding], result: Callable[..., CheckResult]
) -> None:
    names = tuple(f"p{number:02}@x.com" for number in range(17))
    page = _shown(run_of(result(finding(*names)), people=tuple(Person(name, "cannot") for name in names)))
    assert "p04@x.com, … and 12 more\n" in page
    assert "p05@x.com" not in page
    assert "Long lists are cut here: --report html=PATH and json=PATH show more." in page


def test_many_reasons_and_many_causes_are_cut(
    run_of: Callable[..., Run], finding: Callable[..., Finding], result: Callable[..., CheckResult]
) -> None:
    reasons = [finding(f"r{n}@x.com", message=f"Tag:Legal says {n}.") for n in range(9)]
    causes = [finding(f"c{n}@x.com", remedy=f"Do {n}.") for n in range(30)]
    page = _shown(run_of(result(*reasons, *causes), can=1))
    assert "        … and 3 more like these, 3 people\n" in page
    assert "  … and 11 more causes\n" in page


@pytest.mark.parametrize("width", [20, 60, 80, 500])
def test_a_command_stays_on_one_line_of_its_own(
    run_of: Callable[..., Run],
    finding: Callable[..., Finding],
    result: Callable[..., CheckResult],
    width: int,
) -> None:
    long = f"Set-CsClientPolicy -Identity 'Tag:{'x' * 130}  y' -EnableIMAutoArchiving $true"
    remedy = f"To make sure: {long}   (ask before you change it, {'and ask again ' * 10})"
    lines = _shown(run_of(result(finding("a@x.com", remedy=remedy)), can=1), width=width).splitlines()
    assert f"        {long}" in lines
    others = [line for line in lines if long not in line and "http" not in line]
    assert max(map(len, others)) <= min(max(width, 60), 120)


@pytest.mark.parametrize("encoding", ["cp437", "cp1252", "ascii"])
def test_what_the_console_cannot_encode_has_a_substitute(
    run_of: Callable[..., Run],
    finding: Callable[..., Finding],
    result: Callable[..., CheckResult],
    encoding: str,
) -> None:
    page = _shown(run_of(result(finding("太郎@x.com")), can=1), encoding=encoding)
    assert "x FAIL  policy.auto-archiving - 1 person" in page
    assert "who:  ??@x.com" in page
    assert f"A question mark may stand for a letter that this console cannot show ({encoding})." in page


def test_an_unknown_encoding_is_taken_for_ascii(mixed: Run) -> None:
    class Odd(io.StringIO):
        encoding = "x-no-such-encoding"

    stream = Odd()
    show(mixed, stream, color=True, width=80)
    assert stream.getvalue().isascii()


def test_colour_changes_no_word(mixed: Run) -> None:
    coloured = _shown(mixed, color=True)
    assert "\x1b[1;31m✗ FAIL" in coloured
    plain = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert [line.rstrip() for line in plain.splitlines()] == _shown(mixed).splitlines()


def test_escape_sequences_from_files_are_shown_and_not_sent(
    run_of: Callable[..., Run], finding: Callable[..., Finding], result: Callable[..., CheckResult]
) -> None:
    nasty = finding(
        "\x1b]0;owned\x07@x.com",
        message="a\x9b2Jb\u202ec\rd",
        remedy="Set-Thing -Identity 'a\nRemove-Thing -All'",
        reference="https://x/\x1b[2J",
    )
    page = _shown(run_of(result(nasty), can=1, deployment="con\x1b[8mtoso"))
    assert r"con\x1b[8mtoso: can these people" in page
    assert r"a\x9b2Jb\u202ec d" in page
    assert r"who:  \x1b]0;owned\x07@x.com" in page
    assert r"fix:  Set-Thing -Identity 'a\x0aRemove-Thing -All'" in page


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_run_gets_a_control_character_through(data: Any, runs: SearchStrategy[Run]) -> None:
    page = render(data.draw(runs))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", page)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), encoding=st.sampled_from(["utf-8", "cp437", "cp1252"]), color=st.booleans())
def test_no_run_breaks_a_console(data: Any, runs: SearchStrategy[Run], encoding: str, color: bool) -> None:  # noqa: FBT001
    assert _shown(data.draw(runs), encoding=encoding, color=color)


def test_a_stage_nobody_looked_at_is_named(run_of: Callable[..., Run]) -> None:
    assert "Not examined: server, spool." in _shown(run_of(can=2, not_examined=(Stage.SERVER, Stage.SPOOL)))


def test_many_left_out_for_one_reason_are_one_line(
    run_of: Callable[..., Run], finding: Callable[..., Finding], result: Callable[..., CheckResult]
) -> None:
    left = [finding(f"g{n}@x.com", status=Status.SKIP, message="is disabled") for n in range(9)]
    page = _shown(run_of(result(*left), result(*left, check="client.build"), can=1), width=120)
    assert "Left out: 9 people, each of whom is disabled (g0@x.com, g1@x.com, g2@x.com" in page
    assert "… and 4 more).\n" in page


def test_the_package_and_a_plain_page_import_nothing_heavy() -> None:
    script = (
        "import sys, imadmin.reports; imadmin.reports.builtin(); import imadmin.reports.console;"
        "print([m for m in ('rich', 'jinja2', 'duckdb') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_reports_are_known_by_name_and_render(mixed: Run) -> None:
    reports = builtin()
    assert {name: report.suffix for name, report in reports.items()} == {
        "console": ".txt",
        "csv": ".csv",
        "html": ".html",
        "json": ".json",
        "junit": ".xml",
        "nagios": ".nagios",
        "prometheus": ".prom",
    }
    assert all(report.name == name and report.render(mixed) for name, report in reports.items())
