"""Values that a saved form no longer shows: what is read from them is unknown, never a guess."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import pytest

from imadmin.cells import Output, relations
from imadmin.errors import SourceError
from imadmin.model import ClientPolicy, ImConfiguration, Location, Pool, Scope
from imadmin.model.values import Lost
from imadmin.shells.clixml import PSObject
from imadmin.tables import Database
from imadmin_directory.facts import GET_MAILBOX, GET_USER
from imadmin_directory.mailboxes import COLLECTIONS, address_rows
from imadmin_directory.users import USER_ROWS
from imadmin_ews.access import EwsAccess

if TYPE_CHECKING:
    from collections.abc import Iterator

LOST = Lost("System.Object[]")
AGENT = "OC/16.0.20228.20190"


@pytest.fixture
def database() -> Iterator[Database]:
    made = Database()
    yield made
    made.close()


def shaped(database: Database, kind: str, record: dict[str, object]) -> dict[str, Any]:
    """The row that the fact `users` or `mailboxes` makes of an object."""
    [row] = all_shaped(database, kind, record)
    return row


def all_shaped(
    database: Database, kind: str, record: dict[str, object], place: Location = Location.ON_PREMISES
) -> list[dict[str, Any]]:
    """The rows that a fact makes of an object."""
    cmdlet, sql = (GET_USER, USER_ROWS) if kind == "users" else (GET_MAILBOX[place], address_rows([place]))
    name = "objects" if kind == "users" else place.shell
    output = Output(cmdlet, lambda _: nullcontext(), lambda: iter([record]))
    with relations(database, {name: output}, COLLECTIONS, direct=True) as scope:
        table = database.create("shaped", sql, within=scope)
    columns = [row[0] for row in table.query("describe shaped")]
    return [dict(zip(columns, row, strict=True)) for row in table.query("select * from shaped")]


@pytest.mark.parametrize(
    ("policy", "known"),
    [(None, True), ("", True), ("Tag:Legal", True), (LOST, False), ({"Scope": "Tag"}, False)],
)
def test_the_policy_that_is_granted_to_a_user(database: Database, policy: object, known: object) -> None:
    row = shaped(database, "users", {"SipAddress": "sip:ann@x.com", "ClientPolicy": policy})
    assert row["client_policy_known"] is known


def test_a_user_without_a_readable_address(database: Database) -> None:
    assert shaped(database, "users", {"SipAddress": LOST})["person"] is None


@pytest.mark.parametrize("proxies", [LOST, "SMTP:ann@x.com sip:ann@x.com", [LOST], [{"Prefix": "SMTP"}]])
def test_a_mailbox_could_be_anybodys_where_its_addresses_are_lost(
    database: Database, proxies: object
) -> None:
    record = {"PrimarySmtpAddress": "ann@x.com", "EmailAddresses": proxies}
    assert shaped(database, "mailboxes", record)["unreadable"] == "EmailAddresses"


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
def test_where_a_mailbox_is(
    database: Database, properties: dict[str, object], listed: Location, place: str | None
) -> None:
    record: dict[str, object] = {"PrimarySmtpAddress": "ann@x.com", **properties}
    found = {row["location"] for row in all_shaped(database, "mailboxes", record, listed)}
    assert found == ({place} if place else set())


@pytest.mark.parametrize("primary", [LOST, {"Local": "ann", "Domain": "x.com"}])
def test_a_mailbox_whose_own_address_is_lost(database: Database, primary: object) -> None:
    row = shaped(database, "mailboxes", {"PrimarySmtpAddress": primary})
    assert row["unreadable"] == "PrimarySmtpAddress"


@pytest.mark.parametrize("proxies", [None, "", []])
def test_a_mailbox_without_other_addresses(database: Database, proxies: object) -> None:
    row = shaped(database, "mailboxes", {"PrimarySmtpAddress": "ann@x.com", "EmailAddresses": proxies})
    assert (row["address"], row["unreadable"]) == ("ann@x.com", None)


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
def test_the_kind_of_a_mailbox_as_text_or_number(database: Database, details: object, location: str) -> None:
    record = {"PrimarySmtpAddress": "ann@x.com", "RecipientTypeDetails": details}
    assert shaped(database, "mailboxes", record)["location"] == location


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
