"""`ews.allowed`: what organisation, mailbox and application access policies mean for a person's client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imadmin.session import Target, open_session
from imadmin.testing import save_output

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    Settings = Mapping[str, object]

CHECK = "ews.allowed"
AGENT = "UCCAPI/16.0.7967.5277 OC/16.0.7967.2139 (Skype for Business)"
CLIENT = "OC/16.0.7967.2139 (Skype for Business)"
ON: Settings = {"EwsEnabled": True, "EwsApplicationAccessPolicy": None}
OFF: Settings = {"EwsEnabled": False, "EwsApplicationAccessPolicy": None}
UNTOUCHED: Settings = {"EwsEnabled": None, "EwsApplicationAccessPolicy": None}
PLACES = {"exchange": "Exchange on-premises", "exchange_online": "Exchange Online"}


class Row(NamedTuple):
    status: str
    reason: str
    about: str
    remedy: str


class Person(NamedTuple):
    """Where the mailbox is, and its settings; None: Get-CASMailbox does not list it."""

    place: str = "exchange"
    mailbox: Settings | None = UNTOUCHED
    agents: tuple[str, ...] = (AGENT,)


def save(folder: Path, people: Mapping[str, Person], **organisations: Settings) -> Path:
    """Saved output of these people and of the Exchange organisations that are named."""
    users = [
        {"SipAddress": f"sip:{name}@x.com", "Enabled": True, "HostingProvider": "SRV:"} for name in people
    ]
    save_output(folder, "skype/Get-CsUser", users)
    for place, organisation in organisations.items():
        here = {f"{name}@x.com": person for name, person in people.items() if person.place == place}
        save_output(folder, f"{place}/Get-OrganizationConfig", [organisation])
        save_output(folder, f"{place}/Get-Mailbox", [{"PrimarySmtpAddress": address} for address in here])
        listed = {address: person.mailbox for address, person in here.items() if person.mailbox is not None}
        boxes = [{"PrimarySmtpAddress": address, **mailbox} for address, mailbox in listed.items()]
        save_output(folder, f"{place}/Get-CASMailbox", boxes)
    lines = [f'{name}@x.com,"{agent}"\n' for name, person in people.items() for agent in person.agents]
    (folder / "clients").mkdir(exist_ok=True)
    (folder / "clients/list.csv").write_text("UserName,ClientVersion\n" + "".join(lines), encoding="utf-8")
    return folder


def judge(folder: Path) -> dict[str, Row]:
    """The row of each person."""
    with open_session(Target.of(folder)) as session:
        session.check(CHECK)
        [outcome] = [outcome for outcome in session.outcomes() if outcome.result.check == CHECK]
        rows = session.database.cursor().execute(
            f"select person, status, reason, object, coalesce(remedy, '') from {outcome.rows}"
        )
        return {str(person).partition("@")[0]: Row(*row) for person, *row in rows.fetchall()}


def ann(
    folder: Path, organisation: Settings = UNTOUCHED, mailbox: Settings | None = UNTOUCHED, **person: Any
) -> Row:
    """The row of one person in one organisation."""
    place = person.get("place", "exchange")
    return judge(save(folder, {"ann": Person(mailbox=mailbox, **person)}, **{place: organisation}))["ann"]


def policy(word: str | None, *patterns: str) -> Settings:
    """An application access policy with the list that it names, and EWS switched on."""
    name = "EwsBlockList" if word == "EnforceBlockList" else "EwsAllowList"
    return {"EwsEnabled": True, "EwsApplicationAccessPolicy": word, name: list(patterns)}


def allow(*patterns: str) -> Settings:
    return policy("EnforceAllowList", *patterns)


def block(*patterns: str) -> Settings:
    return policy("EnforceBlockList", *patterns)


# EwsEnabled


def enabled(value: object) -> Settings:
    return {**UNTOUCHED, "EwsEnabled": value}


MISSING: Settings = {"EwsApplicationAccessPolicy": None}
SWITCHED: dict[str, tuple[Settings, Settings | None, str, str]] = {
    "null and null": (UNTOUCHED, UNTOUCHED, "pass", "EWS is allowed."),
    "true and null": (ON, UNTOUCHED, "pass", "EWS is allowed."),
    "null and true": (UNTOUCHED, ON, "pass", "EWS is allowed."),
    "text": (enabled("True"), enabled("true"), "pass", "EWS is allowed."),
    "false for all": (OFF, ON, "fail", "EWS is switched off for all of PLACE."),
    "false for all, as text": (enabled("False"), UNTOUCHED, "fail", "EWS is switched off for all of PLACE."),
    "false for one": (ON, OFF, "fail", "EWS is switched off for the mailbox."),
    "false for all, mailbox not listed": (OFF, None, "fail", "EWS is switched off for all"),
    "false for one, organisation missing": (MISSING, OFF, "fail", "switched off for the mailbox"),
    "false for all, mailbox missing": (OFF, MISSING, "fail", "EWS is switched off for all"),
    "organisation missing": (MISSING, UNTOUCHED, "error", "EwsEnabled of PLACE is not in the output"),
    "organisation unreadable": (
        enabled("on"),
        UNTOUCHED,
        "error",
        "EwsEnabled of PLACE is not in the output",
    ),
    "mailbox missing": (UNTOUCHED, MISSING, "error", "EwsEnabled of the mailbox is not in the output"),
    "mailbox not listed": (UNTOUCHED, None, "error", "Get-CASMailbox does not list the mailbox"),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("case", SWITCHED)
def test_switched_on_or_off(case: str, place: str, tmp_path: Path) -> None:
    organisation, mailbox, status, reason = SWITCHED[case]
    row = ann(tmp_path, organisation, mailbox, place=place)
    assert row.status == status
    assert reason.replace("PLACE", PLACES[place]) in row.reason
    assert bool(row.remedy) == (status != "pass")


# Application access policies


POLICIES: dict[str, tuple[Settings, Settings, str, str]] = {
    "allowed by the organisation": (allow("OC/*"), UNTOUCHED, "pass", "EwsAllowList has OC/*"),
    "allowed by the mailbox": (UNTOUCHED, allow("X", "OC/16.0.7967.*"), "pass", "has OC/16.0.7967.*"),
    "allowed by both": (allow("*"), allow("*Business)"), "pass", "EwsAllowList has *"),
    "word for word": (allow(CLIENT), UNTOUCHED, "pass", CLIENT),
    "not named by a block list": (block("MacOutlook/*"), UNTOUCHED, "pass", "does not name the client"),
    "an empty block list": (block(), UNTOUCHED, "pass", "does not name the client"),
    "not named by an allow list": (allow("MacOutlook/*"), UNTOUCHED, "fail", "EnforceAllowList lets in only"),
    "an empty allow list": (allow(), UNTOUCHED, "fail", "EnforceAllowList lets in only"),
    "an empty pattern": (allow(""), UNTOUCHED, "fail", "EnforceAllowList lets in only"),
    "blocked by the organisation": (block("OC/*"), UNTOUCHED, "fail", "EwsBlockList has OC/*"),
    "blocked by the mailbox": (UNTOUCHED, block("*"), "fail", "EwsBlockList has *"),
    "kept out by both": (block("OC/*"), allow("Else"), "fail", "EwsBlockList has OC/*"),
    "an older build": (block("OC/15.*"), UNTOUCHED, "pass", "does not name the client"),
    "in other letters": (allow("oc/*"), UNTOUCHED, "error", "may or may not match"),
    "meant for it": (allow("Skype*"), UNTOUCHED, "error", "EwsAllowList has Skype*, which may or may not"),
    "meant for Lync": (block("*Lync*"), UNTOUCHED, "error", "EwsBlockList has *Lync*, which may or may not"),
    "no other wildcard": (allow("[O]C/16*", "??/16*"), UNTOUCHED, "fail", "lets in only"),
    "in against out": (allow("OC/*"), block("OC/*"), "error", "which prevails is not documented"),
    "out against in": (block("OC/*"), allow("OC/*"), "error", "which prevails is not documented"),
    "unsure against out": (allow("Lync*"), block("OC/*"), "error", "EwsAllowList has Lync*"),
    "a policy of another kind": (policy("EnforceMoon"), UNTOUCHED, "error", "enforcemoon is not known"),
    "no policy in the output": (ON, {"EwsEnabled": None}, "error", "is not in the output"),
    "no policy, yet lists": ({**UNTOUCHED, "EwsBlockList": ["*"]}, UNTOUCHED, "pass", "EWS is allowed."),
}


@pytest.mark.parametrize("case", POLICIES)
def test_application_access_policies(case: str, tmp_path: Path) -> None:
    organisation, mailbox, status, reason = POLICIES[case]
    row = ann(tmp_path, organisation, mailbox)
    assert row.status == status, row.reason
    assert reason in row.reason
    assert ("an inference" in row.reason) == (status != "error" and reason != "EWS is allowed.")


@pytest.mark.parametrize(
    ("agents", "judged"),
    [
        ((AGENT,), CLIENT),
        (("OC/16.0.6001.1087", AGENT, "OCPhone/4.0.7577.314"), CLIENT),
        (("OC/15.0.4420.1017 (Microsoft Lync)",), "OC/15.0.4420.1017 (Microsoft Lync)"),
        ((), "OC/16.0.20228.20190 (Skype for Business)"),
        (("iPhoneLync/6.19.0.1",), "OC/16.0.20228.20190 (Skype for Business)"),
    ],
)
def test_the_best_client_is_judged(agents: tuple[str, ...], judged: str, tmp_path: Path) -> None:
    assert ann(tmp_path / "in", allow(judged), agents=agents).status == "pass"
    assert ann(tmp_path / "out", block(judged), agents=agents).status == "fail"


# Where the mailbox is


def test_each_person_is_judged_by_the_organisation_that_holds_the_mailbox(tmp_path: Path) -> None:
    people = {"ann": Person("exchange"), "bob": Person("exchange_online")}
    rows = judge(save(tmp_path, people, exchange=OFF, exchange_online=ON))
    assert (rows["ann"].status, rows["bob"].status) == ("fail", "pass")
    rows = judge(save(tmp_path, people, exchange=UNTOUCHED, exchange_online=block("OC/*")))
    assert (rows["ann"].status, rows["bob"].status) == ("pass", "fail")
    assert "policy of Exchange Online shuts" in rows["bob"].reason


def test_a_setting_of_the_same_address_elsewhere_does_not_count(tmp_path: Path) -> None:
    """A mail user's leftover on the other side is no mailbox."""
    save(tmp_path, {"ann": Person("exchange_online")}, exchange=UNTOUCHED, exchange_online=UNTOUCHED)
    save_output(tmp_path, "exchange/Get-CASMailbox", [{"PrimarySmtpAddress": "ann@x.com", **OFF}])
    assert judge(tmp_path)["ann"].status == "pass"


