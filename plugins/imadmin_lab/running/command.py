"""`imadmin lab start|stop|status|fault`."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from imadmin import ImadminError
from imadmin_lab.running.extra import needing_the_extra
from imadmin_lab.running.offer import DEFAULT
from imadmin_lab.running.registry import running

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from imadmin_lab.running.registry import Started

__all__ = ["add_arguments", "execute"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")
_STOP_SECONDS = 10.0
_PAUSE_SECONDS = 0.02
_FAULT_OPTIONS = ("mailbox", "operation", "cmdlet", "path", "times", "seconds", "lasting")


class LabError(ImadminError):
    """The command asks for a lab, a scenario or a fault that is not there."""

    exit_status = 2


def add_arguments(parser: ArgumentParser) -> None:
    """Of `imadmin lab`."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    start = actions.add_parser("start", help="start a lab in the background")
    start.add_argument("scenario", nargs="?", default=DEFAULT, help=f"default: {DEFAULT}; see lab status")
    start.add_argument("--name", help="what to call it (default: as its scenario)")
    start.add_argument("--port", type=int, default=0, help="of its web server (default: a free one)")
    stop = actions.add_parser("stop", help="stop a lab, or all")
    stop.add_argument("name", nargs="?", help="default: the only one that runs")
    stop.add_argument("--all", action="store_true", help="all labs that run")
    actions.add_parser("status", help="show the labs that run, and the scenarios that there are")
    _add_fault(actions.add_parser("fault", help="let something go wrong in a lab"))


def _add_fault(parser: ArgumentParser) -> None:
    parser.add_argument("fault", nargs="?", help="its name; without one, all are listed")
    parser.add_argument("--lab", dest="name", metavar="NAME", help="default: the only one that runs")
    parser.add_argument("--off", action="store_true", help="end it; without a name, end all")
    parser.add_argument("--mailbox", metavar="ADDRESS", help="only where this mailbox is concerned")
    parser.add_argument("--operation", help="only for this EWS operation, such as FindItem")
    parser.add_argument("--cmdlet", help="only for this cmdlet")
    parser.add_argument("--path", help="only for requests whose path begins so, such as /EWS")
    parser.add_argument("--times", type=int, metavar="N", help="only so often")
    parser.add_argument("--seconds", type=float, help="how long it takes, or asks to wait")
    parser.add_argument("--for", dest="lasting", type=float, metavar="SECONDS", help="ends after so long")


def execute(options: Namespace) -> int:
    """Do what was asked; 0 where it was done."""
    actions = {"start": _start, "stop": _stop, "status": _status, "fault": _fault}
    actions[options.action](options)
    return 0


def _start(options: Namespace) -> None:
    name = options.name or (options.scenario if _NAME.match(options.scenario) else "lab")
    if not _NAME.match(name):
        raise LabError(f"{name!r} cannot be a lab's name", remedy="Letters, digits, and . _ - between them.")
    if name in running():
        raise LabError(f"a lab {name} is running already", remedy="Give another --name, or stop it first.")
    with subprocess.Popen(  # noqa: S603 - our own interpreter; the scenario is an argument, not a command
        [sys.executable, "-m", "imadmin_lab.running.service", name, options.scenario, str(options.port)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    ) as process:
        line = process.stdout.readline() if process.stdout else b""
        _check_started(line)
        process.returncode = 0  # it goes on without us: do not wait for it
    print(_described(running()[name]))


def _check_started(line: bytes) -> None:
    answer = json.loads(line) if line else {"error": "ended before it could be used"}
    if "error" in answer:
        raise LabError(answer["error"], where=answer.get("where", "lab"), remedy=answer.get("remedy", ""))


def _stop(options: Namespace) -> None:
    labs = running()
    chosen = list(labs.values()) if options.all else [_chosen(labs, options.name)]
    for lab in chosen:
        lab.ask({"do": "stop"})
        _wait_until_gone(Path(lab.folder))
        print(f"lab {lab.name} was stopped")


def _wait_until_gone(folder: Path) -> None:
    deadline = time.monotonic() + _STOP_SECONDS
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(_PAUSE_SECONDS)


def _status(_: Namespace) -> None:
    labs = running()
    for lab in labs.values():
        print(_described(lab))
    if not labs:
        print("No lab runs in the background.")
    with needing_the_extra():
        from imadmin_lab.scenario import scenarios
    print("\nScenarios: imadmin lab start NAME, or --lab=NAME for one command")
    for name, title in scenarios().items():
        print(f"  {name:<28} {title}")


def _fault(options: Namespace) -> None:
    if not options.fault and not options.off:
        _list_faults()
        return
    lab = _chosen(running(), options.name)
    given = {name: value for name in _FAULT_OPTIONS if (value := getattr(options, name)) is not None}
    request: dict[str, object] = {"do": "heal" if options.off else "fault", "name": options.fault or ""}
    answer = lab.ask(request if options.off else {**request, "options": given})
    if "error" in answer:
        raise LabError(str(answer["error"]), where=f"lab {lab.name}", remedy="See: imadmin lab fault")
    faults = answer.get("faults")
    print(f"lab {lab.name}: {_listed(faults) if isinstance(faults, list) and faults else 'nothing is wrong'}")


def _list_faults() -> None:
    with needing_the_extra():
        from imadmin_lab.faults import catalogue
    for kind in catalogue().values():
        print(f"  {kind.name:<26} {kind.says}")


def _listed(faults: list[object]) -> str:
    return ", ".join(str(fault) for fault in faults)


def _chosen(labs: dict[str, Started], name: str | None) -> Started:
    if name is not None and name in labs:
        return labs[name]
    if name is None and len(labs) == 1:
        return next(iter(labs.values()))
    names = ", ".join(labs) or "none"
    what = f"there is no lab {name!r}" if name else "no lab runs" if not labs else "several labs run"
    raise LabError(what, remedy=f"Running: {names}. Start one: imadmin lab start")


def _described(lab: Started) -> str:
    faults = lab.ask({"do": "status"}).get("faults")
    wrong = _listed(faults) if isinstance(faults, list) and faults else "nothing"
    base = lab.address.rstrip("/")
    set_variable = "$env:" if sys.platform == "win32" else "export "
    lines = [
        f"lab {lab.name} (scenario {lab.scenario}), since {lab.started}, process {lab.pid}",
        f"  EWS          {base}/EWS/Exchange.asmx",
        f"  PowerShell   {base}/OcsPowershell and {base}/powershell",
        f"  deployment   {lab.deployment}",
        f"  wrong        {wrong}",
        f"  use it       imadmin run readiness --lab={lab.name}",
        "  elsewhere    give the deployment file, and its password by",
        *(f"               {set_variable}{key}='{value}'" for key, value in lab.environment.items()),
        f"  stop it      imadmin lab stop {lab.name}",
    ]
    return "\n".join(lines)
