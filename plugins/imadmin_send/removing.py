"""Removing what test messages left, journaled before and after, and looking whether it is gone."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from imadmin.ews import EwsError, Folder

from .crew import answer_of
from .tokens import tokens_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imadmin.effects import Effects
    from imadmin.errors import ImadminError
    from imadmin.ews import EwsClient, Item
    from imadmin.fleet import Answer

    from .mailboxes import ProbeMailbox

__all__ = ["REMOVE", "Removal", "Removed", "remove"]

REMOVE = f"{__name__}:remove"
_TRIES = 3
_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class Removal:
    """What is to be removed from a mailbox.

    Attributes:
        tokens: each with the effects of the change that it belongs to.
    """

    mailbox: ProbeMailbox
    tokens: Mapping[str, Effects]

    @property
    def client(self) -> EwsClient:
        """Of the mailbox."""
        return self.mailbox.client


class Removed(NamedTuple):
    """What came of it.

    Attributes:
        found: what there was.
        left: what could not be removed, in a line; empty where nothing is left.
    """

    found: tuple[Item, ...] = ()
    left: str = ""


def remove(_: None, removal: Removal) -> Answer[Removed | ImadminError]:
    """Remove every trace, and look whether it is gone.

    What stays in Recoverable Items stays because the site wants it kept: nobody sees it.
    """
    return answer_of(removal.client, lambda: _removed(removal))


def _removed(removal: Removal) -> Removed:
    found: dict[str, Item] = {}
    trouble = ""
    for _ in range(_TRIES):
        try:
            items = _found(removal)
            found |= {item.id: item for item in items}
            if not items or (trouble and _are_hidden(items)):
                return Removed(tuple(found.values()))
            _delete(items, removal)
            trouble = "it is still there after its removal"
        except EwsError as error:
            trouble = error.line
            time.sleep(min(error.back_off or _PAUSE_SECONDS, _LONGEST_PAUSE))
    return Removed(tuple(found.values()), f"{removal.mailbox.address}: {trouble}")


def _found(removal: Removal) -> list[Item]:
    look = removal.mailbox.look(more=len(removal.tokens))
    return [item for item in look.items if not removal.tokens.keys().isdisjoint(tokens_in(item.subject))]


def _are_hidden(items: list[Item]) -> bool:
    return all(item.folder is Folder.RECOVERABLE for item in items)


def _delete(items: list[Item], removal: Removal) -> None:
    """Delete them by one request, which is journaled with each change that it belongs to."""
    with ExitStack() as journaled:
        for token, effects in removal.tokens.items():
            where = sorted({str(item.folder) for item in items if token in item.subject})
            if where:
                mailbox = removal.mailbox.address
                journaled.enter_context(effects.intend("delete", mailbox=mailbox, token=token, folders=where))
        removal.mailbox.delete(items)
