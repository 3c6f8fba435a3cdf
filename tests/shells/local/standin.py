"""Plays PowerShell, as far as the local shell sees it: started as `standin.py HOW OPTION …`.

Requests are read and objects written by psrpcore, so that not one author stands at both ends. HOW is how it
behaves, the rest is the command line of PowerShell.
"""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from psrpcore import PSRemotingCrypto, types

OEM = "Модуль не найден".encode("cp866")
PROGRESS = (
    '#< CLIXML\r\n<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">'
    '<Obj S="progress" RefId="0"><TN RefId="0"><T>System.Management.Automation.PSCustomObject</T></TN><MS>'
    '<I64 N="SourceId">1</I64></MS></Obj><S S="Error">Der Aufruf ging schief._x000D__x000A_</S></Objs>'
).encode("cp850")


class Missing(Exception):  # noqa: N818 - as PowerShell has it
    """There is no such cmdlet."""


def serialized(value: object) -> str:
    return types.serialize_clixml(value, PSRemotingCrypto())


def show(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def send(mark: str, kind: str, value: object) -> None:
    show(f"{mark} {kind} {base64.b64encode(serialized(value).encode()).decode()}")


def read_request(arguments: list[str]) -> dict[str, Any]:
    """What to run; fails where the command line is not what PowerShell would understand."""
    *options, flag, encoded = arguments
    assert flag == "-EncodedCommand"
    assert {"-NoLogo", "-NoProfile", "-NonInteractive"} <= set(options)
    script = base64.b64decode(encoded).decode("utf-16-le")
    assert "$input" in script
    text = base64.b64decode(sys.stdin.buffer.read().strip(), validate=True).decode()
    [request] = types.deserialize_clixml(text, PSRemotingCrypto())
    keep = os.environ.get("IMADMIN_TEST_KEEP")
    if keep:
        Path(keep).write_text(script, encoding="utf-8")
    return dict(request)


def site(name: str) -> types.PSObject:
    found = types.PSObject()
    found.PSObject.type_names = ["System.Management.Automation.PSCustomObject"]
    found.PSObject.extended_properties = [
        types.PSNoteProperty("Identity", f"Site:{name}"),
        types.PSNoteProperty("DisplayName", None),
        types.PSNoteProperty("Unwanted", "x" * 100),
    ]
    return found


def results(request: dict[str, Any]) -> list[Any]:
    match request["Name"]:
        case "Get-CsSite":
            return [site("Redmond"), site("München 😀")]
        case "Get-Parameters":
            return [parameters(request["Parameters"])]
        case "Get-Environment":
            return [parameters({name: os.environ.get(name) for name in request["Properties"]})]
        case "Get-Texts":
            return ["text"]
    raise Missing


def parameters(given: dict[str, Any]) -> types.PSObject:
    found = types.PSObject()
    found.PSObject.type_names = ["System.Management.Automation.PSCustomObject"]
    found.PSObject.extended_properties = [types.PSNoteProperty(name, given[name]) for name in given]
    return found


def well(request: dict[str, Any]) -> int:
    mark = request["Mark"]
    send(mark, "begin", "")
    try:
        objects = results(request)
    except Missing:
        name = "CommandNotFoundException,Microsoft.PowerShell.Commands.GetCommandCommand"
        send(mark, "failed", {"Message": f"The term '{request['Name']}' is not recognized.", "Id": name})
        return 1
    for found in objects:
        send(mark, "output", found)
    send(mark, "end", len(objects))
    return 0


def noisy(request: dict[str, Any]) -> int:
    """A banner, progress on stderr, and text without a line's end before what counts."""
    show("Windows PowerShell\nCopyright (C) Microsoft Corporation\n\nimadmin-0000 output AAAA")
    sys.stderr.buffer.write(PROGRESS)
    sys.stdout.buffer.write(OEM + b"\xff\x00 begins: ")
    sys.stdout.flush()
    return well(request)


def complaining(request: dict[str, Any]) -> int:
    send(request["Mark"], "error", {"Message": "One server\r\n is away.", "Id": "Away,Get"})
    send(request["Mark"], "warning", "Slow today.")
    return well(request)


def failing(request: dict[str, Any]) -> int:
    send(request["Mark"], "begin", "")
    send(request["Mark"], "output", site("Redmond"))
    send(request["Mark"], "failed", {"Message": "Access is denied.", "Id": ""})
    return 1


def unprepared(request: dict[str, Any]) -> int:
    missing = "The specified module 'SkypeForBusiness' was not loaded."
    send(request["Mark"], "unprepared", {"Message": missing, "Id": "Modules_ModuleNotFound"})
    return 3


def wordy(_request: dict[str, Any]) -> int:
    sys.stderr.write("The argument is not recognized as\n the name of a cmdlet.\n")
    return 1


def oem(_request: dict[str, Any]) -> int:
    sys.stderr.buffer.write(OEM)
    return 1


def progress(_request: dict[str, Any]) -> int:
    sys.stderr.buffer.write(PROGRESS)
    return 255


def silent(_request: dict[str, Any]) -> int:
    return 0


def cut(request: dict[str, Any]) -> int:
    send(request["Mark"], "begin", "")
    send(request["Mark"], "output", site("Redmond"))
    return 0


def miscounting(request: dict[str, Any]) -> int:
    cut(request)
    send(request["Mark"], "end", 2)
    return 0


def truncated(request: dict[str, Any]) -> int:
    send(request["Mark"], "begin", "")
    whole = base64.b64encode(serialized(site("Redmond")).encode()).decode()
    show(f"{request['Mark']} output {whole[: len(whole) // 2 // 4 * 4 - 1]}")
    send(request["Mark"], "end", 1)
    return 0


def torn(request: dict[str, Any]) -> int:
    send(request["Mark"], "begin", "")
    show(f"{request['Mark']} output {base64.b64encode(b'<Objs><Obj').decode()}")
    send(request["Mark"], "end", 1)
    return 0


def torn_error(request: dict[str, Any]) -> int:
    show(f"{request['Mark']} error ####")
    return well(request)


def huge(request: dict[str, Any]) -> int:
    """100 MB on a line of its own, then the answer."""
    for _ in range(100):
        sys.stdout.write("x" * 1_000_000)
    show("")
    return well(request)


def endless(_request: dict[str, Any]) -> int:
    while True:
        show("x" * 1_000_000)


def hanging(request: dict[str, Any]) -> int:
    """With a child of its own, which would outlive it."""
    send(request["Mark"], "begin", "")
    sys.stdout.flush()
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    keep = os.environ.get("IMADMIN_TEST_PIDS", "")
    partial = Path(f"{keep}.part")
    partial.write_text(f"{os.getpid()} {child.pid}", encoding="utf-8")
    partial.rename(keep)
    time.sleep(600)
    return 0


def deaf(_request: dict[str, Any]) -> int:
    return 0


def main(how: str, arguments: list[str]) -> int:
    """Behave so; the exit status."""
    if how == "deaf":  # it does not even read what it is given
        return deaf({})
    return int(globals()[how](read_request(arguments)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
