"""The wheel holds the tree, works from any folder, and takes foreign plugins beside it."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

ROOT = Path(__file__).parents[2]


def tree() -> set[str]:
    """What belongs into the wheel, by the name it has there."""
    found = {path.relative_to(ROOT).as_posix() for path in (ROOT / "imadmin").rglob("*") if path.is_file()}
    found |= {
        p.relative_to(ROOT / "plugins").as_posix() for p in (ROOT / "plugins").rglob("*") if p.is_file()
    }
    found |= {f"imadmin/runbooks/{path.name}" for path in (ROOT / "runbooks").iterdir() if path.is_file()}
    return {name for name in found if "__pycache__" not in name and ".ipynb_checkpoints" not in name}


def test_the_wheel_equals_the_tree(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        differing = [name for name in names & tree() if archive.read(name) != source_of(name).read_bytes()]
    assert names == tree()
    assert not differing


def source_of(name: str) -> Path:
    if name.startswith("imadmin/runbooks/"):
        return ROOT / "runbooks" / Path(name).name
    return ROOT / name if name.startswith("imadmin/") else ROOT / "plugins" / name


def test_the_installed_tool_runs_the_runbook_from_another_folder(environment: Any) -> None:
    imported = environment.run(str(environment.python), "-c", "import imadmin; print(imadmin.__file__)")
    assert imported.stdout.startswith(str(environment.site))
    listed = environment.imadmin("runbooks", "--json")
    readiness = next(row for row in json.loads(listed.stdout) if row["name"] == "readiness")
    assert Path(readiness["path"]).is_relative_to(environment.site)
    sample = shutil.copytree(ROOT / "samples" / "contoso", environment.folder / "saved output")
    done = environment.imadmin("run", "readiness", "--from", str(sample), "--report", "json=-", status=1)
    assert json.loads(done.stdout)["summary"]["people"] == 40


def foreign_plugin(folder: Path, name: str) -> Path:
    """A project made of a copy of `plugins/imadmin_clients` and the pyproject.toml of the guide."""
    guide = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
    [project] = re.findall(r"```toml\n(.*?)```", guide, re.DOTALL)
    copy = shutil.copytree(ROOT / "plugins" / "imadmin_clients", folder / f"imadmin_{name}")
    shutil.rmtree(copy / "__pycache__", ignore_errors=True)
    for path in copy.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        text = text.replace("client.build", f"{name}.build").replace("client_builds", f"{name}_builds")
        path.write_text(text, encoding="utf-8")
    (folder / "pyproject.toml").write_text(project.replace("acme", name), encoding="utf-8")
    return folder


def broken_plugin(folder: Path, name: str, source: str) -> Path:
    package = folder / f"imadmin_{name}"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(source, encoding="utf-8")
    guide = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
    [project] = re.findall(r"```toml\n(.*?)```", guide, re.DOTALL)
    (folder / "pyproject.toml").write_text(project.replace("acme", name), encoding="utf-8")
    return folder


def test_a_copied_plugin_runs_beside_the_rest_and_broken_ones_are_reported(
    environment: Any, build: Callable[[Path], Path], tmp_path: Path
) -> None:
    misspelt = "from imadmin import hookimpl\n\n\n@hookimpl\ndef imadmin_chekcs():\n    return []\n"
    environment.install(
        build(foreign_plugin(tmp_path / "acme", "acme")),
        build(broken_plugin(tmp_path / "one", "broken", "import not_there\n")),
        build(broken_plugin(tmp_path / "two", "misspelt", misspelt)),
    )
    plugins = environment.plugins()
    assert plugins["acme"]["state"] == "loaded"
    assert plugins["acme"]["origin"] == "imadmin-acme 1.0"
    assert plugins["broken"]["state"] == plugins["misspelt"]["state"] == "failed"
    assert "No module named 'not_there'" in str(plugins["broken"]["reason"])
    assert "did you mean imadmin_checks?" in str(plugins["misspelt"]["reason"])

    sample = str(ROOT / "samples" / "contoso")
    done = environment.imadmin("check", "--from", sample, "--report", "json=-", status=1)
    document = json.loads(done.stdout)
    results = {result["check"]: result for result in document["results"]}
    assert results["acme.build"]["counts"] == results["client.build"]["counts"]
    assert [p for p in document["run"]["problems"] if "broken" in p]
    assert [p for p in document["run"]["problems"] if "misspelt" in p]


def test_a_copy_that_kept_its_names_is_reported_and_costs_only_itself(
    environment: Any, build: Callable[[Path], Path], tmp_path: Path
) -> None:
    folder = foreign_plugin(tmp_path / "acme", "acme")
    for path in (folder / "imadmin_acme").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("acme.build", "client.build").replace("acme_builds", "client_builds"))
    environment.install(build(folder))
    reason = str(environment.plugins()["acme"]["reason"])
    assert "check client.build is already given by plugin clients (imadmin" in reason
    assert "fact client_builds is already given by plugin clients (imadmin" in reason
    done = environment.imadmin("check", "client", "--from", str(ROOT / "samples" / "contoso"), status=1)
    assert "client.build" in done.stdout


def test_a_policy_plugin_that_fails_is_an_error_row(environment: Any, tmp_path: Path) -> None:
    (environment.site / "imadmin_policy" / "__init__.py").write_text("raise RuntimeError('boom')\n")
    sample = shutil.copytree(ROOT / "samples" / "contoso", tmp_path / "saved")
    done = environment.imadmin("check", "--from", str(sample), "--report", "json=-", status=1)
    results = {result["check"]: result for result in json.loads(done.stdout)["results"]}
    assert results["policy.plugin-loaded"]["status"] == "error"
    assert "boom" in results["policy.plugin-loaded"]["findings"][0]["message"]
    assert results["client.build"]["status"] == "fail"

    shutil.rmtree(sample / "clients")
    shutil.rmtree(sample / "licenses")
    shutil.rmtree(sample / "troubleshoot")
    done = environment.imadmin("check", "--from", str(sample), "--report", "json=-", status=3)
    assert json.loads(done.stdout)["summary"]["unknown"] == 40
    environment.imadmin("run", "readiness", "--from", str(sample), status=3)


MUTE = """
from imadmin import hookimpl
from imadmin_policy.offline_im import im_configuration_readable
from imadmin_policy.facts import client_policies, im_configurations


