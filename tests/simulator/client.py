"""The Windows client: which builds offer the feature, and what it does with what it was told at sign-in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .server import Provisioning

FIRST = (16, 0, 6701, 1000)
"""The first build with the feature. MSI editions are 16.0.4xxx and Lync is 15 or less: never."""

FIRST_ON_PREMISES = (16, 0, 6920, 1000)
"""The first build that can do it with a mailbox on-premises."""

TIMER = 120
"""Seconds until a message that was written down is to be picked up and processed."""

_DESKTOP = re.compile(r"(?:^|\s)(OC/(\d+)\.(\d+)\.(\d+)\.(\d+)[^;]*)")


class Client(NamedTuple):
    """A desktop client.

    Attributes:
        user_agent: By which it goes to Exchange Web Services: what is seen of `OC/` in logs there.
    """

    user_agent: str
    build: tuple[int, ...]

    def has_feature(self, mailbox: str) -> bool:
        """Whether its build can do it with a mailbox there."""
        return self.build >= (FIRST_ON_PREMISES if mailbox == "onprem" else FIRST)


CURRENT = Client("OC/16.0.20228.20190 (Skype for Business)", (16, 0, 20228, 20190))
"""What somebody of whom no client is known would have at best."""


def desktop_clients(agents: Iterable[str]) -> list[Client]:
    """The Windows clients among those that are registered; a phone or an iPhone is none.

    What is listed of a user can be several agents, with semicolons between.
    """
    found = [one for agent in agents for one in _DESKTOP.finditer(agent)]
    return [Client(one[1].strip(), tuple(map(int, one.groups()[1:]))) for one in found]


def saves_conversations(told: Provisioning) -> bool:
    """Whether it saves: what the policy says, and where that says nothing, its own default."""
    default = True
    return default if told.auto_archiving is None else told.auto_archiving
