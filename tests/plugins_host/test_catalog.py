from __future__ import annotations

import sys
import threading
from textwrap import dedent
from typing import TYPE_CHECKING, TypeAlias

import pytest

from imadmin import Event
from imadmin.errors import UsageError
from imadmin.firstparty import FIRST_PARTY
from imadmin.plugins import Catalog, State, find, load, open_catalog

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Install: TypeAlias = Callable[..., Path]

FACTS = """
    from imadmin import Fact, hookimpl

    @hookimpl
    def imadmin_facts():
        return [Fact({name!r}, lambda inputs: None, ())]
"""
CHECKS = """
    from imadmin import check, hookimpl

    @check(id={name!r}, stage="policy", severity="low", title="t", reference="r")
    def judge():
        return []

    @hookimpl
    def imadmin_checks():
        return [judge]
"""
REPORTS = """
    from imadmin import Report, hookimpl

    @hookimpl
    def imadmin_reports():
        return [Report({name!r}, "s", ".txt", str)]
"""
LISTENER = """
    from imadmin import hookimpl

    HEARD = []

    @hookimpl
    def imadmin_run_event(event):
        HEARD.append(event.name)
"""
EVENT = Event("check", "policy.x", "fail")


def reasons(catalog: Catalog) -> list[str]:
    return [problem.reason for problem in catalog.problems]


def hook(name: str, body: str) -> str:
    """A plugin with one hook."""
    lines = "".join(f"    {line}\n" for line in dedent(body).strip().splitlines())
    return f"from imadmin import *\nfrom imadmin import hookimpl\n@hookimpl\ndef {name}():\n{lines}"


def test_what_imadmin_itself_gives() -> None:
    catalog = open_catalog()
    assert {"users", "pools", "client_builds", "im_configurations"} <= set(catalog.facts())
    assert {"policy.offline-im-enabled", "client.build"} <= set(catalog.checks())
    assert catalog.facts()["users"].plugin.name == "directory"
    assert catalog.problems == ()
    assert catalog.unusable() == {}


def test_what_a_foreign_plugin_gives(distribution: Install) -> None:
    distribution(
        "acme", {"acme": "a", "more": "b"}, {"a": CHECKS.format(name="acme.x"), "b": FACTS.format(name="x")}
    )
    catalog = open_catalog()
    assert catalog.checks()["acme.x"].plugin.found.origin == "acme 1.0"
    assert catalog.facts()["x"].record.name == "x"
    assert list(catalog.checks()) == sorted(catalog.checks())


def test_a_hook_may_be_a_generator(distribution: Install) -> None:
    distribution("acme", {"acme": "a"}, {"a": hook("imadmin_facts", "yield Fact('x', str, ())")})
    assert "x" in open_catalog().facts()


def test_runbook_folders(distribution: Install) -> None:
    source = hook("imadmin_runbooks", "from pathlib import Path\nreturn [Path(__file__).parent]")
    folder = distribution("acme", {"acme": "a"}, {"a": source})
    assert [owned.record for owned in open_catalog().runbooks()] == [folder]


@pytest.mark.parametrize(
    ("template", "kind", "name", "owner"),
    [(FACTS, "facts", "users", "directory"), (CHECKS, "checks", "client.build", "clients")],
)
def test_of_two_records_of_one_name_imadmins_own_wins(
    distribution: Install, template: str, kind: str, name: str, owner: str
) -> None:
    extra = template.format(name="acme.also" if kind == "checks" else "also")
    distribution("aaa", {"aaa": "a", "bbb": "b"}, {"a": template.format(name=name), "b": extra})
    catalog = open_catalog()
    given = getattr(catalog, kind)()
    assert given[name].plugin.name == owner
    assert {owned.plugin.name for owned in given.values()} >= {"bbb"}
    [problem] = catalog.problems
    assert (problem.plugin, problem.origin) == ("aaa", "aaa 1.0")
    assert f"{kind[:-1]} {name} is already given by plugin {owner} (imadmin " in problem.reason
    assert catalog.unusable() == {}


def test_only_the_record_that_is_given_twice_is_lost(distribution: Install) -> None:
    source = hook("imadmin_facts", "return [Fact('users', str, ()), Fact('ours', str, ())]")
    distribution("acme", {"acme": "a"}, {"a": source})
    catalog = open_catalog()
    assert catalog.facts()["ours"].plugin.name == "acme"
    assert len(catalog.problems) == 1