def test_who_has_no_mailbox(tmp_path: Path) -> None:
    rows = judge(save(tmp_path, {"ann": Person("")}, exchange=UNTOUCHED, exchange_online=UNTOUCHED))
    assert (rows["ann"].status, rows["ann"].about) == ("error", "ann@x.com")
    assert rows["ann"].reason.startswith("Has no mailbox in Exchange")


def test_who_has_a_mailbox_nobody_knows_where(tmp_path: Path) -> None:
    row = judge(save(tmp_path, {"ann": Person("")}, exchange=OFF))["ann"]
    assert row.status == "error"
    assert "only the mailboxes on-premises were listed" in row.reason


def test_whose_organisation_was_not_saved(tmp_path: Path) -> None:
    save(tmp_path, {"ann": Person("exchange_online")}, exchange=UNTOUCHED, exchange_online=UNTOUCHED)
    for name in ("Get-OrganizationConfig", "Get-CASMailbox"):
        (tmp_path / "exchange_online" / f"{name}.xml").unlink()
    row = judge(tmp_path)["ann"]
    assert row.status == "error"
    assert "holds no Get-CASMailbox.xml" in row.reason or "holds no Get-OrganizationConfig.xml" in row.reason


# What fixes it


def test_the_remedy_names_what_is_to_be_changed(tmp_path: Path) -> None:
    assert ann(tmp_path / "1", OFF).remedy == (
        "Set-OrganizationConfig -EwsEnabled $true   (in Exchange on-premises)"
    )
    assert ann(tmp_path / "2", UNTOUCHED, OFF).remedy == ("Set-CASMailbox 'ann@x.com' -EwsEnabled $true")
    assert "Set-CASMailbox 'ann@x.com' -EwsAllowList" in ann(tmp_path / "3", UNTOUCHED, allow()).remedy
    assert "Set-OrganizationConfig -EwsBlockList" in ann(tmp_path / "4", block("*")).remedy


