"""The private corners of pypsrp are where this version of it has them."""

from __future__ import annotations

import inspect
import logging
from importlib import metadata
from typing import TYPE_CHECKING

import pytest
from pypsrp.messages import Message, MessageType
from pypsrp.powershell import Fragmenter, PowerShell, RunspacePool
from pypsrp.serializer import Serializer
from pypsrp.shell import WinRS
from pypsrp.wsman import WSMan

from imadmin.deployment.records import ShellConfig
from imadmin.errors import SourceError
from imadmin.secrets import Secrets
from imadmin.shells import open_shell
from imadmin.shells.psrp import upstream
from imadmin.shells.psrp.wire import Wire
from imadmin.trust import context

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Lab

EXPLAIN = "imadmin/shells/psrp/upstream.py is built on this; see how pypsrp does it now"
CONFIG = ShellConfig("psrp", uri="https://pool01.contoso.com/OcsPowershell")


@pytest.mark.parametrize(
    ("function", "parameters"),
    [
        (Serializer.deserialize, ["self", "element", "metadata", "clear"]),
        (RunspacePool._parse_responses, ["self", "responses", "pipeline"]),
        (RunspacePool._process_runspacepool_warning, ["self", "message"]),
        (WinRS.receive, ["self", "stream", "command_id", "timeout"]),
        (WinRS.signal, ["self", "code", "command_id"]),
        (Message.unpack, ["data", "serializer"]),
    ],
)
def test_functions(function: Callable[..., object], parameters: list[str]) -> None:
    assert list(inspect.signature(function).parameters) == parameters, EXPLAIN


def test_attributes() -> None:
    connection = WSMan("localhost", auth="ntlm", username="u", password="p")  # noqa: S106 - of nobody
    pool = RunspacePool(connection)
    assert isinstance(pool._fragmenter, Fragmenter), EXPLAIN
    assert pool._serializer is pool._fragmenter.serializer, EXPLAIN
    assert PowerShell(pool)._command_id is None, EXPLAIN
    assert connection.transport.session is None, EXPLAIN
    session = connection.transport._build_session()
    assert session.proxies is not None, EXPLAIN
    assert upstream._STOP.partition("crtl_c")[1], "the protocol's own spelling"


def test_only_output_is_left_as_it_came() -> None:
    head = bytes(4) + MessageType.PIPELINE_OUTPUT.to_bytes(4, "little") + bytes(32)
    message = Message.unpack(head + b"<S>x</S>", upstream._RawOutput())
    assert message.data.data == "<S>x</S>", EXPLAIN  # type: ignore[union-attr] # output has data


def test_requests_go_by_the_wire_and_by_nothing_else(lab: Lab) -> None:
    shell = lab.shell()
    login = shell._login()
    wire = Wire(context(lab.authority.ca_file, None))
    session = upstream.Session(shell._endpoint, login, wire)._connection.transport.session
    assert session is not None
    assert not session.trust_env
    assert session.cert is None
    assert session.verify is True
    assert {session.get_adapter(f"{scheme}://localhost/") for scheme in ("https", "http")} == {wire}
    wire.close()


@pytest.mark.parametrize("found", ["0.9.0", "0.10.0", "1.0.0b1", "2"])
def test_another_version_is_refused(found: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upstream, "version", lambda _name: found)
    with pytest.raises(SourceError, match=f"cannot use pypsrp {found}") as caught:
        open_shell("skype", CONFIG, Secrets({}))
    assert "pip install" in caught.value.remedy


def test_this_version_is_one_that_is_known() -> None:
    upstream.check_version()
    assert metadata.version("pypsrp").startswith("0.9."), EXPLAIN


def test_a_library_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "imadmin.shells.psrp", None)
    with pytest.raises(SourceError, match="which is not installed") as caught:
        open_shell("skype", CONFIG, Secrets({}))
    assert caught.value.where == "skype"


def test_the_libraries_do_not_print_what_they_log() -> None:
    """Python prints warnings that nobody handles, and some of theirs quote what was received."""
    for name in ("pypsrp", "spnego"):
        logger = logging.getLogger(name)
        assert logger.level == logging.NOTSET
        assert any(isinstance(handler, logging.NullHandler) for handler in logger.handlers)
