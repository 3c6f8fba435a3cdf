"""A stand-in for PowerShell, which is not to be had where these tests run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from imadmin.deployment.records import ShellConfig
from imadmin.secrets import Secrets
from imadmin.shells.local import LocalShell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Start = Callable[..., LocalShell]

STANDIN = Path(__file__).with_name("standin.py")


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str], Path]:
    """An executable that behaves in a given way."""

    def make(how: str) -> Path:
        if sys.platform == "win32":
            path = tmp_path / f"{how}.cmd"
            path.write_text(f'@"{sys.executable}" "{STANDIN}" {how} %*\n', encoding="utf-8")
        else:
            path = tmp_path / how
            path.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{STANDIN}" {how} "$@"\n', encoding="utf-8")
            path.chmod(0o755)
        return path

    return make


@pytest.fixture
def start(program: Callable[[str], Path]) -> Iterator[Start]:
    """A shell whose PowerShell behaves in a given way."""
    shells: list[LocalShell] = []

    def make(how: str, name: str = "skype") -> LocalShell:
        config = ShellConfig("local", program=str(program(how)))
        shells.append(LocalShell(name, config, Secrets({})))
        return shells[-1]

    yield make
    for shell in shells:
        shell.close()
