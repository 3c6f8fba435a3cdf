"""The lean server, for as long as it is needed, and how to reach it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import certifi

if TYPE_CHECKING:
    from collections.abc import Iterator

USER, PASSWORD = "svc", "secret"
_VARIABLE = "REQUESTS_CA_BUNDLE"


class Serving(NamedTuple):
    """A server that runs.

    Attributes:
        url: of its EWS.
        bundle: the authorities that certifi has, and the server's: what a client of the Internet loads.
    """

    url: str
    bundle: Path


@contextmanager
def served(milliseconds: int) -> Iterator[Serving]:
    """Run it in a process of its own; each answer takes so long besides."""
    with tempfile.TemporaryDirectory(prefix="imadmin-bench-") as folder:
        command = [sys.executable, "-m", "bench.ews.server", folder, str(milliseconds)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None  # noqa: S101 - a pipe
            place = json.loads(process.stdout.readline())
            bundle = Path(folder) / "bundle.pem"
            bundle.write_text(Path(certifi.where()).read_text("utf-8") + Path(place["ca"]).read_text("utf-8"))
            with _believed(bundle):
                yield Serving(f"https://localhost:{place['port']}/EWS/Exchange.asmx", bundle)
            process.communicate()  # the end of its input ends it


@contextmanager
def _believed(bundle: Path) -> Iterator[None]:
    """Have requests, and so exchangelib, believe these authorities: this way goes before all others."""
    before = os.environ.get(_VARIABLE)
    os.environ[_VARIABLE] = str(bundle)
    try:
        yield
    finally:
        del os.environ[_VARIABLE]
        if before is not None:
            os.environ[_VARIABLE] = before
