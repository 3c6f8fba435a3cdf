"""However large a file is, only a small part of it is in memory."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import pytest

from imadmin.deployment import ShellConfig
from imadmin.records import Cmdlet
from imadmin.secrets import Secrets
from imadmin.shells import open_shell

if TYPE_CHECKING:
    from pathlib import Path

MANY = 20_000
OBJECTS = {
    ".json": ("[", '{"Identity": "A", "Other": "%s"},\n', '{"Identity": "A"}]'),
    ".csv": ("Identity,Other\n", 'A,"%s"\n', "A,\n"),
    ".txt": ("", "Identity : A\nOther    : %s\n\n", "Identity : A\n"),
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("suffix", OBJECTS)
def test_objects_are_taken_one_by_one(tmp_path: Path, suffix: str, encoding: str) -> None:
    first, each, last = OBJECTS[suffix]
    path = tmp_path / f"Get-CsThing{suffix}"
    path.write_text(first + each % ("x" * 300) * MANY + last, encoding=encoding)
    shell = open_shell("skype", ShellConfig("export", tmp_path), Secrets({}))
    result = shell.run(Cmdlet("skype", "Get-CsThing", ("Identity",)))
    tracemalloc.start()
    try:
        assert sum(1 for _ in result.records) == MANY + 1
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < path.stat().st_size / 5
