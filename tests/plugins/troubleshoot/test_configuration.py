"""The Configuration Information window, in whatever layout and language it was copied."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imadmin import Status
from imadmin.session import Target, open_session
from imadmin_troubleshoot.configuration import read_configuration

URL = "https://mail.contoso.com/EWS/Exchange.asmx"


def judged(text: str) -> list[tuple[Status, str]]:
    section = {"troubleshoot": {"pasted": [text]}}
    with open_session(Target("none", Path(), sections=section)) as session:
        [result] = session.check("spool.configuration-information")
    return [(finding.status, finding.message) for finding in result.findings] or [(result.status, "")]


@pytest.mark.parametrize("separator", ["\t", ";", ": ", "   ", "|"])
@pytest.mark.parametrize("label", ["EWS Information", "EWS-Informationen", "Informations EWS", "EWS 信息"])
def test_layouts_and_languages(separator: str, label: str) -> None:
    fine = f"EWS Internal URL{separator}{URL}\n{label}{separator}EWS Status OK\nMAPI{separator}MAPI Status OK"
    found = read_configuration(fine, "pasted")
    assert found.addresses == (URL,)
    assert ("EWS", "EWS Status OK") in found.states
    assert judged(fine) == [(Status.PASS, "")]


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("EWS not deployed", Status.FAIL),
        ("EWS has not fully initialized", Status.FAIL),
        ("EWS-Status unbekannt", Status.ERROR),
    ],
)
def test_states(value: str, status: Status) -> None:
    [(found, message)] = judged(f"User\tsip:anna@contoso.com\nEWS Information\t{value}\t--\n")
    assert found is status
    assert value in message


@pytest.mark.parametrize(
    ("text", "statuses"),
    [
        ("EWS信息\tEWS状态OK\nMAPI信息\tMAPI状态OK", [Status.PASS]),
        ("EWS Information\nEWS Status OK\nMAPI Information\nMAPI Status OK", [Status.PASS]),
        ("EWS Information\nEWS not deployed", [Status.FAIL]),
        ("EWS Information\tEWS Status not OK", [Status.FAIL]),
        ("EWS Information EWS Status OK MAPI Information MAPI unavailable", [Status.WARN]),
    ],
)
def test_names_without_blanks_labels_above_and_one_line(text: str, statuses: list[Status]) -> None:
    assert [status for status, _ in judged(text)] == statuses


def test_mapi_alone_stops_nothing() -> None:
    text = "EWS Information;EWS Status OK\nMAPI Information;MAPI unavailable; Retrying"
    [(status, message)] = judged(text)
    assert status is Status.WARN
    assert "does not stop them" in message


@pytest.mark.parametrize(
    "text", ["x", "EWS Internal URL\t\t--", f"EWS External URL\t{URL}", "newsletter: fine"]
)
def test_a_text_without_a_state(text: str) -> None:
    [(status, message)] = judged(text)
    assert status is Status.ERROR
    assert "shows no state of EWS" in message


@given(st.text(max_size=400), st.sampled_from(["", "EWS", "MAPI", "EWS;", "https://x/ews/y", "sip:a@b"]))
def test_any_text(text: str, word: str) -> None:
    found = read_configuration(f"{text}{word}{text}", "pasted")
    assert all(name in {"EWS", "MAPI"} and 0 < len(value) <= 200 for name, value in found.states)
