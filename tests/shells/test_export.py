"""The export shell: which file is read, and what is said where none can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imadmin.deployment import ShellConfig
from imadmin.errors import ClixmlError, SourceError
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


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ([], "holds no Get-CsSite.xml"),
        (["Get-CsSite.xml", "get-cssite.clixml"], "holds Get-CsSite.xml and get-cssite.clixml"),
        (["Get-CsSite.json"], "reads CLIXML only"),
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


def test_a_shell_of_a_later_version_says_so() -> None:
    with pytest.raises(SourceError, match="cannot open shell: local"):
        open_shell("skype", ShellConfig("local"), Secrets({}))
