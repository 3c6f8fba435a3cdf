"""Reading what PowerShell wrote: whatever else stands there, nothing of the answer is lost or made up."""

from __future__ import annotations

import base64
import contextlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imadmin.errors import SourceError
from imadmin.shells.clixml import PSObject, write
from imadmin.shells.local.noise import excerpt
from imadmin.shells.local.transcript import Transcript

MARK = "imadmin-0123456789abcdef"
PARTS = ("begin", "output", "error", "warning", "unprepared", "failed", "end")
EMPTY = [f"{MARK} {part} ".encode() for part in PARTS]


def line(kind: str, value: object) -> bytes:
    document = BytesIO()
    write(document, [value], encoding="utf-8")
    return f"{MARK} {kind} ".encode() + base64.b64encode(document.getvalue()) + b"\r\n"


def transcript(data: bytes) -> Transcript:
    found = Transcript(MARK, "here")
    found.file.write(data)
    return found


noise = st.binary(max_size=60).filter(lambda data: MARK.encode() not in data)
texts = st.text(max_size=20)


@given(st.lists(st.tuples(noise, texts), max_size=8), noise)
def test_noise_between_objects(pieces: list[tuple[bytes, str]], last: bytes) -> None:
    data = line("begin", "")
    for before, text in pieces:
        data += before + line("output", PSObject({"Name": text}))
    found = transcript(data + line("end", len(pieces)) + last)
    answer = found.answer()
    assert (answer.begun, answer.whole) == (True, True)
    assert [record["name"] for record in found.records(("name",))] == [text for _, text in pieces]


@given(
    st.lists(st.sampled_from([line("end", 0), line("output", 3), *(f"{MARK} {p} ".encode() for p in PARTS)]))
)
def test_lines_in_any_order(lines: list[bytes]) -> None:
    found = transcript(b"\n".join(lines))
    with contextlib.suppress(SourceError):
        found.answer()
        list(found.records(()))
    found.close()


@given(st.sampled_from(PARTS), st.binary())
def test_damaged_lines(kind: str, payload: bytes) -> None:
    found = transcript(f"{MARK} {kind} ".encode() + payload)
    with contextlib.suppress(SourceError):
        found.answer()
        list(found.records(()))
    found.close()


@given(st.binary(max_size=2000) | st.binary(max_size=200).map(lambda data: b"#< CLIXML\r\n" + data))
def test_whatever_stands_on_standard_error(said: bytes) -> None:
    line = excerpt(said)
    assert len(line) <= 301
    assert "\n" not in line


@given(st.integers(min_value=0))
def test_a_character_that_is_not_base64(place: int) -> None:
    """Left out, it would make another object of what remains."""
    whole = line("output", PSObject({"Name": "x"}))
    head = len(f"{MARK} output ")
    at = head + place % (len(whole.rstrip()) - head)
    found = transcript(whole[:at] + b"*" + whole[at:])
    with pytest.raises(SourceError, match="cannot be read"):
        list(found.records(("Name",)))
    found.close()
