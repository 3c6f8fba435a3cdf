"""The directory plugin: whom Get-CsUser lists, and what of them can be believed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imadmin import Missing
from imadmin.session import Target, open_session
from imadmin.testing import save_output

if TYPE_CHECKING:
    from pathlib import Path

HERE: dict[str, Any] = {
    "Enabled": True,
    "HostingProvider": "SRV:",
    "RegistrarPool": "pool1",
    "ClientPolicy": None,
}


def users(folder: Path, *objects: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    save_output(folder, "skype/Get-CsUser", [{**HERE, **properties} for properties in objects])
    with open_session(Target.of(folder)) as session:
        rows = session.facts["users"].query(  # type: ignore[attr-defined]
            "select person, registrar_pool, client_policy, client_policy_known, uncounted from users"
        )
    return {row[0]: row[1:] for row in rows}


def test_somebody_who_is_listed_twice_is_one_person(tmp_path: Path) -> None:
    found = users(tmp_path, {"SipAddress": "sip:Ann@X.com"}, {"SipAddress": "sip:ann@x.com"})
    assert found == {"ann@x.com": ("pool1", None, True, None)}


def test_what_two_rows_of_one_person_contradict_each_other_in_is_unknown(tmp_path: Path) -> None:
    found = users(
        tmp_path,
        {"SipAddress": "sip:ann@x.com", "Enabled": False, "ClientPolicy": "Legal"},
        {"SipAddress": "sip:ann@x.com", "RegistrarPool": "pool2", "ClientPolicy": "Sales"},
        {"SipAddress": "sip:bob@x.com"},
    )
    pool, _, policy_known, uncounted = found["ann@x.com"]
    assert (pool, policy_known, uncounted) == (None, False, None)
    assert found["bob@x.com"] == ("pool1", None, True, None)


def test_who_is_not_counted_and_why(tmp_path: Path) -> None:
    found = users(
        tmp_path,
        {"SipAddress": "sip:off@x.com", "Enabled": False},
        {"SipAddress": "sip:cloud@x.com", "HostingProvider": "sipfed.online.lync.com"},
        {"SipAddress": None, "UserPrincipalName": "nosip@x.com"},
        {"SipAddress": "sip:here@x.com", "Enabled": None, "HostingProvider": None},
        {"SipAddress": "sip:nowhere@x.com", "HostingProvider": None, "RegistrarPool": ""},
        {"SipAddress": "sip:poolless@x.com", "RegistrarPool": None},
    )
    assert {person: row[-1] for person, row in found.items()} == {
        "off@x.com": "is disabled for Skype for Business",
        "cloud@x.com": "is homed elsewhere (sipfed.online.lync.com)",
        "nosip@x.com": "has no SIP address",
        "here@x.com": None,
        "nowhere@x.com": "is homed nowhere",
        "poolless@x.com": None,
    }


def test_output_without_sip_addresses_is_not_an_organisation_without_people(tmp_path: Path) -> None:
    save_output(tmp_path, "skype/Get-CsUser", [{"Identity": "Global", "EnableIMAutoArchiving": True}])
    with open_session(Target.of(tmp_path)) as session:
        users = session.facts["users"]
        results = session.check("policy.offline-im-enabled")
    assert isinstance(users, Missing)
    assert "lacks SipAddress, or is another cmdlet's" in users.reason
    assert [result.status for result in results if result.plugin == "policy"] == ["error"]
