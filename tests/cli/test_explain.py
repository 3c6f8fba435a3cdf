"""`imadmin explain`: how far a message gets, and what is known of its recipient."""

from __future__ import annotations

import json
import re
import shutil
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from imadmin.explain import explain
from imadmin.journal import Journal
from imadmin.records import Stage
from imadmin.session import Target, open_session
from imadmin.testing import save_output

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from imadmin_lab.lab import Lab

ANN, BOB = "ann@contoso.com", "bob@contoso.com"


def flat(text: str) -> str:
    """Without branches and line breaks."""
    return " ".join(text.translate(dict.fromkeys(map(ord, "├└│─"))).split())


def test_a_sender_who_cannot(failing: Path, inside: Callable[..., Any]) -> None:
    done = inside("explain", ANN, BOB, "--from", failing)
    assert done.status == 1
    lines = done.out.splitlines()
    assert lines[:3] == [f"{ANN} -> {BOB}", f"✗ {ANN} cannot leave offline messages.", ""]
    assert "├─ ✗ policy    STOPS" in lines
    assert "├─ ✓ client    ok" in lines
    assert "├─ · ews       not examined" in lines
    told = flat(done.out)
    assert "✗ policy.auto-archiving: Tag:Legal forbids saving conversations" in told
    assert "saw: EnableIMAutoArchiving: false fix: Set-CsClientPolicy -Identity 'Tag:Legal'" in told
    assert "ews.reachable: The fact ews_probes is not there" in told
    assert "Do this first (policy.auto-archiving):" in lines
    assert lines[-2].startswith("  Set-CsClientPolicy -Identity 'Tag:Legal' -EnableIMAutoArchiving $true")


def test_the_first_thing_to_do_is_the_first_on_the_way(
    organisation: Callable[..., Path], inside: Callable[..., Any]
) -> None:
    folder = organisation(configurations={"Global": False}, builds={"ann": "15.0.4420.1017"})
    done = inside("explain", ANN, BOB, "--from", folder)
    assert "Set-CsImConfiguration" in done.out.splitlines()[-1]
    assert done.out.count("STOPS") == 2  # the stages
    assert done.out.count("✗") == 5  # the answer, these, and a check in each


@pytest.mark.parametrize("width", [60, 80, 120])
def test_it_fits_the_terminal(
    width: int, contoso: Path, inside: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    done = inside("explain", "uma.krishnan@contoso.com", "x@fabrikam.com", "--from", contoso)
    command = "Set-CsClientPolicy"
    assert [line for line in done.out.splitlines() if len(line) > width and command not in line] == []
    assert len([line for line in done.out.splitlines() if command in line]) >= 2


def test_a_console_without_such_letters(contoso: Path, imadmin: Callable[..., Any]) -> None:
    env = {"PYTHONIOENCODING": "cp1252"}
    arguments = ("explain", "uma.krishnan@contoso.com", "x@fabrikam.com", "--from", contoso)
    done = imadmin(*arguments, env=env, encoding="cp1252")
    assert "|- x policy    STOPS" in done.out.splitlines()
    assert "|  |- x policy.auto-archiving: Tag:Legal" in done.out
    assert "?  " not in done.out


def test_in_colour_it_says_the_same(contoso: Path, inside: Callable[..., Any]) -> None:
    arguments = ("explain", "uma.krishnan@contoso.com", "x@fabrikam.com", "--from", contoso)
    plain, painted = inside(*arguments), inside(*arguments, "--color", "always")
    assert "\x1b[" in painted.out
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted.out) == plain.out


def test_a_sender_of_whom_something_is_unknown(
    organisation: Callable[..., Path], inside: Callable[..., Any]
) -> None:
    done = inside("explain", ANN, BOB, "--from", organisation(builds={"ann": None}))
    assert done.status == 3
    assert f"? Whether {ANN} can leave offline messages could not be found out." in done.out
    assert "client    UNKNOWN" in done.out


def test_a_sender_against_whom_nothing_stands(fine: Path, inside: Callable[..., Any]) -> None:
    done = inside("explain", ANN, BOB, "--from", fine)
    assert done.status == 0
    assert f"· Nothing stands against {ANN}, but ews was not examined." in done.out
    assert "can leave offline messages" not in done.out
    assert "Do this first" not in done.out


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
        (ANN, f"{ANN} is the sender.", "It arrives as an e-mail of class"),
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
    _, recipient_part = flat(done.out).split("Recipient: ")
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
    assert "though contoso.de is one of its domains" in flat(done.out)


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
    assert told["first"] == stops[0]
    assert [stage["stage"] for stage in told["stages"]] == list(Stage)
    policy = next(stage for stage in told["stages"] if stage["stage"] == "policy")
    assert policy["status"] == "fail"
    said = next(check for check in policy["checks"] if check["check"] == "policy.auto-archiving")
    assert said["says"][0]["evidence"] == {"EnableIMAutoArchiving": "false"}


