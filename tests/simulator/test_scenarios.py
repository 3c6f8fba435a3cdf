"""Every scenario of the lab: imadmin says of each person what would happen, or that it cannot be known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .agreement import disagreements
from .scenario import SCENARIOS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .conftest import Trial

NAMES = sorted(path.stem for path in SCENARIOS.glob("*.yaml"))
SENDING_IS_NOT_CONCERNED = ("mail-delayed", "class-lost", "conversation-history-absent", "archiving-not-set")


@pytest.mark.parametrize("name", NAMES)
def test_the_verdicts_are_what_would_happen(name: str, both: Callable[[str | Path], Trial]) -> None:
    answers, judged = both(name)
    assert answers
    found = disagreements(answers, judged)
    assert not found, "\n".join(found)
    if name in SENDING_IS_NOT_CONCERNED:
        assert {verdict for verdict, _ in judged.values()} == {"can"}


def test_the_verdicts_are_what_would_happen_once_exchange_online_has_no_ews(
    both: Callable[[str | Path], Trial], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMADMIN_AS_OF", "2027-04-01")
    answers, judged = both("contoso")
    found = disagreements(answers, judged)
    assert not found, "\n".join(found)
    assert judged["carlos.diaz@contoso.com"].verdict == "cannot"
