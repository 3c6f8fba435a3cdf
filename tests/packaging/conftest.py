"""A wheel of this tree, and fresh virtual environments that find their dependencies in the running one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from typing import Protocol

import pytest

ROOT = Path(__file__).parents[2]


class Environment:
    """A virtual environment with wheels installed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        scripts = "Scripts" if os.name == "nt" else "bin"
        self.python = folder / scripts / Path(sys.executable).name
        venv.create(folder, with_pip=False, symlinks=os.name != "nt")
        code = "import sysconfig; print(sysconfig.get_path('purelib'))"
        self.site = Path(self.run(str(self.python), "-c", code).stdout.strip())
        # Only dependencies: what is installed here comes first on the path.
        (self.site / "zz-dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")

    def install(self, *wheels: Path) -> None:
        """Install wheels without their dependencies, and without an index."""
        pip = [sys.executable, "-m", "pip", "--python", str(self.python), "install"]
        self.run(*pip, "--no-deps", "--no-index", "--quiet", *map(str, wheels))

    def imadmin(self, *arguments: str, status: int = 0) -> subprocess.CompletedProcess[str]:
        """Run the installed command from a folder of its own."""
        return self.run(str(self.python), "-P", "-m", "imadmin", *arguments, status=status)

    def plugins(self) -> dict[str, dict[str, object]]:
        """What `imadmin plugins` says, by name."""
        return {row["name"]: row for row in json.loads(self.imadmin("plugins", "--json").stdout)}

    def run(self, *command: str, status: int = 0) -> subprocess.CompletedProcess[str]:
        """Run a command in the environment's folder; fails the test where the status is another one."""
        outside = {k: v for k, v in os.environ.items() if not k.startswith(("IMADMIN_", "PYTHON"))}
        environment = {**outside, "IMADMIN_HOME": str(self.folder / "home"), "PYTHONUTF8": "1"}
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == status, f"{command}\n{done.stdout}\n{done.stderr}"
        return done


class Build(Protocol):
    """Builds a wheel of a project folder."""

    def __call__(self, project: Path) -> Path: ...


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    def wheel(project: Path) -> Path:
        target = tmp_path_factory.mktemp("wheel")
        subprocess.run(
            [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)],
            cwd=project,
            check=True,
            capture_output=True,
        )
        [path] = target.glob("*.whl")
        return path

    return wheel


@pytest.fixture(scope="session")
def wheel(build: Build) -> Path:
    return build(ROOT)


@pytest.fixture
def environment(tmp_path: Path, wheel: Path) -> Environment:
    made = Environment(tmp_path / "environment")
    made.install(wheel)
    return made
