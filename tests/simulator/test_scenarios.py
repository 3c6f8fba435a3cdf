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
