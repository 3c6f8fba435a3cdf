"""Values that a saved form no longer shows: what is read from them is unknown, never a guess."""

from __future__ import annotations

import pytest

from imadmin.errors import SourceError
from imadmin.model import ClientPolicy, ImConfiguration, Location, Pool, Scope
from imadmin.model.values import Lost
from imadmin.shells.clixml import PSObject
from imadmin_directory.mailboxes import addresses
from imadmin_directory.users import user_rows
from imadmin_ews.access import EwsAccess

LOST = Lost("System.Object[]")
AGENT = "OC/16.0.20228.20190"


@pytest.mark.parametrize(
    ("policy", "known"),
    [(None, True), ("", True), ("Tag:Legal", True), (LOST, False), ({"Scope": "Tag"}, False)],
)
def test_the_policy_that_is_granted_to_a_user(policy: object, known: object) -> None:
    [row] = user_rows([{"SipAddress": "sip:ann@x.com", "ClientPolicy": policy}])
    assert row["client_policy_known"] is known


def test_a_user_without_a_readable_address() -> None:
    with pytest.raises(SourceError, match="lacks SipAddress"):
        list(user_rows([{"SipAddress": LOST}]))


@pytest.mark.parametrize("proxies", [LOST, "SMTP:ann@x.com sip:ann@x.com", [LOST], [{"Prefix": "SMTP"}]])
def test_a_mailbox_could_be_anybodys_where_its_addresses_are_lost(proxies: object) -> None:
    record = {"PrimarySmtpAddress": "ann@x.com", "EmailAddresses": proxies}
    with pytest.raises(SourceError, match="whose a mailbox is, is unknown"):
        list(addresses([record], Location.ON_PREMISES))


@pytest.mark.parametrize(
    ("properties", "listed", "place"),
    [
        ({}, Location.ON_PREMISES, "on-premises"),
        ({"RecipientTypeDetails": "UserMailbox"}, Location.ON_PREMISES, "on-premises"),
        ({"RecipientTypeDetails": "UserMailbox"}, Location.ONLINE, "online"),
        ({"RecipientTypeDetails": "RemoteUserMailbox"}, Location.ON_PREMISES, "online"),
        ({"RecipientTypeDetails": 1 << 31}, Location.ON_PREMISES, "online"),
        ({"RecipientTypeDetails": "MailUser"}, Location.ON_PREMISES, None),
        ({"RecipientTypeDetails": "MailUser", "RemoteRecipientType": "None"}, Location.ON_PREMISES, None),
        ({"RecipientTypeDetails": 128, "RemoteRecipientType": "Migrated"}, Location.ON_PREMISES, "online"),
        ({"RecipientTypeDetails": "MailUser", "RemoteRecipientType": "Migrated"}, Location.ONLINE, None),
    ],
)
def test_where_a_mailbox_is(properties: dict[str, object], listed: Location, place: str | None) -> None:
    found = {
        row["location"] for row in addresses([{"PrimarySmtpAddress": "ann@x.com", **properties}], listed)
    }
    assert found == ({place} if place else set())


@pytest.mark.parametrize("primary", [LOST, {"Local": "ann", "Domain": "x.com"}])
def test_a_mailbox_whose_own_address_is_lost(primary: object) -> None:
    with pytest.raises(SourceError, match="does not show all of PrimarySmtpAddress"):
        list(addresses([{"PrimarySmtpAddress": primary}], Location.ON_PREMISES))


@pytest.mark.parametrize("proxies", [None, "", []])
def test_a_mailbox_without_other_addresses(proxies: object) -> None:
    [row] = addresses([{"PrimarySmtpAddress": "ann@x.com", "EmailAddresses": proxies}], Location.ON_PREMISES)
    assert row["address"] == "ann@x.com"


@pytest.mark.parametrize(
    ("details", "location"),
    [
        (1, "on-premises"),
        ("UserMailbox", "on-premises"),
        (2147483648, "online"),
        ("34359738368", "online"),
        ("RemoteUserMailbox", "online"),
    ],
)
def test_the_kind_of_a_mailbox_as_text_or_number(details: object, location: str) -> None:
    record = {"PrimarySmtpAddress": "ann@x.com", "RecipientTypeDetails": details}
    assert [row["location"] for row in addresses([record], Location.ON_PREMISES)] == [location]


@pytest.mark.parametrize("word", ["Allow", "Block"])
@pytest.mark.parametrize("patterns", [LOST, "OC/* MacOutlook/*", [LOST], ["OC/*", LOST]])
def test_an_access_policy_whose_list_is_lost(word: str, patterns: object) -> None:
    record = {"EwsApplicationAccessPolicy": f"Enforce{word}List", f"Ews{word}List": patterns}
    assert EwsAccess.read(record).rule(AGENT).verdict == "unsure"
    assert (
        EwsAccess.read({"EwsApplicationAccessPolicy": f"Enforce{word}List"}).rule(AGENT).verdict == "unsure"
    )


@pytest.mark.parametrize(
    ("policy", "verdict"), [(None, "none"), ("", "none"), (0, "unsure"), (LOST, "unsure"), ([], "unsure")]
)
def test_an_access_policy_that_is_none_or_not_readable(policy: object, verdict: str) -> None:
    record = {"EwsApplicationAccessPolicy": policy, "EwsAllowList": LOST, "EwsBlockList": LOST}
    assert EwsAccess.read(record).rule(AGENT).verdict == verdict


@pytest.mark.parametrize("kind", [ClientPolicy, ImConfiguration])
@pytest.mark.parametrize("record", [{}, {"Identity": LOST}, {"Identity": ""}, {"Identity": {"Name": "x"}}])
def test_an_object_of_an_unknown_scope_could_apply_to_anybody(
    kind: type[ClientPolicy | ImConfiguration], record: dict[str, object]
) -> None:
    with pytest.raises(SourceError, match="Identity is missing or not readable"):
        kind.read(record)


def test_a_pool_whose_site_is_lost_stands_nowhere() -> None:
    assert Pool.read({"Identity": "p", "Site": LOST}).site == ""


def test_an_identity_that_is_an_object_shows_as_its_text() -> None:
    record = {"Identity": PSObject({"Name": "Redmond"}, to_string="Site:Redmond")}
    assert ClientPolicy.read(record).scope == Scope("site", "Redmond")
