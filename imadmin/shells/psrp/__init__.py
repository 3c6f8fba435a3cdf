"""The psrp shell: cmdlets run by PowerShell remoting, MS-PSRP over WS-Management over HTTPS."""

from imadmin.shells.psrp.shell import PsrpShell

__all__ = ["PsrpShell"]
