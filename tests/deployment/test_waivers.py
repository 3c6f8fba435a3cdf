"""The file of waivers: what is refused, with file and line, and how one is appended."""

from __future__ import annotations

import stat
import sys
from datetime import date
from typing import TYPE_CHECKING

import pytest

from imadmin.deployment.waivers import add_waiver, known_checks, read_waivers
from imadmin.errors import ConfigError
from imadmin.plugins import open_catalog
from imadmin.waivers import Waiver

if TYPE_CHECKING:
    from pathlib import Path

CHECKS = ("client.build", "policy.auto-archiving")
GIVEN = Waiver("client.build", "Ann: #1 'x'", 'a "reason" \u2013 ä', "j.doe", date(2027, 1, 31))
FULL = """\
# Accepted by the board.
- check: policy.auto-archiving
  subject: 'Tag:Legal'    # hold
  reason: Litigation hold
  owner: j.doe
  expires: 2027-01-31
"""
LINES = "check: client.build, reason: r, owner: o"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "waivers.yaml"


def read(file: Path, text: str) -> tuple[Waiver, ...]:
    file.write_text(text, encoding="utf-8")
    return read_waivers(file, CHECKS)


def test_a_waiver(file: Path) -> None:
    [found] = read(file, FULL)
    day = date(2027, 1, 31)
    where = f"{file}, line 2"
    assert found == Waiver("policy.auto-archiving", "Tag:Legal", "Litigation hold", "j.doe", day, where)


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "[]\n"])
def test_none(file: Path, text: str) -> None:
    assert read(file, text) == ()


def test_the_subject_may_be_left_out_and_be_a_sip_address(file: Path) -> None:
    assert read(file, f"- {{{LINES}, expires: 2027-01-31}}\n")[0].subject == "*"
    assert (
        read(file, f"- {{{LINES}, subject: 'SIP:a@x.com', expires: '2027-01-31'}}\n")[0].subject == "a@x.com"
    )


REFUSED = {
    "no list": ("check: client.build\n", "line 1: waivers are a list"),
    "no mapping": ("- client.build\n", "line 1: [0]: should be a mapping"),
    "an unknown key": (f"- {{{LINES}, expire: 2027-01-31}}\n", "line 1: [0].expire: unknown key"),
    "an unknown check": ("- {check: client.biuld, reason: r, owner: o, expires: 2027-01-31}\n", "none of"),
    "a lacking reason": ("- check: client.build\n  owner: o\n", "line 1: [0]: lacks the key reason"),
    "a lacking date": (f"- {{{LINES}}}\n", "line 1: [0]: lacks the key expires"),
    "an empty owner": (
        "- check: client.build\n  reason: r\n  owner: ''\n  expires: 2027-01-31\n",
        "line 3: [0].owner: is empty",
    ),
    "another order": (f"- {{{LINES}, expires: 31.01.2027}}\n", "line 1: [0].expires: should be a date"),
    "slashes": (f"- {{{LINES}, expires: 2019/01/31}}\n", "[0].expires: should be a date"),
    "no dashes": (f"- {{{LINES}, expires: 20190131}}\n", "[0].expires: should be a date"),
    "a moment": (f"- {{{LINES}, expires: 2027-01-31T10:00:00Z}}\n", "[0].expires: should be a date"),
    "a week": (f"- {{{LINES}, expires: 2019-W05-4}}\n", "[0].expires: should be a date"),
    "no day, in quotes": (f"- {{{LINES}, expires: '2027-02-30'}}\n", "2027-02-30 is no day of the calendar"),
    "no day": (f"- {{{LINES}, expires: 2027-02-30}}\n", "[0].expires: is not what its form or its tag says"),
    "nothing": (f"- {{{LINES}, expires: }}\n", "[0].expires: should be a date"),
    "twice": (f"- {{{LINES}, owner: p, expires: 2027-01-31}}\n", "[0].owner: is given twice"),
    "no YAML": ("- [\n", "is not YAML"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(file: Path, case: str) -> None:
    text, said = REFUSED[case]
    with pytest.raises(ConfigError) as caught:
        read(file, text)
    assert str(file) in str(caught.value)
    assert said in str(caught.value)
    assert "line" in caught.value.where
    assert caught.value.remedy or case in {"an empty owner", "no mapping", "twice"}


def test_a_check_that_a_broken_plugin_may_know(file: Path, tmp_path: Path) -> None:
    assert "client.build" in (known_checks(open_catalog(blocked=frozenset({"clients"}))) or ())
    folder = tmp_path / "plugins"
    folder.mkdir(mode=0o755)
    (folder / "acme.py").write_text("raise RuntimeError\n", encoding="utf-8")
    known = known_checks(open_catalog(folder=str(folder)))
    file.write_text(FULL.replace("policy.auto", "acme.auto"), encoding="utf-8")
    assert [waiver.check for waiver in read_waivers(file, known)] == ["acme.auto-archiving"]


def appended(file: Path, text: str) -> str:
    file.write_bytes(text.encode())
    add_waiver(file, GIVEN, CHECKS)
    after = file.read_bytes().decode()
    assert after.startswith(text)
    assert read_waivers(file, CHECKS)[-1].subject == GIVEN.subject
    assert read_waivers(file, CHECKS)[-1].reason == GIVEN.reason
    return after


INDENTED = "# two\n" + "".join(f"  {line}\n" for line in FULL.splitlines())


@pytest.mark.parametrize(
    "text",
    [FULL, FULL.rstrip("\n"), INDENTED, FULL.replace("\n", "\r\n"), "", "# none yet\n", f"---\n{FULL}"],
    ids=["plain", "without an end", "indented", "of Windows", "empty", "comments", "a document"],
)
def test_appending_leaves_what_is_there(file: Path, text: str) -> None:
    after = appended(file, text)
    assert after.count("\r\n") in {0, after.count("\n")}
    assert len(read_waivers(file, CHECKS)) == 1 + text.count("check:")
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_a_new_file_is_private_and_an_old_one_stays_as_it_is(file: Path) -> None:
    add_waiver(file, GIVEN, CHECKS)
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        file.chmod(0o644)
        add_waiver(file, GIVEN, CHECKS)
        assert stat.S_IMODE(file.stat().st_mode) == 0o644
    else:
        add_waiver(file, GIVEN, CHECKS)
    assert len(read_waivers(file, CHECKS)) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]\n", "a waiver cannot be appended"),
        (f"[{{{LINES}, expires: 2027-01-31}}]\n", "a waiver cannot be appended"),
        (f"{FULL}...\n", "a waiver cannot be appended"),
        ("check: x\n", "waivers are a list"),
    ],
)
def test_what_cannot_be_appended_to_is_left_alone(file: Path, text: str, said: str) -> None:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=said):
        add_waiver(file, GIVEN, CHECKS)
    assert file.read_text(encoding="utf-8") == text
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_a_file_that_is_not_utf_8(file: Path) -> None:
    file.write_bytes(b"\xff\xfe" + FULL.encode("utf-16-le"))
    assert len(read_waivers(file, CHECKS)) == 1
    with pytest.raises(ConfigError, match="is not UTF-8"):
        add_waiver(file, GIVEN, CHECKS)
