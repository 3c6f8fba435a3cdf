"""The verdict on every person of a run, kept beside its notebook: the journal has some thousands only."""

from __future__ import annotations

import json
import os
from dataclasses import astuple, replace
from functools import partial
from typing import TYPE_CHECKING

from imadmin.home import PRIVATE
from imadmin.run import Person

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from imadmin.run import Run

__all__ = ["FILE", "keep", "with_everybody"]

FILE = "people.ndjson"


def keep(run: Run, folder: Path) -> None:
    """Write the verdict on everybody into *folder*, a line each; for the owner alone."""
    if run.everybody is None:
        return
    trial = folder / f"{FILE}.new"
    handle = os.open(trial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps(astuple(person)) + "\n" for person in run.everybody())
    trial.replace(folder / FILE)


def with_everybody(run: Run, folder: Path | None) -> Run:
    """The run with the verdict on everybody, where *folder* has it."""
    if folder is None or not (folder / FILE).is_file():
        return run
    return replace(run, everybody=partial(_read, folder / FILE))


def _read(path: Path) -> Iterator[Person]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            name, verdict, because, accepted = json.loads(line)
            yield Person(name, verdict, tuple(because), accepted)