def test_a_name_with_an_apostrophe_is_quoted(tmp_path: Path) -> None:
    people = {"o'brien": Person(mailbox=OFF)}
    row = judge(save(tmp_path, people, exchange=UNTOUCHED))["o'brien"]
    assert row.remedy == "Set-CASMailbox 'o''brien@x.com' -EwsEnabled $true"
    assert row.about == "o'brien@x.com"


# Any settings at all


ABSENT = "absent"
_PATTERNS = st.lists(st.sampled_from(["OC/*", "*", "Lync*", "MacOutlook/*", "", "oc/*"]), max_size=2)
_SETTINGS = st.fixed_dictionaries(
    {
        "EwsEnabled": st.sampled_from([None, None, True, False, "True", "False", "maybe", ABSENT]),
        "EwsApplicationAccessPolicy": st.sampled_from(
            [None, None, "EnforceAllowList", "EnforceBlockList", "Else", ABSENT]
        ),
        "EwsAllowList": st.one_of(st.just(ABSENT), st.none(), _PATTERNS),
        "EwsBlockList": st.one_of(st.just(ABSENT), st.none(), _PATTERNS),
    }
).map(lambda found: {name: value for name, value in found.items() if value != ABSENT})


def is_off(one: Settings | None) -> bool:
    return one is not None and str(one.get("EwsEnabled")).lower() == "false"


