from __future__ import annotations

import builtins
import sys
from typing import TYPE_CHECKING, Any

import pytest

from imadmin_lab.running.extra import LabNotInstalledError, needing_the_extra
from imadmin_lab.running.offer import open_lab

if TYPE_CHECKING:
    from pathlib import Path


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("IMADMIN_HOME", str(tmp_path))
    for name in [name for name in sys.modules if name.startswith("imadmin_lab.") and "running" not in name]:
        monkeypatch.delitem(sys.modules, name)
    real = builtins.__import__

    def without_lxml(name: str, *rest: Any) -> Any:
        if name.partition(".")[0] == "lxml":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without_lxml)
    with pytest.raises(LabNotInstalledError, match="lxml") as caught, open_lab("healthy"):
        pass
    assert "pip install" in caught.value.remedy
    assert caught.value.exit_status == 2


def test_another_missing_module_is_a_bug_and_not_hidden() -> None:
    with pytest.raises(ModuleNotFoundError, match="nowhere"), needing_the_extra():
        raise ModuleNotFoundError("No module named 'nowhere'", name="nowhere")
