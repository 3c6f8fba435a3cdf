"""What is left out before the XML is parsed changes nothing of what is decoded."""

from __future__ import annotations

import io
from contextlib import nullcontext
from itertools import pairwise
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from imadmin.errors import ClixmlError
from imadmin.shells.clixml import EnumValue, PSObject, decode, decoder, write
from imadmin.shells.clixml.trimming import trimmed

WANTED = ("name", "Pool")


def user(number: int) -> PSObject:
    pool = PSObject({"Name": "pool", "Other": True, "Inner": PSObject({"Other": 1})}, type_names=("Pool",))
    return PSObject(
        {
            "Other": "o" * number,
            "Name": f"Ж <{number}>",
            "Scope": EnumValue(number, "Scope"),
            "Pool": pool,
            "Nobody": None,
            "Sid": PSObject({"Name": "not this one", "Value": "S-1"}, type_names=("Sid",), to_string="S-1"),
            "Lists": ["a", ["b"]],
            "Map": {"Name": "n", "Other": PSObject({"Other": 2})},
            "NAME2": number,
        },
        type_names=("User", "System.Object"),
        to_string="user",
    )


def document() -> str:
    file = io.BytesIO()
    write(file, [user(1), {"Name": "x", "Other": "y"}, user(2), "text", user(3)], encoding="utf-8")
    return file.getvalue().decode()


DOCUMENT = document()
MARKUP = '< > & <!-- --> <![CDATA[ ]]> <?a?> <Obj> <Obj/> </Obj> </S> <S> " Name Other N="Name" _x004E_ \0 \n'
PIECES = st.text(max_size=2) | st.sampled_from([*MARKUP.split(" "), '<Obj N="Pool" RefId="9">', "<LST>"])
EDITS = st.lists(st.tuples(st.integers(0, len(DOCUMENT)), st.integers(0, 30), PIECES), max_size=4)


def read(text: str, *, trimming: bool = True) -> list[object] | None:
    """The entries; None where the document is bad. Objects in collections may have more or less."""
    file = io.BytesIO(text.encode("utf-8", "replace"))
    as_it_is = nullcontext() if trimming else patch.object(decoder, "trimmed", lambda texts, _: texts)
    try:
        with as_it_is:
            return [_told(entry.value) for entry in decode(file, where="document", properties=WANTED)]
    except ClixmlError:
        return None


def _told(value: object) -> object:
    if isinstance(value, PSObject):
        return value.type_names, value.to_string, dict(value)
    return "list" if isinstance(value, list) else value


@settings(max_examples=500, deadline=None)
@given(edits=EDITS)
def test_the_same_with_and_without(edits: list[tuple[int, int, str]]) -> None:
    text = DOCUMENT
    for position, length, piece in edits:
        text = text[:position] + piece + text[position + length :]
    assert read(text) == read(text, trimming=False)


@settings(max_examples=100, deadline=None)
@given(cuts=st.lists(st.integers(0, len(DOCUMENT)), max_size=12))
def test_wherever_the_text_is_cut_into_pieces(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(DOCUMENT)]
    pieces = [DOCUMENT[start:end] for start, end in pairwise(places)]
    left = "".join(trimmed(pieces, WANTED))
    assert left.count("\n") == DOCUMENT.count("\n")
    assert read(left) == read(DOCUMENT, trimming=False)


def test_what_nobody_wants_is_left_out() -> None:
    left = "".join(trimmed([DOCUMENT], WANTED))
    assert 'N="Other">o' not in left
    assert left.count('N="Sid"') == 1  # the first one says what its type is
    assert left.count('N="Other">true<') == DOCUMENT.count('N="Other">true<')  # in what is wanted


def test_long_texts_are_not_kept_back() -> None:
    (first, *_) = trimmed(["<Objs>" + "x" * 70_000, "y" * 70_000], WANTED)
    assert first.endswith("x")
