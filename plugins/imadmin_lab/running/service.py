"""A lab in the background: `python -m imadmin_lab.running.service NAME SCENARIO PORT`.

It writes one line of JSON to standard output when it can be used, `{"name": …}`, or cannot, `{"error": …}`.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import sys
from typing import TYPE_CHECKING

from imadmin import ImadminError
from imadmin.session import now
from imadmin_lab.running.control import ControlChannel
from imadmin_lab.running.extra import needing_the_extra
from imadmin_lab.running.place import lab_folder, reaped
from imadmin_lab.running.registry import Started, record_path, register

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imadmin_lab.lab import Lab

__all__ = ["main"]


def main(arguments: list[str]) -> int:
    """Run a lab until it is told to stop."""
    name, scenario, port = arguments
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # it outlives the terminal it was started from
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        _serve(name, scenario, int(port))
    except ImadminError as error:
        _say({"error": error.what, "where": error.where, "remedy": error.remedy})
        return error.exit_status
    except OSError as error:
        _say({"error": f"cannot be started: {error.strerror or error}"})
        return 2
    return 0


def _serve(name: str, scenario: str, port: int) -> None:
    with needing_the_extra():
        from imadmin_lab.lab import Lab
    with (
        lab_folder() as folder,
        reaped(record_path(name)),
        Lab(scenario, folder=folder, port=port) as lab,
    ):
        key = secrets.token_bytes(32)
        channel = ControlChannel(key, lambda request: _answer(name, lab, request))
        register(
            Started(
                name=name,
                scenario=scenario,
                started=now(),
                pid=os.getpid(),
                folder=str(folder),
                deployment=str(lab.deployment),
                address=lab.url("/"),
                environment=lab.environment,
                port=channel.port,
                key=key.hex(),
            )
        )
        _say({"name": name})
        channel.serve()


def _answer(name: str, lab: Lab, request: dict[str, object]) -> Mapping[str, object]:
    match request:
        case {"do": "fault", "name": str(fault), "options": dict(options)}:
            lab.faults.switch_on(fault, **options)
        case {"do": "heal", "name": str(fault)}:
            lab.faults.switch_off(fault)
        case {"do": "status" | "stop"}:
            pass
        case _:
            raise ValueError("the lab does not know this request")
    return {"name": name, "faults": [str(fault) for fault in lab.faults.active()]}


def _say(answer: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
    # Whoever reads this has heard all; a pipe that stays open would make it wait.
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
