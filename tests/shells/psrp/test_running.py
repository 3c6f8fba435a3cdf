"""Cmdlets that run: log-ins, objects, parameters, warnings and errors."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from imadmin.errors import SourceError
from imadmin.records import Cmdlet
from imadmin_lab.powershell import CmdletError, CmdletFault

from .conftest import VIEWER

if TYPE_CHECKING:
    from .conftest import Lab

USERS = Cmdlet(
    "skype",
    "Get-CsUser",
    ("sipaddress", "UserPrincipalName", "DisplayName", "SamAccountName", "RegistrarPool", "ClientPolicy"),
)
SITES = Cmdlet("skype", "Get-CsSite", ("Identity", "DisplayName", "Pools"))
IM = Cmdlet("skype", "Get-CsImConfiguration", ("Identity", "EnableOfflineIm"))


@pytest.mark.parametrize("auth", ["ntlm", "negotiate", "basic", ""])
def test_logging_in_over_tls(lab: Lab, auth: str) -> None:
    (record,) = lab.shell(auth=auth).run(IM).records
    assert record == {"Identity": "Global", "EnableOfflineIm": True}


@pytest.mark.parametrize("auth", ["ntlm", "negotiate"])
def test_messages_without_tls_are_encrypted(lab: Lab, auth: str) -> None:
    shell = lab.shell(auth=auth, scheme="http")  # the lab refuses messages in clear
    assert [record["Identity"] for record in shell.run(SITES).records] == ["Site:Redmond", "Site:Munich"]


def test_exchange_has_its_own_configuration(lab: Lab) -> None:
    shell = lab.shell("powershell?serializationLevel=Full")
    (record,) = shell.run(Cmdlet("exchange", "Get-OrganizationConfig", ("Name",))).records
    assert record == {"Name": "contoso"}


def test_many_objects_with_the_wanted_properties(lab: Lab) -> None:
    lab.add_users(2000)
    result = lab.shell().run(USERS)
    records = list(result.records)
    assert len(records) == 2000
    assert dict(records[1234]) == {
        "sipaddress": "sip:user01234@contoso.com",
        "UserPrincipalName": "user01234@contoso.com",
        "DisplayName": "Ünïcode user01234 😀",
        "SamAccountName": "user01234",
        "RegistrarPool": "pool01.contoso.com",
        "ClientPolicy": None,
    }
    assert len({str(record["SamAccountName"]) for record in records}) == 2000
    assert (result.errors, result.warnings) == ([], [])


def test_nothing_found_is_no_error(lab: Lab) -> None:
    assert list(lab.shell().run(USERS).records) == []


@pytest.mark.parametrize(
    ("parameters", "count"),
    [
        ((("ResultSize", 2),), 2),
        ((("ResultSize", 2**40),), 5),
        ((("ResultSize", "Unlimited"), ("Verbose", False)), 5),
        ((("Identity", "user00003@contoso.com"),), 1),
        ((("Filter", "DisplayName -like '*3 😀'"), ("UnAssignedUser", False)), 1),
        ((("Identity", "'; Remove-CsUser *"), ("ErrorAction", "SilentlyContinue")), 0),
    ],
)
def test_parameters_are_data(lab: Lab, parameters: tuple[tuple[str, object], ...], count: int) -> None:
    lab.add_users(5)
    assert len(list(lab.shell().run(USERS._replace(parameters=parameters)).records)) == count


@pytest.mark.parametrize("value", [1.5, b"x", {"a": 1}, object(), [1, [2.5]], 2**70])
def test_what_cannot_be_passed_is_refused_here(lab: Lab, value: object) -> None:
    with pytest.raises(TypeError, match=r"parameter Identity: .* cannot be passed"):
        lab.shell().run(IM._replace(parameters=(("Identity", value),)))


def test_lists_and_nothing_are_passed_as_they_are(lab: Lab) -> None:
    shell = lab.shell()
    for value, said in ((["a", "b"], "Cannot bind parameter"), (("a", 2**40), "Cannot bind parameter")):
        with pytest.raises(SourceError, match=said):
            shell.run(IM._replace(parameters=(("Identity", value),)))
    change = Cmdlet(
        "skype", "Set-CsClientPolicy", (), "", (("Identity", "Global"), ("EnableIMAutoArchiving", None))
    )
    assert shell.run(change).errors == []
    (policy, _) = shell.run(Cmdlet("skype", "Get-CsClientPolicy", ("EnableIMAutoArchiving",))).records
    assert policy["EnableIMAutoArchiving"] is None


@pytest.mark.parametrize(
    ("path", "cmdlet", "tells"),
    [
        ("OcsPowershell", "Set-CsImConfiguration", 'Get-CsAdminRole | ? {$_.Cmdlets -match "Set-CsIm'),
        ("OcsPowershell", "Get-CsNonsense", "Get-CsAdminRole"),
        ("powershell", "Get-Nonsense", 'Get-ManagementRoleEntry "*\\Get-Nonsense"'),
    ],
)
def test_a_cmdlet_that_is_hidden_or_missing(lab: Lab, path: str, cmdlet: str, tells: str) -> None:
    exchange = path == "powershell"
    shell = lab.shell(path) if exchange else lab.shell(path, user=VIEWER)
    with pytest.raises(SourceError, match=r"no role of this account has it, or this version") as caught:
        shell.run(Cmdlet("exchange" if exchange else "skype", cmdlet, ("Identity",)))
    assert tells in caught.value.remedy
    assert "localhost" in caught.value.where


def test_errors_and_warnings_that_do_not_end_it(lab: Lab) -> None:
    error = CmdletError("The server is in\r\nmaintenance.", "ResourceUnavailable", "Maintenance")
    lab.cmdlets.switch_on(CmdletFault("cmdlet-fail-after", cmdlet="Get-CsSite", error=error))
    lab.cmdlets.switch_on(CmdletFault("cmdlet-warn", cmdlet="Get-CsSite", text="Slow today."))
    result = lab.shell().run(SITES)
    assert len(list(result.records)) == 2
    (said,) = result.errors
    assert said.startswith("The server is in maintenance. (Maintenance,")
    assert result.warnings == ["Slow today."]


def test_an_error_that_ends_it_and_a_session_that_goes_on(lab: Lab) -> None:
    error = CmdletError("The server is in maintenance.", "ResourceUnavailable", "Maintenance")
    lab.cmdlets.switch_on(CmdletFault("cmdlet-fail", cmdlet="Get-CsSite", error=error, times=1))
    shell = lab.shell()
    with pytest.raises(SourceError, match=r"Get-CsSite failed: The server .* \(Maintenance,") as caught:
        shell.run(SITES)
    assert caught.value.exit_status == 3
    connection = shell._connection
    assert len(list(shell.run(SITES).records)) == 2
    assert shell._connection is connection


def test_results_are_taken_in_turns(lab: Lab) -> None:
    lab.add_users(300)
    skype, exchange = lab.shell(), lab.shell("powershell")
    first, second, third = skype.run(USERS), skype.run(USERS), skype.run(SITES)
    fourth = exchange.run(Cmdlet("exchange", "Get-OrganizationConfig", ("Name",)))
    assert all(a == b for a, b in zip(first.records, second.records, strict=True))
    assert len(list(third.records)) == 2
    skype.close()
    exchange.close()
    assert len(list(fourth.records)) == 1


def test_two_threads_share_a_session(lab: Lab) -> None:
    lab.add_users(200)
    shell = lab.shell()

    def count(cmdlet: Cmdlet) -> int:
        return sum(1 for _ in shell.run(cmdlet).records)

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(count, [USERS, SITES] * 5)) == [200, 2] * 5
