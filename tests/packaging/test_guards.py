"""What the tree says in several places must agree."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from imadmin import hookspecs
from imadmin.firstparty import FIRST_PARTY
from imadmin.plugins import open_catalog
from imadmin.records import Cmdlet, Stage

ROOT = Path(__file__).parents[2]
PLUGIN_FOLDERS = sorted((ROOT / "plugins").glob("*/__init__.py"))
MAY_IMPORT = {
    "imadmin",
    "imadmin.access",
    "imadmin.cells",
    "imadmin.cli.checking",
    "imadmin.commands",
    "imadmin.deployment",
    "imadmin.deployment.records",
    "imadmin.effects",
    "imadmin.errors",
    "imadmin.ews",
    "imadmin.facts",
    "imadmin.fleet",
    "imadmin.journal",
    "imadmin.lists",
    "imadmin.managed",
    "imadmin.model",
    "imadmin.probing",
    "imadmin.shells.marks",
    "imadmin.tables",
}
LAB_MAY_IMPORT = {"imadmin.home", "imadmin.session", "imadmin.shells.clixml"}
"""The lab is a server, which runs apart, and writes what PowerShell would have saved."""


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_plugin_folders_packages_and_entry_points_agree(project: dict[str, Any]) -> None:
    folders = {path.parent.name for path in PLUGIN_FOLDERS}
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    entry_points = project["project"]["entry-points"]["imadmin"]
    assert {Path(package).name for package in packages if package.startswith("plugins/")} == folders
    assert set(entry_points.values()) == folders
    assert set(entry_points) == set(FIRST_PARTY)
    assert set(filter(None, FIRST_PARTY.values())) <= set(Stage)


@pytest.mark.parametrize("path", sorted((ROOT / "plugins").rglob("*.py")), ids=lambda path: path.stem)
def test_plugins_import_public_modules_only(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            module = node.module or ""
            own = module.partition(".")[0] == path.relative_to(ROOT / "plugins").parts[0]
            public = own or module in MAY_IMPORT or module.startswith("imadmin.model.")
            public |= "imadmin_lab" in path.parts and module in LAB_MAY_IMPORT
            assert public or not module.startswith(("imadmin", "plugins")), f"{path.name} imports {module}"
        elif isinstance(node, ast.Import):
            assert not any(name.name.partition(".")[0] == "imadmin" for name in node.names), path.name


_CORE = ("engine", "judging", "saying", "verdict", "session", "run", "document", "access", "effects")
ENGINE = [ROOT / "imadmin" / f"{name}.py" for name in _CORE] + [
    path
    for folder in ("facts", "journal", "tables")
    for path in sorted((ROOT / "imadmin" / folder).glob("*.py"))
]


@pytest.mark.parametrize("path", ENGINE, ids=lambda path: path.stem)
def test_the_engine_knows_no_cmdlet_and_no_build(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\b(Get|Set|New|Grant)-[A-Z]\w+|\b1[56]\.0\.\d", text)


def test_the_product_does_not_know_the_lab() -> None:
    product = [path for path in (ROOT / "imadmin").rglob("*.py") if path.name != "firstparty.py"]
    named = [path.name for path in product if re.search(r"imadmin_lab|127\.0\.0\.1", path.read_text("utf-8"))]
    assert not named


def test_every_check_has_a_page_that_agrees() -> None:
    checks = open_catalog().checks()
    table = (ROOT / "docs" / "checks" / "README.md").read_text(encoding="utf-8")
    pages = {path.stem for path in (ROOT / "docs" / "checks").glob("*.md")} - {"README"}
    assert pages == set(checks)
    for name, owned in checks.items():
        check = owned.record
        page = (ROOT / "docs" / "checks" / f"{name}.md").read_text(encoding="utf-8")
        assert page.startswith(f"# {name}\n\n**{check.title}.**")
        assert f"Stage {check.stage}, judges {check.judges}, severity {check.severity}." in page
        assert f"| [{name}]({name}.md) | {check.stage} | {check.judges} | {check.severity} |" in table
        assert check.reference in page


def test_every_hook_is_in_the_guide() -> None:
    guide = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
    hooks = [name for name in vars(hookspecs) if name.startswith("imadmin_")]
    assert hooks
    assert not [hook for hook in hooks if f"`{hook}`" not in guide]


def test_every_fact_that_a_check_needs_is_given_and_in_the_guide() -> None:
    catalog = open_catalog()
    guide = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
    asked = {name for owned in catalog.checks().values() for name in owned.record.facts}
    assert asked <= set(catalog.facts())
    assert not [name for name in catalog.facts() if f"`{name}`" not in guide]
    assert not catalog.problems


def test_every_property_that_is_read_is_documented() -> None:
    page = (ROOT / "docs" / "input.md").read_text(encoding="utf-8")
    for owned in open_catalog().facts().values():
        for source in owned.record.sources:
            if isinstance(source, Cmdlet):
                switches = "".join(f" -{name}" for name, value in source.parameters if value is True)
                online = ", of Exchange Online" * (bool(switches) and source.shell == "exchange_online")
                head = f"| {source.name}{'' if source.variant else switches}{online} |"
                row = next(line for line in page.splitlines() if line.startswith(head))
                assert [p.strip() for p in row.split("|")[2].split(",")] == list(source.properties)


def test_no_file_names_what_does_not_belong_to_the_product() -> None:
    forbidden = re.compile(r"\.\./shared|/work/|studies/|design\.md")
    folders = ("imadmin", "plugins", "docs", "samples", "bench", "runbooks", "tests")
    files = [
        p for folder in folders for p in (ROOT / folder).rglob("*") if p.suffix in {".py", ".md", ".ipynb"}
    ]
    files += [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "pyproject.toml")]
    named = [p.name for p in files if p != Path(__file__) and forbidden.search(p.read_text(encoding="utf-8"))]
    assert not named


def test_every_operation_is_in_the_administrators_page() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    first_party = [o for o in open_catalog().operations().values() if o.plugin.found.first_party]
    assert len(first_party) > 4
    assert [o.record.name for o in first_party if f"| `{o.record.name}` |" not in page] == []
