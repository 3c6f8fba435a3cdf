"""What can go wrong with delivery, as named rules."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from .rules import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS: Final[Mapping[str, str]] = {
    "delivery-delayed": "mail arrives `seconds` late",
    "delivery-lost": "mail never arrives, and nobody is told",
    "delivery-junk": "mail arrives in Junk E-Mail",
    "delivery-twice": "mail arrives twice",
    "class-rewritten": "mail arrives as IPM.Note, whatever its class was",
}


def rule_of(name: str, seconds: float) -> Rule:
    """What a fault does to mail on its way.

    Args:
        name: A key of `KINDS`.
        seconds: Of `delivery-delayed`.
    """
    rules = {
        "delivery-delayed": Rule(delay=timedelta(seconds=seconds)),
        "delivery-lost": Rule(copies=0),
        "delivery-junk": Rule(folder="junkemail"),
        "delivery-twice": Rule(copies=2),
        "class-rewritten": Rule(item_class="IPM.Note"),
    }
    return rules[name]
