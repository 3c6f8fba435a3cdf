"""For the tests of plugin authors: saved output made of plain values, and a session with a plugin under test.

def test_one_site_is_not_enough(tmp_path):
    save_output(tmp_path, "skype/Get-CsSite", [{"Identity": "Site:Redmond"}])
    with session_with(tmp_path, my_plugin) as session:
        [result] = session.check("sites.enough")
    assert result.status == "fail"
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.deployment import from_folder
from imadmin.facts import asked_cmdlets
from imadmin.plugins import Catalog, Found, find, load
from imadmin.session import Session
from imadmin.shells.clixml import PSObject, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path
    from types import ModuleType

__all__ = ["save_output", "session_with"]


def save_output(folder: Path, name: str, objects: Iterable[Mapping[str, object]]) -> Path:
    """Write objects as `Export-Clixml` of Windows PowerShell does.

    Args:
        folder: of saved output, such as a test's `tmp_path`.
        name: shell and cmdlet, such as `skype/Get-CsUser`.
        objects: property name to value: text, Booleans, numbers, None, lists.
    """
    path = folder / f"{name}.xml"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write(file, [PSObject(properties) for properties in objects])
    return path


def session_with(folder: Path, *modules: ModuleType) -> Session:
    """A session over a folder of saved output, with *modules* as plugins beside the installed ones."""
    found = [*find(), *(_found(module) for module in modules)]
    catalog = Catalog(load(found))
    return Session(catalog, from_folder(folder, asked_cmdlets(catalog), catalog.settings()))


def _found(module: ModuleType) -> Found:
    name = module.__name__.rpartition(".")[2]
    return Found(name, module.__name__, "under test", "", lambda: module)
