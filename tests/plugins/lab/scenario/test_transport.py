"""The transport rules of a scenario, as the mail store is to carry them out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from imadmin_lab.mail.transport_rules import TransportRule
from imadmin_lab.scenario import read_scenario
from imadmin_lab.scenario.transport import transport_rules

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EVERYTHING = TransportRule("all")


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"DeleteMessage": True}, [EVERYTHING]),
        ({}, []),
        ({"DeleteMessage": True, "State": "Disabled"}, []),
        ({"Quarantine": True, "Mode": "Audit"}, []),
        ({"RejectMessageReasonText": "No."}, [EVERYTHING._replace(rejects="No.")]),
        (
            {"redirectmessageto": ["boss@contoso.com"], "subjectcontainswords": ["Skype"]},
            [EVERYTHING._replace(conditions=(("SubjectContainsWords", ("Skype",)),))],
        ),
    ],
)
def test_those_of_a_scenario(
    write: Callable[..., Path], settings: dict[str, Any], expected: list[TransportRule]
) -> None:
    exchange = {"onprem": {"transport_rules": {"all": settings}}}
    found = read_scenario(write("ruled", exchange=exchange))
    assert list(transport_rules(found.exchange.onprem)) == expected