def test_two_foreign_reports_of_one_name(distribution: Install) -> None:
    distribution("zeta", {"a": "z"}, {"z": REPORTS.format(name="mail")}, site="1")
    distribution("alpha", {"b": "y"}, {"y": REPORTS.format(name="mail")}, version="3", site="2")
    catalog = open_catalog()
    assert catalog.reports()["mail"].plugin.found.origin == "zeta 1.0"
    assert [str(problem) for problem in catalog.problems] == [
        "plugin b (alpha 3): report mail is already given by plugin a (zeta 1.0); this one is left out"
    ]


RAISING = {
    "raises": ("raise RuntimeError('no\\nluck')", "imadmin_facts: RuntimeError: no luck"),
    "exits": ("import sys; sys.exit(2)", "imadmin_facts: it called sys.exit(2)"),
    "raises midway": ("yield Fact('x', str, ())\nraise OSError('late')", "imadmin_facts: OSError: late"),
    "raises silently": (
        "class E(Exception):\n    def __str__(self): raise ValueError\nraise E",
        "imadmin_facts: E",
    ),
    "gives no iterable": ("return 3", "imadmin_facts: TypeError: 'int' object is not iterable"),
    "gives a wrong type": ("return [3]", "imadmin_facts: gave 3, not a Fact"),
    "gives text": ("return 'ab'", "imadmin_facts: gave 'a', not a Fact"),
    "gives a function": ("def f(): pass\nreturn [f]", "imadmin_facts: gave <function "),
    "gives a class": ("return [Fact]", "imadmin_facts: gave <class 'imadmin.records.Fact'>, not a Fact"),
    "gives what cannot be shown": (
        "class E:\n    def __repr__(self): raise ValueError\nreturn [E()]",
        "imadmin_facts: gave <E instance at ",
    ),
    "gives a long thing": ("return ['x' * 10_000]", "..."),
    "has a name that is none": (
        "return [Fact('two words', str, ())]",
        "has a name that no parameter can have",
    ),
    "has a name that is no text": ("return [Fact([], str, ())]", "has a name that no parameter can have"),
    "has a source that is none": (
        "return [Fact('x', str, ('Get-CsUser',))]",
        "imadmin_facts: fact x has the source 'Get-CsUser', which is none; this one is left out",
    ),
}


@pytest.mark.parametrize("case", RAISING)
def test_a_hook_that_fails_costs_its_own_plugin_only(distribution: Install, case: str) -> None:
    body, reason = RAISING[case]
    distribution("bad", {"aaa": "bad"}, {"bad": hook("imadmin_facts", body)})
    distribution("good", {"good": "good"}, {"good": FACTS.format(name="good")}, site="2")
    catalog = open_catalog()
    facts = catalog.facts()
    assert facts["good"].plugin.name == "good"
    assert "users" in facts
    assert {owned.plugin.name for owned in facts.values()} == {*FIRST_PARTY, "good"} - {"lab"}
    assert [problem.plugin for problem in catalog.problems] == ["aaa"] * len(catalog.problems)
    assert reason in reasons(catalog)[0]
    assert max(map(len, reasons(catalog))) < 300
    assert catalog.unusable() == {}


def test_one_bad_record_does_not_cost_the_others_of_its_plugin(distribution: Install) -> None:
    distribution("acme", {"acme": "a"}, {"a": hook("imadmin_facts", "return [3, Fact('x', str, ()), None]")})
    catalog = open_catalog()
    assert "x" in catalog.facts()
    assert reasons(catalog) == ["imadmin_facts: gave 3, not a Fact", "imadmin_facts: gave None, not a Fact"]


@pytest.mark.parametrize(("stage", "severity"), [("'nowhere'", "Severity.LOW"), ("Stage.EWS", "'urgent'")])
def test_a_check_without_a_place_is_left_out(distribution: Install, stage: str, severity: str) -> None:
    body = f"return [Check('acme.x', {stage}, {severity}, 't', 'r', print, 'objects', ())]"
    distribution("acme", {"acme": "a"}, {"a": hook("imadmin_checks", body)})
    catalog = open_catalog()
    assert "acme.x" not in catalog.checks()
    assert "make checks with @check; this one is left out" in reasons(catalog)[0]


