"""Spool folders: found wherever a profile lies, counted without being opened."""

from __future__ import annotations

import json
import os
from array import array
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imadmin import ImadminError, Status
from imadmin.session import Target, open_session
from imadmin.testing import save_output
from imadmin_troubleshoot.spooler import finding as searching
from imadmin_troubleshoot.spooler.counting import count, judged_ages
from imadmin_troubleshoot.spooler.finding import find, owner_of
from imadmin_troubleshoot.spooler.inventory import COLUMNS, read_inventory
from imadmin_troubleshoot.spooler.script import SCRIPT

if TYPE_CHECKING:
    from imadmin import Finding
    from imadmin.run import CheckResult

Spool = Any
ANNA = "anna.lind@contoso.com"
HEADER = ",".join(COLUMNS)


def judged(places: dict[str, object], check: str = "spool.history-spooler") -> CheckResult:
    with open_session(Target("none", Path(), sections={"troubleshoot": places})) as session:
        [result] = session.check(check)
    return result


def findings(places: dict[str, object], check: str = "spool.history-spooler") -> tuple[Finding, ...]:
    return tuple(judged(places, check).findings)


@pytest.mark.parametrize(
    "root",
    ["", "anna", "anna/AppData/Local", "anna/AppData/Local/Microsoft/Office/16.0/Lync",
     "anna/AppData/Local/Microsoft/Office/16.0/Lync/sip_anna.lind@contoso.com",
     "anna/AppData/Local/Microsoft/Office/16.0/Lync/sip_anna.lind@contoso.com/History Spooler"],
)  # fmt: skip
def test_from_a_share_down_to_the_folder(tmp_path: Path, spool: Spool, root: str) -> None:
    place = spool(tmp_path / "anna", f"sip_{ANNA}", 5)
    [found] = find(tmp_path / root)
    assert (found.path, found.person, found.office) == (str(place), ANNA, "16.0")


@pytest.mark.parametrize(
    ("lync", "folder", "person"),
    [
        ("AppData/Local/Microsoft/Office/15.0/Lync", f"sip_{ANNA}", ANNA),
        ("appdata/local/microsoft/office/16.0/lync", f"SIP_{ANNA.upper()}", ANNA),
        ("AppData/Local/Microsoft/Office/16.0/Lync", ANNA, ANNA),
        ("AppData/Local/Microsoft/Office/16.0/Lync", "SipUserAddress", ""),
        ("", f"sip_{ANNA}", ANNA),
    ],
)
def test_other_forms(tmp_path: Path, spool: Spool, lync: str, folder: str, person: str) -> None:
    spool(tmp_path / "department" / "anna.V6", folder, 5, lync=lync, name="history spooler")
    assert [found.person for found in find(tmp_path)] == [person]


def test_what_is_beside_the_way_is_not_walked_through(tmp_path: Path, spool: Spool) -> None:
    spool(tmp_path / "anna", f"sip_{ANNA}", 5)
    spool(tmp_path / "anna" / "Documents" / "backup", "sip_old@contoso.com", 5)
    spool(tmp_path / "anna" / "AppData" / "Roaming", "sip_older@contoso.com", 5)
    assert [found.person for found in find(tmp_path)] == [ANNA]


def test_a_person_without_a_spool_folder_and_links(tmp_path: Path, spool: Spool) -> None:
    spool(tmp_path / "anna", f"sip_{ANNA}", 5).rename(tmp_path / "elsewhere")
    (tmp_path / "anna" / "AppData" / "loop").symlink_to(tmp_path, target_is_directory=True)
    [found] = find(tmp_path / "anna")
    assert (found.person, found.empty) == (ANNA, True)


@pytest.mark.skipif(os.name == "nt", reason="names do not differ by case only")
def test_names_that_differ_by_case_only_and_a_spooler_that_is_a_link(tmp_path: Path, spool: Spool) -> None:
    spool(tmp_path / "Anna", f"sip_{ANNA}", 5)
    place = spool(tmp_path / "anna", "sip_ben@contoso.com", 5)
    assert {one.person for one in find(tmp_path)} == {ANNA, "ben@contoso.com"}
    place.rename(tmp_path / "elsewhere")
    place.symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    assert {one.person: bool(one.trouble) for one in find(tmp_path)} == {ANNA: False, "ben@contoso.com": True}


def test_owners() -> None:
    assert owner_of("sip_a.b@c.d") == "a.b@c.d"
    assert [owner_of(name) for name in ("Tracing", "sip_", "sip_anna", "a@b@c", "")] == [""] * 5


def test_in_flight_and_stuck(tmp_path: Path, spool: Spool) -> None:
    spool(tmp_path, f"sip_{ANNA}", 0, 60, 119, 121, 86400)
    [finding] = findings({"profiles": [str(tmp_path)]})
    assert finding.status is Status.FAIL
    assert "2 messages could not be sent" in finding.message
    assert "the oldest for 1 day (3 more on the way)" in finding.message
    assert "sip_…" in finding.remedy
    assert "would delete these messages" in finding.remedy
    assert finding.evidence["files"] == 5