@hookimpl
def imadmin_facts():
    return [client_policies, im_configurations]


@hookimpl
def imadmin_checks():
    return {checks}
"""


@pytest.mark.parametrize("checks", ["[]", "None", "[im_configuration_readable]"])
def test_a_policy_plugin_that_says_nothing_is_not_silence(
    environment: Any, tmp_path: Path, checks: str
) -> None:
    source = MUTE.replace("{checks}", checks)
    (environment.site / "imadmin_policy" / "__init__.py").write_text(source, encoding="utf-8")
    sample = shutil.copytree(ROOT / "samples" / "contoso", tmp_path / "saved")
    shutil.rmtree(sample / "clients")
    shutil.rmtree(sample / "licenses")
    shutil.rmtree(sample / "troubleshoot")
    done = environment.imadmin("check", "--from", str(sample), "--report", "json=-", status=3)
    results = {result["check"]: result for result in json.loads(done.stdout)["results"]}
    reason = results["policy.plugin-loaded"]["findings"][0]["message"]
    assert "does not give the check" in reason
    assert "policy.auto-archiving" in reason
    assert environment.imadmin("plugins", status=3).stdout


def test_a_broken_policy_plugin_is_an_error_of_each_of_its_stages(environment: Any) -> None:
    (environment.site / "imadmin_policy" / "__init__.py").write_text("import nope\n", encoding="utf-8")
    sample = str(ROOT / "samples" / "contoso")
    for stage in ("server", "policy"):
        done = environment.imadmin("check", stage, "--from", sample, "--report", "json=-", status=3)
        [result] = json.loads(done.stdout)["results"]
        assert (result["check"], result["stage"], result["status"]) == (
            "policy.plugin-loaded",
            stage,
            "error",
        )
    assert "No module named 'nope'" in environment.imadmin("checks").stderr


def test_a_foreign_plugin_does_not_pass_for_the_one_whose_name_it_took(
    environment: Any, build: Callable[[Path], Path], tmp_path: Path
) -> None:
    [entry_points] = environment.site.glob("imadmin-*.dist-info/entry_points.txt")
    text = entry_points.read_text(encoding="utf-8")
    entry_points.write_text(text.replace("policy = imadmin_policy\n", ""), encoding="utf-8")
    source = "from imadmin import hookimpl\n\n\n@hookimpl\ndef imadmin_checks():\n    return []\n"
    environment.install(build(broken_plugin(tmp_path / "taken", "policy", source)))
    sample = str(ROOT / "samples" / "contoso")
    done = environment.imadmin("check", "policy", "--from", sample, "--report", "json=-", status=3)
    [result] = json.loads(done.stdout)["results"]
    assert "the name is taken by imadmin-policy 1.0" in result["findings"][0]["message"]