def test_nothing_is_a_fine_answer(distribution: Install) -> None:
    distribution("acme", {"acme": "a"}, {"a": hook("imadmin_facts", "return None")})
    catalog = open_catalog()
    assert set(catalog.facts())
    assert catalog.problems == ()


def test_a_plugin_is_asked_once(distribution: Install) -> None:
    source = "CALLS = []\n" + hook("imadmin_facts", "CALLS.append(1)\nraise ValueError")
    distribution("acme", {"acme": "a"}, {"a": source})
    catalog = open_catalog()
    for _ in range(3):
        catalog.facts()
    import a  # type: ignore[import-not-found]

    assert a.CALLS == [1]
    assert len(catalog.problems) == 1


def test_problems_of_loading_and_of_asking_are_told_together(distribution: Install) -> None:
    distribution(
        "acme", {"a": "one", "b": "two"}, {"one": "1 / 0", "two": hook("imadmin_facts", "return [3]")}
    )
    catalog = open_catalog()
    catalog.facts()
    assert [str(problem) for problem in catalog.problems] == [
        "plugin a (acme 1.0): ZeroDivisionError: division by zero",
        "plugin b (acme 1.0): imadmin_facts: gave 3, not a Fact",
    ]


def test_listeners_hear_every_event(distribution: Install) -> None:
    distribution("acme", {"a": "one", "b": "two"}, {"one": LISTENER, "two": LISTENER})
    open_catalog().run_event(EVENT)
    import one  # type: ignore[import-not-found]
    import two  # type: ignore[import-not-found]

    assert (one.HEARD, two.HEARD) == (["policy.x"], ["policy.x"])


@pytest.mark.parametrize("ending", ["raise ValueError('deaf')", "import sys; sys.exit(1)"])
def test_a_listener_that_raises_is_reported_and_not_asked_again(distribution: Install, ending: str) -> None:
    bad = dedent(LISTENER) + f"    {ending}\n" + dedent(FACTS.format(name="ours"))
    distribution("acme", {"a": "bad", "b": "good"}, {"bad": bad, "good": LISTENER})
    catalog = open_catalog()
    for _ in range(3):
        catalog.run_event(EVENT)
    import bad as broken  # type: ignore[import-not-found]
    import good  # type: ignore[import-not-found]

    assert (len(broken.HEARD), len(good.HEARD)) == (1, 3)
    assert len(catalog.problems) == 1
    assert reasons(catalog)[0].startswith("imadmin_run_event: ")
    assert catalog.facts()["ours"].plugin.name == "a", "what else the plugin gives is not lost with it"


def test_a_listener_may_ignore_the_event(distribution: Install) -> None:
    distribution(
        "acme", {"a": "one"}, {"one": LISTENER.replace("(event)", "()").replace("event.name", "'x'")}
    )
    open_catalog().run_event(EVENT)
    import one

    assert one.HEARD == ["x"]


