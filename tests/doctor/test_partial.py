"""Deployments that describe only a part: fine, and the verdict says what can be examined."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from imadmin.testing import save_output

if TYPE_CHECKING:
    from collections.abc import Callable

CONTOSO = Path(__file__).parents[2] / "samples" / "contoso"


def test_a_folder(examined: Callable[..., Any]) -> None:
    found = examined(CONTOSO)
    assert found.verdict.attention == 0
    assert found.verdict.examined == ("server", "policy", "client", "spool")
    assert found.verdict.unexamined == {
        "ews": "no ews: is described",
        "delivery": "no test_send: is described",
    }
    assert found.statuses("clients") == {"registrations.csv": "pass", "connections.csv": "pass"}


def test_a_folder_that_lacks_something(examined: Callable[..., Any], tmp_path: Path) -> None:
    """A check cannot do without policies; of what only informs one line tells."""
    save_output(tmp_path, "skype/Get-CsUser", [{"Identity": "ann"}])
    save_output(tmp_path, "skype/Get-CsImConfiguration", [{"Identity": "Global"}])
    found = examined(tmp_path)
    assert found.statuses("skype") == {
        "folder": "pass",
        "Get-CsClientPolicy": "fail",
        "Get-CsPool": "warn",
        "Get-CsServerPatchVersion": "warn",
        "more files": "skip",
        "files": "pass",
    }
    assert "Export-Clixml" in found.of("skype")["Get-CsClientPolicy"].remedy
    assert "skype/Get-CsSite" in found.of("skype")["more files"].message
    assert found.verdict.examined == ("server",)
    assert found.verdict.unexamined["policy"] == "skype: Get-CsClientPolicy"
    assert found.verdict.unexamined["client"] == "no clients: is described"


def test_a_folder_that_is_gone(examined: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "imadmin.yaml"
    path.write_text("skype: {shell: export, folder: gone}\n", encoding="utf-8")
    found = examined(path)
    assert found.line("skype", "folder").startswith("fail: there is no folder ")
    assert found.statuses("skype")["files"] == "skip"
    assert found.verdict.examined == ()
    assert "readiness can examine: nothing; not: server (skype: folder)" in found.verdict.sentence


def test_lists_that_are_not_there(examined: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "imadmin.yaml"
    path.write_text("clients: [{csv: gone.csv}]\nwaivers: gone.yaml\n", encoding="utf-8")
    found = examined(path)
    assert found.line("clients", "gone.csv").endswith("there is no such file")
    assert found.line("deployment", "waivers").startswith("fail: there is no file ")


@pytest.mark.lab("healthy")
def test_ews_only(examined: Callable[..., Any], changed: Callable[..., Path]) -> None:
    found = examined(changed(skype=None, exchange=None, exchange_online=None, clients=None))
    assert found.verdict.attention == 0
    assert found.verdict.examined == ("delivery", "spool")
    assert found.verdict.unexamined["ews"] == "no skype: is described"


@pytest.mark.lab("healthy")
def test_skype_for_business_only(examined: Callable[..., Any], changed: Callable[..., Path]) -> None:
    found = examined(changed(exchange=None, exchange_online=None, clients=None, ews=None, test_send=None))
    assert found.verdict.attention == 0
    assert found.verdict.examined == ("server", "policy", "spool")


@pytest.mark.lab("healthy")
def test_one_mailbox_is_too_few(examined: Callable[..., Any], changed: Callable[..., Path]) -> None:
    found = examined(changed(test_send={"mailboxes": ["probe-a@contoso.com"]}))
    assert found.line("deployment", "test_send").startswith("warn: only ")


def test_a_shell_on_this_computer_that_is_not_there(examined: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "imadmin.yaml"
    path.write_text("skype: {shell: local, program: no-such-powershell}\n", encoding="utf-8")
    assert examined(path).statuses("skype") == {"log-in": "fail", "rights": "skip"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- {check: client.build, reason: r, owner: o, expires: 2027-01-31}\n", "pass: {} has 1 waiver(s)"),
        ("- {check: client.build, reason: r, owner: o}\n", "fail: {}, line 1: [0]: lacks the key expires"),
    ],
)
def test_waivers_are_read(tmp_path: Path, examined: Callable[..., Any], text: str, said: str) -> None:
    (tmp_path / "waivers.yaml").write_text(text, encoding="utf-8")
    path = tmp_path / "imadmin.yaml"
    path.write_text("waivers: waivers.yaml\n", encoding="utf-8")
    assert examined(path).line("deployment", "waivers") == said.format(tmp_path / "waivers.yaml")
