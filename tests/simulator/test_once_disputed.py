"""Where imadmin and the simulator once disagreed, and the documents were with the simulator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .agreement import disagreements

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .conftest import Trial


def organization(**settings: Any) -> dict[str, Any]:
    return {"exchange": {"onprem": {"organization": settings}}}


LYNC = organization(EwsApplicationAccessPolicy="EnforceBlockList", EwsBlockList=["OC/15*", "OC/4*"])
SUFFIX = organization(EwsApplicationAccessPolicy="EnforceBlockList", EwsBlockList=["*(Skype for Business)"])
DISPUTED: dict[str, dict[str, Any]] = {
    # What begins with OC/15 or OC/4 is Lync: no client of 2016 is meant.
    "patterns-of-lync": LYNC,
    # One of her two clients, both new enough, is let in: she can send, as with one that is too old.
    "the-second-client-is-let-in": SUFFIX
    | {
        "agents": {"hers": "UCCAPI/16.0.6965.5308 OC/16.0.6965.2117"},
        "people": [{"sip": "anna.lind", "registrations": ["c2r-2607", "hers"]}],
    },
    # The remedy of ews.allowed: it lets the client in and keeps imadmin out, of whom Exchange says 403.
    "only-the-client-is-allowed": organization(
        EwsApplicationAccessPolicy="EnforceAllowList", EwsAllowList=["OC/*"]
    ),
}


@pytest.mark.parametrize("what", DISPUTED)
def test_what_was_disputed(
    what: str, written: Callable[[dict[str, Any]], Path], both: Callable[[str | Path], Trial]
) -> None:
    found = disagreements(*both(written(DISPUTED[what])))
    assert not found, "\n".join(found)
