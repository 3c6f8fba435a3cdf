from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TypeAlias

import pytest

from imadmin.deployment import ClientsConfig, ShellConfig, from_folder
from imadmin.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Saved: TypeAlias = Callable[..., Path]

SECONDS = 1_700_000_000
NEWEST = "2023-11-14T22:13:20Z"
"""The same moment."""

CMDLETS = {
    "get-csuser": frozenset({"skype"}),
    "get-cspool": frozenset({"skype"}),
    "get-casmailbox": frozenset({"exchange"}),
    "get-mailbox": frozenset({"exchange", "exchange_online"}),
}


@pytest.fixture
def saved(tmp_path: Path) -> Saved:
    def write(*names: str, **texts: str) -> Path:
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(texts.get(path.stem, ""))
        return tmp_path

    return write


def refusal(folder: Path) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        from_folder(folder, CMDLETS)
    return caught.value


def test_subfolders(saved: Saved) -> None:
    folder = saved(
        "skype/Get-CsUser.xml",
        "exchange/Get-Mailbox.xml",
        "exchange_online/Get-Mailbox.xml",
        "clients/b.csv",
        "clients/a.CSV",
        "clients/notes.txt",
        "readme.md",
    )
    made = from_folder(folder, CMDLETS)
    assert made.shells == {
        name: ShellConfig("export", folder / name) for name in ("skype", "exchange", "exchange_online")
    }
    assert made.clients == (ClientsConfig(folder / "clients/a.CSV"), ClientsConfig(folder / "clients/b.csv"))
    assert (made.name, made.source, made.dated_by) == (folder.name, folder, "files")


@pytest.mark.parametrize(
    "name", ["Get-CsUser.xml", "Get-CsUser.clixml", "GET-CSUSER.JSON", "Get-CsUser@x.csv"]
)
def test_a_subfolder_is_described_by_what_is_saved_in_it(saved: Saved, name: str) -> None:
    assert list(from_folder(saved(f"skype/{name}"), CMDLETS).shells) == ["skype"]


@pytest.mark.parametrize("name", ["skype/notes.txt", "skype/Get-CsUser.bak", "skype/below/Get-CsUser.xml"])
def test_a_subfolder_without_saved_output_is_none(saved: Saved, name: str) -> None:
    made = from_folder(saved(name, "exchange/Get-Mailbox.xml"), CMDLETS)
    assert list(made.shells) == ["exchange"]


def test_names_of_folders_do_not_regard_case(saved: Saved) -> None:
    folder = saved("Skype/Get-CsUser.xml", "CLIENTS/r.csv")
    made = from_folder(folder, CMDLETS)
    assert made.shells == {"skype": ShellConfig("export", folder / "Skype")}
    assert made.clients == (ClientsConfig(folder / "CLIENTS/r.csv"),)


def test_a_flat_folder(saved: Saved) -> None:
    folder = saved(
        "Get-CsUser.xml", "get-cspool.XML", "Get-CsUser@fe01.xml", "Get-CASMailbox.json", "Get-Date.xml"
    )
    assert from_folder(folder, CMDLETS).shells == {
        "skype": ShellConfig("export", folder, ("Get-CsUser.xml", "Get-CsUser@fe01.xml", "get-cspool.XML")),
        "exchange": ShellConfig("export", folder, ("Get-CASMailbox.json",)),
    }


@pytest.mark.parametrize("name", ["Get-Mailbox.xml", "GET-MAILBOX.csv", "Get-Mailbox@x.xml"])
def test_an_ambiguous_name_in_a_flat_folder(saved: Saved, name: str) -> None:
    error = refusal(saved("Get-CsUser.xml", name))
    assert error.what == "could come from more than one shell"
    assert error.where.endswith(name)
    assert error.remedy == "Move it into exchange/ or exchange_online/."


def test_the_same_name_in_subfolders_is_not_ambiguous(saved: Saved) -> None:
    made = from_folder(saved("exchange/Get-Mailbox.xml", "exchange_online/Get-Mailbox.xml"), CMDLETS)
    assert set(made.shells) == {"exchange", "exchange_online"}


def test_a_subfolder_outweighs_what_lies_beside_it(saved: Saved) -> None:
    folder = saved("skype/Get-CsUser.xml", "Get-CsPool.xml", "Get-CASMailbox.xml")
    assert from_folder(folder, CMDLETS).shells == {
        "skype": ShellConfig("export", folder / "skype"),
        "exchange": ShellConfig("export", folder, ("Get-CASMailbox.xml",)),
    }


def test_clients_alone_are_something(saved: Saved) -> None:
    made = from_folder(saved("clients/r.csv"), CMDLETS)
    assert (made.shells, len(made.clients)) == ({}, 1)