@pytest.mark.parametrize("recipient", [BOB, ANN, "cy@contoso.com", "eve@fabrikam.com"])
def test_json_is_as_its_schema_says(recipient: str, failing: Path, inside: Callable[..., Any]) -> None:
    schema = json.loads(files("imadmin.explain").joinpath("schema-1.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    told = json.loads(inside("explain", ANN, recipient, "--from", failing, "--json").out)
    Draft202012Validator(_closed(schema)).validate(told)


def _closed(schema: Any) -> Any:
    """The schema, with no key allowed that it does not describe."""
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: _closed(one) for name, one in schema.items()}
    return {**closed, "additionalProperties": False} if "required" in schema else closed


@pytest.mark.parametrize(
    ("recipient", "kind", "location", "warning"),
    [
        ("paula.jensen@contoso.com", "user", "online", ""),
        ("quinn.baker@contoso.com", "user", "none", "has no mailbox in Exchange, so there is nowhere"),
        (
            "helga.brandt@contoso.com",
            "not-judged",
            "on-premises",
            "is disabled for Skype for Business: whether",
        ),
        ("ravi.menon@contoso.com", "not-judged", "online", "is homed elsewhere"),
        ("probe-a@contoso.com", "mailbox", "on-premises", "is a mailbox of this deployment, and no user"),
        ("alice@contoso.com", "unknown", "none", "is not a user of this deployment"),
        ("carlos.diaz@contoso.com", "self", "online", "is the sender too: nobody is written to."),
        ("x@fabrikam.com", "federated", "unknown", ""),
    ],
)
def test_every_kind_of_recipient(
    recipient: str, kind: str, location: str, warning: str, contoso: Path, inside: Callable[..., Any]
) -> None:
    done = inside("explain", "carlos.diaz@contoso.com", recipient, "--from", contoso, "--json")
    told = json.loads(done.out)
    assert done.status == 0
    details = told["recipient_details"]
    assert (details["kind"], details["location"]) == (kind, location)
    delivery = next(stage for stage in told["stages"] if stage["stage"] == "delivery")
    said = next(check for check in delivery["checks"] if check["check"] == "delivery.recipient")["says"]
    warned = [one["reason"] for one in said if one["status"] == "warn"]
    assert bool(warned) == bool(warning)
    assert warning in "".join(warned)
    assert (told["first"] is not None) == bool(warning)
    assert not [step for step in told["steps"] if step["check"] == "delivery.recipient"]


def test_nobody_much_like_a_user(contoso: Path, inside: Callable[..., Any]) -> None:
    done = inside("explain", "carlos.diaz@contoso.com", "alice@contoso.com", "--from", contoso)
    assert "Did you mean alice.morgan@contoso.com?" in done.out.splitlines()[-1]


def test_a_domain_that_is_not_accepted(contoso: Path, tmp_path: Path, inside: Callable[..., Any]) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(contoso, folder)
    for shell in ("exchange", "exchange_online"):
        save_output(folder, f"{shell}/Get-AcceptedDomain", [{"DomainName": "contoso.net"}])
    told = flat(
        inside("explain", "carlos.diaz@contoso.com", "paula.jensen@contoso.com", "--from", folder).out
    )
    assert "contoso.com is no accepted domain, so mail for paula.jensen@contoso.com may go elsewhere" in told
    assert "mailboxes have a primary address in contoso.com, which is no accepted domain" in told
    alien = inside("explain", "carlos.diaz@contoso.com", "x@contoso.net", "--from", folder).out
    assert "though contoso.net is one of its domains" in flat(alien)


@pytest.mark.parametrize("given", ["bob", "@contoso.com", "bob@", "", "b b@contoso.com"])
def test_a_recipient_that_is_no_address(given: str, fine: Path, inside: Callable[..., Any]) -> None:
    done = inside("explain", ANN, given, "--from", fine)
    assert done.status == 2
    assert done.complaint == f"the recipient {given!r} is no address"


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
    assert "Besides, something failed that changes nobody's answer: see delivery." in told.text(120)
    assert "delivery  STOPS" in told.text()


def test_what_was_found_of_others_is_not_told(fine: Path, inside: Callable[..., Any]) -> None:
    """A window of Ann's and one of Bob's: each is told of whoever the message is from, or for."""
    folder = fine / "troubleshoot/configuration"
    folder.mkdir(parents=True)
    for name, state in (("ann", "EWS not deployed"), ("bob", "EWS Status OK")):
        text = f"User SIP URI;sip:{name}@contoso.com;\nEWS Information;{state};\n"
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    check, word = "spool.configuration-information", "EWS not deployed"
    assert word in inside("explain", ANN, BOB, "--from", fine).out
    assert word in inside("explain", BOB, ANN, "--from", fine).out
    told = flat(inside("explain", BOB, "cy@fabrikam.com", "--from", fine).out)
    assert word not in told
    assert f"{check} (informs): What it found is about other people" in told
