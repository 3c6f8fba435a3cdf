"""What each scenario puts into the directory and the mail store: its one cause, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from imadmin_lab.directory import Directory, nouns
from imadmin_lab.mail import MailStore, directory, folders
from imadmin_lab.scenario import read_scenario, scenarios
from imadmin_lab.scenario.mail import fill_store
from imadmin_lab.scenario.objects import fill_directory, online_directory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from imadmin_lab.scenario import Scenario


def objects(scenario: Scenario) -> dict[tuple[str, str], dict[str, Any]]:
    """Every property of every object, by noun and identity."""
    with Directory(None) as found:
        fill_directory(found, scenario)
        return {
            (noun.name, entry.identity): dict(entry.properties)
            for noun in nouns().values()
            for entry in found.entries(noun.shell, noun.name)
        }


def differences(name: str) -> set[tuple[str, str, str]]:
    """Noun, identity and property of what a scenario has other than `healthy`."""
    healthy, other = objects(read_scenario("healthy")), objects(read_scenario(name))
    return {
        (*key, prop)
        for key in healthy.keys() | other.keys()
        for prop, value in (other.get(key) or {"(none)": None}).items()
        if key not in healthy or healthy[key][prop] != value
    }


PARTS = ("Core Components", "Front End Server", "Web Components Server", "Bandwidth Policy Service")
OTHER_SERVERS = {
    ("CsServerPatchVersion", f"{server}/{part}", name)
    for server in ("fe01.contoso.com", "fe02.contoso.com")
    for part in PARTS
    for name in ("ComponentName", "Version")
}
ORGANIZATION = ("OrganizationConfig", "contoso")


def people(*names: str) -> set[str]:
    return {f"CN={name},OU=People,DC=contoso,DC=com" for name in names}


CAUSES: dict[str, set[tuple[str, str, str]]] = {
    "offline-im-off-globally": {("CsImConfiguration", "Global", "EnableOfflineIm")},
    "archiving-not-set": {
        ("CsClientPolicy", scope, "EnableIMAutoArchiving") for scope in ("Global", "Tag:Sales")
    },
    "old-clients": set(),
    "msi-clients": set(),
    "no-client-known": set(),
    "ews-disabled-organisation": {(*ORGANIZATION, "EwsEnabled")},
    "ews-disabled-mailbox": {("CASMailbox", who, "EwsEnabled") for who in people("Daniel Okafor")},
    "ews-block-list": {(*ORGANIZATION, "EwsApplicationAccessPolicy"), (*ORGANIZATION, "EwsBlockList")},
    "ews-allow-list": {(*ORGANIZATION, "EwsApplicationAccessPolicy"), (*ORGANIZATION, "EwsAllowList")},
    "ews-down": set(),
    "mail-delayed": set(),
    "class-lost": set(),
    "client-without-ews": set(),
    "drafts-filling": set(),
    "mail-junked": set(),
    "mail-returned": set(),
    "mail-rewritten": set(),
    "policy-not-received": set(),
    "rule-deletes": set(),
    "spool-of-a-leaver": {("CsUser", "CN=Anna Lind,OU=People,DC=contoso,DC=com", "Enabled")},
    "spool-stuck": set(),
    "conversation-history-absent": set(),
    "cmdlet-hidden": set(),
    "certificate-expired": set(),
    "server-before-cu3": OTHER_SERVERS,
    "server-unsupported": OTHER_SERVERS,
    "replica-behind": set(),
    "archiving-on-server": {
        ("CsArchivingConfiguration", "Global", "EnableArchiving"),
        ("CsArchivingPolicy", "Global", "ArchiveInternal"),
        ("CsArchivingPolicy", "Global", "ArchiveExternal"),
    },
    "ews-not-published": {
        ("WebServicesVirtualDirectory", r"EX01\EWS (Default Web Site)", name)
        for name in ("ExternalUrl", "OAuthAuthentication", "WindowsAuthentication")
    },
    "partner-blocked": {
        ("CsBlockedDomain", "fabrikam.com", name) for name in ("Identity", "Domain", "Comment")
    },
}


@pytest.mark.parametrize("name", CAUSES)
def test_a_scenario_differs_from_the_healthy_one_in_its_cause_only(name: str) -> None:
    assert differences(name) == CAUSES[name]


def test_an_object_for_one_site_and_a_policy_for_two_people_are_added() -> None:
    site = differences("offline-im-off-at-site")
    assert {found[:2] for found in site} == {("CsImConfiguration", "Site:Munich")}
    assert objects(read_scenario("offline-im-off-at-site"))[site.pop()[:2]]["EnableOfflineIm"] is False
    policy = {found for found in differences("archiving-off-by-tag") if found[0] == "CsUser"}
    assert policy == {("CsUser", who, "ClientPolicy") for who in people("Ben Carver", "Eva Huber")}


ONE_MORE = {
    "retention-short": ("RetentionPolicyTag", "Missed conversations"),
    "transport-rule": ("TransportRule", "No chat notifications"),
    "accepted-domains": ("AcceptedDomain", "*.contoso.net"),
}


@pytest.mark.parametrize("name", ONE_MORE)
def test_one_object_is_added(name: str) -> None:
    assert {found[:2] for found in differences(name)} == {ONE_MORE[name]}


def test_an_address_of_one_person_is_another() -> None:
    concerned = {found[:2] for found in differences("sip-is-not-mail")}
    assert concerned == {
        (noun, who) for noun in ("Mailbox", "CASMailbox", "CsUser") for who in people("Anna Lind")
    }


MOVED = {
    "no-modern-authentication": ("Anna Lind",),
    "ews-ends-online": ("Anna Lind",),
    "frontline-licenses": ("Anna Lind", "Ben Carver"),
}


@pytest.mark.parametrize("name", MOVED)
def test_mailboxes_are_online_and_no_more_on_premises(name: str) -> None:
    gone = objects(read_scenario("healthy")).keys() - objects(read_scenario(name)).keys()
    moved = people(*MOVED[name])
    assert gone == {(noun, who) for noun in ("Mailbox", "CASMailbox") for who in moved}
    online = {
        entry.identity for entry in online_directory(read_scenario(name)).entries("exchange", "Mailbox")
    }
    assert online == set(moved)


def test_a_replica_that_lags_behind_shows_otherwise_what_the_scenario_says() -> None:
    with Directory(None) as found:
        fill_directory(found, read_scenario("replica-behind"))
        central, local = (
            {one.identity: one.get("EnableOfflineIm") for one in found.entries("skype", name, local=local)}
            for name, local in (("CsImConfiguration", False), ("CsImConfiguration", True))
        )
    assert central == {"Global": True}
    assert local == {"Global": True, "Site:Munich": False}


def test_every_scenario_is_tested() -> None:
    added = {"offline-im-off-at-site", "archiving-off-by-tag"}
    assert {*CAUSES, *ONE_MORE, *MOVED, "sip-is-not-mail", *added} == scenarios().keys() - {
        "healthy",
        "contoso",
    }


@pytest.mark.parametrize("name", scenarios())
def test_people_with_and_without_mailbox_are_where_they_should_be(name: str) -> None:
    scenario = read_scenario(name)
    found = objects(scenario)
    users = {properties["SipAddress"] for (noun, _), properties in found.items() if noun == "CsUser"}
    assert users == {f"sip:{person.sip}" for person in scenario.people}
    for noun in ("Mailbox", "CASMailbox"):
        mailboxes = {p["PrimarySmtpAddress"] for (one, _), p in found.items() if one == noun}
        own = {person.mail for person in scenario.people_of("onprem")}
        assert mailboxes == own | {f"{name}@{scenario.domain}" for name in scenario.service_mailboxes}


def test_a_comma_in_a_name_is_escaped_in_the_directory(write: Callable[..., Path]) -> None:
    found = objects(read_scenario(write(people=[{"sip": "anna.lind", "display": "Lind, Anna"}])))
    assert ("CsUser", r"CN=Lind\, Anna,OU=People,DC=contoso,DC=com") in found


def test_online_mailboxes_are_in_a_directory_of_their_own() -> None:
    scenario = read_scenario("contoso")
    with online_directory(scenario) as online:
        found = {entry.get("PrimarySmtpAddress") for entry in online.entries("exchange", "CASMailbox")}
    assert found == {person.mail for person in scenario.people_of("online")}
    with online_directory(read_scenario("healthy")) as nothing:
        assert nothing.entries("exchange", "Mailbox") == []


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Callable[[str | Path], MailStore]]:
    stores: list[MailStore] = []

    def fill(scenario: str | Path) -> MailStore:
        store = MailStore(tmp_path / f"{len(stores)}.sqlite3")
        stores.append(store)
        fill_store(store, read_scenario(scenario), "CONTOSO\\svc-imadmin")
        return store

    yield fill
    for store in stores:
        store.close()


def history(store: MailStore, address: str) -> str | None:
    with store.reading() as session:
        mailbox = directory.by_address(session, address)
        assert mailbox is not None
        folder = folders.distinguished(session, mailbox.id, "conversationhistory")
        return None if folder is None else folder.name


def test_folders_have_names_in_the_mailbox_s_language(filled: Callable[..., MailStore]) -> None:
    healthy = filled("healthy")
    assert history(healthy, "anna.lind@contoso.com") == "Conversation History"
    assert history(healthy, "eva.huber@contoso.com") == "Aufgezeichnete Unterhaltungen"
    assert history(healthy, "hugo.petit@contoso.com") == "Historique des conversations"
    assert history(filled("conversation-history-absent"), "anna.lind@contoso.com") is None


def test_a_folder_can_have_any_name(filled: Callable[..., MailStore], write: Callable[..., Path]) -> None:
    person = {"sip": "anna.lind", "conversation_history": "Gespräche"}
    assert history(filled(write(people=[person])), "anna.lind@contoso.com") == "Gespräche"


def test_who_may_open_what(filled: Callable[..., MailStore]) -> None:
    with filled("healthy").reading() as session:
        service = directory.account(session, "CONTOSO\\svc-imadmin")
        own = directory.account(session, "CONTOSO\\probe-a")
        partner = directory.by_address(session, "probe@fabrikam.com")
        assert service is not None
        assert own is not None
        assert own.mailbox is not None
        assert partner is not None
        assert directory.may_impersonate(service, own.mailbox)
        assert not directory.may_impersonate(service, partner)
        assert directory.may_open(session, own, own.mailbox)
        assert directory.account(session, "FABRIKAM\\probe") is not None
