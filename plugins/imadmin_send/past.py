"""Test sends of the past, as the journal has them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imadmin.journal import PastChange

__all__ = ["STILL_GOING_ON", "age_of", "tokens_of"]

STILL_GOING_ON = timedelta(minutes=5)
"""A test that began less long ago and has no end may be one that is still going on."""


def age_of(past: PastChange) -> timedelta:
    """How long ago it began."""
    return datetime.now(UTC) - datetime.fromisoformat(past.begun)


def tokens_of(past: PastChange) -> list[str]:
    """What the subjects of its messages hold."""
    return list(dict.fromkeys(str(intent["token"]) for intent in past.intents if "token" in intent))
