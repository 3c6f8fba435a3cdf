"""How `imadmin run` tells the kernel what to judge and where to record it: one private file."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from imadmin.home import write_private
from imadmin.session import Target

__all__ = ["VARIABLE", "Context"]

VARIABLE = "IMADMIN_RUN_CONTEXT"
"""The environment variable with the file's path."""

FILE = "context.json"


@dataclass(frozen=True, slots=True)
class Context:
    """The run that a kernel works for.

    Attributes:
        run_id: already begun in the journal.
        home: the folder of the journal.
        source: the folder or deployment file.
        no_plugins: what is not to be imported.
        waivers: the file of accepted fails that the command line names; empty where it names none.
        command: the command line, for the record.
        plan_only: operations show what they would do, and do nothing.
        resumed: an earlier kernel worked for this run, and what it changed is not changed again.
    """

    run_id: str
    home: str
    source: str
    no_plugins: tuple[str, ...]
    command: tuple[str, ...]
    waivers: str = ""
    plan_only: bool = False
    resumed: bool = False

    @property
    def target(self) -> Target:
        """What is to be judged."""
        return Target.of(self.source, self.no_plugins, Path(self.waivers) if self.waivers else None)

    def write(self, folder: Path) -> Path:
        """Write the file into the run's folder."""
        path = folder / FILE
        write_private(path, json.dumps(asdict(self)))
        return path

    @classmethod
    def current(cls) -> Context | None:
        """The context that this kernel was started with; None in a Jupyter of the user's own."""
        path = os.environ.get(VARIABLE)
        if not path:
            return None
        data = json.loads(Path(path).read_text(encoding="utf-8"))
        lists = {key: tuple(data[key]) for key in ("no_plugins", "command")}
        return cls(**{**data, **lists})

    @property
    def folder(self) -> Path:
        """The run's own."""
        return Path(self.home) / "runs" / self.run_id
