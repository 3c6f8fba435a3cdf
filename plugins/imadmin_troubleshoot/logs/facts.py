"""The fact `client_logs`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import fact
from imadmin.errors import SourceNotDescribedError
from imadmin_troubleshoot.settings import SETTINGS, settings_of

from .etl import read_trace
from .names import is_etl, logs_below
from .records import ClientLogs
from .scanning import read_log

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from imadmin.facts import Inputs

__all__ = ["client_logs"]


@fact(SETTINGS)
def client_logs(inputs: Inputs) -> ClientLogs:
    """The clients' logs, of the files and in the folders that the deployment names."""
    named = settings_of(inputs).logs
    if not named:
        raise SourceNotDescribedError("names no logs of clients", where="troubleshoot")
    lost: list[str] = []
    paths = list(_files(named, lost))
    traces = [path for path in paths if is_etl(path.name)]
    texts = [path for path in paths if path not in traces]
    return ClientLogs(tuple(map(read_log, texts)), tuple(map(read_trace, traces)), tuple(lost))


def _files(named: Iterable[Path], lost: list[str]) -> Iterable[Path]:
    for path in named:
        if path.is_dir():
            found = list(logs_below(path, lost))
            if not found and not lost:
                lost.append(f"{path}: there is no log of a client in it (*.UccApilog, *.etl)")
            yield from found
        else:
            yield path
