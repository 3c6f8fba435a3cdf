"""Opening, using and closing runspace pools as an unmodified client does."""

from __future__ import annotations

import threading
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from pypsrp.exceptions import AuthenticationError, WinRMTransportError, WSManFaultError
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.shell import SignalCode

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Lab


@pytest.mark.parametrize("user", ["CONTOSO\\admin", "admin@contoso.com"])
@pytest.mark.parametrize("auth", ["basic", "ntlm", "negotiate"])
def test_logs_in_over_tls(lab: Lab, runner: Callable[..., Any], auth: str, user: str) -> None:
    with lab.pool(auth=auth, username=user) as pool:
        assert [str(o) for o in runner(pool, "Get-CsImConfiguration").output] == ["Global"]


@pytest.mark.parametrize(
    ("auth", "ssl", "encryption"),
    [
        ("ntlm", False, "auto"),
        ("negotiate", False, "auto"),
        ("ntlm", True, "always"),
        ("negotiate", True, "always"),
        ("basic", False, "never"),
    ],
)
def test_logs_in_with_message_encryption(
    lab: Lab, runner: Callable[..., Any], auth: str, encryption: str, *, ssl: bool
) -> None:
    with lab.pool(auth=auth, ssl=ssl, encryption=encryption) as pool:
        assert [str(o) for o in runner(pool, "Get-CsImConfiguration").output] == ["Global"]


def test_refuses_messages_in_clear(lab: Lab) -> None:
    with (
        pytest.raises((WinRMTransportError, WSManFaultError)),
        lab.pool(auth="ntlm", ssl=False, encryption="never"),
    ):
        pass


@pytest.mark.parametrize("auth", ["basic", "ntlm", "negotiate"])
def test_counts_a_wrong_password_once(lab: Lab, auth: str) -> None:
    with pytest.raises(AuthenticationError), lab.pool(auth=auth, password="wrong"):  # noqa: S106
        pass
    assert lab.accounts.failures("CONTOSO\\admin") == 1


def test_an_account_without_roles_is_denied(lab: Lab) -> None:
    with pytest.raises(WSManFaultError) as raised, lab.pool(username="CONTOSO\\nobody"):
        pass
    assert raised.value.code == 5


def test_names_the_configuration_that_is_not_there(lab: Lab) -> None:
    with (
        pytest.raises(WSManFaultError, match="Cannot find the Nonsense session configuration") as raised,
        lab.pool(pool={"configuration_name": "Nonsense"}),
    ):
        pass
    assert raised.value.code == 2150858811


def test_another_path_is_not_found(lab: Lab) -> None:
    with pytest.raises(WinRMTransportError) as raised, lab.pool("wsman"):
        pass
    assert raised.value.code == 404


def test_exchange_has_its_own_configuration_and_cmdlets(lab: Lab) -> None:
    found = lab.run("Get-OrganizationConfig", "powershell")
    assert [o.adapted_properties["Name"] for o in found.output] == ["contoso"]
    assert lab.run("Get-CsUser", "powershell").error.fq_error == "CommandNotFoundException"


def test_a_session_outlives_its_pipelines_and_can_be_opened_again(
    lab: Lab, runner: Callable[..., Any]
) -> None:
    for _ in range(3):
        with lab.pool() as pool:
            assert pool.is_alive(timeout=3)
            for _ in range(3):
                assert len(runner(pool, "Get-CsUser").output) == 3
            assert pool.get_available_runspaces() == 1
            pool.max_runspaces = 5
            assert pool.get_available_runspaces() == 5
            pool.reset_runspace_state()
            pool.exchange_keys()


def test_a_deleted_shell_is_not_alive(lab: Lab) -> None:
    with lab.connect() as ws:
        pool = RunspacePool(ws)
        pool.open()
        ws.delete(pool.shell.resource_uri, selector_set=pool.shell._selector_set)
        assert not pool.is_alive(timeout=3)


def test_another_user_cannot_use_a_shell(lab: Lab) -> None:
    with lab.pool() as pool, lab.connect(username="CONTOSO\\viewer") as other:
        with pytest.raises(WSManFaultError) as raised:
            other.delete(pool.shell.resource_uri, selector_set=pool.shell._selector_set)
        assert raised.value.code == 2150858843


def test_unknown_commands_are_faults(lab: Lab) -> None:
    with lab.pool() as pool:
        for command in (str(uuid.uuid4()), "nonsense"):
            with pytest.raises(WSManFaultError):
                pool.shell.signal(SignalCode.TERMINATE, command)
            with pytest.raises(WSManFaultError):
                pool.shell.receive("stdout", command)


def test_pipelines_run_in_parallel(lab: Lab) -> None:
    meeting = threading.Barrier(4, timeout=20)
    serializer = threading.Lock()  # of the pool, which knows one thread at a time
    seen: list[int] = []
    with lab.pool(pool={"max_runspaces": 4}) as pool:

        def work() -> None:
            for _ in range(5):
                with PowerShell(pool) as ps:
                    with serializer:
                        ps.add_cmdlet("Get-CsUser").begin_invoke()
                    meeting.wait()
                    with serializer:
                        ps.end_invoke()
                    seen.append(len(ps.output))

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert seen == [3] * 20


def test_pipelines_wait_for_a_runspace(lab: Lab) -> None:
    """With one runspace the second pipeline runs after the first, and can be stopped while it waits."""
    from imadmin_lab.powershell import CmdletFault

    fault = lab.faults.switch_on(CmdletFault("cmdlet-hang", "Get-CsUser"))
    with lab.pool() as pool:
        first, second = PowerShell(pool).add_cmdlet("Get-CsUser"), PowerShell(pool).add_cmdlet("Get-CsPool")
        first.begin_invoke()
        second.begin_invoke()
        third = PowerShell(pool).add_cmdlet("Get-CsPool")
        third.begin_invoke()
        third.stop()
        assert pool.get_available_runspaces() == 0
        lab.faults.switch_off(fault)
        first.stop()
        assert len(second.end_invoke()) == 2
        for ps in (first, second, third):
            ps.close()
