"""Scripts as people write them with pypsrp, on nothing but its documentation."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest
from pypsrp.client import Client
from pypsrp.complex_objects import CommandParameter, PSInvocationState
from pypsrp.exceptions import AuthenticationError
from pypsrp.host import PSHost, PSHostUserInterface
from pypsrp.powershell import PowerShell, RunspacePool

from imadmin_lab.directory import noun
from imadmin_lab.powershell import CmdletFault

if TYPE_CHECKING:
    from collections.abc import Callable

    from imadmin_lab.directory.values import Value

    from .conftest import Lab

COUNT = 2000


@pytest.fixture
def crowd(lab: Lab) -> Lab:
    """A lab with two thousand people more."""
    kind = noun("skype", "CsUser")
    people: list[tuple[str, dict[str, Value]]] = []
    for n in range(COUNT):
        mail = f"user{n:04}@contoso.com"
        properties: dict[str, Value] = {
            "SipAddress": f"sip:{mail}",
            "UserPrincipalName": mail,
            "DisplayName": f"Användare {n}",
            "RegistrarPool": "pool01.contoso.com",
            "Enabled": True,
        }
        people.append((f"CN=user{n:04}", kind.make(f"CN=user{n:04}", properties)))
    lab.directory.load("skype", "CsUser", people)
    return lab


@pytest.mark.parametrize(
    ("auth", "ssl"),
    [("basic", True), ("ntlm", True), ("negotiate", True), ("ntlm", False), ("negotiate", False)],
)
def test_every_way_in(lab: Lab, auth: str, *, ssl: bool) -> None:
    with lab.pool(auth=auth, ssl=ssl) as pool, PowerShell(pool) as ps:
        ps.add_cmdlet("Get-CsImConfiguration").add_parameter("Identity", "Global")
        (found,) = ps.invoke()
    assert found.adapted_properties["EnableOfflineIm"] is True
    assert ps.state == PSInvocationState.COMPLETED


def test_a_wrong_password(lab: Lab) -> None:
    for auth in ("basic", "ntlm", "negotiate"):
        with pytest.raises(AuthenticationError), lab.pool(auth=auth, password="wrong"):  # noqa: S106
            pass


def test_the_high_level_client_needs_a_language(lab: Lab) -> None:
    client = Client(
        "localhost",
        username="CONTOSO\\admin",
        password="correct horse",  # noqa: S106 - of the lab
        port=lab.https.port,
        path="OcsPowershell",
        auth="ntlm",
        cert_validation=str(lab.authority.ca_file),
        no_proxy=True,
    )
    with client:
        output, streams, had_errors = client.execute_ps("Get-CsUser")
    assert had_errors
    assert output == ""
    assert "'Invoke-Expression' is not recognized" in str(streams.error[0])


def test_a_script_is_refused_and_the_pool_lives_on(lab: Lab, runner: Callable[..., Any]) -> None:
    with lab.pool() as pool:
        with PowerShell(pool) as ps:
            ps.add_script("Get-CsUser | Where-Object { $_.Enabled }")
            ps.invoke()
            assert "no-language mode" in str(ps.streams.error[0])
            assert ps.state == PSInvocationState.FAILED
        assert len(runner(pool, "Get-CsUser").output) == 3


def test_two_cmdlets_in_one_pipeline(lab: Lab) -> None:
    with lab.pool() as pool:
        with PowerShell(pool) as ps:
            ps.add_cmdlet("Get-CsUser").add_cmdlet("Select-Object").add_parameter(
                "Property", ["SipAddress", "ClientPolicy"]
            )
            found = ps.invoke()
        assert [sorted(o.extended_properties or o.adapted_properties) for o in found] == [
            ["ClientPolicy", "SipAddress"]
        ] * 3
        with PowerShell(pool) as ps:
            ps.add_cmdlet("Get-CsUser").add_cmdlet("Select-Object").add_parameter(
                "ExpandProperty", "SipAddress"
            )
            assert ps.invoke() == [f"sip:{n}@contoso.com" for n in ("alice", "bob", "uma")]
        with PowerShell(pool) as ps:
            ps.add_cmdlet("Get-CsUser").add_cmdlet("Measure-Object")
            (count,) = ps.invoke()
            assert count.adapted_properties["Count"] == 3
        with PowerShell(pool) as ps:
            ps.add_cmdlet("Get-CsUser").add_argument("sip:alice@contoso.com").add_statement()
            ps.add_cmdlet("Get-CsPool").add_parameters({"Identity": "pool01.contoso.com"})
            assert len(ps.invoke()) == 2
        with PowerShell(pool) as ps:
            ps.add_cmdlet("Get-CsUser").add_parameter("Identity", "sip:bob@contoso.com")
            ps.add_cmdlet("Grant-CsClientPolicy").add_parameters({"PolicyName": "Legal", "PassThru": True})
            assert len(ps.invoke()) == 1
            assert not ps.streams.error


def test_two_thousand_people(crowd: Lab) -> None:
    with crowd.pool(auth="negotiate") as pool:
        with PowerShell(pool) as ps:
            ps.add_cmdlet("Get-CsUser")
            found = ps.invoke()
            assert len(found) == COUNT + 3
            assert found[-1].adapted_properties["DisplayName"] == f"Användare {COUNT - 1}"
        with PowerShell(pool) as ps:
            ps.add_cmdlet("Get-CsUser").add_parameter("ResultSize", 10)
            assert len(ps.invoke()) == 10
        with PowerShell(pool) as ps:
            ps.add_cmdlet("Get-CsUser").add_parameter("ResultSize", "Unlimited")
            ps.add_cmdlet("Select-Object").add_parameter("Property", ["SipAddress"]).add_parameter("First", 5)
            assert len(ps.invoke()) == 5
        with PowerShell(pool) as ps:
            ps.add_cmdlet("Get-CsUser").add_parameter("Filter", 'DisplayName -like "Användare 1*"')
            assert len(ps.invoke()) == 1111


def test_a_change_and_what_if(lab: Lab, runner: Callable[..., Any]) -> None:
    with lab.pool() as pool:
        found = runner(pool, "Set-CsImConfiguration", Identity="Global", EnableOfflineIm=False, WhatIf=True)
        assert (found.output, found.errors) == ([], [])
        assert runner(pool, "Get-CsImConfiguration").output[0].adapted_properties["EnableOfflineIm"] is True
        runner(pool, "Set-CsImConfiguration", Identity="Global", EnableOfflineIm=False, Confirm=False)
        assert runner(pool, "Get-CsImConfiguration").output[0].adapted_properties["EnableOfflineIm"] is False
        (before,) = runner(pool, "Get-CsClientPolicy", Identity="Tag:Legal").output
        before.adapted_properties["EnableIMAutoArchiving"] = None
        assert not runner(pool, "Set-CsClientPolicy", Instance=before).errors
        (after,) = runner(pool, "Get-CsClientPolicy", Identity="Legal").output
        assert after.adapted_properties["EnableIMAutoArchiving"] is None
        assert runner(pool, "New-CsClientPolicy", Identity="Fresh", EnableIMAutoArchiving=True).output
        assert not runner(pool, "Remove-CsClientPolicy", Identity="Fresh").errors


def test_error_records(lab: Lab) -> None:
    with lab.pool() as pool:
        with PowerShell(pool) as ps:
            ps.add_cmdlet("Get-CsUser").add_parameter("Identity", "nobody@contoso.com")
            assert ps.invoke() == []
            (error,) = ps.streams.error
            assert not ps.had_errors
            assert "nobody@contoso.com" in str(error)
            assert (error.category, error.activity) == (13, "Get-CsUser")
            assert error.invocation_bound_parameters
        with PowerShell(pool) as ps:
            ps.add_cmdlet("Get-CsUser").add_parameters(
                {"Identity": "nobody@contoso.com", "ErrorAction": "Stop"}
            )
            ps.invoke()
            assert ps.had_errors
            assert "nobody" in str(ps.streams.error[0])
        with PowerShell(pool) as ps:
            ps.add_cmdlet("Get-CsNonsense")
            ps.invoke()
            assert ps.streams.error[0].fq_error == "CommandNotFoundException"


def test_stopping_and_going_on(lab: Lab, runner: Callable[..., Any]) -> None:
    fault = lab.faults.switch_on(CmdletFault("cmdlet-hang", "Get-CsUser"))
    with lab.pool(auth="ntlm") as pool:
        for _ in range(3):
            with PowerShell(pool) as ps:
                ps.add_cmdlet("Get-CsUser")
                timer = threading.Timer(0.05, ps.stop)
                ps.begin_invoke()
                timer.start()
                ps.end_invoke()
                timer.join()
                assert ps.state == PSInvocationState.STOPPED
        lab.faults.switch_off(fault)
        assert len(runner(pool, "Get-CsUser").output) == 3
        assert pool.get_available_runspaces() == 1


def test_pools_of_all_sizes(lab: Lab, runner: Callable[..., Any]) -> None:
    with lab.pool(pool={"min_runspaces": 2, "max_runspaces": 6}) as pool:
        assert (pool.min_runspaces, pool.max_runspaces, pool.get_available_runspaces()) == (2, 6, 6)
        pool.min_runspaces = 3
        pool.max_runspaces = 8
        assert pool.get_available_runspaces() == 8
        assert len(runner(pool, "Get-CsUser").output) == 3
    with ExitStack() as stack:
        pools = [stack.enter_context(lab.pool(auth="ntlm")) for _ in range(4)]
        with ThreadPoolExecutor(4) as threads:
            found = threads.map(
                lambda pool: [len(runner(pool, "Get-CsUser").output) for _ in range(5)], pools
            )
            assert list(found) == [[3] * 5] * 4


@pytest.mark.parametrize("count", [4, 8])
def test_threads_on_one_pool(lab: Lab, count: int) -> None:
    """Side by side; pypsrp's serializer, which all pipelines of a pool share, knows one thread at a time."""
    serializer = threading.Lock()

    def one(pool: RunspacePool) -> int:
        with PowerShell(pool) as ps:
            ps.add_cmdlet("Get-CsPool")
            with serializer:
                ps.begin_invoke()
            with serializer:
                ps.end_invoke()
            return len(ps.output)

    with lab.pool(pool={"max_runspaces": count}) as pool, ThreadPoolExecutor(count) as threads:
        found = threads.map(lambda _: [one(pool) for _ in range(20)], range(count))
        assert list(found) == [[2] * 20] * count


