"""What cmdlets give, and what they take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pypsrp.powershell import PowerShell

from imadmin_lab.directory import Enumerated, noun

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Lab


def archiving(lab: Lab, identity: str) -> object:
    (policy,) = lab.run("Get-CsClientPolicy", Identity=identity).output
    return policy.adapted_properties["EnableIMAutoArchiving"]


@pytest.mark.parametrize("value", [None, False, True])
def test_three_states_go_there_and_back(lab: Lab, value: object) -> None:
    assert not lab.run("Set-CsClientPolicy", Identity="Legal", EnableIMAutoArchiving=value).errors
    assert archiving(lab, "Tag:Legal") is value


def test_setting_without_an_identity_changes_global(lab: Lab) -> None:
    lab.run("set-csimconfiguration", enableofflineim=False)
    (found,) = lab.run("Get-CsImConfiguration").output
    assert found.adapted_properties == {"Identity": "Global", "EnableOfflineIm": False}
    assert found.types[-1] == "System.Object"


def test_new_get_and_remove_for_a_site(lab: Lab) -> None:
    lab.run("New-CsImConfiguration", Identity="site:redmond", EnableOfflineIm=False)
    assert [str(o) for o in lab.run("Get-CsImConfiguration", Filter="site:*").output] == ["Site:Redmond"]
    assert lab.run("New-CsImConfiguration", Identity="Site:Redmond").error.category == 20
    lab.run("Remove-CsImConfiguration", Identity="Site:Redmond")
    assert [str(o) for o in lab.run("Get-CsImConfiguration").output] == ["Global"]


def test_global_is_reset_instead_of_removed(lab: Lab) -> None:
    lab.run("Set-CsImConfiguration", EnableOfflineIm=False)
    found = lab.run("Remove-CsImConfiguration", Identity="Global")
    assert "cannot be removed" in found.warnings[0]
    assert lab.run("Get-CsImConfiguration").output[0].adapted_properties["EnableOfflineIm"] is True


def test_the_local_store_lags(lab: Lab) -> None:
    lab.directory.replication_lag = 3600
    lab.run("Set-CsImConfiguration", EnableOfflineIm=False)
    lab.run("New-CsImConfiguration", Identity="Site:Munich")

    def shown(**parameters: Any) -> list[object]:
        found = lab.run("Get-CsImConfiguration", **parameters).output
        return [o.adapted_properties["EnableOfflineIm"] for o in found]

    assert (shown(), shown(LocalStore=True)) == ([False, True], [True])
    lab.directory.replication_lag = 0
    assert shown(LocalStore=True) == [False, True]


def test_what_if_changes_nothing(lab: Lab) -> None:
    assert not lab.run("Set-CsImConfiguration", EnableOfflineIm=False, WhatIf=True).errors
    assert lab.run("Get-CsImConfiguration").output[0].adapted_properties["EnableOfflineIm"] is True


def test_confirm_cannot_ask(lab: Lab) -> None:
    found = lab.run("Set-CsImConfiguration", EnableOfflineIm=False, Confirm=True)
    assert found.failed
    assert found.error.fq_error.startswith("HostFunctionNotImplemented")
    assert not lab.run("Set-CsImConfiguration", EnableOfflineIm=False, Confirm=False, Force=True).errors


def test_policies_are_granted_and_effective(lab: Lab) -> None:
    def effective(who: str) -> object:
        (found,) = lab.run("Get-CsEffectivePolicy", Identity=who).output
        return found.adapted_properties["ClientPolicy"]

    assert [effective(f"{who}@contoso.com") for who in ("alice", "bob", "uma")] == [
        "Global",
        "Site:Munich",
        "Tag:Legal",
    ]
    lab.run("Grant-CsClientPolicy", Identity="sip:alice@contoso.com", PolicyName="legal")
    lab.run("Grant-CsClientPolicy", Identity="uma", PolicyName=None)
    assert [effective(f"{who}@contoso.com") for who in ("alice", "uma")] == ["Tag:Legal", "Site:Munich"]
    refused = lab.run("Grant-CsClientPolicy", Identity="bob", PolicyName="Nonsense")
    assert str(refused.error) == (
        'Policy "Nonsense" is not a user policy. You can assign only a user policy to a specific user.'
    )


def test_policy_entries_are_added(lab: Lab) -> None:
    name = "AllowAdalForNonLyncIndependentOfLync"
    (entry,) = lab.run("New-CsClientPolicyEntry", Name=name, Value="True").output
    assert not lab.run("Set-CsClientPolicy", Identity="Global", PolicyEntry={"Add": entry}).errors
    (found,) = lab.run("Get-CsClientPolicy", Identity="Global").output
    (stored,) = found.adapted_properties["PolicyEntry"]
    assert stored.adapted_properties == {"Name": name, "Value": "True"}
    lab.run("Set-CsClientPolicy", Identity="Global", PolicyEntry={"Remove": entry})
    assert lab.run("Get-CsClientPolicy", Identity="Global").output[0].adapted_properties["PolicyEntry"] == []


def test_an_instance_is_written_back(lab: Lab, invoke: Callable[..., Any]) -> None:
    with lab.pool() as pool:
        with PowerShell(pool) as ps:
            ps.add_cmdlet("Get-CsImConfiguration").add_cmdlet("Set-CsImConfiguration")
            assert not invoke(ps).errors
        with PowerShell(pool) as ps:
            ps.add_cmdlet("Get-CsClientPolicy").add_parameter("Filter", "Tag:*").add_cmdlet(
                "Remove-CsClientPolicy"
            )
            assert not invoke(ps).errors
    assert len(lab.run("Get-CsClientPolicy").output) == 2


def test_two_thousand_users(lab: Lab) -> None:
    user = noun("skype", "CsUser")
    people = [
        (f"CN=u{n}", user.make(f"CN=u{n}", {"SipAddress": f"sip:u{n}@contoso.com"})) for n in range(2000)
    ]
    lab.directory.load("skype", "CsUser", people)
    found = lab.run("Get-CsUser", ResultSize="Unlimited").output
    assert len({o.adapted_properties["Identity"] for o in found}) == 2003
    assert len(lab.run("Get-CsUser", ResultSize=7).output) == 7


def test_exchange_gives_pages(lab: Lab) -> None:
    box = noun("exchange", "Mailbox")
    lab.directory.load("exchange", "Mailbox", [(f"CN=m{n}", box.make(f"CN=m{n}", {})) for n in range(1000)])
    limited = lab.run("Get-Mailbox", "powershell", ResultSize=2)
    assert len(limited.output) == 2
    assert "more results available" in limited.warnings[0]
    usual = lab.run("Get-Mailbox", "powershell")
    assert len(usual.output) == 1000
    assert "only the first 1000 items" in usual.warnings[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('ClientPolicy -eq "Legal"', ["uma"]),
        ("ClientPolicy -eq $null", ["alice", "bob"]),
        ("RegistrarPool -like 'pool02*' -and -not (DisplayName -eq 'bob')", ["uma"]),
        ('{Enabled -eq $true -and SipAddress -ne "sip:bob@contoso.com"}', ["alice", "uma"]),
        ("DisplayName -eq 'nobody' -or DisplayName -notlike '*b*'", ["alice", "uma"]),
    ],
)
def test_filters(lab: Lab, text: str, expected: list[str]) -> None:
    found = lab.run("Get-CsUser", Filter=text).output
    assert [o.adapted_properties["DisplayName"] for o in found] == expected


def test_enumerations_nested_objects_and_lists(lab: Lab) -> None:
    (found,) = lab.run("Get-WebServicesVirtualDirectory", "powershell").output
    checking = found.adapted_properties["ExtendedProtectionTokenChecking"]
    assert (str(checking), checking.property_sets) == ("Require", [2])
    (found,) = lab.run("Get-Mailbox", "powershell", Identity="alice").output
    assert found.adapted_properties["EmailAddresses"] == ["SMTP:alice@contoso.com"]
    lab.directory.change("exchange", "CASMailbox", "CN=bob", {"EwsAllowList": ["OC/*"]})
    (found,) = lab.run("Get-CASMailbox", "powershell", Identity="bob@contoso.com").output
    assert found.adapted_properties["EwsAllowList"] == ["OC/*"]


def test_exchange_settings_are_changed(lab: Lab) -> None:
    set_organisation: dict[str, Any] = {
        "EwsEnabled": False,
        "EwsApplicationAccessPolicy": "enforceblocklist",
        "EwsBlockList": {"Add": ["OC/*"]},
    }
    assert not lab.run("Set-OrganizationConfig", "powershell", **set_organisation).errors
    (found,) = lab.run("Get-OrganizationConfig", "powershell").output
    assert found.adapted_properties["EwsEnabled"] is False
    assert str(found.adapted_properties["EwsApplicationAccessPolicy"]) == "EnforceBlockList"
    assert found.adapted_properties["EwsBlockList"] == ["OC/*"]
    lab.run("Set-CASMailbox", "powershell", Identity="uma", EwsEnabled=None)
    stored = lab.directory.find("exchange", "CASMailbox", "CN=uma")
    assert stored is not None
    assert stored.get("EwsEnabled") is None
    again = lab.run("Set-CASMailbox", "powershell", Identity="uma", EwsEnabled=None)
    assert "no settings" in again.warnings[0]
    policy = found.adapted_properties["EwsApplicationAccessPolicy"]
    assert policy.types[0].endswith("EwsApplicationAccessPolicy")
    assert isinstance(noun("exchange", "RetentionPolicyTag").defaults["Type"], Enumerated)


@pytest.mark.parametrize(
    ("cmdlet", "path"),
    [
        ("Get-CsPool", "OcsPowershell"),
        ("Get-CsSite", "OcsPowershell"),
        ("Get-CsServerPatchVersion", "OcsPowershell"),
        ("Get-CsAdminRole", "OcsPowershell"),
        ("Get-CsExternalAccessPolicy", "OcsPowershell"),
        ("Get-CsAccessEdgeConfiguration", "OcsPowershell"),
        ("Get-RetentionPolicyTag", "powershell"),
        ("Get-TransportRule", "powershell"),
        ("Get-AcceptedDomain", "powershell"),
    ],
)
def test_the_other_cmdlets_give_typed_objects(lab: Lab, cmdlet: str, path: str) -> None:
    found = lab.run(cmdlet, path)
    assert not found.errors
    assert found.output
    assert all(o.types[-1] == "System.Object" and o.adapted_properties for o in found.output)


def test_a_large_parameter(lab: Lab) -> None:
    text = "ä<&>_x0041_" * 100_000
    lab.run("Set-CsClientPolicy", Identity="Global", Description=text)
    (found,) = lab.run("Get-CsClientPolicy", Identity="Global").output
    assert found.adapted_properties["Description"] == text


def test_objects_are_piped_in_by_the_client(lab: Lab, invoke: Callable[..., Any]) -> None:
    with lab.pool() as pool, PowerShell(pool) as ps:
        ps.add_cmdlet("Get-CsUser")
        found = invoke(ps, ["alice", "bob@contoso.com"])
    assert [o.adapted_properties["DisplayName"] for o in found.output] == ["alice", "bob"]


def test_several_statements_in_one_pipeline(lab: Lab, invoke: Callable[..., Any]) -> None:
    with lab.pool() as pool, PowerShell(pool) as ps:
        ps.add_cmdlet("Get-CsPool").add_statement().add_cmdlet("Get-CsSite")
        assert [str(o) for o in invoke(ps).output] == [
            "pool01.contoso.com",
            "pool02.contoso.com",
            "Site:Redmond",
            "Site:Munich",
        ]


def test_select_and_measure(lab: Lab, invoke: Callable[..., Any]) -> None:
    with lab.pool() as pool:
        with PowerShell(pool) as ps:
            ps.add_cmdlet("Get-CsUser").add_cmdlet("Measure-Object")
            assert invoke(ps).output[0].adapted_properties["Count"] == 3
        with PowerShell(pool) as ps:
            ps.add_cmdlet("Get-CsUser").add_cmdlet("Select-Object").add_parameters(
                {"Property": ["sipaddress", "Nonsense"], "First": 2}
            )
            found = invoke(ps).output
    assert [o.extended_properties for o in found] == [
        {"SipAddress": f"sip:{who}@contoso.com", "Nonsense": None} for who in ("alice", "bob")
    ]
