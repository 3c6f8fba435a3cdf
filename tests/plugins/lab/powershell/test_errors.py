"""Errors as PowerShell words them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pypsrp.exceptions import WSManFaultError
from pypsrp.powershell import PowerShell
from pypsrp.serializer import TaggedValue

from imadmin_lab.powershell import CmdletError, CmdletFault

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Lab

OBJECT_NOT_FOUND = 13


def test_scripts_are_refused(lab: Lab, invoke: Callable[..., Any]) -> None:
    with lab.pool() as pool, PowerShell(pool) as ps:
        found = invoke(ps.add_script("Get-CsUser | Where-Object { $_.Enabled }"))
    assert found.failed
    assert "no-language mode" in str(found.error)
    assert found.error.fq_error == "ScriptsNotAllowed"


def test_hidden_and_unknown_cmdlets_look_alike(lab: Lab) -> None:
    hidden = lab.run("Set-CsImConfiguration", user="CONTOSO\\viewer").error
    unknown = lab.run("Set-Nonsense").error
    assert str(hidden).replace("Set-CsImConfiguration", "Set-Nonsense") == str(unknown)
    assert [(e.fq_error, e.category, e.reason) for e in (hidden, unknown)] == [
        ("CommandNotFoundException", OBJECT_NOT_FOUND, "CommandNotFoundException")
    ] * 2


def test_roles_decide_what_is_exported(lab: Lab, runner: Callable[..., Any]) -> None:
    with lab.pool(username="CONTOSO\\viewer") as pool:
        names = {found.name for found in pool.get_command_metadata(["*-CsIm*", "Get-Cs*"])}
        assert "Get-CsImConfiguration" in names
        assert "Set-CsImConfiguration" not in names
        listed = runner(pool, "Get-Command", Name="*-CsImConfiguration").output
        assert [str(found) for found in listed] == ["Get-CsImConfiguration"]
        assert runner(pool, "Get-Command", Name="Set-CsImConfiguration").error.category == OBJECT_NOT_FOUND
    with lab.pool() as pool:
        (found,) = pool.get_command_metadata("set-csimconfiguration")
        parameters = found.parameters or {}
        assert {"EnableOfflineIm", "Identity", "Force", "WhatIf", "ErrorAction"} <= set(parameters)
        assert parameters["Force"].switch_parameter


@pytest.mark.parametrize(
    ("parameters", "error_id", "text"),
    [
        ({"Nonsense": 1}, "NamedParameterNotFound", "matches parameter name 'Nonsense'"),
        ({"EnableOfflineIm": "yes"}, "CannotConvertArgument", "'System.String' to the type 'System.Boolean'"),
        ({"EnableOfflineIm": None}, "CannotConvertArgument", "required by parameter 'EnableOfflineIm'"),
        ({"Tenant": "x"}, "CannotConvertArgumentNoMessage", "Cannot convert value"),
        ({"Identity": ["a", "b"]}, "CannotConvertArgumentNoMessage", "Cannot bind parameter 'Identity'"),
        ({"Identity": "Service:x"}, "ParameterBindingFailed", "not a valid identity"),
        ({"Identity": "Site:Paris"}, "SiteNotFound", "Paris"),
        ({"Identity": "Site:Munich", "ErrorAction": "Stop"}, "ItemNotFound", "does not exist"),
    ],
)
def test_bad_arguments(lab: Lab, parameters: dict[str, Any], error_id: str, text: str) -> None:
    found = lab.run("Set-CsImConfiguration", **parameters)
    assert found.failed
    assert text in str(found.error)
    assert found.error.fq_error.partition(",")[0] == error_id
    assert found.error.activity == "Set-CsImConfiguration"


def test_names_may_be_short_as_long_as_they_are_clear(lab: Lab) -> None:
    assert not lab.run("Set-CsImConfiguration", Enable=False, Id="Global").errors
    assert lab.run("Set-CsImConfiguration", Wh=True, E=False).error.fq_error.startswith("AmbiguousParameter")


def test_positions_and_switches(lab: Lab, invoke: Callable[..., Any]) -> None:
    with lab.pool() as pool:
        with PowerShell(pool) as ps:
            found = invoke(ps.add_cmdlet("Get-CsUser").add_argument("alice"))
            assert [o.adapted_properties["DisplayName"] for o in found.output] == ["alice"]
        with PowerShell(pool) as ps:
            found = invoke(ps.add_cmdlet("Get-CsUser").add_argument("alice").add_argument("bob"))
            assert found.error.fq_error.startswith("PositionalParameterNotFound")
        with PowerShell(pool) as ps:
            ps.add_cmdlet("Set-CsImConfiguration").add_parameter("-WhatIf")
            ps.add_parameter("EnableOfflineIm", value=False)
            assert not invoke(ps).errors
    assert lab.run("Get-CsImConfiguration").output[0].adapted_properties["EnableOfflineIm"] is True


@pytest.mark.parametrize(
    ("cmdlet", "parameters", "error_id"),
    [
        ("Get-CsImConfiguration", {"Identity": "Global", "Filter": "*"}, "AmbiguousParameterSet"),
        ("New-CsImConfiguration", {}, "MissingMandatoryParameter"),
        ("Get-CsUser", {"Filter": "DisplayName -is 'x'"}, "ParameterBindingFailed"),
        ("Get-CsUser", {"Filter": "DisplayName"}, "ParameterBindingFailed"),
        ("Get-CsUser", {"ResultSize": -1}, "CannotConvertArgumentNoMessage"),
        (
            "Grant-CsClientPolicy",
            {"Identity": None, "PolicyName": None},
            "ParameterArgumentValidationErrorNullNotAllowed",
        ),
        ("Get-CsUser", {"ErrorAction": "Maybe"}, "CannotConvertArgumentNoMessage"),
    ],
)
def test_other_binding_errors(lab: Lab, cmdlet: str, parameters: dict[str, Any], error_id: str) -> None:
    assert lab.run(cmdlet, **parameters).error.fq_error.partition(",")[0] == error_id


def test_errors_that_do_not_end_the_pipeline(lab: Lab, invoke: Callable[..., Any]) -> None:
    with lab.pool() as pool, PowerShell(pool) as ps:
        found = invoke(ps.add_cmdlet("Get-CsUser"), ["alice", "nobody", "bob"])
    assert [o.adapted_properties["DisplayName"] for o in found.output] == ["alice", "bob"]
    assert not found.failed
    error = found.error
    assert str(error) == 'Management object not found for identity "nobody".'
    assert (error.category, error.reason, error.target_name) == (
        OBJECT_NOT_FOUND,
        "ManagementException",
        "nobody",
    )
    assert error.fq_error == "Identity,Microsoft.Rtc.Management.AD.Cmdlets.GetOcsUserCmdlet"
    assert error.exception.adapted_properties["Message"] == str(error)
    assert error.invocation_name == "Get-CsUser"


def test_error_action(lab: Lab) -> None:
    assert not lab.run("Get-CsUser", Identity="nobody", ErrorAction="SilentlyContinue").errors
    assert lab.run("Get-CsUser", Identity="nobody", ErrorAction="Stop").failed


def test_exchange_words_it_otherwise(lab: Lab) -> None:
    error = lab.run("Get-Mailbox", "powershell", Identity="nobody").error
    assert "The operation couldn't be performed because object 'nobody' couldn't be found on" in str(error)
    assert error.reason == "ManagementObjectNotFoundException"
    assert "FailureCategory=Cmdlet-ManagementObjectNotFoundException" in error.fq_error


def test_a_number_that_is_none_is_a_fault(lab: Lab, runner: Callable[..., Any]) -> None:
    """pypsrp sends numbers beyond 31 bits as Int32: the message is refused, the session lives on."""
    with lab.pool() as pool:
        with pytest.raises(WSManFaultError, match="cannot be read"):
            runner(pool, "Get-CsUser", ResultSize=1 << 40)
        assert len(runner(pool, "Get-CsUser", ResultSize=TaggedValue("I64", 2)).output) == 2


def test_faults_of_cmdlets(lab: Lab) -> None:
    error = CmdletError("The server is in maintenance.", "ResourceUnavailable", "Maintenance")
    lab.faults.switch_on(CmdletFault("cmdlet-fail", "Get-CsUser", error=error, times=1))
    lab.faults.switch_on(CmdletFault("cmdlet-fail-after", "Get-CsPool", error=error, times=1))
    lab.faults.switch_on(CmdletFault("cmdlet-warn", "get-cssite", text="Slow today."))
    assert lab.run("Get-CsUser").failed
    found = lab.run("Get-CsPool")
    assert (len(found.output), len(found.errors), found.failed) == (2, 1, False)
    assert lab.run("Get-CsSite").warnings == ["Slow today."]
    lab.faults.switch_off()
    assert not lab.run("Get-CsUser").errors


@pytest.mark.parametrize("kind", ["nonsense", "cmdlet-fail"])
def test_faults_that_make_no_sense(lab: Lab, kind: Any) -> None:
    with pytest.raises(ValueError, match=kind):
        lab.faults.switch_on(CmdletFault(kind))
