"""Light commands import nothing heavy; measured in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

HEAVY = {
    "duckdb",
    "exchangelib",
    "IPython",
    "ipykernel",
    "jinja2",
    "jupyter_client",
    "keyring",
    "lxml",
    "markdown_it",
    "nbclient",
    "nbformat",
    "pypsrp",
    "requests",
    "rich",
    "zmq",
}
NO_YAML, NO_METADATA = {"yaml"}, {"importlib.metadata", "email"}
MAIN = "from imadmin.cli import main; main({})"
WAYS = {
    "import imadmin": ("import imadmin", HEAVY | NO_YAML | NO_METADATA),
    "the names of a plugin": ("from imadmin import Check, Fact, check, hookimpl", HEAVY | NO_YAML),
    "--version": (MAIN.format(["--version"]), HEAVY | NO_YAML | NO_METADATA),
    "--help": (MAIN.format(["--help"]), HEAVY | NO_YAML | NO_METADATA),
    "check --help": (MAIN.format(["check", "--help"]), HEAVY),
    "plugins": (MAIN.format(["plugins"]), HEAVY | NO_YAML),
    "checks": (MAIN.format(["checks"]), HEAVY),
    "runbooks": (MAIN.format(["runbooks"]), HEAVY),
    "operations": (MAIN.format(["operations"]), HEAVY),
    "apply --help": (MAIN.format(["apply", "--help"]), HEAVY),
    "runs": (MAIN.format(["runs"]), HEAVY),
    "pytest": ("import imadmin.pytest_plugin", HEAVY | NO_YAML),
}
PROBE = """
import json, sys
before = set(sys.modules)
try:
    {}
except SystemExit:
    pass
print("\\n" + json.dumps(sorted(set(sys.modules) - before)))
"""


def imported(statement: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(statement)],
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("way", WAYS)
def test_nothing_heavy_is_imported(way: str) -> None:
    statement, forbidden = WAYS[way]
    found = imported(statement)
    assert forbidden & found == set()
    assert "imadmin" in found


def test_the_pytest_plugin_imports_nothing_else_of_imadmin() -> None:
    found = {name for name in imported(WAYS["pytest"][0]) if name.startswith("imadmin")}
    assert found == {"imadmin", "imadmin.pytest_plugin"}


def test_the_probe_would_see_it() -> None:
    assert {"yaml", "importlib.metadata"} <= imported("import yaml, importlib.metadata")