def test_in_flight_only_passes(tmp_path: Path, spool: Spool) -> None:
    spool(tmp_path, f"sip_{ANNA}", 0, 60)
    assert judged({"profiles": [str(tmp_path)]}).status is Status.PASS


def test_contents_and_names_are_not_told(tmp_path: Path, spool: Spool) -> None:
    folder = spool(tmp_path, f"sip_{ANNA}", 500)
    (folder / "0.hist").rename(folder / "to-the-lawyer.hist")
    [finding] = findings({"profiles": [str(tmp_path)]})
    assert "lawyer" not in f"{finding}"
    assert "private" not in f"{finding}"


def test_files_below_and_files_of_windows(tmp_path: Path, spool: Spool) -> None:
    folder = spool(tmp_path, f"sip_{ANNA}", 500)
    (folder / "below").mkdir()
    (folder / "0.hist").rename(folder / "below" / "0.hist")
    (folder / "desktop.ini").write_text("")
    assert count(str(folder)).files == 1


def test_a_clock_that_is_ahead(tmp_path: Path, spool: Spool) -> None:
    """A file from the future says how far; the age of the others is told by that clock."""
    spool(tmp_path, f"sip_{ANNA}", -300, -100)
    [finding] = findings({"profiles": [str(tmp_path)]})
    assert finding.status is Status.FAIL
    assert "1 message could" in finding.message
    assert "the clock there is at least" in finding.message


def test_times_that_no_clock_shows(tmp_path: Path, spool: Spool) -> None:
    spool(tmp_path, f"sip_{ANNA}", -10 * 86400)
    [finding] = findings({"profiles": [str(tmp_path)]})
    assert finding.status is Status.ERROR
    assert "cannot be dated" in finding.message


@given(st.lists(st.floats(0, 4e9), max_size=20), st.floats(1e9, 3e9))
def test_counts_agree(times: list[float], now: float) -> None:
    found = judged_ages(array("d", times), now)
    assert 0 <= found.stuck <= found.files == len(times)
    assert found.undated <= found.files
    assert found.ahead >= 0
    assert found.oldest is None or (found.newest is not None and found.oldest >= found.newest >= 0)


def test_files_that_vanish_meanwhile(tmp_path: Path, spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client takes its files away while they are counted."""
    folder = spool(tmp_path, f"sip_{ANNA}", *range(200, 210))
    entries = list(os.scandir(folder))
    for file in list(folder.iterdir())[:5]:
        file.unlink()
    monkeypatch.setattr(os, "scandir", lambda _: nullcontext(iter(entries)))
    found = count(str(folder))
    assert (found.files, found.stuck, found.trouble) == (5, 5, "")


def test_a_place_that_is_not_there(tmp_path: Path) -> None:
    [finding] = findings({"profiles": [str(tmp_path / "absent")]}, "spool.searched-places")
    assert finding.status is Status.ERROR
    assert "there is no such folder" in finding.message


def test_a_place_that_is_far_too_high(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not walked through for ever."""
    monkeypatch.setattr(searching, "_MOST_BESIDE", 5)
    for name in "abcdefgh":
        (tmp_path / name).mkdir()
    [told] = findings({"profiles": [str(tmp_path)]}, "spool.searched-places")
    assert told.status is Status.ERROR
    assert "name a folder nearer to the profiles" in told.message


def test_a_place_with_nobody(tmp_path: Path) -> None:
    [finding] = findings({"profiles": [str(tmp_path)]}, "spool.searched-places")
    assert finding.status is Status.WARN


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="this user may read everything")
def test_a_profile_that_may_not_be_read(tmp_path: Path, spool: Spool) -> None:
    spool(tmp_path / "anna", f"sip_{ANNA}", 500)
    (tmp_path / "boss").mkdir(mode=0)
    places: dict[str, object] = {"profiles": [str(tmp_path)]}
    [finding] = findings(places, "spool.searched-places")
    assert finding.status is Status.ERROR
    assert "boss" in finding.message


@pytest.mark.skipif(os.name == "nt", reason="there they are reached")
def test_admin_shares_elsewhere() -> None:
    found = findings({"hosts": ["pc-1", "no host!"]}, "spool.searched-places")
    assert [finding.status for finding in found] == [Status.ERROR] * 2
    assert "Windows" in found[0].message
    assert "is no computer's name" in found[1].message


