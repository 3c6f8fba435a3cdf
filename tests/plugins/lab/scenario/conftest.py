"""Scenario files made by a test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def written(name: str = "mine", **content: Any) -> Path:
        path = tmp_path / f"{name}.yaml"
        given = {"title": "A test", "base": "healthy"} | content
        path.write_text(yaml.safe_dump(given, allow_unicode=True), encoding="utf-8")
        return path

    return written
