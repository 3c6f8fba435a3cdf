"""A password goes to the server that was named, and nowhere else."""

from __future__ import annotations

import base64
import gc
import logging
import pickle
import subprocess
import sys
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from imadmin.ews import EwsError, Folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin.ews import EwsClient

    from .conftest import Lab

ANNA = "anna@contoso.com"


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """All that any logger says at its most talkative."""
    said: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(self.format(record))

    names = ["", *logging.root.manager.loggerDict]
    before = {name: logging.getLogger(name).level for name in names}
    collector = Collector(0)
    logging.getLogger().addHandler(collector)
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield said
    logging.getLogger().removeHandler(collector)
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


def _look(client: EwsClient) -> object:
    return client.look(ANNA)


def _newest(client: EwsClient) -> object:
    return client.newest(ANNA, [Folder.INBOX])


def _spellings(password: str) -> list[str]:
    user = r"CONTOSO\svc"
    tokens = [base64.b64encode(f"{user}:{password}".encode()).decode()]
    return [password, repr(password)[1:-1], ascii(password)[1:-1], *tokens, "TlRMTVNTUAADAAAA"]


@pytest.mark.parametrize("auth", ["basic", "ntlm", "negotiate"])
def test_logs_and_errors_do_not_tell(lab: Lab, password: str, logged: list[str], auth: str) -> None:
    errors: list[str] = []
    for name in ("", "half", "login-page", "unauthorized", "internal-error", "unknown-code"):
        client = lab.client(auth=auth)
        if name:
            lab.break_exchange(name, times=1)
        for question in (_look, _newest):
            try:
                question(client)
            except EwsError as error:
                errors += traceback.TracebackException.from_exception(error, capture_locals=False).format()
                errors += [repr(error), str(error), repr(pickle.dumps(error))]
        errors.append(repr(client))
    assert errors
    told = "\n".join([*logged, *errors])
    assert not [spelling for spelling in _spellings(password) if spelling in told]


def test_debugging_http_does_not_tell(
    lab: Lab, password: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("http.client.HTTPConnection.debuglevel", 1)
    lab.client(auth="basic").look(ANNA)
    told = "".join(capfd.readouterr())
    assert not [spelling for spelling in _spellings(password) if spelling in told]


def test_exchangelib_holds_no_password(lab: Lab) -> None:
    """Its caches of protocols and of Autodiscover stay empty: it only writes what is asked."""
    from exchangelib.credentials import BaseCredentials  # type: ignore[import-untyped]
    from exchangelib.protocol import BaseProtocol, CachingProtocol  # type: ignore[import-untyped]

    before = len(CachingProtocol._protocol_cache)
    client = lab.client()
    client.send(ANNA, [ANNA], "s", "b", "IPM.Note")
    client.newest(ANNA, [Folder.INBOX])
    assert len(CachingProtocol._protocol_cache) == before
    with suppress(ReferenceError):
        held = [one for one in gc.get_objects() if isinstance(one, (BaseCredentials, BaseProtocol))]
        assert held == []


def test_importing_the_package_costs_nothing() -> None:
    code = (
        "import sys, imadmin.ews; imadmin.ews.Kind; imadmin.ews.Folder\n"
        "heavy = {'exchangelib', 'lxml', 'requests', 'spnego', 'cryptography', 'ssl'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=100
    )
    assert (done.returncode, done.stderr) == (0, "")
