"""Objects of sites that no output shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imadmin import Missing, Status
from imadmin.model import Pool, Site
from imadmin_policy.rulings import Ruling
from imadmin_policy.strays import telling_of_strays

if TYPE_CHECKING:
    from collections.abc import Sequence

OSLO = Pool("pool1.x.net", "Oslo")
GLOBAL = Ruling("global", Status.PASS, "Global has it on.", "Global", "", "true")


def stray(name: str, value: str = "false") -> Ruling:
    return Ruling(f"site:{name.lower()}", Status.FAIL, "", f"Site:{name}", "", value)


@pytest.mark.parametrize(
    ("sites", "other", "status"),
    [
        ([], stray("Nowhere"), Status.WARN),
        ([], stray("Nowhere", "true"), Status.PASS),
        ([], stray("OSLO"), Status.PASS),
        ([Site("Oslo", ("Norway", "1"))], stray("Norway"), Status.PASS),
        ([Site("Rome")], stray("Rome"), Status.PASS),
        ([Site("Rome")], stray("Roma"), Status.WARN),
    ],
)
def test_global_tells_of_them(sites: Sequence[Site], other: Ruling, status: Status) -> None:
    """Only of those that say otherwise; a site that has no pool is known all the same."""
    told, kept = telling_of_strays([GLOBAL, other], [OSLO], sites)
    assert told.status is status
    assert (other.object in told.reason) is (status is Status.WARN)
    assert kept == other


def test_a_fail_stays_one() -> None:
    off = GLOBAL._replace(status=Status.FAIL, value="false", remedy="Set-…")
    told, _ = telling_of_strays([off, stray("Nowhere", "true")], [OSLO], [])
    assert (told.status, told.remedy) == (Status.FAIL, "Set-…")
    assert "Site:Nowhere (True)" in told.reason


def test_without_pools_nobodys_site_is_known() -> None:
    rulings = [GLOBAL, stray("Nowhere")]
    assert telling_of_strays(rulings, Missing("pools"), []) == rulings