def is_incomplete(one: Settings | None) -> bool:
    known = one is not None and str(one.get("EwsEnabled", ABSENT)).lower() in {"true", "none"}
    return not (known and one is not None and "EwsApplicationAccessPolicy" in one)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    organisation=_SETTINGS,
    mailboxes=st.lists(st.one_of(st.none(), _SETTINGS), min_size=1, max_size=12),
    place=st.sampled_from(sorted(PLACES)),
)
def test_what_is_off_never_passes_and_what_is_missing_decides_nothing(
    organisation: Settings,
    mailboxes: list[Settings | None],
    place: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    people = {f"p{number}": Person(place, mailbox) for number, mailbox in enumerate(mailboxes)}
    rows = judge(save(tmp_path_factory.mktemp("any"), people, **{place: organisation}))
    for name, person in people.items():
        both = (organisation, person.mailbox)
        if any(map(is_off, both)):
            assert rows[name].status == "fail", both
        elif any(map(is_incomplete, both)):
            assert rows[name].status == "error", both
        else:
            assert rows[name].status in {"pass", "fail", "error"}


def test_a_client_of_an_inventory(tmp_path: Path) -> None:
    """It names people by user principal names, and clients by builds."""
    blocked = {"EwsApplicationAccessPolicy": "EnforceBlockList", "EwsBlockList": ["OC/16.0.17*"]}
    folder = save(tmp_path, {"ann": Person(agents=()), "bob": Person(agents=())}, exchange={**ON, **blocked})
    users = [
        {"SipAddress": f"sip:{name}@x.com", "Enabled": True, "HostingProvider": "SRV:"}
        | {"UserPrincipalName": f"{name}@corp.example"}
        for name in ("ann", "bob")
    ]
    save_output(folder, "skype/Get-CsUser", users)
    (folder / "clients/list.csv").write_text(
        "PrimaryUser,VersionToReport\nann@corp.example,16.0.17328.20550\nbob@corp.example,16.0.19127.20752\n",
        encoding="utf-8",
    )
    assert {name: row.status for name, row in judge(folder).items()} == {"ann": "fail", "bob": "pass"}
