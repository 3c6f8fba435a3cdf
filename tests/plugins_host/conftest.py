"""Distributions that nobody installed: folders on `sys.path` as an installer leaves them."""

from __future__ import annotations

import importlib
import sys
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path


@pytest.fixture
def purged(tmp_path: Path) -> Iterator[None]:
    """Forget what a test has imported, or the next one would meet it again."""
    before = set(sys.modules)
    yield
    importlib.invalidate_caches()
    for name in set(sys.modules) - before:
        if str(tmp_path) in (getattr(sys.modules[name], "__file__", None) or ""):
            del sys.modules[name]


@pytest.fixture
def distribution(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    purged: None,  # noqa: ARG001 - a fixture
) -> Callable[..., Path]:
    """Install a distribution.

    Called with its name, entry points (name to value) and modules (name to source); with a *version*, and
    with a *site*: the folder that is put in front of `sys.path`. Gives that folder.
    """

    def install(
        name: str,
        entries: Mapping[str, str],
        modules: Mapping[str, str] | None = None,
        *,
        version: str = "1.0",
        site: str = "site",
    ) -> Path:
        folder = tmp_path / site
        info = folder / f"{name}-{version}.dist-info"
        info.mkdir(parents=True)
        lines = "".join(f"{entry} = {value}\n" for entry, value in entries.items())
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[console_scripts]\nx = y:z\n\n[imadmin]\n{lines}")
        for module, source in (modules or {}).items():
            (folder / f"{module}.py").write_text(dedent(source), encoding="utf-8")
        monkeypatch.syspath_prepend(str(folder))
        return folder

    return install


@pytest.fixture
def loose(tmp_path: Path, purged: None) -> Callable[..., Path]:  # noqa: ARG001 - a fixture
    """Write a folder of loose plugins, which nobody but the owner may write to: file name to source."""

    def write(**files: str) -> Path:
        folder = tmp_path / "imadmin_plugins"
        folder.mkdir(mode=0o755, exist_ok=True)
        folder.chmod(0o755)
        for name, source in files.items():
            path = folder / f"{name}.py"
            path.write_text(dedent(source), encoding="utf-8")
            path.chmod(0o644)
        return folder

    return write
