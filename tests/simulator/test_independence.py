"""An oracle that shares code with what it judges shares its errors."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SIMULATOR = sorted(
    path
    for path in Path(__file__).parent.glob("*.py")
    if path.stem != "conftest" and not path.stem.startswith("test_")
)


@pytest.mark.parametrize("path", SIMULATOR, ids=lambda path: path.stem)
def test_the_simulator_imports_nothing_of_the_product(path: Path) -> None:
    found = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    modules = [node.module or "" for node in found if isinstance(node, ast.ImportFrom)]
    modules += [name.name for node in found if isinstance(node, ast.Import) for name in node.names]
    assert not [module for module in modules if module.startswith("imadmin")]
