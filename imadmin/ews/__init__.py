"""Exchange Web Services: what imadmin asks of mailboxes. Transport only; nothing here judges.

The names below are imported when they are first used: behind them are exchangelib and lxml.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imadmin.ews.client import EwsClient
    from imadmin.ews.faults import EwsError, Kind, shortened
    from imadmin.ews.records import Folder, InboxRule, Item, Letter, Mailbox
    from imadmin.ews.requests import checked_address, checked_agent
    from imadmin.ews.sharing import limits_of, trouble_of

__all__ = [
    "EwsClient",
    "EwsError",
    "Folder",
    "InboxRule",
    "Item",
    "Kind",
    "Letter",
    "Mailbox",
    "checked_address",
    "checked_agent",
    "limits_of",
    "shortened",
    "trouble_of",
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
    "checked_address": "imadmin.ews.requests",
    "checked_agent": "imadmin.ews.requests",
    "limits_of": "imadmin.ews.sharing",
    "shortened": "imadmin.ews.faults",
    "trouble_of": "imadmin.ews.sharing",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for (PEP 562)."""
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'imadmin.ews' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(home), name)
