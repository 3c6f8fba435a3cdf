"""Reports for build servers and monitoring, from the command line."""

from __future__ import annotations

import stat
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OK, WARNING, CRITICAL, UNKNOWN = range(4)


def test_nagios_is_one_line_on_standard_output_and_its_state(
    failing: Path, fine: Path, organisation: Callable[..., Path], inside: Callable[..., Any]
) -> None:
    unknown = organisation("lost", builds={"ann": None})
    for folder, state, word in (
        (failing, CRITICAL, "CRITICAL"),
        (fine, OK, "OK"),
        (unknown, UNKNOWN, "UNKNOWN"),
    ):
        done = inside("check", "--from", folder, "--report", "nagios")
        assert done.status == state
        assert done.out.startswith(f"IMADMIN {word} - {folder.name}: ")
        assert done.out.count("\n") == 1


def test_a_fail_below_fail_on_is_a_warning(failing: Path, inside: Callable[..., Any]) -> None:
    done = inside("check", "--from", failing, "--report=nagios=-", "--fail-on", "critical")
    assert done.status == WARNING
    assert done.out.startswith("IMADMIN WARNING - ")


def test_in_a_file_it_changes_no_exit_status(
    failing: Path, tmp_path: Path, inside: Callable[..., Any]
) -> None:
    done = inside("check", "--from", failing, "--report", "nagios=line.txt", "--fail-on", "never")
    assert done.status == 0
    assert (tmp_path / "line.txt").read_text(encoding="utf-8").startswith("IMADMIN WARNING - ")


@pytest.mark.parametrize("report", [("--report", "nagios"), ("--report=nagios=-",)])
def test_what_cannot_be_run_is_unknown(
    report: tuple[str, ...], tmp_path: Path, inside: Callable[..., Any]
) -> None:
    done = inside("check", "--from", tmp_path / "gone", *report)
    assert done.status == UNKNOWN
    assert done.out.startswith(f"IMADMIN UNKNOWN - {tmp_path / 'gone'}")
    assert done.complaint
    assert inside("check", "nonsense", "--from", tmp_path, *report).status == UNKNOWN


def test_a_bug_is_unknown(failing: Path, inside: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object) -> None:
        raise RuntimeError("oh")

    monkeypatch.setattr("imadmin.session.Session.run", broken)
    done = inside("check", "--from", failing, "--report", "nagios")
    assert (done.status, done.out) == (UNKNOWN, "IMADMIN UNKNOWN - a bug in imadmin: RuntimeError\n")
    assert inside("check", "--from", failing).status == 4


def test_a_run_shown_again(failing: Path, inside: Callable[..., Any]) -> None:
    inside("check", "--from", failing, "--fail-on", "critical")
    done = inside("show", "latest", "--report", "nagios")
    assert done.status == WARNING
    assert done.out.startswith("IMADMIN WARNING - ")
    assert inside("show", "latest").status == OK


def test_a_runbook_that_stopped_is_unknown(
    failing: Path, notebook: Callable[..., Path], imadmin: Callable[..., Any]
) -> None:
    early = notebook("", "raise RuntimeError('oh')", name="early")
    late = notebook(
        "source: str = ''",
        "from imadmin.runbook import open_run\nopen_run(source).check('policy')\nraise RuntimeError",
        name="late",
    )
    told = [imadmin("run", book, "--from", failing, "--report", "nagios") for book in (early, late)]
    assert [done.status for done in told] == [UNKNOWN, UNKNOWN]
    assert told[0].out == "IMADMIN UNKNOWN - there is no result\n"
    assert told[1].out.startswith("IMADMIN UNKNOWN - failing: ")


def test_prometheus_can_read_its_file_and_never_half_of_it(
    failing: Path, tmp_path: Path, inside: Callable[..., Any]
) -> None:
    path = tmp_path / "imadmin.prom"
    path.write_text("old\n", encoding="utf-8")
    with path.open(encoding="utf-8") as before:
        inside("check", "--from", failing, "--report", "prometheus=imadmin.prom")
        assert before.read() == "old\n", "another file has taken its place"
    assert 'imadmin_people{deployment="failing",verdict="cannot"} 1\n' in path.read_text(encoding="utf-8")
    assert not list(tmp_path.glob(".imadmin.prom*"))
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_csv_and_junit_of_the_sample(contoso: Path, tmp_path: Path, inside: Callable[..., Any]) -> None:
    done = inside("check", "--from", contoso, "--report", "csv=people.csv", "--report", "junit=junit.xml")
    assert done.status == 1
    lines = (tmp_path / "people.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 41
    assert "uma.krishnan@contoso.com,cannot,no,policy.auto-archiving" in lines
    assert '<testsuites name="imadmin" tests="' in (tmp_path / "junit.xml").read_text(encoding="utf-8")
