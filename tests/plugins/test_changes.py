"""The operations on settings, over the lab's PowerShell remoting: what they change, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from imadmin import Status
from imadmin.errors import UsageError
from imadmin.journal import Journal
from imadmin.session import Target, open_session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin import Finding
    from imadmin.changing import Plan
    from imadmin.foresight import Outlook
    from imadmin.session import Session
    from imadmin_lab.lab import Lab

OFF_AT_MUNICH = pytest.mark.lab("offline-im-off-at-site")
NOUNS = {
    "skype": ("CsImConfiguration", "CsClientPolicy", "CsUser", "CsPool", "CsSite"),
    "exchange": ("OrganizationConfig", "CASMailbox", "Mailbox"),
}
ANNA = "anna.lind@contoso.com"


class Administrator:
    """Plans and does in sessions of his own; the lab's objects are seen past all cmdlets."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.journal = Journal()

    def session(self, run: str = "") -> Session:
        name = run or f"r{len(self.journal.entries()) + 1}"
        source = str(self.lab.deployment)
        if not run:
            self.journal.begin(name, deployment="contoso", source=source, command=("test",))
        return open_session(Target.of(source), run_id=name, log=self.journal.changes)

    def plan(self, name: str, **values: object) -> tuple[Plan, Outlook]:
        with self.session() as session:
            plan = session.changing.plan(name, values)
            return plan, session.changing.outlook(plan)

    def do(self, name: str, **values: object) -> list[Finding]:
        with self.session() as session:
            return session.apply(name, **values)

    def undo(self, run: str) -> list[Finding]:
        with self.session() as session:
            return session.changing.undo(self.journal.changes.of(run)[::-1])

    def state(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Every object of every shell."""
        return {
            (noun, entry.identity): dict(entry.properties)
            for shell, nouns in NOUNS.items()
            for noun in nouns
            for entry in self.lab.directory.entries(shell, noun)
        }

    def offline_im(self) -> dict[str, object]:
        entries = self.lab.directory.entries("skype", "CsImConfiguration")
        return {entry.identity: entry.get("EnableOfflineIm") for entry in entries}

    def set(self, noun: str, identity: str, **values: Any) -> None:
        """What another administrator does."""
        shell = "skype" if noun.startswith("Cs") else "exchange"
        assert self.lab.directory.change(shell, noun, identity, values)


@pytest.fixture
def admin(lab: Lab) -> Administrator:
    return Administrator(lab)


def statuses(admin: Administrator, run: str = "r1") -> list[str]:
    return [effect.status for past in admin.journal.changes.of(run) for effect in past.effects]


# Offline IM


@OFF_AT_MUNICH
def test_all_that_matter_are_switched_on_and_nothing_else_is_touched(admin: Administrator) -> None:
    before = admin.state()
    [finding] = admin.do("enable-offline-im")
    assert (finding.subject, finding.status) == ("Site:Munich", Status.PASS)
    assert "Was EnableOfflineIm False; read again: EnableOfflineIm True." in finding.message
    assert "The replica of the server that answers has it too." in finding.message
    after = admin.state()
    changed = {key for key in before if before[key] != after[key]}
    assert (changed, before.keys() ^ after.keys()) == ({("CsImConfiguration", "Site:Munich")}, set())
    [put_back] = admin.undo("r1")
    assert (put_back.status, admin.state() == before) == (Status.PASS, True)


@OFF_AT_MUNICH
def test_a_plan_says_for_whom_the_answer_changes_and_changes_nothing(admin: Administrator) -> None:
    before = admin.state()
    plan, outlook = admin.plan("enable-offline-im")
    assert [(c.subject, c.before, c.after) for c in plan.changes] == [
        ("Site:Munich", {"EnableOfflineIm": False}, {"EnableOfflineIm": True})
    ]
    [turn] = outlook.turns
    assert (turn.check, turn.before, turn.after) == ("policy.offline-im-enabled", "fail", "pass")
    people = ("eva.huber", "felix.brandt", "greta.mueller", "hugo.petit")
    assert (turn.people, turn.number) == (tuple(f"{name}@contoso.com" for name in people), 4)
    assert (admin.state(), admin.journal.changes.of("r1")) == (before, [])


@OFF_AT_MUNICH
def test_what_was_foreseen_comes_true(admin: Administrator) -> None:
    with admin.session() as session:
        plan = session.changing.plan("enable-offline-im", {})
        outlook = session.changing.outlook(plan)
        [judged] = session.check("policy.offline-im-enabled")
        assert judged.counts["fail"] == 4
        session.changing.apply(plan)
        [judged] = session.check("policy.offline-im-enabled")
    assert dict(judged.counts) == dict(outlook.counts["policy.offline-im-enabled"])
    assert judged.status is Status.PASS


@OFF_AT_MUNICH
@pytest.mark.parametrize(
    ("identity", "left"),
    [
        ("Global", {"Global": False, "Site:Munich": False}),
        ("site:munich", {"Global": True, "Site:Munich": False}),
        ("all", {"Global": False, "Site:Munich": False}),
    ],
)
def test_one_is_switched_off_or_all(admin: Administrator, identity: str, left: dict[str, object]) -> None:
    findings = admin.do("disable-offline-im", identity=identity)
    assert {finding.status for finding in findings} <= {Status.PASS}
    assert admin.offline_im() == left


@pytest.mark.lab("healthy")
def test_who_overrides_nothing_is_not_made_up(admin: Administrator) -> None:
    with pytest.raises(UsageError, match="there is no IM configuration 'Site:Oslo'") as refused:
        admin.plan("disable-offline-im", identity="Site:Oslo")
    assert "follows Global" in refused.value.remedy
    plan, _ = admin.plan("enable-offline-im")
    assert plan.changes == ()


@OFF_AT_MUNICH
def test_another_administrator_was_first(admin: Administrator) -> None:
    with admin.session() as session:
        plan = session.changing.plan("enable-offline-im", {"identity": "all"})
        admin.set("CsImConfiguration", "Site:Munich", EnableOfflineIm=True)
        [finding] = session.changing.apply(plan)
    assert (finding.status, statuses(admin)) == (Status.PASS, [])
    assert "nothing had to be changed" in finding.message


@OFF_AT_MUNICH
def test_undo_refuses_where_another_administrator_has_changed_it_since(admin: Administrator) -> None:
    admin.do("enable-offline-im")
    admin.lab.directory.remove("skype", "CsImConfiguration", "Site:Munich")
    [gone] = admin.undo("r1")
    assert gone.status is Status.ERROR
    assert "does not exist" in gone.message
    assert admin.offline_im() == {"Global": True}


def lagging(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("scenario") / "lag.yaml"
    path.write_text(
        "title: replicas are late\nbase: offline-im-off-at-site\nreplication_lag: 600\n", encoding="utf-8"
    )
    return str(path)


@pytest.fixture
def slow(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """A lab whose replicas are ten minutes late."""
    from imadmin_lab.lab import Lab

    with Lab(lagging(tmp_path_factory), folder=tmp_path_factory.mktemp("lab")) as running:
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        yield running


def test_a_replica_that_is_late_is_a_warning(slow: Lab) -> None:
    [finding] = Administrator(slow).do("enable-offline-im")
    assert finding.status is Status.WARN
    assert "still has EnableOfflineIm False: replication takes time" in finding.message
    assert "Get-CsManagementStoreReplicationStatus" in finding.remedy


# What goes wrong on the way


@OFF_AT_MUNICH
def test_a_reply_that_is_lost(admin: Administrator) -> None:
    admin.lab.faults.switch_on("cmdlet-drop-after", cmdlet="Set-*", times=1)
    [finding] = admin.do("enable-offline-im")
    assert finding.status is Status.PASS
    assert "read again after this" in finding.message
    assert statuses(admin) == ["in doubt"]
    assert admin.offline_im()["Site:Munich"] is True


@OFF_AT_MUNICH
def test_a_server_that_refuses(admin: Administrator) -> None:
    admin.lab.faults.switch_on("cmdlet-fail", cmdlet="Set-*", times=1)
    [finding] = admin.do("enable-offline-im")
    assert finding.status is Status.FAIL
    assert "Set-CsImConfiguration failed: " in finding.message
    assert "it is still EnableOfflineIm False" in finding.message
    assert statuses(admin) == ["failed"]
    assert not admin.journal.changes.of("r1")[0].touched


@OFF_AT_MUNICH
def test_a_server_that_warns(admin: Administrator) -> None:
    admin.lab.faults.switch_on("cmdlet-warn", cmdlet="Set-*", times=1)
    [finding] = admin.do("enable-offline-im")
    assert "It warned: The central management store was last" in finding.message


# Saving conversations


@pytest.mark.lab("archiving-off-by-tag")
def test_a_policy_that_forbids_saving(admin: Administrator) -> None:
    before = admin.state()
    stopping = next(
        entry.identity
        for entry in admin.lab.directory.entries("skype", "CsClientPolicy")
        if entry.get("EnableIMAutoArchiving") is False
    )
    plan, outlook = admin.plan("allow-auto-archiving", policy=stopping)
    [change] = plan.changes
    assert "Hardening baselines set False on purpose" in change.caution
    assert "EnableIMAutoArchiving True" in change.caution
    assert {(turn.before, turn.after) for turn in outlook.turns} == {("fail", "pass")}
    [finding] = admin.do("allow-auto-archiving", policy=stopping.removeprefix("Tag:"))
    assert finding.status is Status.PASS
    assert admin.undo("r2")[0].status is Status.PASS
    assert admin.state() == before


@pytest.mark.lab("archiving-not-set")
def test_a_policy_that_says_nothing_is_put_back_to_saying_nothing(admin: Administrator) -> None:
    before = admin.state()
    [finding] = admin.do("allow-auto-archiving", policy="Global")
    assert "Was EnableIMAutoArchiving not set" in finding.message
    admin.undo("r1")
    assert admin.state() == before


@pytest.mark.lab("archiving-off-by-tag")
def test_which_policies_forbid_it_is_said(admin: Administrator) -> None:
    for policy, said in (("", "which client policy is not said"), ("Nobody", "no client policy 'Nobody'")):
        with pytest.raises(UsageError, match=said) as refused:
            admin.plan("allow-auto-archiving", policy=policy)
        assert "Those that forbid it: Tag:" in refused.value.remedy


# Exchange Web Services


@pytest.mark.lab("ews-disabled-mailbox")
def test_a_mailbox_that_forbids_it(admin: Administrator) -> None:
    before = admin.state()
    entries = admin.lab.directory.entries("exchange", "CASMailbox")
    address = next(str(e.get("PrimarySmtpAddress")) for e in entries if e.get("EwsEnabled") is False)
    plan, outlook = admin.plan("allow-ews", mailbox=address)
    assert [change.subject for change in plan.changes] == [address]
    assert [(turn.before, turn.after, turn.number) for turn in outlook.turns] == [("fail", "pass", 1)]
    [finding] = admin.do("allow-ews", mailbox=address)
    assert (finding.status, finding.evidence) == (Status.PASS, {"EwsEnabled": True})
    assert admin.undo("r2")[0].status is Status.PASS
    assert admin.state() == before


@pytest.mark.lab("ews-disabled-organisation")
def test_an_organisation_that_forbids_it(admin: Administrator) -> None:
    before = admin.state()
    plan, outlook = admin.plan("allow-ews", organisation="on-premises")
    assert "every program" in plan.changes[0].caution
    assert sum(turn.number for turn in outlook.turns) == 8
    assert admin.do("allow-ews", organisation="on-premises")[0].status is Status.PASS
    admin.undo("r2")
    assert admin.state() == before


@pytest.mark.lab("ews-allow-list")
def test_a_pattern_is_added_to_the_list_and_said_to_be_an_inference(admin: Administrator) -> None:
    before = admin.state()
    plan, outlook = admin.plan("allow-ews", organisation="on-premises", pattern="OC/*")
    [change] = plan.changes
    assert change.after["EwsAllowList"] == [*change.before["EwsAllowList"], "OC/*"]  # type: ignore[misc]
    assert "is an inference" in change.caution
    assert outlook.turns
    assert {turn.after for turn in outlook.turns} == {"pass"}
    assert admin.do("allow-ews", organisation="on-premises", pattern="OC/*")[0].status is Status.PASS
    assert admin.undo("r2")[0].status is Status.PASS
    assert admin.state() == before
    strange, _ = admin.plan("allow-ews", organisation="on-premises", pattern="Outlook*")
    assert "Outlook* does not match OC/16" in strange.changes[0].caution


@pytest.mark.lab("ews-block-list")
def test_a_pattern_is_taken_off_the_block_list(admin: Administrator) -> None:
    before = admin.state()
    entries = admin.lab.directory.entries("exchange", "OrganizationConfig")
    blocked = [str(pattern) for pattern in entries[0].get("EwsBlockList")]  # type: ignore[union-attr]
    assert admin.do("allow-ews", organisation="on-premises", pattern=blocked[0])[0].status is Status.PASS
    admin.undo("r1")
    assert admin.state() == before
    with pytest.raises(UsageError, match="does not have 'Nothing/\\*'"):
        admin.plan("allow-ews", organisation="on-premises", pattern="Nothing/*")


@pytest.mark.lab("healthy")
@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "takes a mailbox or an organisation"),
        ({"mailbox": ANNA, "organisation": "online"}, "one of them"),
        ({"organisation": "the cloud"}, "there is no organisation 'the cloud'"),
        ({"mailbox": ANNA, "pattern": "OC/*"}, "has no application access policy"),
    ],
)
def test_what_allow_ews_cannot_do(admin: Administrator, values: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        admin.plan("allow-ews", **values)
