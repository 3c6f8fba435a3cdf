"""The local shell: cmdlets run by a PowerShell on this computer, as the current user."""

from imadmin.shells.local.shell import LocalShell

__all__ = ["LocalShell"]
