"""Test sends between mailboxes of a server that nobody here wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from imadmin_lab.web import Authority

from .stranger import PASSWORD, USER, Stranger, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .conftest import Sender

A, B, C = "a@strange.example", "b@strange.example", "c@strange.example"
MISSED = "IPM.Note.Microsoft.Missed"


@pytest.fixture
def stranger() -> Stranger:
    return Stranger()


@pytest.fixture
def sender(
    stranger: Stranger, tmp_path: Path, sending: type[Sender], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Sender]:
    authority = Authority(tmp_path / "ca", ["127.0.0.1"])
    monkeypatch.setenv("STRANGE_PASSWORD", PASSWORD)
    with serving(stranger, authority.issue("valid").context) as endpoint:
        described = {
            "deployment": "strange",
            "ews": [
                {
                    "name": "strange",
                    "endpoint": endpoint,
                    "auth": "basic",
                    "access": "delegate",
                    "credential": "probe",
                }
            ],
            "test_send": {"mailboxes": [A, B, C]},
            "credentials": {"probe": {"username": USER, "password": {"env": "STRANGE_PASSWORD"}}},
            "tls": {"ca_file": str(authority.ca_file)},
        }
        file = tmp_path / "imadmin.yaml"
        file.write_text(yaml.safe_dump(described), encoding="utf-8")
        yield sending(file)


def test_all_pairs(stranger: Stranger, sender: Sender) -> None:
    findings = sender.send(wait=30)
    assert [(str(finding.status), finding.evidence["classes"]) for finding in findings] == [
        ("pass", [MISSED])
    ] * 6
    assert {finding.evidence["conversation_history"] for finding in findings} == {"absent"}
    assert (len(stranger.sent), len(set(stranger.sent)), stranger.mail) == (6, 6, [])


def test_it_drops_the_class_on_delivery(stranger: Stranger, sender: Sender) -> None:
    stranger.delivers = lambda _: ("inbox", "IPM.Note")
    [finding] = sender.send(sender=A, recipient=B)
    assert (finding.status, finding.evidence["result"]) == ("fail", "class lost")
    assert f"as IPM.Note, but it was sent as {MISSED}: the class was lost." in finding.message
    assert stranger.mail == []


def test_it_says_no_class_at_all(stranger: Stranger, sender: Sender) -> None:
    stranger.delivers = lambda _: ("inbox", "")
    [finding] = sender.send(sender=A, recipient=B)
    assert (finding.status, finding.evidence["result"]) == ("error", "class unknown")
    assert stranger.mail == []


def test_it_refines_the_class(stranger: Stranger, sender: Sender) -> None:
    stranger.delivers = lambda item_class: ("inbox", f"{item_class.lower()}.Voice")
    [finding] = sender.send(sender=A, recipient=B)
    assert finding.status == "pass"


def test_it_returns_the_message(stranger: Stranger, sender: Sender) -> None:
    stranger.refuses = (B,)
    [finding] = sender.send(sender=A, recipient=B)
    assert (finding.status, finding.message) == (
        "fail",
        "The message was returned: 550 5.7.1 RESOLVER.RST.NotAuthorized; not authorized.",
    )
    assert stranger.mail == []


def test_its_namespaces_are_its_own(stranger: Stranger, sender: Sender) -> None:
    stranger.namespaces = ("urn:messages", "urn:types")
    stranger.refuses = (C,)
    arrived, returned = sender.send(sender=A)
    assert (arrived.status, arrived.evidence["classes"]) == ("pass", [MISSED])
    assert "550 5.7.1 RESOLVER.RST.NotAuthorized" in returned.message
    assert stranger.mail == []


def test_it_loses_it(stranger: Stranger, sender: Sender) -> None:
    stranger.delivers = lambda _: None
    [finding] = sender.send(sender=A, recipient=B)
    assert (finding.status, finding.evidence["result"]) == ("fail", "did not arrive")


def test_what_was_left_is_cleaned_up(stranger: Stranger, sender: Sender) -> None:
    stranger._put(B, "deleteditems", "x (imadmin test 0011223344556677)", "IPM.Note", "")
    stranger._put(B, "inbox", "another", "IPM.Note", "")
    [finding] = sender.apply("cleanup", minutes=0)
    assert finding.status == "pass"
    assert [mail.subject for mail in stranger.mail] == ["another"]