def test_what_commands_there_are(lab: Lab) -> None:
    with lab.pool() as pool:
        found = {command.name: command for command in pool.get_command_metadata(["Get-Cs*"])}
        assert "Identity" in (found["Get-CsUser"].parameters or {})
        assert pool.get_command_metadata(["Get-Nonsense"]) == []
        with PowerShell(pool) as ps:
            ps.add_cmdlet("Get-Command").add_parameter("Name", "*-CsImConfiguration")
            assert {o.adapted_properties["Name"] for o in ps.invoke()} >= {
                "Get-CsImConfiguration",
                "Set-CsImConfiguration",
            }


def test_input_from_the_client(lab: Lab) -> None:
    with lab.pool() as pool, PowerShell(pool) as ps:
        ps.add_cmdlet("Get-CsUser")
        found = ps.invoke(f"sip:{name}@contoso.com" for name in ("alice", "bob"))
        assert [o.adapted_properties["DisplayName"] for o in found] == ["alice", "bob"]


def test_a_host_that_shows_what_the_server_says(lab: Lab) -> None:
    class Screen(PSHostUserInterface):
        def __init__(self) -> None:
            super().__init__()
            self.lines: list[str] = []

        def WriteLine2(self, *given: Any) -> None:  # noqa: N802 - pypsrp's name
            self.lines.append(given[-1])

    screen = Screen()
    host = PSHost(None, None, False, "script", None, screen, "1.0")  # noqa: FBT003 - pypsrp's signature
    with lab.pool(pool={"host": host}) as pool, PowerShell(pool) as ps:
        ps.add_cmdlet("Set-CsImConfiguration").add_parameters({"EnableOfflineIm": False, "WhatIf": True})
        ps.invoke()
    assert any("What if" in line for line in screen.lines)


def test_a_bare_switch_and_odd_values(lab: Lab, runner: Callable[..., Any]) -> None:
    with lab.pool() as pool:
        with PowerShell(pool) as ps:
            ps.add_cmdlet("Set-CsImConfiguration").add_parameter("EnableOfflineIm", 0)
            ps.commands[0].args.append(CommandParameter(name="-WhatIf", value=None))
            ps.invoke()
            assert not ps.had_errors
        found = runner(pool, "Set-CsImConfiguration", EnableOfflineIm="perhaps")
        assert found.failed
        assert "Boolean" in str(found.error)
        assert runner(pool, "Set-CsImConfiguration", Nonsense=True).failed
        assert not runner(pool, "get-csimconfiguration", identity="global").errors


def test_closing_a_pool_twice(lab: Lab) -> None:
    with lab.connect() as connection:
        pool = RunspacePool(connection)
        pool.open()
        assert pool.protocol_version
        pool.close()
        pool.close()
