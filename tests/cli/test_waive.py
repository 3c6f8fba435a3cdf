"""`imadmin waive`, and what a waiver does to a command."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from imadmin.cli.commands import waive

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ANN = "ann@contoso.com"
CHECK = "policy.auto-archiving"
SAID = ("--reason", "Litigation hold", "--owner", "j.doe")
LATE = ("--expires", "2999-12-31")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "waivers.yaml"


@pytest.fixture
def waived(file: Path, inside: Callable[..., Any]) -> Path:
    done = inside("waive", CHECK, "Tag:Legal", *SAID, *LATE, "--waivers", file)
    assert done.out == f"{file}: {CHECK} of Tag:Legal is accepted until 2999-12-31, by j.doe.\n"
    assert done.status == 0
    return file


def summary(done: Any) -> dict[str, Any]:
    found = json.loads(done.out)
    assert isinstance(found, dict)
    return found


def test_a_waiver_takes_the_fail_from_the_exit_status_and_not_the_verdict(
    failing: Path, waived: Path, inside: Callable[..., Any]
) -> None:
    assert inside("check", "--from", failing).status == 1
    done = inside("check", "--from", failing, "--waivers", waived, "--report", "json=-")
    assert done.status == 0
    assert "  accepted  policy.auto-archiving" in done.err
    found = summary(done)
    assert (found["summary"]["cannot_send"], found["summary"]["accepted"]) == (1, 1)
    assert found["people"][0] == {"person": ANN, "verdict": "cannot", "because": [CHECK], "accepted": True}
    [archiving] = [each for each in found["results"] if each["check"] == CHECK]
    assert archiving["status"] == "waived"
    assert archiving["findings"][0]["evidence"]["owner"] == "j.doe"


def test_a_runbook_hears_of_it(failing: Path, waived: Path, imadmin: Callable[..., Any]) -> None:
    wanted = ("--report", "csv=people.csv", "--report", "console")
    done = imadmin(
        "run", "readiness", "--from", failing, "--waivers", waived, "-q", *wanted, cwd=waived.parent
    )
    assert done.status == 0, done.err
    assert "1 of 2 people cannot.\n" in done.out
    assert "That is accepted by name, and makes no run fail." in done.out
    lines = (waived.parent / "people.csv").read_text(encoding="utf-8").splitlines()
    assert lines[1:] == [f"{ANN},cannot,yes,{CHECK}", "bob@contoso.com,unknown,,"]
    again = imadmin("show", "latest", "--report", "csv=-")
    assert again.out.splitlines()[1:] == lines[1:]


def test_explain(failing: Path, waived: Path, inside: Callable[..., Any]) -> None:
    done = inside("explain", ANN, "bob@contoso.com", "--from", failing, "--waivers", waived)
    assert done.status == 0
    told = " ".join(done.out.replace("│", " ").split())
    assert f"{ANN} cannot leave offline messages, and all that stops it is accepted by name." in told
    assert "policy STOPS, accepted" in told
    assert "Accepted: Litigation hold, by j.doe, until 2999-12-31." in told


def test_one_that_has_expired_has_no_effect_and_is_told(
    failing: Path, file: Path, inside: Callable[..., Any]
) -> None:
    file.write_text(
        f"- {{check: {CHECK}, subject: '*', reason: r, owner: o, expires: 2001-01-01}}\n", encoding="utf-8"
    )
    done = inside("check", "--from", failing, "--waivers", file)
    assert done.status == 1
    assert "The waiver for * has expired on 2001-01-01" in done.out
    assert (
        "The waiver for * has expired"
        in inside("explain", ANN, ANN, "--from", failing, "--waivers", file).out
    )


def test_a_file_that_is_wrong_stops_before_anything_is_asked(
    failing: Path, file: Path, inside: Callable[..., Any]
) -> None:
    file.write_text("- {check: policy.auto-archivin}\n", encoding="utf-8")
    for command in (("check",), ("run", "readiness"), ("explain", ANN, ANN)):
        done = inside(*command, "--from", failing, "--waivers", file)
        assert done.status == 2
        assert done.complaint == f"{file}, line 1: [0]: lacks the key reason"
    assert inside("check", "--from", failing, "--waivers", file.with_name("gone.yaml")).status == 2


def test_the_deployment_says_where(tmp_path: Path, inside: Callable[..., Any]) -> None:
    (tmp_path / "imadmin.yaml").write_text("waivers: accepted.yaml\n", encoding="utf-8")
    done = inside("waive", "client.build", "sip:a@x.com", *SAID)
    assert done.status == 0, done.err
    [kept] = yaml.safe_load((tmp_path / "accepted.yaml").read_text(encoding="utf-8"))
    assert {**kept, "expires": None} == {
        "check": "client.build",
        "subject": "a@x.com",
        "reason": "Litigation hold",
        "owner": "j.doe",
        "expires": None,
    }
    assert kept["expires"] > date(2026, 1, waive.DAYS // 90)


REFUSED = {
    "no file": (("client.build", "*", *SAID), "nothing says in which file waivers are kept"),
    "no check": (("client.biuld", "*", *SAID, "--waivers", "w.yaml"), "there is no check 'client.biuld'"),
    "no reason": (
        ("client.build", "*", "--reason", " ", "--owner", "o", "--waivers", "w.yaml"),
        "the reason is empty",
    ),
    "no date": (("client.build", "*", *SAID, "--expires", "1.2.2027", "--waivers", "w.yaml"), "is no date"),
    "past": (("client.build", "*", *SAID, "--expires", "2001-01-01", "--waivers", "w.yaml"), "is past"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str, inside: Callable[..., Any], tmp_path: Path) -> None:
    arguments, said = REFUSED[case]
    done = inside("waive", *arguments)
    assert done.status == 2
    assert said in done.complaint
    assert not (tmp_path / "w.yaml").exists()


def test_what_is_accepted_is_listed(waived: Path, inside: Callable[..., Any]) -> None:
    old = "- {check: client.build, subject: '*@x.com', reason: old PCs, owner: me, expires: 2020-01-31}\n"
    waived.write_text(waived.read_text(encoding="utf-8") + old, encoding="utf-8")
    lines = [line.split() for line in inside("waive", "--waivers", waived).out.splitlines()]
    assert lines[0] == ["CHECK", "SUBJECT", "STATE", "EXPIRES", "OWNER", "REASON"]
    assert [line[:4] for line in lines[1:]] == [
        [CHECK, "Tag:Legal", "holds", "2999-12-31"],
        ["client.build", "*@x.com", "expired", "2020-01-31"],
    ]
    listed = json.loads(inside("waive", "--waivers", waived, "--json").out)
    assert listed[1]["where"] == f"{waived}, line 6"


@pytest.mark.parametrize(("given", "lacks"), [((), "SUBJECT"), (("Tag:A", "--reason", "x"), "--owner")])
def test_a_waiver_that_does_not_say_enough(
    given: tuple[str, ...], lacks: str, file: Path, inside: Callable[..., Any]
) -> None:
    done = inside("waive", CHECK, *given, "--waivers", file)
    assert (done.status, file.exists()) == (2, False)
    assert f"{lacks} is missing" in done.err
