"""What the forms are written from is read again, or known to be lost; nothing in between."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imadmin.model import Setting
from imadmin.model.values import Lost, members
from imadmin.shells.clixml import PSObject, write

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.shells.export.conftest import Read

    Things: TypeAlias = list[tuple[bool | None, list[str] | None]]

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-32"]
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30) | st.sampled_from(
    ["System.Object[]", "?", "a\N{REPLACEMENT CHARACTER}", "@{", "\N{SNOWMAN}?", " : ", "{a, b}", "/Date(x)/"]
)
LINE = TEXT.filter(lambda text: not set(text) & set("\n\r\x1b") and text[:1] not in {" ", "{"})
ROUND = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def agree(found: Sequence[dict[str, object]], written: Sequence[str]) -> None:
    assert len(found) == len(written)
    for record, text in zip(found, written, strict=True):
        value = record["Identity"]
        assert value == text or value == Lost(text), (value, text)


@pytest.mark.parametrize("encoding", ENCODINGS)
@ROUND
@given(texts=st.lists(TEXT, min_size=1, max_size=4))
def test_json(read: Read, encoding: str, texts: list[str]) -> None:
    whole = json.dumps([{"Identity": text} for text in texts], ensure_ascii=False, indent=2)
    agree(read(".json", whole.encode(encoding)), texts)


@pytest.mark.parametrize("delimiter", ",;\t")
@pytest.mark.parametrize("encoding", ENCODINGS)
@ROUND
@given(texts=st.lists(TEXT, min_size=1, max_size=4))
def test_csv(read: Read, encoding: str, delimiter: str, texts: list[str]) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([["Identity", "Flag"], *([text, "True"] for text in texts)])
    agree(read(".csv", file.getvalue().encode(encoding)), texts)


@pytest.mark.parametrize("encoding", ENCODINGS)
@ROUND
@given(texts=st.lists(LINE, min_size=1, max_size=4))
def test_format_list(read: Read, encoding: str, texts: list[str]) -> None:
    whole = "\n".join(f"Identity : {text}\nFlag     : True\n" for text in texts)
    agree(read(".txt", whole.encode(encoding)), [text.rstrip() for text in texts])


FLAGS = st.sampled_from([None, True, False])
MEMBERS = st.lists(st.sampled_from(["OC/*", "Microsoft Office/*", "SMTP:a@x.com", "", "x..."]), max_size=6)
THINGS = st.lists(st.tuples(FLAGS, st.none() | MEMBERS), min_size=1, max_size=3)


def in_clixml(things: Things) -> bytes:
    file = io.BytesIO()
    write(file, [PSObject({"Flag": flag, "Names": names}) for flag, names in things])
    return file.getvalue()


def in_json(things: Things) -> bytes:
    return json.dumps([{"Flag": flag, "Names": names} for flag, names in things]).encode("utf-16")


def in_csv(things: Things) -> bytes:
    lost = '"System.Collections.ArrayList"'
    lines = (f"{'' if flag is None else flag},{'' if names is None else lost}\r\n" for flag, names in things)
    return ("Flag,Names\r\n" + "".join(lines)).encode("utf-8-sig")


def in_text(things: Things) -> bytes:
    blocks = (
        f"Flag  : {'' if flag is None else flag}\r\nNames : {enumerated(names)}\r\n" for flag, names in things
    )
    return "\r\n".join(blocks).encode("utf-16")


def enumerated(names: list[str] | None) -> str:
    """A collection as Format-List shows it, four members of it at most."""
    if names is None:
        return ""
    return "{" + ", ".join(names[:4]) + ("..." if len(names) > len(names[:4]) else "") + "}"


@ROUND
@given(things=THINGS)
def test_a_setting_and_a_list_are_what_they_are_in_clixml_or_unknown(
    read: Read, tmp_path: Path, things: Things
) -> None:
    forms = {".xml": in_clixml, ".json": in_json, ".csv": in_csv, ".txt": in_text}
    found: dict[str, list[dict[str, object]]] = {}
    for suffix, written in forms.items():
        found[suffix] = read(suffix, written(things))
        (tmp_path / f"Get-CsThing{suffix}").unlink()
    for suffix, records in found.items():
        for truth, record in zip(found[".xml"], records, strict=True):
            assert Setting.read(record, "Flag") in {Setting.read(truth, "Flag"), Setting.UNKNOWN}, suffix
            assert members(record, "Names") in [members(truth, "Names"), None], suffix
    assert found[".json"] == found[".xml"]
