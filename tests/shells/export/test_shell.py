"""The export shell: which file is read, and what is said where none can be."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from imadmin.deployment import ShellConfig
from imadmin.errors import ClixmlError, SourceError
from imadmin.model.values import Lost
from imadmin.records import Cmdlet
from imadmin.secrets import Secrets
from imadmin.shells import open_shell
from imadmin.shells.clixml import PSObject, write

if TYPE_CHECKING:
    from pathlib import Path

SITE = Cmdlet("skype", "Get-CsSite", ("Identity", "DisplayName"))


def save(path: Path, *values: object) -> None:
    with path.open("wb") as file:
        write(file, values)


def records(folder: Path, cmdlet: Cmdlet = SITE) -> list[dict[str, object]]:
    shell = open_shell("skype", ShellConfig("export", folder), Secrets({}))
    return [dict(record) for record in shell.run(cmdlet).records]


def test_records_have_the_wanted_properties_spelt_as_wanted(tmp_path: Path) -> None:
    save(tmp_path / "get-cssite.XML", PSObject({"identity": "Site:A", "Other": 1}))
    assert records(tmp_path) == [{"Identity": "Site:A"}]


def test_a_collection_saved_as_one_object_is_its_members(tmp_path: Path) -> None:
    save(
        tmp_path / "Get-CsSite.xml",
        [PSObject({"IDENTITY": "Site:A", "x": 1}), PSObject({"Identity": "Site:B"})],
    )
    assert records(tmp_path) == [{"Identity": "Site:A"}, {"Identity": "Site:B"}]


def test_a_variant_is_another_file(tmp_path: Path) -> None:
    save(tmp_path / "Get-CsSite@local-store.xml", PSObject({"Identity": "Site:Local"}))
    save(tmp_path / "Get-CsSite.xml", PSObject({"Identity": "Site:Central"}))
    assert records(tmp_path) == [{"Identity": "Site:Central"}]
    assert records(tmp_path, SITE._replace(variant="local-store")) == [{"Identity": "Site:Local"}]


def test_how_to_save_a_variant(tmp_path: Path) -> None:
    """With what tells it from the cmdlet's other output."""
    local = SITE._replace(variant="local-store", parameters=(("LocalStore", True),))
    with pytest.raises(SourceError) as caught:
        records(tmp_path, local)
    command = "Get-CsSite -LocalStore:$true | Export-Clixml -Depth 4 Get-CsSite@local-store.xml"
    assert caught.value.remedy == f"Save it: {command}"


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ([], "holds no Get-CsSite.xml"),
        (["Get-CsSite.xml", "get-cssite.clixml"], "holds Get-CsSite.xml and get-cssite.clixml"),
        (["Get-CsSite.json", "Get-CsSite.csv"], "holds Get-CsSite.csv and Get-CsSite.json"),
    ],
)
def test_a_file_that_is_not_there_or_not_the_only_one(tmp_path: Path, names: list[str], message: str) -> None:
    for name in names:
        save(tmp_path / name, PSObject({"Identity": "Site:A"}))
    with pytest.raises(SourceError, match=message) as caught:
        records(tmp_path)
    assert "Export-Clixml" in caught.value.remedy or "Keep the one" in caught.value.remedy


def test_text_and_formatted_output_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "Get-CsSite.xml"
    save(path, "Identity : Site:A")
    with pytest.raises(SourceError, match="holds str values"):
        records(tmp_path)
    kind = "Microsoft.PowerShell.Commands.Internal.Format.FormatStartData"
    save(path, PSObject({"Identity": "x"}, type_names=(kind,)))
    with pytest.raises(SourceError, match="formatted output"):
        records(tmp_path)


def test_a_truncated_file_is_an_error_and_not_a_short_list(tmp_path: Path) -> None:
    path = tmp_path / "Get-CsSite.xml"
    save(path, PSObject({"Identity": "Site:A"}), PSObject({"Identity": "Site:B"}))
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(ClixmlError):
        records(tmp_path)


@pytest.mark.parametrize("suffix", [".xml", ".CLIXML", ".json", ".JSON", ".csv", ".txt"])
def test_another_cmdlets_output_is_an_error_and_not_objects_without_properties(
    tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"Get-CsSite{suffix}"
    texts = {".json": '{"Other": 1}', ".csv": "Other\n1\n", ".txt": "Other : 1\n"}
    if suffix.lower() in texts:
        path.write_text(texts[suffix.lower()], encoding="utf-8")
    else:
        save(path, PSObject({"Other": 1}))
    with pytest.raises(SourceError, match="holds no object with Identity, DisplayName: it is not the output"):
        records(tmp_path)


def test_what_was_beyond_the_depth_of_export_clixml_is_lost(tmp_path: Path) -> None:
    save(tmp_path / "Get-CsSite.xml", PSObject({"Identity": "Site:A", "DisplayName": "System.Object[]"}))
    assert records(tmp_path) == [{"Identity": "Site:A", "DisplayName": Lost("System.Object[]")}]
    save(tmp_path / "Get-CsSite.xml", [PSObject({"DisplayName": "@{Name=x}"})])
    assert records(tmp_path) == [{"DisplayName": Lost("@{Name=x}")}]


def test_the_text_forms_need_no_xml_parser_and_no_table(tmp_path: Path) -> None:
    """A folder of CSV files costs no more than that."""
    (tmp_path / "Get-CsSite.csv").write_text("Identity\nA\n", encoding="utf-8")
    code = (
        "import sys, pathlib; from imadmin.deployment import ShellConfig; from imadmin.records import Cmdlet;"
        "from imadmin.shells.export import ExportShell;"
        "config = ShellConfig('export', pathlib.Path(sys.argv[1]));"
        "list(ExportShell('skype', config).run(Cmdlet('skype', 'Get-CsSite', ('Identity',))).records);"
        "print(*sorted({'duckdb', 'pypsrp', 'pyexpat'} & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, check=True, text=True
    )
    assert done.stdout.strip() == ""


def test_saved_output_cannot_be_changed(tmp_path: Path) -> None:
    shell = open_shell("skype", ShellConfig("export", tmp_path), Secrets({}))
    change = Cmdlet("skype", "Set-CsImConfiguration", (), "", (("EnableOfflineIm", True),))
    with pytest.raises(SourceError, match="saved output, and changing it would change no server") as caught:
        shell.change(change)
    assert "shell: psrp" in caught.value.remedy


@pytest.mark.parametrize("name", ["Get-CsSite (1).xml", "get-cssite.json.txt", "Get-CsSite - Copy.xml"])
def test_a_file_that_was_meant_to_be_it_is_named(tmp_path: Path, name: str) -> None:
    for other in (name, "Get-CsSites.xml", "Get-CsSite@local-store.xml"):
        save(tmp_path / other, PSObject({"Identity": "Site:A"}))
    with pytest.raises(SourceError, match=r"holds no Get-CsSite\.xml") as caught:
        records(tmp_path)
    assert caught.value.remedy.endswith(f"Or rename {name!r}, which is not read under that name.")
