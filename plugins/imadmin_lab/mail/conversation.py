"""The conversation index: which conversation a message belongs to, and where in it."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .records import Content

_FILETIME_EPOCH: Final = datetime(1601, 1, 1, tzinfo=UTC)


def continued(content: Content, now: datetime) -> Content:
    """Give *content* with a conversation index: a new one where the client sent none."""
    return content if content.conversation_index else replace(content, conversation_index=_header(now))


def _header(now: datetime) -> bytes:
    ticks = (now - _FILETIME_EPOCH) // timedelta(microseconds=1) * 10
    return b"\x01" + ticks.to_bytes(8, "big")[1:6] + uuid.uuid4().bytes
