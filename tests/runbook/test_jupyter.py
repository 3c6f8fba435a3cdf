"""The same notebook in Jupyter: a stock client and a stock kernel, and nothing that says what to judge."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from imadmin.errors import ConfigError, UsageError
from imadmin.journal import Journal
from imadmin.runbook import open_run
from imadmin.shells.clixml import PSObject, write

if TYPE_CHECKING:
    from collections.abc import Callable

READINESS = Path(__file__).parents[2] / "runbooks" / "readiness.ipynb"


@pytest.fixture
def by_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """Set `source` in the notebook, as a user would, and run all cells; gives the notebook."""

    def run(source: str) -> Any:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
        notebook = nbformat.read(READINESS, as_version=4)  # type: ignore[no-untyped-call]
        (cell,) = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
        cell.source = cell.source.replace('source: str = ""', f"source: str = {source!r}")
        NotebookClient(notebook, kernel_name="python3", timeout=60).execute()
        return notebook

    return run


def test_readiness_in_jupyter(by_hand: Callable[[str], Any], contoso: Path) -> None:
    notebook = by_hand(str(contoso))
    answer = notebook.cells[-1].outputs[-1].data
    assert "22 of 40 people cannot" in answer["text/plain"]
    shown = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert all({"text/plain", "text/html"} <= set(output.data) for output in shown)
    assert not any("vnd.imadmin" in kind for output in shown for kind in output.data)
    journal = Journal()
    (entry,) = journal.entries()
    assert (entry.command, entry.source) == (("jupyter",), str(contoso))
    document = journal.document(entry.id)
    assert document is not None
    assert document.summary.cannot_send == 22


def test_where_nothing_says_what_is_to_be_judged(by_hand: Callable[[str], Any]) -> None:
    with pytest.raises(CellExecutionError) as stopped:
        by_hand("")
    assert stopped.value.ename == "UsageError"
    assert "there is no imadmin.yaml" in stopped.value.evalue
    assert "Give open_run a deployment file or a folder" in stopped.value.evalue
    assert Journal().entries() == []


# The same without a kernel, as a script would


def test_open_run_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="there is no saved"):
        open_run("saved")
    monkeypatch.setenv("IMADMIN_DEPLOYMENT", "ours.yaml")
    with pytest.raises(UsageError, match=r"there is no ours\.yaml"):
        open_run()
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigError, match="holds no saved cmdlet output"):
        open_run("empty")
    assert Journal().entries() == []


def test_open_run_takes_the_deployment_of_the_environment(
    tmp_path: Path, contoso: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IMADMIN_DEPLOYMENT", str(contoso))
    run = open_run()
    assert "contoso" in run._repr_mimebundle_()["text/plain"]
    run.session.close()


def test_the_steps_of_a_run(contoso: Path) -> None:
    run = open_run(str(contoso))
    shown = run.check("server")
    assert {result.check for result in shown.results} >= {"server.im-configuration", "server.patch-version"}
    assert {result.stage for result in shown.results} == {"server"}
    assert "server.im-configuration" in repr(shown)
    assert "<table>" in shown._repr_mimebundle_()["text/html"]
    with pytest.raises(UsageError, match="there is no check and no stage 'polici'"):
        run.check("polici")
    assert "contoso.com" in {pool.fqdn.partition(".")[2] for pool in run.facts["pools"]}  # type: ignore[attr-defined]
    before = repr(run.answer())
    run.check()
    assert "22 of 40 people cannot" in repr(run.answer())
    assert "22 of 40 people cannot" not in before
    run.session.close()


def test_markup_in_what_is_found_is_only_text(tmp_path: Path) -> None:
    name = "<script>alert('x')</script>"
    (tmp_path / "skype").mkdir()
    user = {"SipAddress": "sip:ann@contoso.com", "Enabled": True, "ClientPolicy": name, "RegistrarPool": name}
    objects: dict[str, dict[str, object]] = {
        "Get-CsUser": {**user},
        "Get-CsPool": {"Fqdn": "pool01", "Site": "Site:Redmond"},
        "Get-CsClientPolicy": {"Identity": "Global", "EnableIMAutoArchiving": True},
    }
    for cmdlet, values in objects.items():
        with (tmp_path / "skype" / f"{cmdlet}.xml").open("wb") as file:
            write(file, [PSObject(values)])
    run = open_run(str(tmp_path))
    shown = [each._repr_mimebundle_() for each in (run.check("policy"), run.answer())]
    for bundle in shown:
        assert name in " ".join(bundle["text/plain"].split())
        assert "&lt;script&gt;" in bundle["text/html"]
        assert "<script" not in bundle["text/html"]
    run.session.close()
