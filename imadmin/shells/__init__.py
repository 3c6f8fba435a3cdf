"""Shells: how a management cmdlet is run. Transport only; nothing here judges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.errors import SourceError
from imadmin.shells.base import Result, Shell

if TYPE_CHECKING:
    from imadmin.deployment import ShellConfig

__all__ = ["Result", "Shell", "open_shell"]


def open_shell(name: str, config: ShellConfig) -> Shell:
    """Open the shell *name* (`skype`, `exchange`, `exchange_online`) of a deployment.

    Raises:
        SourceError: this version cannot open a shell of that kind.
    """
    if config.shell == "export":
        from imadmin.shells.export import ExportShell

        return ExportShell(name, config)
    raise SourceError(
        f"this version of imadmin reads saved output only, not shell: {config.shell}",
        where=name,
        remedy=f"Save the output with Export-Clixml, and say {name}: {{shell: export, folder: …}}.",
    )
