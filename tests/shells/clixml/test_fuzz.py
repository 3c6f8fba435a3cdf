"""Whatever is written is read; whatever is read is a value or a ClixmlError."""

from __future__ import annotations

import contextlib
import io
from decimal import Decimal
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imadmin.errors import ClixmlError
from imadmin.shells.clixml import SECRET, EnumValue, Limits, PSObject, decode, write

TEXT = st.text(max_size=12)
TYPE_NAMES = st.lists(TEXT.filter(lambda name: not name.startswith("Deserialized.")), max_size=3).map(tuple)
KEYS = TEXT | st.integers(-(2**63), 2**64 - 1)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.decimals(-(10**15), 10**15, places=6)
    | TEXT
    | st.binary(max_size=12)
    | st.builds(EnumValue, st.integers(-(2**31), 2**31 - 1), TEXT, TEXT)
    | st.just(SECRET)
)


def _record(properties: dict[str, object], type_names: tuple[str, ...], to_string: str | None) -> PSObject:
    return PSObject(properties, type_names=type_names, to_string=to_string)


def _containers(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return (
        st.lists(values, max_size=4)
        | st.dictionaries(KEYS, values, max_size=4)
        | st.builds(_record, st.dictionaries(TEXT, values, max_size=4), TYPE_NAMES, st.none() | TEXT)
    )


VALUES = st.recursive(SCALARS, _containers, max_leaves=12)


def _plain(value: object) -> object:
    """The value with everything that equality of dictionaries and numbers would not see."""
    match value:
        case PSObject():
            return (
                "record",
                value.type_names,
                value.to_string,
                {name: _plain(item) for name, item in value.items()},
            )
        case dict():
            return "dictionary", {key: _plain(item) for key, item in value.items()}
        case list():
            return [_plain(item) for item in value]
        case bool() | int() | float() | Decimal():
            return type(value).__name__, value
    return value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(values=st.lists(VALUES, max_size=4))
def test_round_trip(values: list[object], encoding: Literal["utf-8", "utf-16"]) -> None:
    file = io.BytesIO()
    write(file, values, encoding=encoding)
    file.seek(0)
    entries = list(decode(file, where="written"))
    assert [_plain(entry.value) for entry in entries] == [_plain(value) for value in values]
    assert {entry.stream for entry in entries} <= {"output"}


def _sample() -> bytes:
    shared = ["a", b"\x00", 1.5]
    value = PSObject(
        {"Name": "Ж😀", "On": True, "Shared": shared, "Again": shared, "Scope": EnumValue(1, "One", "E")},
        type_names=("Deserialized.A", "System.Object"),
        to_string="A",
    )
    value["Self"] = value
    file = io.BytesIO()
    write(file, [value, {"k": Decimal("1.5"), 1: None, "s": SECRET}, "end"], encoding="utf-8")
    return file.getvalue()


SAMPLE = _sample()
SAMPLES = [SAMPLE, SAMPLE.decode().encode("utf-16"), b"#< CLIXML\r\n" + SAMPLE]
LIMITS = Limits(depth=20, text=2_000, elements=200)
MARKUP = b"< > & <!-- <![CDATA[ ]]> <!DOCTYPE <Obj> </Obj> <LST> </LST> <DCT> <En> <PR> <TN> <S> _xD800_ \0"
REFERENCES = [b"<Ref RefId='0' />", b"<TNRef RefId='1' />", b"<Obj RefId='0'>"]
PIECES = st.binary(max_size=3) | st.sampled_from([*MARKUP.split(), *REFERENCES])
EDITS = st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 30), PIECES), min_size=1, max_size=6)


@settings(max_examples=800, deadline=None)
@given(
    sample=st.sampled_from(SAMPLES),
    edits=EDITS,
    properties=st.none() | st.lists(st.sampled_from(["Name", "self", "again", "nobody"]), max_size=3),
)
def test_damaged(sample: bytes, edits: list[tuple[int, int, bytes]], properties: list[str] | None) -> None:
    data = bytearray(sample)
    for position, length, piece in edits:
        start = position % len(data)
        data[start : start + length] = piece
        data = data or bytearray(b"<")
    with contextlib.suppress(ClixmlError):
        for entry in decode(io.BytesIO(bytes(data)), where="damaged", properties=properties, limits=LIMITS):
            assert entry.stream


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40).map(b"".join))
def test_nonsense(data: bytes) -> None:
    with contextlib.suppress(ClixmlError):
        list(decode(io.BytesIO(b"<Objs>" + data + b"</Objs>"), where="nonsense", limits=LIMITS))
