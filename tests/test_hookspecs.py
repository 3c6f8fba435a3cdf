from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Iterable
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, TypeAlias

import pytest

import imadmin
from imadmin import (
    Check,
    Command,
    DeploymentSource,
    Event,
    Fact,
    Finding,
    Operation,
    Probe,
    Report,
    hookspecs,
)
from imadmin.access import Access
from imadmin.cli import main
from imadmin.deployment import Deployment, read_deployment, settled
from imadmin.ews import Folder
from imadmin.journal import Journal
from imadmin.plugins import Catalog, open_catalog
from imadmin.session import Target, open_session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imadmin_lab.lab import Lab

    Example: TypeAlias = Callable[..., Catalog]

HOOKS = {name: function for name, function in vars(hookspecs).items() if name.startswith("imadmin_")}


def code(hook: str) -> str:
    """The example in a hook's docstring."""
    text = inspect.getdoc(HOOKS[hook]) or ""
    _, mark, example = text.partition("Example::\n")
    assert mark, f"{hook} has no Example:: block"
    return dedent(example)


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Example]:
    """Install the examples of these hooks as a distribution's plugin, and load it with the others."""

    def install(*hooks: str) -> Catalog:
        info = tmp_path / "documented-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: documented\nVersion: 1.0\n")
        lines = "".join(f"{hook} = documented_{hook}\n" for hook in hooks)
        (info / "entry_points.txt").write_text(f"[imadmin]\n{lines}")
        for hook in hooks:
            (tmp_path / f"documented_{hook}.py").write_text(code(hook))
        monkeypatch.syspath_prepend(str(tmp_path))
        return open_catalog()

    yield install
    importlib.invalidate_caches()
    for name in [name for name in sys.modules if name.startswith("documented_")]:
        del sys.modules[name]


def test_there_are_hooks() -> None:
    assert {"imadmin_facts", "imadmin_checks", "imadmin_reports", "imadmin_run_event"} <= set(HOOKS)


@pytest.mark.parametrize("hook", HOOKS)
def test_the_first_line_says_what_the_hook_is_for(hook: str) -> None:
    first = (inspect.getdoc(HOOKS[hook]) or "").partition("\n")[0]
    assert first.endswith((".", ";", ":")) or len(first) > 40


@pytest.mark.parametrize("hook", HOOKS)
def test_the_hook_is_typed(hook: str) -> None:
    signature = inspect.signature(HOOKS[hook])
    assert signature.return_annotation is not signature.empty
    assert all(p.annotation is not p.empty for p in signature.parameters.values())


@pytest.mark.parametrize("hook", HOOKS)
def test_the_facade_has_a_method_for_the_hook(hook: str) -> None:
    method = getattr(Catalog, hook.removeprefix("imadmin_"))
    spec = list(inspect.signature(HOOKS[hook]).parameters)
    assert list(inspect.signature(method).parameters) == ["self", *spec]
    assert inspect.getdoc(method)


@pytest.mark.parametrize("hook", HOOKS)
def test_the_example_is_a_plugin_with_that_hook(example: Example, hook: str) -> None:
    catalog = example(hook)
    [plugin] = [plugin for plugin in catalog.plugins if plugin.name == hook]
    assert (plugin.state, plugin.hooks, plugin.reason) == ("loaded", (hook,), "")


GIVES = {
    "imadmin_facts": Fact,
    "imadmin_checks": Check,
    "imadmin_operations": Operation,
    "imadmin_deployments": DeploymentSource,
    "imadmin_commands": Command,
    "imadmin_reports": Report,
    "imadmin_doctor": Probe,
}


@pytest.mark.parametrize("hook", GIVES)
def test_the_example_gives_a_record_of_the_right_kind(example: Example, hook: str) -> None:
    catalog = example(hook)
    given = getattr(catalog, hook.removeprefix("imadmin_"))().values()
    assert [type(owned.record) for owned in given if owned.plugin.name == hook] == [GIVES[hook]]
    assert catalog.problems == ()


def test_the_example_of_a_runbook_folder(example: Example, tmp_path: Path) -> None:
    catalog = example("imadmin_runbooks")
    given = [owned.record for owned in catalog.runbooks() if owned.plugin.name == "imadmin_runbooks"]
    assert given == [tmp_path / "runbooks"]


