"""Exchange Web Services: what imadmin asks of mailboxes. Transport only; nothing here judges.

The names below are imported when they are first used: behind them are exchangelib and lxml.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imadmin.ews.client import EwsClient
    from imadmin.ews.discovery import autodiscover
    from imadmin.ews.faults import EwsError, Kind
    from imadmin.ews.records import Folder, InboxRule, Item, Letter, Mailbox

__all__ = [
    "EwsClient",
    "EwsError",
    "Folder",
    "InboxRule",
    "Item",
    "Kind",
    "Letter",
    "Mailbox",
    "autodiscover",
]

_HOME = {
    "EwsClient": "imadmin.ews.client",
    "EwsError": "imadmin.ews.faults",
    "Folder": "imadmin.ews.records",
    "InboxRule": "imadmin.ews.records",
    "Item": "imadmin.ews.records",
    "Kind": "imadmin.ews.faults",
    "Letter": "imadmin.ews.records",
    "Mailbox": "imadmin.ews.records",
    "autodiscover": "imadmin.ews.discovery",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for (PEP 562)."""
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'imadmin.ews' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(home), name)
