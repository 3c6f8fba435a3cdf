"""Test sends of the past, as the journal has them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imadmin.journal import PastChange

__all__ = ["age_of", "ends_of", "tokens_of", "went"]


def age_of(past: PastChange) -> timedelta:
    """How long ago it began; never less than nothing, whatever the clock did since."""
    return max(datetime.now(UTC) - datetime.fromisoformat(past.begun), timedelta())


def tokens_of(past: PastChange) -> list[str]:
    """What the subjects of its messages hold."""
    return list(dict.fromkeys(str(intent["token"]) for intent in past.intents if "token" in intent))


def ends_of(past: PastChange) -> list[str]:
    """The mailboxes that it was about: the sender's and the recipient's."""
    return [str(past.planned.detail[end]) for end in ("sender", "recipient") if end in past.planned.detail]


def went(past: PastChange) -> bool:
    """Whether its message was sent, or may have been."""
    return any(effect.action == "send" and effect.status != "failed" for effect in past.effects)
