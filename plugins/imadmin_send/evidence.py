"""What was seen of a test message, as the values that a finding carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .letters import EXAMINED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imadmin.ews import Folder, Item

    from .letters import Letter

__all__ = ["evidence_of", "grown"]

_HISTORY = {True: "there", False: "absent", None: "unknown"}


def evidence_of(letter: Letter) -> dict[str, object]:
    """The values, by name.

    Showing the message under missed conversations is the client's doing; EWS tells only the folder that it is
    in.
    """
    return {
        "sender": letter.sender,
        "recipient": letter.recipient,
        "token": letter.token,
        "seconds": None if letter.seconds is None else round(letter.seconds, 2),
        "classes": sorted({item.item_class for item in letter.arrived}),
        "folders": sorted({str(item.folder) for item in letter.arrived}),
        "conversation_history": _HISTORY[letter.has_history],
        "missed_conversation": "unknown",
        **dict(_examined(letter)),
    }


def grown(letter: Letter, folder: Folder) -> int:
    """How many items of its class are new in a folder of the sender's; 0 where that is not known."""
    if letter.before is None or letter.after is None:
        return 0
    known = {item.id for item in letter.before}
    return sum(item.folder is folder and item.id not in known for item in letter.after)


def _examined(letter: Letter) -> list[tuple[str, object]]:
    return [
        (f"{folder}_{when}", _count(items, folder))
        for folder in EXAMINED
        for when, items in (("before", letter.before), ("after", letter.after))
    ]


def _count(items: Sequence[Item] | None, folder: Folder) -> int | None:
    return None if items is None else sum(item.folder is folder for item in items)
