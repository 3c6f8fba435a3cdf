"""Input that means harm, or that nobody thought of: the verdict is right, or it says that it is not known."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imadmin import Fact, Stage, check, hookimpl
from imadmin.errors import ConfigError, ImadminError
from imadmin.session import Session, Target, open_session
from imadmin.testing import save_output, session_with

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from imadmin import PeopleRows
    from imadmin.facts import Inputs
    from imadmin.run import Run
    from imadmin.tables import Table

NEW = "OC/16.0.20228.20190"
HOSTILE = [
    "x'); drop table users; --",
    'a"b',
    "a\\'b",
    "o'brien",
    "; select 1",
    "/* */",
    "$$",
    "a\nb",
    "a\tb",
    "%s {0} $1 \\1",
    "\u2019; Remove-Item x",
    "\U0001f600",
    "a\0b",
    "null",
    "Global",
    "-1",
]


def user(name: str, pool: str = "p1", policy: str | None = None, **more: object) -> dict[str, object]:
    given_ = {"SipAddress": f"sip:{name}@x.com", "Enabled": True, "HostingProvider": "SRV:"}
    return {**given_, "RegistrarPool": pool, "ClientPolicy": policy, **more}


def save(
    folder: Path,
    users: Sequence[Mapping[str, object]],
    *,
    policies: Mapping[str, bool | None] | None = None,
    switches: Mapping[str, bool] | None = None,
    pools: Mapping[str, str | None] | None = None,
    agents: Mapping[str, str] | None = None,
) -> Path:
    """A saved output; everything is on unless it is said to be off."""
    archiving = {"Global": True, **(policies or {})}
    offline = {"Global": True, **(switches or {})}
    save_output(folder, "skype/Get-CsUser", users)
    save_output(
        folder,
        "skype/Get-CsPool",
        [{"Identity": n, "Site": s} for n, s in (pools or {"p1": "Site:A"}).items()],
    )
    save_output(
        folder,
        "skype/Get-CsClientPolicy",
        [{"Identity": n, "EnableIMAutoArchiving": v} for n, v in archiving.items()],
    )
    save_output(
        folder,
        "skype/Get-CsImConfiguration",
        [{"Identity": n, "EnableOfflineIm": v} for n, v in offline.items()],
    )
    (folder / "clients").mkdir()
    lines = [f'"{name.replace(chr(34), chr(34) * 2)}","{agent}"\n' for name, agent in (agents or {}).items()]
    (folder / "clients" / "r.csv").write_text("UserName,ClientVersion\n" + "".join(lines), encoding="utf-8")
    return folder


def judged(folder: Path) -> Run:
    with open_session(Target.of(folder)) as session:
        session.check()
        return session.run()


def of(run: Run, person: str) -> tuple[str, tuple[str, ...]]:
    [found] = [(one.verdict, one.because) for one in run.people if one.person == person]
    return found


CROWD = [f"p{number}" for number in range(len(HOSTILE))]
FINE = {f"{name}@x.com": NEW for name in [*CROWD, "bob"]}


def expected(verdict: str, *because: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    """This of everybody in the crowd, and nothing against bob."""
    return {**{f"{name}@x.com": (verdict, because) for name in CROWD}, "bob@x.com": ("unknown", ())}


def told(run: Run) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {one.person: (one.verdict, one.because) for one in run.people}


def test_a_policy_of_any_name_applies_to_those_who_have_it(tmp_path: Path) -> None:
    users = [user(person, policy=f"{name}!") for person, name in zip(CROWD, HOSTILE, strict=True)]
    policies = {f"Tag:{name}!": False for name in HOSTILE}
    run = judged(save(tmp_path, [*users, user("bob")], policies=policies, agents=FINE))
    assert told(run) == expected("cannot", "policy.auto-archiving")


def test_a_site_and_a_pool_of_any_name_are_found(tmp_path: Path) -> None:
    users = [user(person, pool=f"{name}.x.COM".upper()) for person, name in zip(CROWD, HOSTILE, strict=True)]
    pools = {"p1": "Site:other", **{f"{name}.x.com": f"Site:{name}" for name in HOSTILE}}
    switches = {f"Site:{name}": False for name in HOSTILE}
    run = judged(save(tmp_path, [*users, user("bob")], pools=pools, switches=switches, agents=FINE))
    assert told(run) == expected("cannot", "policy.offline-im-enabled")


@pytest.mark.parametrize(
    ("agent", "said"), [(NEW, ("unknown", ())), ("OC/15.0.1.1", ("cannot", ("client.build",)))]
)
def test_a_person_of_any_name_is_judged(
    tmp_path: Path, agent: str, said: tuple[str, tuple[str, ...]]
) -> None:
    agents = {f"SIP:{name}@X.com": agent for name in HOSTILE}
    run = judged(save(tmp_path, [user(name) for name in HOSTILE], agents=agents))
    assert told(run) == {f"{name}@x.com".lower(): said for name in HOSTILE}
    fails = [f for result in run.results for f in result.findings if f.status == "fail"]
    assert [set(f.people) for f in fails] == [set(told(run))] * (said[0] == "cannot")


def test_a_client_may_call_itself_anything(tmp_path: Path) -> None:
    agents = {
        f"{person}@x.com": agent.replace('"', '""') for person, agent in zip(CROWD, HOSTILE, strict=True)
    }
    agents |= {"bob@x.com": f"'; {NEW}", "cy@x.com": "OC/", "dee@x.com": "OC/99999.9.9.9", "eve@x.com": ""}
    people = [user(person) for person in [*CROWD, "bob", "cy", "dee", "eve"]]
    said = told(judged(save(tmp_path, people, agents=agents)))
    assert said.pop("bob@x.com") == ("unknown", ())
    assert set(said.values()) == {("unknown", ("client.build",))}
    assert len(said) == len(people) - 1


@pytest.mark.parametrize(
    ("configured", "homed"),
    [
        ("\u0130stanbul", "\u0130stanbul"),
        ("\u0130stanbul", "\u0130STANBUL"),
        ("\u039f\u0394\u039f\u03a3", "\u039f\u0394\u039f\u03a3"),
        ("Z\xdcRICH", "z\xfcrich"),
        ("Stra\xdfe", "stra\xdfe"),
        ("\u01c5", "\u01c5"),
        ("\u1e9e", "\xdf"),
    ],
)
def test_letters_that_python_and_sql_write_small_in_different_ways(
    tmp_path: Path, configured: str, homed: str
) -> None:
    """What is off for a site must not be taken for on, only because its name is Turkish or Greek."""
    run = judged(
        save(
            tmp_path,
            [user("ann", policy=homed), user("bob")],
            pools={"p1": f"Site:{homed}"},
            switches={f"Site:{configured}": False},
            policies={f"Tag:{configured}": False},
            agents={"ann@x.com": NEW, "bob@x.com": NEW},
        )
    )
    assert of(run, "ann@x.com") == ("cannot", ("policy.auto-archiving", "policy.offline-im-enabled"))
    assert of(run, "bob@x.com") == ("cannot", ("policy.offline-im-enabled",))


def test_a_turkish_person_has_a_client_and_a_mailbox(tmp_path: Path) -> None:
    name = "\u0130nci"
    save(tmp_path, [user(name)], agents={f"{name}@x.com": "OC/16.0.6800.1000"})
    save_output(tmp_path, "exchange/Get-Mailbox", [{"PrimarySmtpAddress": f"{name}@X.com"}])
    run = judged(tmp_path)
    assert of(run, "inci@x.com") == ("cannot", ("client.build",))
    messages = [f.message for result in run.results for f in result.findings if f.status == "fail"]
    assert "which a mailbox on-premises needs" in messages[0]


ANY = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=8).filter(
    lambda text: text == text.strip() and ":" not in text and text.lower() not in {"global", ""}
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=ANY)
def test_any_name_at_all(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    run = judged(
        save(
            tmp_path_factory.mktemp("any"),
            [user("ann", pool="P1", policy=name)],
            pools={"p1": f"Site:{name}"},
            switches={f"Site:{name}": False},
            policies={f"Tag:{name}": False},
            agents={"ann@x.com": NEW},
        )
    )
    assert of(run, "ann@x.com") == ("cannot", ("policy.auto-archiving", "policy.offline-im-enabled"))


def test_half_characters_cost_nobody_else_the_verdict(tmp_path: Path) -> None:
    """PowerShell can hold half of a surrogate pair, and writes it as _xD800_."""
    save(tmp_path, [user("ann"), user("bob")], agents={"ann@x.com": NEW, "bob@x.com": NEW})
    path = tmp_path / "skype" / "Get-CsUser.xml"
    text = path.read_text(encoding="utf-16").replace("sip:bob", "sip:_xD800_bob")
    path.write_text(text, encoding="utf-16")
    run = judged(tmp_path)
    assert of(run, "ann@x.com") == ("unknown", ())
    assert run.summary.people == 2


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are text there")
def test_a_folder_whose_name_is_no_text(tmp_path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))
    folder.mkdir()
    save_output(folder, "skype/Get-CsUser", [user("ann")])
    save_output(folder, "skype/Get-CsClientPolicy", [{"Identity": "Site:A", "EnableIMAutoArchiving": True}])
    run = judged(folder)
    assert of(run, "ann@x.com") == ("unknown", ("policy.auto-archiving", "policy.offline-im-enabled"))
    messages = [f.message for result in run.results for f in result.findings if f.people]
    assert any("holds no Get-CsPool.xml" in message for message in messages)


def test_a_folder_whose_name_is_a_pattern(tmp_path: Path) -> None:
    for name, agent in (("[ab]", NEW), ("a", "OC/15.0.1.1")):
        save(tmp_path / name, [user("ann")], agents={"ann@x.com": agent})
    assert of(judged(tmp_path / "[ab]"), "ann@x.com") == ("unknown", ())


def test_three_hundred_columns(tmp_path: Path) -> None:
    save(tmp_path, [user("ann")])
    header = [f"h{number}" for number in range(298)]
    lines = [[*header, "UserName", "ClientVersion"], [*header, "ann@x.com", NEW]]
    (tmp_path / "clients" / "r.csv").write_text("".join(",".join(line) + "\n" for line in lines))
    assert of(judged(tmp_path), "ann@x.com") == ("unknown", ())


def test_a_list_of_something_else(tmp_path: Path) -> None:
    save(tmp_path, [user("ann")])
    (tmp_path / "clients" / "r.csv").write_text("a,b\n1,2\n")
    run = judged(tmp_path)
    assert of(run, "ann@x.com") == ("unknown", ("client.build", "client.drafts-defect"))


def test_a_person_who_is_listed_twice_is_one(tmp_path: Path) -> None:
    run = judged(save(tmp_path, [user("ann"), user("ANN"), user("ann")], agents={"ann@x.com": NEW}))
    assert run.summary.people == 1


def test_a_pool_in_two_places_is_nowhere(tmp_path: Path) -> None:
    save(tmp_path, [user("ann"), user("bob", pool="p2")], switches={"Site:A": False}, agents=FINE)
    pools = [("p1", "Site:A"), ("P1", "Site:B"), ("p1", "Site:A"), ("p2", "Site:A"), ("P2", "site:a")]
    save_output(tmp_path, "skype/Get-CsPool", [{"Identity": name, "Site": site} for name, site in pools])
    run = judged(tmp_path)
    assert of(run, "ann@x.com") == ("unknown", ("policy.offline-im-enabled", "client.build"))
    assert of(run, "bob@x.com") == ("cannot", ("policy.offline-im-enabled",))


def test_people_with_the_same_trouble_are_one_finding(tmp_path: Path) -> None:
    """A remedy that names the person would make as many findings as there are people."""
    run = judged(save(tmp_path, [user(name, policy="gone") for name in CROWD], agents=FINE))
    [finding] = [f for result in run.results for f in result.findings if f.subject == "gone"]
    assert finding.people_count == len(CROWD)
    assert "@" not in finding.remedy


def test_an_object_without_end(tmp_path: Path) -> None:
    """Objects within objects, each with five names: looking at them all would never end."""
    inner: dict[str, object] = {"Identity": ""}
    for _ in range(15):
        inner = {"Identity": dict(inner), "FriendlyName": ""}
    run = judged(save(tmp_path, [user("ann", pool=inner)], agents={"ann@x.com": NEW}))  # type: ignore[arg-type]
    assert of(run, "ann@x.com") == ("unknown", ())


def session_of(tmp_path: Path, text: str) -> Session:
    path = tmp_path / "imadmin.yaml"
    path.write_text(text)
    return open_session(Target.of(path))


def test_a_required_plugin_that_is_called_like_a_stage(tmp_path: Path) -> None:
    save(tmp_path, [user("ann")])
    with session_of(tmp_path, "require: [spool]\nskype: {shell: export, folder: skype}") as session:
        results = {result.check: result for result in session.check()}
        assert (results["spool.plugin-loaded"].status, results["spool.plugin-loaded"].stage) == (
            "error",
            "spool",
        )
        assert of(session.run(), "ann@x.com") == ("unknown", ("spool.plugin-loaded",))


def test_a_folder_of_plugins_that_is_not_there_is_not_passed_over(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="the folder of plugins is not there"):
        session_of(tmp_path, "plugins: ours")


@pytest.mark.parametrize("name", ["x'; drop table users; --", "", "policy.", "POLICY", "*"])
def test_a_check_that_is_none(tmp_path: Path, name: str) -> None:
    save(tmp_path, [user("ann")])
    with open_session(Target.of(tmp_path)) as session, pytest.raises(ImadminError, match="there is no check"):
        session.check(name)


@pytest.fixture
def of_every_stage() -> ModuleType:
    """A plugin with a check at each stage, that everybody passes."""

    def made(stage: Stage) -> object:
        @check(id=f"{stage}.always", stage=stage, severity="low", title="t", reference="r")
        def judge(users: Table) -> PeopleRows:
            return users.judge("select person, 'pass' as status, 'r' as reason, 'o' as object from users")

        return judge

    module = ModuleType("always")
    vars(module)["imadmin_checks"] = hookimpl(lambda: [made(stage) for stage in Stage])
    return module


def test_who_passes_some_of_the_checks_cannot_be_said_to_pass_them_all(
    tmp_path: Path, of_every_stage: ModuleType
) -> None:
    save(tmp_path, [user("ann")], policies={"Global": False}, agents={"ann@x.com": NEW})
    with session_with(tmp_path, of_every_stage) as session:
        session.check("policy.offline-im-enabled", "client", "ews")
        assert of(session.run(), "ann@x.com") == ("unknown", ())
        assert Stage.POLICY in session.run().summary.not_examined
        session.check()
        assert of(session.run(), "ann@x.com") == ("cannot", ("policy.auto-archiving",))


def test_a_fact_that_takes_the_place_of_the_people(tmp_path: Path) -> None:
    """Where imadmin's own is blocked, a plugin may give `users`; whatever it gives, there is no traceback."""

    def build(_: Inputs) -> object:
        return ["ann"]

    module = ModuleType("usurper")
    vars(module)["imadmin_facts"] = hookimpl(lambda: [Fact("users", build, ())])
    save(tmp_path, [user("ann")])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IMADMIN_NO_PLUGINS", "directory")
        from imadmin.deployment import from_folder
        from imadmin.facts import asked_cmdlets
        from imadmin.plugins import Catalog, Found, find, load

        found = [
            *(one for one in find() if one.name != "directory"),
            Found("usurper", "u", "acme", "1", lambda: module),
        ]
        catalog = Catalog(load(found), frozenset({"absent"}))
        with Session(catalog, from_folder(tmp_path, asked_cmdlets(catalog))) as session:
            session.check()
            run = session.run()
    people = {"policy.offline-im-enabled", "policy.auto-archiving"}
    assert {result.status for result in run.results if result.check in people} == {"error"}
    assert run.summary.can_send == 0
