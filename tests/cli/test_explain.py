"""`imadmin explain`: how far a message gets, and what is known of its recipient."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from imadmin.explain import explain
from imadmin.journal import Journal
from imadmin.session import Target, open_session

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from imadmin_lab.lab import Lab

ANN, BOB = "ann@contoso.com", "bob@contoso.com"


def test_a_sender_who_cannot(failing: Path, inside: Callable[..., Any]) -> None:
    done = inside("explain", ANN, BOB, "--from", failing)
    assert done.status == 1
    lines = done.out.splitlines()
    assert lines[:2] == [f"{ANN} -> {BOB}", f"{ANN} cannot leave offline messages."]
    assert "policy    STOPS" in lines
    assert "client    ok" in lines
    assert any(line.startswith("          not examined: The fact ews_probes is not there") for line in lines)
    assert "delivery  not examined" in lines
    assert lines[-1].startswith("Do this first: Set-CsClientPolicy -Identity 'Tag:Legal'")


def test_the_first_thing_to_do_is_the_first_on_the_way(
    organisation: Callable[..., Path], inside: Callable[..., Any]
) -> None:
    folder = organisation(configurations={"Global": False}, builds={"ann": "15.0.4420.1017"})
    done = inside("explain", ANN, BOB, "--from", folder)
    assert "Set-CsImConfiguration" in done.out.splitlines()[-1]
    assert done.out.count("STOPS") == 4  # two stages, and a line for each check that stops it


def test_a_sender_of_whom_something_is_unknown(
    organisation: Callable[..., Path], inside: Callable[..., Any]
) -> None:
    done = inside("explain", ANN, BOB, "--from", organisation(builds={"ann": None}))
    assert done.status == 3
    assert f"Whether {ANN} can leave offline messages could not be found out." in done.out
    assert "client    UNKNOWN" in done.out


def test_a_sender_against_whom_nothing_stands(fine: Path, inside: Callable[..., Any]) -> None:
    done = inside("explain", ANN, BOB, "--from", fine)
    assert done.status == 0
    assert f"Nothing stands against {ANN}, but ews was not examined." in done.out
    assert "can leave offline messages" not in done.out


def test_a_lost_fact_is_unknown_for_everybody(fine: Path, inside: Callable[..., Any]) -> None:
    (fine / "skype/Get-CsClientPolicy.xml").write_bytes(b"<Objs")
    assert inside("explain", ANN, BOB, "--from", fine).status == 3


def test_people_who_are_not_known(fine: Path, inside: Callable[..., Any]) -> None:
    (fine / "skype/Get-CsUser.xml").unlink()
    done = inside("explain", ANN, BOB, "--from", fine)
    assert done.status == 3
    assert "the people are not known" in done.complaint
    assert "Get-CsUser" in done.err


@pytest.mark.parametrize(
    ("recipient", "known", "expectation"),
    [
        (BOB, f"{BOB} is a user of this deployment.", "It arrives as an e-mail of class"),
        ("SIP:Bob@Contoso.com", f"{BOB} is a user of this deployment.", "It arrives as an e-mail of class"),
        ("cy@contoso.com", "cy@contoso.com is not a user of this deployment, though contoso.com", "class"),
        ("dee@contoso.com", "dee@contoso.com is disabled for Skype for Business.", "class"),
        ("eve@fabrikam.com", "eve@fabrikam.com is of another organisation (fabrikam.com).", "plain e-mail"),
    ],
)
def test_what_is_known_of_the_recipient(
    recipient: str,
    known: str,
    expectation: str,
    organisation: Callable[..., Path],
    inside: Callable[..., Any],
) -> None:
    folder = organisation(users={"ann": {}, "bob": {}, "dee": {"Enabled": False}})
    done = inside("explain", ANN, recipient, "--from", folder)
    assert done.status == 0
    _, recipient_part = done.out.split("Recipient: ")
    assert recipient_part.startswith(known)
    assert expectation in recipient_part
    assert "Cannot be known from here" in recipient_part


def test_a_domain_that_only_the_deployment_file_names(fine: Path, inside: Callable[..., Any]) -> None:
    path = fine.parent / "two.yaml"
    path.write_text(
        "sip_domains: [contoso.com, Contoso.de]\nskype: {shell: export, folder: saved/skype}\n",
        encoding="utf-8",
    )
    done = inside("explain", ANN, "cy@contoso.de", "--deployment", path)
    assert "though contoso.de is one of its domains" in done.out


@pytest.mark.parametrize("spelt", ["sip:ANN@contoso.com", "Ann@Contoso.com"])
def test_a_sender_by_any_spelling(spelt: str, fine: Path, inside: Callable[..., Any]) -> None:
    assert inside("explain", spelt, BOB, "--from", fine).out.startswith(f"{ANN} -> {BOB}")


def test_a_misspelt_sender(fine: Path, inside: Callable[..., Any]) -> None:
    done = inside("explain", "anne@contoso.com", BOB, "--from", fine)
    assert done.status == 2
    assert done.out == ""
    assert done.complaint == "there is no user anne@contoso.com"
    assert f"Did you mean {ANN}?" in done.err
    assert len(done.err.splitlines()) == 2  # nothing was judged for nobody


def test_a_sender_who_does_not_count(organisation: Callable[..., Path], inside: Callable[..., Any]) -> None:
    folder = organisation(users={"ann": {}, "dee": {"Enabled": False}})
    done = inside("explain", "dee@contoso.com", ANN, "--from", folder)
    assert done.status == 2
    assert "dee@contoso.com is disabled for Skype for Business" in done.complaint


def test_json(failing: Path, inside: Callable[..., Any]) -> None:
    done = inside("explain", ANN, "eve@fabrikam.com", "--from", failing, "--json")
    told = json.loads(done.out)
    assert done.status == 1
    assert (told["sender"], told["recipient"], told["verdict"]) == (ANN, "eve@fabrikam.com", "cannot")
    assert told["not_examined"] == ["ews", "delivery", "spool"]
    stops = [step for step in told["steps"] if step["status"] == "fail"]
    assert [(step["check"], step["subject"]) for step in stops] == [("policy.auto-archiving", "Tag:Legal")]


def test_it_agrees_with_the_verdict_on_everybody(contoso: Path, inside: Callable[..., Any]) -> None:
    verdicts = json.loads(inside("check", "--from", contoso, "--report", "json=-").out)["people"]
    asked = [next(p for p in verdicts if p["verdict"] == wanted) for wanted in ("cannot", "unknown")]
    asked.append(next(p for p in verdicts if not p["because"]))
    expected = [1, 3, 0]
    for person, status in zip(asked, expected, strict=True):
        told = inside("explain", person["person"], "x@fabrikam.com", "--from", contoso, "--json")
        assert told.status == status
        against = {s["check"] for s in json.loads(told.out)["steps"] if s["status"] in {"fail", "error"}}
        assert set(person["because"]) <= against
        assert bool(person["because"]) == bool(against)


def test_what_a_policy_is_called_cannot_steer_the_terminal(
    organisation: Callable[..., Path], inside: Callable[..., Any]
) -> None:
    name = "Tag:\x1b]0;owned\x07"
    folder = organisation(
        users={"ann": {"ClientPolicy": name}, "bob": {}}, policies={"Global": True, name: False}
    )
    done = inside("explain", ANN, BOB, "--from", folder)
    assert done.status == 1
    assert "\x1b" not in done.out
    assert "\\x1b]0;owned\\x07" in done.out


def test_nothing_is_journaled(fine: Path, inside: Callable[..., Any]) -> None:
    inside("explain", ANN, BOB, "--from", fine)
    assert inside("runs", "--json").out == "[]\n"


@pytest.mark.lab("class-lost")
def test_a_test_message_that_failed_is_told_and_changes_no_verdict(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMADMIN_HOME", str(tmp_path / "home"))
    journal = Journal()
    target = Target.of(lab.deployment)
    with open_session(target, run_id="r1", log=journal.changes) as session:
        source = str(session.deployment.source)
        journal.begin("r1", deployment="contoso", source=source, command=("test",))
        session.apply("test-send", recipient="probe-b@contoso.com")
        told = explain(session, "anna.lind@contoso.com", "ben.carver@contoso.com")
    assert told.verdict == "can"
    assert told.exit_status == 0
    assert "Besides, something failed that is not about this person: see delivery." in told.text()
    assert "delivery  STOPS" in told.text()