@pytest.mark.parametrize("names", [[], ["readme.md"], ["Get-Date.xml"], ["clients/r.txt"], ["skype/x.xml"]])
def test_a_folder_without_saved_output(saved: Saved, names: list[str]) -> None:
    error = refusal(saved(*names))
    assert error.what == "holds no saved cmdlet output"
    assert "skype/Get-CsUser.xml" in error.remedy


def test_no_folder(saved: Saved) -> None:
    folder = saved("file.xml")
    assert refusal(folder / "nowhere").what == "does not exist"
    assert refusal(folder / "file.xml").what == "is not a folder"
    assert refusal(folder / "a\0b").what == "does not exist"


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="this user may read everything")
@pytest.mark.parametrize("name", [".", "skype", "clients"])
def test_a_folder_that_may_not_be_read(saved: Saved, name: str) -> None:
    folder = saved("skype/Get-CsUser.xml", "clients/r.csv")
    (folder / name).chmod(0)
    try:
        assert refusal(folder).what == "cannot be read: Permission denied"
    finally:
        (folder / name).chmod(0o755)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_links_that_lead_nowhere(saved: Saved) -> None:
    folder = saved("skype/Get-CsUser.xml")
    (folder / "exchange").symlink_to(folder / "exchange")
    (folder / "skype" / "Get-CsPool.xml").symlink_to(folder / "none")
    (folder / "Get-CASMailbox.xml").symlink_to(folder / "none")
    assert list(from_folder(folder, CMDLETS).shells) == ["skype"]


def test_a_folder_named_relative_to_the_working_folder(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    from pathlib import Path

    folder = saved("skype/Get-CsUser.xml")
    monkeypatch.chdir(folder)
    made = from_folder(Path(), CMDLETS)
    assert (made.name, made.source) == (folder.name, folder)


@pytest.mark.parametrize(
    ("manifest", "name", "collected"),
    [
        ("deployment: contoso\nwhen: 2026-11-20\nother: 1", "contoso", "2026-11-20"),
        ("deployment: contoso\nwhen: 2026-11-20T10:00:00Z", "contoso", "2026-11-20T10:00:00Z"),
        ("deployment: contoso\nwhen: 2026-11-20T10:00:00+03:00", "contoso", "2026-11-20T07:00:00Z"),
        ("deployment: contoso\nwhen: 2026-11-20T10:00:00", "contoso", "2026-11-20T10:00:00"),
        ("deployment: contoso\nwhen: in spring", "contoso", "in spring"),
        ("", "", ""),
        ("deployment:\nwhen:", "", ""),
        ("deployment: [a]\nwhen: {b: c}", "", ""),
        ("deployment: 5", "5", ""),
    ],
)
def test_a_manifest(saved: Saved, manifest: str, name: str, collected: str) -> None:
    folder = saved("skype/Get-CsUser.xml", "manifest.yaml", "clients/a.csv", manifest=manifest)
    os.utime(folder / "skype/Get-CsUser.xml", (SECONDS, SECONDS))
    os.utime(folder / "clients/a.csv", (0, 0))
    made = from_folder(folder, CMDLETS)
    assert made.name == (name or folder.name)
    assert (made.dated_by, made.collected) == (("manifest", collected) if collected else ("files", NEWEST))


@pytest.mark.parametrize("manifest", ["- a", "a: b: c", "deployment: !!bool x", "[" * 100_000])
def test_a_manifest_that_is_none(saved: Saved, manifest: str) -> None:
    error = refusal(saved("skype/Get-CsUser.xml", "manifest.yaml", manifest=manifest))
    assert "manifest.yaml" in error.where


def test_a_manifest_says_whose_domains_they_are(saved: Saved) -> None:
    text = "sip_domains: [contoso.com, contoso.de, {a: b}]"
    made = from_folder(saved("skype/Get-CsUser.xml", "manifest.yaml", manifest=text), CMDLETS)
    assert made.sip_domains == ("contoso.com", "contoso.de")


def test_what_was_asked_and_gave_nothing_is_described(saved: Saved) -> None:
    text = "files: [{file: exchange/Get-Mailbox.xml}, {file: clients/lost.csv}, {file: ../x/y.csv}, {}, 5]"
    folder = saved("skype/Get-CsUser.xml", "clients/a.csv", "manifest.yaml", manifest=text)
    made = from_folder(folder, CMDLETS)
    assert made.shells["exchange"] == ShellConfig("export", folder / "exchange")
    assert made.clients == (
        ClientsConfig(folder / "clients/a.csv"),
        ClientsConfig(folder / "clients/lost.csv"),
    )
