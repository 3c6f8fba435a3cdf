"""Messages out of fragments."""

from __future__ import annotations

import struct
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imadmin_lab.powershell.fragments import FragmentError, Stream, whole

MESSAGES = st.lists(st.binary(min_size=40, max_size=200), max_size=5)


def fragment(message: int, number: int, data: bytes, *, start: bool = False, end: bool = False) -> bytes:
    return struct.pack(">QQBI", message, number, start | end << 1, len(data)) + data


def cut(number: int, message: bytes, size: int) -> list[bytes]:
    pieces = [message[at : at + size] for at in range(0, len(message), size)]
    last = len(pieces) - 1
    return [fragment(number, n, p, start=n == 0, end=n == last) for n, p in enumerate(pieces)]


@settings(deadline=None)
@given(MESSAGES, st.integers(1, 300), st.integers(1, 4))
def test_messages_survive(messages: list[bytes], size: int, at_once: int) -> None:
    fragments = [part for n, message in enumerate(messages) for part in cut(n, message, size)]
    stream = Stream()
    fed = [b"".join(fragments[at : at + at_once]) for at in range(0, len(fragments), at_once)]
    assert [found for data in fed for found in stream.feed(data)] == messages


@settings(deadline=None)
@given(st.binary(max_size=100))
def test_nonsense_is_refused_or_incomplete(data: bytes) -> None:
    with suppress(FragmentError):
        assert all(len(found) >= 40 for found in Stream().feed(data))


def test_numbers_count_for_one_stream_only() -> None:
    first, second = Stream(), Stream()
    a, b = cut(7, bytes(100), 60), cut(7, bytes(range(100)), 60)
    assert list(first.feed(a[0])) + list(second.feed(b[0])) == []
    assert list(first.feed(a[1])) == [bytes(100)]
    assert list(second.feed(b[1])) == [bytes(range(100))]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"short", "cut short"),
        (fragment(1, 0, bytes(50), start=True, end=True)[:-1], "holds 49 of its 50"),
        (fragment(1, 1, bytes(50)), "without the one before"),
        (fragment(1, 1, bytes(50), start=True), "stands where 0 should"),
        (fragment(1, 0, bytes(50), start=True) + fragment(2, 1, b"", end=True), "message 2 without"),
        (fragment(1, 0, bytes(50), start=True) + fragment(1, 2, b"", end=True), "2 stands where 1"),
        (whole(1, bytes(39)), "shorter than its header"),
    ],
)
def test_what_makes_no_message(data: bytes, text: str) -> None:
    with pytest.raises(FragmentError, match=text):
        list(Stream().feed(data))
