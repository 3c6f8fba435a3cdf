"""Whether Exchange lets a client in by its settings, as far as that is documented."""

from __future__ import annotations

import re
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .scenario import EwsSettings

_OTHER_NAMES = ("Lync", "Skype for Business", "UCCAPI/16.0")
"""How else, some say, the client may call itself to Exchange Web Services."""

FRONTLINE = ("Exchange Online Kiosk", "Office 365 F3", "Microsoft 365 F1", "Microsoft 365 F3")
"""Licenses that give no right to Exchange Web Services."""

FRONTLINE_REFUSED = date(2026, 7, 1)
"""From this day on Exchange Online refuses who has no other license."""

LAST_DAY_ONLINE = date(2027, 4, 1)
"""From this day on Exchange Online has no EWS, whatever is set there."""


class Ruling(Enum):
    """What the settings mean for a client."""

    IN = "in"
    OUT = "out"
    UNDOCUMENTED = "undocumented"


def rule(organisation: EwsSettings, mailbox: EwsSettings, user_agent: str) -> Ruling:
    """What organisation and mailbox mean together.

    Both must have EWS switched on. Which of two access policies prevails is documented nowhere.
    """
    levels = (organisation, mailbox)
    if any(level.enabled is False for level in levels):
        return Ruling.OUT
    told = {_by_policy(level, user_agent) for level in levels if level.access_policy}
    return told.pop() if len(told) == 1 else Ruling.UNDOCUMENTED if told else Ruling.IN


def _by_policy(level: EwsSettings, user_agent: str) -> Ruling:
    allowing = level.access_policy == "EnforceAllowList"
    patterns = level.allow_list if allowing else level.block_list
    if any(_matches(pattern, user_agent) for pattern in patterns):
        return Ruling.IN if allowing else Ruling.OUT
    if any(_may_match(pattern, user_agent) for pattern in patterns):
        return Ruling.UNDOCUMENTED
    return Ruling.OUT if allowing else Ruling.IN


def _may_match(pattern: str, user_agent: str) -> bool:
    """Whether it would, were case of no account, or did the client call itself otherwise."""
    return any(_matches(pattern.lower(), name.lower()) for name in (user_agent, *_OTHER_NAMES))


def _matches(pattern: str, user_agent: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), user_agent) is not None
