"""The _xHHHH_ escapes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imadmin.shells.clixml import escape, unescape


@pytest.mark.parametrize(
    ("escaped", "plain"),
    [
        ("a_x000D__x000A_b", "a\r\nb"),
        ("_x005F_x000A_", "_x000A_"),
        ("_x005F_X", "_X"),
        ("_xD83D__xDE00_", "😀"),
        ("_x0085_", "\x85"),
        ("under_score", "under_score"),
        ("_xFFFF_", "\uffff"),
    ],
)
def test_both_ways(escaped: str, plain: str) -> None:
    assert unescape(escaped) == plain
    assert escape(plain) == escaped


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("_x000a_", "\n"),
        ("_x00_", "_x00_"),
        ("_x000G_", "_x000G_"),
        ("_X0041_", "_X0041_"),
        ("_xD83D_", "�"),
        ("_xDE00__xD83D_", "��"),
        ("a_xD83D_b", "a�b"),
    ],
)
def test_unescape(text: str, expected: str) -> None:
    assert unescape(text) == expected


def test_halves_of_a_pair_never_break_utf_8() -> None:
    assert escape("\ud83d") == "_xD83D_"
    unescape("\ud83d_x0041_").encode()


@given(st.text())
def test_round_trip(text: str) -> None:
    assert unescape(escape(text)) == text


@given(st.text(alphabet=st.sampled_from("_xX005FfD8Ea")))
def test_round_trip_of_what_looks_like_escapes(text: str) -> None:
    assert unescape(escape(text)) == text
