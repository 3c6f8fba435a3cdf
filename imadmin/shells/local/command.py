"""How PowerShell is started, and what it is given to do."""

from __future__ import annotations

import base64
import os
import shutil
import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from imadmin.errors import SourceError
from imadmin.shells.clixml import write

if TYPE_CHECKING:
    from imadmin.records import Cmdlet

__all__ = ["command", "find", "request"]

# In full: Windows would look into the current folder first.
_WINDOWS = r"%SystemRoot%\System32\WindowsPowerShell\v1.0\powershell.exe"
_OPTIONS = ("-NoLogo", "-NoProfile", "-NonInteractive", "-InputFormat", "Text", "-OutputFormat", "Text")


def find(program: str, where: str) -> str:
    """The path of *program*, or where it is empty of the platform's own PowerShell.

    Raises:
        SourceError: there is none.
    """
    name = program or (os.path.expandvars(_WINDOWS) if sys.platform == "win32" else "pwsh")
    found = shutil.which(name)
    if found is None:
        what = f"there is no PowerShell here: {name} is not found, or may not be executed"
        remedy = "Name another one (program: …), or save the output where there is one (shell: export)."
        raise SourceError(what, where=where, remedy=remedy)
    return found


def command(program: str) -> list[str]:
    """The command line; it holds nothing of the deployment but *program*."""
    return [program, *_OPTIONS, "-EncodedCommand", base64.b64encode(_script().encode("utf-16-le")).decode()]


def request(cmdlet: Cmdlet, parameters: dict[str, object], mark: str) -> bytes:
    """The line of standard input that says what to run, and how the lines of the answer begin."""
    wanted = {
        "Mark": mark,
        "Shell": cmdlet.shell,
        "Name": cmdlet.name,
        "Parameters": parameters,
        "Properties": list(cmdlet.properties),
    }
    document = BytesIO()
    write(document, [wanted], encoding="utf-8")
    return base64.b64encode(document.getvalue()) + b"\n"


def _script() -> str:
    """Without indentation and comments: command lines have a limit."""
    text = Path(__file__).with_name("run.ps1").read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("#"))
