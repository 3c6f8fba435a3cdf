"""Puts the runbooks, which stand at the top of the tree, into the package when a wheel is built.

An editable installation reads them where they stand, so that an edit is seen at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class RunbooksHook(BuildHookInterface[Any]):
    """Adds `runbooks/` to a wheel as `imadmin/runbooks/`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before the wheel is made; *version* is `standard` or `editable`."""
        if version == "standard":
            for path in sorted((Path(self.root) / "runbooks").glob("*.ipynb")):
                build_data["force_include"][str(path)] = f"imadmin/runbooks/{path.name}"
