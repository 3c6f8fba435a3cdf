"""The same collection for an administrator who may not run Python near the servers: PowerShell to paste."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from imadmin.collect.wanted import file_of
from imadmin.model.values import quoted
from imadmin.shells.typed import typed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imadmin.records import Cmdlet

__all__ = ["script"]

_HEAD = """\
# What imadmin reads of a deployment, saved below {folder} of the current folder.
# For Windows PowerShell 5.1 and PowerShell 7; it only reads. Each line stands for itself: a cmdlet that
# fails says so, and leaves no file behind that could be taken for whole.
"""
_WHERE = {
    "skype": "Skype for Business: in the Skype for Business Server Management Shell,"
    "\n# as a member of CsViewOnlyAdministrator or of a role that may do more",
    "exchange": "Exchange: in the Exchange Management Shell of an Exchange server,"
    "\n# as a member of View-Only Organization Management or of a role group that may do more",
    "exchange_online": "Exchange Online: in PowerShell, after Connect-ExchangeOnline,"
    "\n# as a member of View-Only Organization Management or of a role group that may do more",
}
_TAIL = """
# Lists of registered clients (CSV files with columns UserName and ClientVersion) belong into {clients}.
#
# The files hold all properties of the objects. Then, anywhere:
#   imadmin run readiness --from {folder}
#   imadmin collect slim --from {folder}      keeps only what imadmin reads, to be passed on
"""
_STAMP = (
    "Set-Content -Encoding ASCII -LiteralPath {path} -Value"
    " \"when: '$((Get-Date).ToUniversalTime().ToString('s'))Z'\", \"where: '$env:COMPUTERNAME'\""
)
_SAVE = (
    "try {{ {command} | Export-Clixml -Depth 4 -LiteralPath {path} }}"
    ' catch {{ Write-Warning "{name} was not saved: $_";'
    " Remove-Item -LiteralPath {path} -ErrorAction SilentlyContinue }}"
)
_EACH_SERVER = "# It tells of the server that it runs on: run the next line once on every Front End server."
_THIS_SERVER = "[Net.Dns]::GetHostEntry('').HostName"


def script(cmdlets: Iterable[Cmdlet], folder: str = "saved") -> str:
    """PowerShell lines that save what these cmdlets give, in the form that `--from` reads.

    Objects are saved whole. `Select-Object` would make the files smaller, but gives null for a property
    that an object does not have, and null is a setting's value where a missing property is none.

    Args:
        cmdlets: from `wanted`; those of one shell stand together.
        folder: where to save, as the script's reader will name it.

    Raises:
        PluginError: a cmdlet or a parameter has a name that is none.
    """
    folder = folder.rstrip("/\\")
    parts = [_HEAD.format(folder=folder)]
    for shell, group in groupby(cmdlets, lambda cmdlet: cmdlet.shell):
        parts.append("\n".join(_section(shell, group, folder)))
    return "\n".join([*parts, _TAIL.format(folder=folder, clients=_path(folder, "clients"))])


def _section(shell: str, cmdlets: Iterable[Cmdlet], folder: str) -> Iterator[str]:
    yield f"# {_WHERE.get(shell, shell)}:"
    place = quoted(_path(folder, shell))
    yield f"New-Item -ItemType Directory -Force -Path {place} | Out-Null"
    for cmdlet in cmdlets:
        path = _saved_as(cmdlet, folder)
        if cmdlet.variant == "*":
            yield _EACH_SERVER
        yield _SAVE.format(command=f"{typed(cmdlet)} -ErrorAction Stop", path=path, name=cmdlet.name)
    yield _STAMP.format(path=quoted(_path(folder, "manifest.yaml"))) + "\n"


def _saved_as(cmdlet: Cmdlet, folder: str) -> str:
    """An expression for the file's path; what is of a server bears the server's name."""
    path = _path(folder, file_of(cmdlet))
    before, star, after = path.rpartition("*")
    return f"({quoted(before)} + {_THIS_SERVER} + {quoted(after)})" if star else quoted(path)


def _path(folder: str, name: str) -> str:
    return f"{folder}\\{name}".replace("/", "\\")
