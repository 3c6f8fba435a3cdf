"""Shells: how a management cmdlet is run. Transport only; nothing here judges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.errors import SourceError
from imadmin.shells.base import Result, Shell

if TYPE_CHECKING:
    from pathlib import Path

    from imadmin.deployment import ShellConfig
    from imadmin.secrets import Secrets

__all__ = ["Result", "Shell", "open_shell"]


def open_shell(name: str, config: ShellConfig, secrets: Secrets, ca_file: Path | None = None) -> Shell:
    """Open the shell *name* (`skype`, `exchange`, `exchange_online`) of a deployment.

    Nobody is connected to, and nothing started, before the first cmdlet.

    Args:
        name: of the shell, for messages.
        config: its section of the deployment.
        secrets: where a remote shell finds its credential.
        ca_file: the certificate authorities that a remote shell trusts; None: those of the platform.

    Raises:
        SourceError: the description is not one of a shell that can be opened.
    """
    if config.shell == "export":
        from imadmin.shells.export import ExportShell

        return ExportShell(name, config)
    if config.shell == "local":
        from imadmin.shells.local import LocalShell

        return LocalShell(name, config, secrets)
    return _remote(name, config, secrets, ca_file)


def _remote(name: str, config: ShellConfig, secrets: Secrets, ca_file: Path | None) -> Shell:
    try:
        from imadmin.shells.psrp import PsrpShell
    except ModuleNotFoundError as error:
        remedy = 'Install it: pip install "pypsrp>=0.9.1,<0.10"'
        what = f"shell: psrp needs the library {error.name}, which is not installed"
        raise SourceError(what, where=name, remedy=remedy) from None
    return PsrpShell(name, config, secrets, ca_file)
