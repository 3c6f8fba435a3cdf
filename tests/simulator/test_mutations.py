"""Organisations that nobody thought of: the verdicts hold there as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import Phase, given, settings

from .agreement import disagreements
from .mutations import organisations

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .conftest import Trial


@settings(max_examples=15, deadline=None, derandomize=True, phases=[Phase.generate])
@given(changes=organisations())
def test_the_verdicts_are_what_would_happen(
    changes: dict[str, Any], written: Callable[[dict[str, Any]], Path], both: Callable[[str | Path], Trial]
) -> None:
    """Shrinking is off: each attempt is a lab, and the organisation is printed as it is."""
    found = disagreements(*both(written(changes)))
    assert not found, "\n".join(found)