def test_people_and_strangers(tmp_path: Path, spool: Spool) -> None:
    """Who is judged is judged by name; a stuck message of anybody else is told as well."""
    users = [
        {"SipAddress": f"sip:{ANNA}", "Enabled": True},
        {"SipAddress": "sip:ben@contoso.com", "Enabled": True},
    ]
    save_output(tmp_path / "saved", "skype/Get-CsUser", users)
    spool(tmp_path / "saved" / "troubleshoot" / "profiles" / "anna", f"sip_{ANNA}", 500)
    spool(tmp_path / "saved" / "troubleshoot" / "profiles" / "left", "sip_left@contoso.com", 500)
    with open_session(Target.of(tmp_path / "saved")) as session:
        results = {r.check: r for r in session.check("spool.history-spooler", "spool.searched-places")}
        people = {person.person: person.verdict for person in session.run().people}
    counts = results["spool.history-spooler"].counts
    assert (counts["fail"], counts["skip"]) == (1, 1)
    assert people[ANNA] == "cannot"
    [stranger] = results["spool.searched-places"].findings
    assert (stranger.subject, stranger.status) == ("left@contoso.com", Status.FAIL)


def write(path: Path, text: str, encoding: str = "utf-8-sig") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


ROW = (
    r'"PC1","C:\Users\anna\AppData\Local\Microsoft\Office\16.0\Lync\sip_anna.lind@contoso.com'
    r'\History Spooler",'
    '"anna.lind@contoso.com","3","2","2026-11-20T08:00:00.0000000Z","2026-11-20T09:59:50.0000000Z",'
    '"2026-11-20T10:00:00.0000000Z",""'
)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "utf-16", "cp1252"])
@pytest.mark.parametrize("before", ["", "#TYPE System.Management.Automation.PSCustomObject\r\n"])
def test_inventory(tmp_path: Path, encoding: str, before: str) -> None:
    [spool] = read_inventory(write(tmp_path / "i.csv", f"{before}{HEADER}\r\n{ROW}\r\n", encoding))
    assert (spool.person, spool.files, spool.stuck, spool.oldest, spool.computer) == (
        ANNA,
        3,
        2,
        7200.0,
        "PC1",
    )


def test_inventory_of_json_and_semicolons(tmp_path: Path) -> None:
    """One row is no list, as ConvertTo-Json writes it."""
    values = [cell.strip('"') for cell in ROW.split('","')]
    one = dict(zip(COLUMNS, values, strict=True))
    [spool] = read_inventory(write(tmp_path / "i.json", json.dumps(one)))
    for separator in (";", "\t"):
        lines = f"{HEADER}\n{ROW}".replace(",", separator)
        [same] = read_inventory(write(tmp_path / "j.csv", lines))
        assert spool == same


def test_the_script_writes_the_columns() -> None:
    assert all(f"{column} = " in SCRIPT for column in COLUMNS)
    assert SCRIPT.count("{") == SCRIPT.count("}")
    assert "{{" not in SCRIPT
    assert "ReadAll" not in SCRIPT
    assert "Get-Content" not in SCRIPT


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "is empty"),
        ("[1]", "no row"),
        ("{", "is not JSON"),
    ],
)
def test_inventories_that_are_none(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(ImadminError, match=what):
        list(read_inventory(write(tmp_path / "i.csv", text)))


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("x,many,0,2026-11-20", "is not a number"),
        ("x,1,2,2026-11-20", "cannot be stuck"),
        ("x,1,0,yesterday", "is not a time"),
        ("x,1,0,", "does not say when"),
        ("x", "does not say when"),
    ],
)
def test_a_row_that_is_none_costs_no_other(tmp_path: Path, row: str, what: str) -> None:
    lines = f"Path,Files,Stuck,CollectedUtc\n{row}\nsip_{ANNA},2,1,2026-11-20\n"
    wrong, good = read_inventory(write(tmp_path / "i.csv", lines))
    assert what in wrong.trouble
    assert (good.person, good.stuck) == (ANNA, 1)
    [place, *_] = findings({"inventories": [str(tmp_path / "i.csv")]}, "spool.searched-places")
    assert (place.status, "row 1" in place.message) == (Status.ERROR, True)


def test_dates_and_wrappings_of_windows_powershell(tmp_path: Path) -> None:
    row = {"Path": f"sip_{ANNA}", "Owner": r"CONTOSO\\anna", "Files": 1, "Stuck": 1}
    row |= {"OldestUtc": "/Date(1795939200000)/"}
    row |= {"CollectedUtc": {"value": "/Date(1795939800000)/", "DateTime": "20 November 2026"}}
    for text in (json.dumps({"value": [row], "Count": 1}), f"{json.dumps(row)}\n"):
        [spool] = read_inventory(write(tmp_path / "i.json", text, "utf-16"))
        assert (spool.person, spool.oldest) == (ANNA, 600.0)


@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=300).map(str.encode),
        st.lists(st.text(max_size=20), max_size=9).map(lambda cells: f"{HEADER}\n{','.join(cells)}".encode()),
        st.dictionaries(
            st.sampled_from(COLUMNS), st.one_of(st.none(), st.integers(), st.text(max_size=9))
        ).map(lambda row: json.dumps([row]).encode()),
    )
)
def test_any_inventory(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """Rows or our error, never another exception."""
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(data)
    with suppress(ImadminError):
        for spool in read_inventory(path):
            assert 0 <= spool.stuck <= spool.files
