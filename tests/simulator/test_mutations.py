"""Organisations that nobody thought of: the verdicts hold there as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml
from hypothesis import given, settings

from .agreement import disagreements
from .mutations import organisations

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from .conftest import Trial


@settings(max_examples=15, deadline=None, derandomize=True)
@given(organisation=organisations())
def test_the_verdicts_are_what_would_happen(
    organisation: dict[str, Any],
    both: Callable[[str | Path], Trial],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = tmp_path_factory.mktemp("mutated") / "mutated.yaml"
    path.write_text(yaml.safe_dump(organisation, allow_unicode=True), encoding="utf-8")
    answers, judged = both(path)
    assert disagreements(answers, judged) == []
