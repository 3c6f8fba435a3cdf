"""Deadlines, stopping from another thread, clients that go away."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
import requests
from pypsrp.complex_objects import PSInvocationState
from pypsrp.exceptions import WSManFaultError
from pypsrp.powershell import PowerShell
from pypsrp.shell import SignalCode

from imadmin_lab.powershell import CmdletFault

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Lab


@pytest.fixture(params=["powershell/signal/ctrl_c", "powershell/signal/crtl_c"])
def stop_code(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The client's spelling, and the protocol's."""
    monkeypatch.setattr(SignalCode, "PS_CTRL_C", request.param)
    code: str = request.param
    return code


def _wait_for_the_end(ps: PowerShell) -> None:
    """A question that is under way when all is closed may be told so, as by a real server."""
    with suppress(WSManFaultError):
        ps.end_invoke()


@pytest.mark.usefixtures("stop_code")
def test_stopping_from_another_thread(lab: Lab, runner: Callable[..., Any]) -> None:
    fault = lab.faults.switch_on(CmdletFault("cmdlet-hang", "Get-CsUser"))
    with lab.pool() as pool:
        with PowerShell(pool) as ps:
            ps.add_cmdlet("Get-CsUser").begin_invoke()
            waiting = threading.Thread(target=_wait_for_the_end, args=(ps,))
            waiting.start()
            ps.stop()
            waiting.join(30)
            assert not waiting.is_alive()
            assert ps.state == PSInvocationState.STOPPED
        lab.faults.switch_off(fault)
        assert len(runner(pool, "Get-CsUser").output) == 3


def test_a_deadline_keeps_what_has_come(lab: Lab) -> None:
    lab.faults.switch_on(CmdletFault("cmdlet-slow", "Get-CsUser", seconds=0.4))
    with lab.pool() as pool, PowerShell(pool) as ps:
        ps.add_cmdlet("Get-CsUser").begin_invoke()
        while not ps.output:
            ps.poll_invoke(timeout=5)
        ps.stop()
        assert len(ps.output) in {1, 2}


def test_waiting_in_vain_is_a_timeout_and_no_end(lab: Lab) -> None:
    lab.faults.switch_on(CmdletFault("cmdlet-hang", "Get-CsUser"))
    with lab.pool(operation_timeout=1) as pool, PowerShell(pool) as ps:
        ps.add_cmdlet("Get-CsUser").begin_invoke()
        ps.poll_invoke()
        assert ps.state == PSInvocationState.RUNNING
        ps.stop()


def test_closing_the_pool_ends_a_pipeline(lab: Lab) -> None:
    lab.faults.switch_on(CmdletFault("cmdlet-hang"))
    with lab.pool() as pool:
        PowerShell(pool).add_cmdlet("Get-CsUser").begin_invoke()
    assert not [thread for thread in threading.enumerate() if thread.name == "lab-pipeline"]


def test_stopping_the_server_ends_a_pipeline(lab: Lab) -> None:
    lab.faults.switch_on(CmdletFault("cmdlet-hang"))
    connection = lab.connect()
    with connection:
        from pypsrp.powershell import RunspacePool

        pool = RunspacePool(connection)
        pool.open()
        ps = PowerShell(pool).add_cmdlet("Get-CsUser")
        ps.begin_invoke()
        seen: list[BaseException] = []

        def wait() -> None:
            try:
                ps.end_invoke()
            except Exception as error:  # noqa: BLE001 - which one is up to the moment
                seen.append(error)

        waiting = threading.Thread(target=wait)
        waiting.start()
        lab.https.stop()
        waiting.join(30)
        assert seen


def test_output_is_kept_for_a_client_that_hung_up(lab: Lab) -> None:
    """The answer to an abandoned Receive goes to the next one."""
    lab.faults.switch_on(CmdletFault("cmdlet-slow", "Get-CsPool", seconds=1.0, times=1))
    with lab.pool() as pool, PowerShell(pool) as ps:
        ps.add_cmdlet("Get-CsPool").begin_invoke()
        ps.poll_invoke()
        with pytest.raises(requests.exceptions.RequestException):
            ps.runspace_pool.connection.transport.send(_receive(ps), timeout=0.2)
        assert len(ps.end_invoke()) == 2


def _receive(ps: PowerShell) -> bytes:
    """A Receive request, to be sent with a time limit that the client would not take."""
    import xml.etree.ElementTree as ET

    ws, shell = ps.runspace_pool.connection, ps.runspace_pool.shell
    space = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
    _, header = ws._create_header(f"{space}/Receive", shell.resource_uri, None, shell._selector_set, None)
    envelope = ET.Element("{http://www.w3.org/2003/05/soap-envelope}Envelope")
    envelope.append(header)
    body = ET.SubElement(envelope, "{http://www.w3.org/2003/05/soap-envelope}Body")
    receive = ET.SubElement(body, f"{{{space}}}Receive")
    ET.SubElement(receive, f"{{{space}}}DesiredStream", CommandId=ps.id).text = "stdout"
    return ET.tostring(envelope)
