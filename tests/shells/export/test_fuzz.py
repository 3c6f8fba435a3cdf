"""Whatever bytes a file holds: records, or an error of ours."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imadmin.errors import ImadminError
from imadmin.model import Setting
from imadmin.model.values import members

if TYPE_CHECKING:
    from tests.shells.export.conftest import Read

DATA = Path(__file__).with_name("data")
SUFFIXES = {"clixml": ".xml", "json-5.1": ".json", "csv-5.1": ".csv", "text-5.1": ".txt"}
MARKS = (
    b"\" ' , ; : | \t [ ] { } [] {} @{ \\ \\u \\ud800 NaN 1e999 -0 null true #TYPE sep=; {a, ...}"
    b" \xe2\x80\xa6 \xff\xfe \xfe\xff \xef\xbb\xbf \x1b[0m PS> : System.Object[] /Date(1)/ value"
    b" Count Identity Flag Names <Obj> </Obj> <LST> <S N='Identity'> _xD800_ <!DOCTYPE ---"
    b" ClassId2e4f51ef21dd47e99d3c952918aff9cd"
)
PIECES = st.binary(max_size=3) | st.sampled_from(
    [*MARKS.split(b" "), b" ", b" : ", b"\n", b"\r\n", b"\n\n", b"\0"]
)
EDITS = st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 30), PIECES), min_size=1, max_size=6)
ENCODINGS = st.sampled_from(["", "", "cp1251", "utf-16-le", "utf-7", "cp932", "hex", "undefined"])
FUZZ = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def look(read: Read, suffix: str, content: bytes, encoding: str) -> None:
    with contextlib.suppress(ImadminError):
        for record in read(suffix, content, encoding):
            assert record.keys() <= {"Identity", "Flag", "Names"}
            assert Setting.read(record, "Flag")
            assert members(record, "Names") != [""]


@pytest.mark.parametrize("form", SUFFIXES)
@settings(FUZZ, max_examples=200)
@given(edits=EDITS, encoding=ENCODINGS, in_utf_8=st.booleans())
def test_damaged(
    read: Read, form: str, edits: list[tuple[int, int, bytes]], encoding: str, *, in_utf_8: bool
) -> None:
    [path] = (DATA / form / "skype").glob("Get-CsClientPolicy.*")
    text = path.read_bytes().decode("utf-8-sig" if form == "csv-5.1" else "utf-16")
    text = text.replace("EnableIMAutoArchiving", "Flag").replace("PolicyEntry", "Names")
    data = bytearray(text.encode("utf-8" if in_utf_8 else "utf-16"))
    for position, length, piece in edits:
        start = position % len(data)
        data[start : start + length] = piece
        data = data or bytearray(b"{")
    look(read, SUFFIXES[form], bytes(data), encoding)


@pytest.mark.parametrize("suffix", SUFFIXES.values())
@settings(FUZZ, max_examples=200)
@given(content=st.lists(PIECES, max_size=60).map(b"".join), encoding=ENCODINGS)
def test_nonsense(read: Read, suffix: str, content: bytes, encoding: str) -> None:
    look(read, suffix, content, encoding)