def test_the_example_of_settings(example: Example, tmp_path: Path) -> None:
    catalog = example("imadmin_settings")
    file = tmp_path / "imadmin.yaml"
    file.write_text("imadmin_settings: {queue: im}\n")
    read = settled(read_deployment(file), catalog.settings())
    assert vars(read.settings["imadmin_settings"]) == {"queue": "im", "most": 10}
    assert catalog.problems == ()


@pytest.mark.lab("healthy")
def test_the_example_of_an_operation(example: Example, lab: Lab) -> None:
    """It leaves its note in a real mailbox, with intent and outcome in the journal."""
    example("imadmin_operations")
    journal, mailbox = Journal(), "probe-a@contoso.com"
    journal.begin("r1", deployment="contoso", source=str(lab.deployment), command=("test",))
    with open_session(Target.of(lab.deployment), run_id="r1", log=journal.changes) as session:
        [finding] = session.apply("leave-note", mailbox=mailbox)
        [note] = session.access.ews()[0].find(mailbox, [Folder.INBOX], "A note")
    assert (finding.subject, finding.status, finding.message) == (mailbox, "pass", "The note was left.")
    assert note.item_class == "IPM.Note"
    [past] = journal.changes.latest("leave-note", str(lab.deployment))
    assert (past.run, past.subject, past.finding) == ("r1", mailbox, finding)


@pytest.mark.parametrize(("value", "file"), [("", "main.yaml"), ("north", "north.yaml")])
def test_the_example_of_a_deployment(example: Example, value: str, file: str) -> None:
    source = example("imadmin_deployments").deployments()["office"].record
    with source.open(value) as given:
        assert (given.file.parent.name, given.file.name, dict(given.environment)) == ("offices", file, {})


def test_the_example_of_a_command(example: Example, capsys: pytest.CaptureFixture[str]) -> None:
    example("imadmin_commands")
    assert main(["hello", "Ann"]) == 0
    assert capsys.readouterr().out == "Hello, Ann.\n"


def test_the_example_of_a_probe(example: Example) -> None:
    probe = example("imadmin_doctor").doctor()["disk"].record
    here = Path(__file__).resolve()
    with Access(Deployment("contoso", here)) as access:
        [finding] = probe.run(access)
    assert (probe.title, finding.subject) == ("The disk with the exports", "disk")
    assert finding.message.endswith(" GB are free.")


def test_the_example_of_a_listener(example: Example, capsys: pytest.CaptureFixture[str]) -> None:
    catalog = example("imadmin_run_event")
    catalog.run_event(Event("check", "policy.x", "pass", "fine"))
    catalog.run_event(Event("check", "policy.y", "fail", "3 fail"))
    assert capsys.readouterr().out == "policy.y 3 fail\n"
    assert catalog.problems == ()


def test_every_hook_that_gives_records_has_its_example_checked() -> None:
    assert set(HOOKS) == {*GIVES, "imadmin_runbooks", "imadmin_run_event", "imadmin_settings"}


def test_the_examples_of_a_fact_and_of_a_check_fit_together(example: Example) -> None:
    catalog = example("imadmin_facts", "imadmin_checks")
    [check] = [owned.record for owned in catalog.checks().values() if owned.plugin.name == "imadmin_checks"]
    assert set(check.needs) <= set(catalog.facts())
    assert [status_of(finding) for finding in listed(check.function(site_names=["Redmond"]))] == ["fail"]
    assert listed(check.function(site_names=["Redmond", "Munich"])) == []


def listed(given: object) -> list[object]:
    assert isinstance(given, Iterable)
    return list(given)


def status_of(finding: object) -> str:
    assert isinstance(finding, Finding)
    return finding.status


@pytest.mark.parametrize("name", imadmin.__all__)
def test_a_public_name_can_be_imported(name: str) -> None:
    value = getattr(imadmin, name)
    assert value is not None
    home = imadmin._HOME.get(name, "imadmin")
    assert value is getattr(importlib.import_module(home), name)


def test_the_lazy_table_has_exactly_the_public_names() -> None:
    assert {*imadmin._HOME, "__version__"} == set(imadmin.__all__)
    assert len(imadmin.__all__) == len(set(imadmin.__all__))


def test_a_name_that_is_none() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        _ = imadmin.Nothing