def test_a_listener_that_raises_in_many_threads_at_once(distribution: Install) -> None:
    """Facts are gathered in parallel, so a listener is called from all of these threads."""
    count = 8
    source = LISTENER.replace(
        "HEARD = []", f"import threading\n    HEARD = []\n    GATE = threading.Barrier({count})"
    )
    source = dedent(source) + "    GATE.wait(timeout=10)\n    raise ValueError\n"
    distribution("acme", {"a": "one"}, {"one": source})
    catalog = open_catalog()
    escaped: list[BaseException] = []

    def tell() -> None:
        try:
            catalog.run_event(EVENT)
        except BaseException as error:  # noqa: BLE001 - whatever it is
            escaped.append(error)

    threads = [threading.Thread(target=tell) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert escaped == []
    assert len(catalog.problems) == 1


def test_a_required_plugin_that_is_not_there() -> None:
    catalog = open_catalog(required=frozenset({"acme"}))
    assert catalog.unusable() == {
        "acme": ("", "it is not installed; install the distribution that carries it")
    }


def test_a_required_plugin_that_cannot_be_loaded(distribution: Install) -> None:
    distribution("acme", {"acme": "a"}, {"a": "1 / 0"})
    assert open_catalog().unusable() == {}
    reason = "ZeroDivisionError: division by zero"
    assert open_catalog(required=frozenset({"acme"})).unusable() == {"acme": ("", reason)}


@pytest.mark.parametrize("where", ["imadmin_facts", "imadmin_checks"])
def test_a_required_plugin_that_cannot_give_what_it_has(distribution: Install, where: str) -> None:
    distribution("acme", {"acme": "a"}, {"a": hook(where, "raise OSError('x')")})
    catalog = open_catalog(required=frozenset({"acme"}))
    assert catalog.unusable() == {"acme": ("", f"{where}: OSError: x")}


def test_a_required_plugin_that_is_blocked(distribution: Install) -> None:
    distribution("acme", {"acme": "a"}, {"a": FACTS.format(name="x")})
    catalog = open_catalog(blocked=frozenset({"acme"}), required=frozenset({"acme"}))
    assert "blocked by --no-plugin" in catalog.unusable()["acme"][1]


def test_a_required_plugin_that_is_there(distribution: Install) -> None:
    distribution("acme", {"acme": "a"}, {"a": FACTS.format(name="x")})
    assert open_catalog(required=frozenset({"acme", "policy"})).unusable() == {}


def test_a_plugin_of_imadmins_own_that_cannot_be_imported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "imadmin_policy", None)
    catalog = open_catalog()
    stage, reason = catalog.unusable()["policy"]
    assert stage == "policy"
    assert "imadmin_policy" in reason


def test_a_plugin_of_imadmins_own_that_is_not_there() -> None:
    found = [one for one in find() if one.name != "clients"]
    assert Catalog(load(found)).unusable() == {
        "clients": ("client", "it is not installed; install imadmin again")
    }


def test_a_foreign_plugin_does_not_stand_in_for_imadmins_own(distribution: Install) -> None:
    """Somebody else's `policy` is a duplicate where ours is, and no replacement where ours is blocked."""
    distribution("aaa", {"policy": "a"}, {"a": CHECKS.format(name="policy.harmless")})
    catalog = open_catalog()
    assert "policy.harmless" not in catalog.checks()
    assert catalog.unusable() == {}
    assert reasons(catalog)[0].startswith("the name is taken by imadmin ")
    both = open_catalog(blocked=frozenset({"policy"}))
    assert {plugin.state for plugin in both.plugins if plugin.name == "policy"} == {State.BLOCKED}


def test_plugins_that_are_blocked_on_purpose_are_not_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMADMIN_NO_PLUGINS", "clients")
    catalog = open_catalog(blocked=frozenset({"policy"}))
    states = {plugin.name: plugin.state for plugin in catalog.plugins}
    blocked = dict.fromkeys(("clients", "policy"), State.BLOCKED)
    assert states == {**dict.fromkeys(FIRST_PARTY, State.LOADED), **blocked}
    assert catalog.unusable() == {}
    assert catalog.problems == ()


def test_loose_plugins_come_with_the_others(loose: Install) -> None:
    folder = loose(ours=CHECKS.format(name="ours.check"), broken="import no_such_module", policy="1 / 0")
    catalog = open_catalog(folder=str(folder))
    assert catalog.checks()["ours.check"].plugin.found.origin == str(folder.resolve())
    assert [problem.plugin for problem in catalog.problems] == ["broken", "policy"]
    assert catalog.unusable() == {}


@pytest.mark.skipif(sys.platform == "win32", reason="nobody can see there who may write to it")
def test_loose_plugins_of_the_working_folder(loose: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(loose(ours=CHECKS.format(name="ours.check")).parent)
    assert open_catalog().checks()["ours.check"].plugin.name == "ours"


def test_two_catalogs_know_nothing_of_each_other() -> None:
    assert open_catalog(blocked=frozenset({"policy"})).checks().keys() < open_catalog().checks().keys()


def test_blocking_a_plugin_that_there_is_not_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="there is no plugin 'polcy' to block") as caught:
        open_catalog(blocked=frozenset({"polcy"}))
    assert caught.value.remedy == "Did you mean policy?"
    monkeypatch.setenv("IMADMIN_NO_PLUGINS", "nobody")
    with pytest.raises(UsageError, match="'nobody'"):
        open_catalog()
