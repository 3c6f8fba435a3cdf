"""Putting messages together from fragments, for each pipeline apart ([MS-PSRP] 2.2.4).

A sender numbers its messages, but the numbers of one pipeline say nothing of another's: clients that use a
pool from several threads give the same number twice, and fragments of different pipelines arrive mixed.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADER: Final = struct.Struct(">QQBI")
_SMALLEST_MESSAGE: Final = 40
_START: Final = 1
_END: Final = 2


@dataclass(frozen=True)
class _Fragment:
    message: int
    number: int
    flags: int
    data: bytes


class FragmentError(ValueError):
    """Fragments that make no message."""


@dataclass
class Stream:
    """What came so far of the message that one pipeline, or the pool, is being sent."""

    _message: int = 0
    _parts: list[bytes] = field(default_factory=list)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The messages that become whole by *data*, which holds any number of fragments.

        Raises:
            FragmentError: A fragment is cut short, or is not the one that must come next.
        """
        for fragment in _fragments(data):
            if fragment.flags & _START:
                self._message, self._parts = fragment.message, []
            elif not self._parts or fragment.message != self._message:
                raise FragmentError(f"Fragment of message {fragment.message} without the one before it.")
            if fragment.number != len(self._parts):
                expected = len(self._parts)
                raise FragmentError(f"Fragment {fragment.number} stands where {expected} should.")
            self._parts.append(fragment.data)
            if fragment.flags & _END:
                message, self._parts = b"".join(self._parts), []
                if len(message) < _SMALLEST_MESSAGE:
                    raise FragmentError("A message is shorter than its header.")
                yield message


def whole(number: int, message: bytes) -> bytes:
    """A message as its one fragment, under a number of one's own."""
    return _HEADER.pack(number, 0, _START | _END, len(message)) + message


def _fragments(data: bytes) -> Iterator[_Fragment]:
    position = 0
    while position < len(data):
        if len(data) - position < _HEADER.size:
            raise FragmentError("A fragment is cut short in its header.")
        message, number, flags, length = _HEADER.unpack_from(data, position)
        position += _HEADER.size
        if len(data) - position < length:
            raise FragmentError(f"A fragment holds {len(data) - position} of its {length} bytes.")
        yield _Fragment(message, number, flags, data[position : position + length])
        position += length
