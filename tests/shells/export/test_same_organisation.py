"""One organisation in every form: what a form still shows is judged alike, what it lost is unknown.

The files are made by hand, after what each form of PowerShell is known to look like; nobody is in them.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pytest

from imadmin.session import Target, open_session

if TYPE_CHECKING:
    from collections.abc import Mapping

    Statuses: TypeAlias = dict[tuple[str, str], str]

DATA = Path(__file__).with_name("data")
FORMS = ["json-5.1", "json-7", "csv-5.1", "csv-7", "text-5.1", "text-7"]
ARCHIVING, SWITCH, EWS = "policy.auto-archiving", "policy.offline-im-enabled", "ews.allowed"
RETIREMENT = "ews.online-retirement"
LOST = {
    "json-7": set(),
    # ConvertTo-Json of 5.1 writes EwsApplicationAccessPolicy as a number.
    "json-5.1": {(EWS, "hanne"), (EWS, "ines")},
    # Format-List shows nothing where EnableIMAutoArchiving is null.
    "text-5.1": {(ARCHIVING, "anna")},
    "text-7": {(ARCHIVING, "anna")},
    # Export-Csv shows no lists: whose a mailbox is, is not known any more.
    "csv-5.1": {(ARCHIVING, "anna"), (EWS, "*"), (RETIREMENT, "*")},
    "csv-7": {(ARCHIVING, "anna"), (EWS, "*"), (RETIREMENT, "*")},
}


MIXED = {
    "Get-CsUser": "csv-5.1",
    "Get-CsPool": "csv-7",
    "Get-CsSite": "json-7",
    "Get-CsImConfiguration": "text-5.1",
    "Get-CsClientPolicy": "json-5.1",
    "Get-Mailbox": "text-7",
    "Get-CASMailbox": "json-7",
    "Get-OrganizationConfig": "clixml",
}


def saved(folder: Path, forms: Mapping[str, str]) -> Path:
    """A folder of saved output: each cmdlet's in the form that is given for it."""
    for cmdlet, form in forms.items():
        for path in (DATA / form).glob(f"*/{cmdlet}.*"):
            (folder / path.parent.name).mkdir(parents=True, exist_ok=True)
            shutil.copy(path, folder / path.parent.name)
    (folder / "clients").mkdir()
    shutil.copy(DATA / "registrations.csv", folder / "clients")
    return folder


def statuses(folder: Path) -> Statuses:
    """The status of each person by each people check; nobody has two rows of one check here."""
    with open_session(Target.of(folder)) as session:
        session.check()
        return {
            (outcome.result.check, person.partition("@")[0]): status
            for outcome in session.outcomes()
            if outcome.rows
            for person, status in session.database.cursor()
            .execute(f"select person, status from {outcome.rows}")
            .fetchall()
        }


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Statuses:
    return statuses(saved(tmp_path_factory.mktemp("truth") / "saved", dict.fromkeys(MIXED, "clixml")))


def test_what_the_organisation_is_like(truth: Statuses) -> None:
    assert truth[ARCHIVING, "anna"] == "warn"
    bad = {(check, person) for (check, person), status in truth.items() if status in {"fail", "error"}}
    undecided = (RETIREMENT, "ines")  # EwsEnabled is null, which no longer says what happens
    assert bad == {(ARCHIVING, "clara"), (SWITCH, "gert"), (EWS, "dora"), (EWS, "hanne"), undecided}
    assert {truth[one] for one in bad - {undecided}} == {"fail"}
    assert truth[undecided] == "error"


@pytest.mark.parametrize("form", FORMS)
def test_the_same_verdict_or_none(truth: Statuses, form: str, tmp_path: Path) -> None:
    found = statuses(saved(tmp_path / "saved", dict.fromkeys(MIXED, form)))
    assert found.keys() == truth.keys()
    # What takes nothing away is skipped where a form does not show it.
    differing = {one for one, status in found.items() if status not in {truth[one], "skip"}}
    assert {found[one] for one in differing} <= {"error"}
    assert {(check, "*" if (check, "*") in LOST[form] else person) for check, person in differing} == LOST[
        form
    ]


def test_each_cmdlet_in_a_form_that_loses_nothing_of_it(truth: Statuses, tmp_path: Path) -> None:
    assert statuses(saved(tmp_path / "saved", MIXED)) == truth


def pools_in(folder: Path, encoding: str) -> Path:
    """The pools as CSV in an encoding of 8 bits, all else as CLIXML; and a deployment file beside it."""
    forms = {**dict.fromkeys(MIXED, "clixml"), "Get-CsPool": "csv-5.1"}
    path = saved(folder, forms) / "skype" / "Get-CsPool.csv"
    path.write_bytes(path.read_text(encoding="utf-8-sig").encode(encoding, "replace"))
    shells = "".join(
        f"{name}: {{shell: export, folder: {name}}}\n" for name in ("exchange", "exchange_online")
    )
    deployment = folder / "imadmin.yaml"
    deployment.write_text(
        f"skype: {{shell: export, folder: skype, encoding: cp1252}}\n{shells}"
        "clients: [{csv: clients/registrations.csv}]\n",
        encoding="utf-8",
    )
    return deployment


def test_a_code_page_that_the_deployment_names(truth: Statuses, tmp_path: Path) -> None:
    deployment = pools_in(tmp_path / "saved", "cp1252")
    assert statuses(deployment) == truth
    unnamed = statuses(deployment.parent)
    assert {one for one in truth if unnamed[one] != truth[one]} == {
        (SWITCH, person) for person in ("anna", "boris", "clara", "dora", "gert", "hanne", "ines")
    }


def test_letters_that_were_lost_cost_those_whom_they_concern_the_verdict(
    truth: Statuses, tmp_path: Path
) -> None:
    """Export-Csv of 5.1 writes ASCII: K?ge is not known to be K\xf8ge, and Global does not apply there."""
    found = statuses(pools_in(tmp_path / "saved", "ascii"))
    assert {one: status for one, status in found.items() if status != truth[one]} == {
        (SWITCH, "gert"): "error"
    }
