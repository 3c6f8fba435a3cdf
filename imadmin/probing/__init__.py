"""Where Exchange Web Services break for a client: step by step to an endpoint, and for each mailbox.

The names below are imported when they are first used: behind them are exchangelib and lxml.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imadmin.probing.endpoint import Examination, diagnose
    from imadmin.probing.mailbox import is_of_the_mailbox, probe_mailbox
    from imadmin.probing.records import Diagnosis, MailboxProbe, Step

__all__ = [
    "Diagnosis",
    "Examination",
    "MailboxProbe",
    "Step",
    "diagnose",
    "is_of_the_mailbox",
    "probe_mailbox",
]

_HOME = {
    "Diagnosis": "imadmin.probing.records",
    "Examination": "imadmin.probing.endpoint",
    "MailboxProbe": "imadmin.probing.records",
    "Step": "imadmin.probing.records",
    "diagnose": "imadmin.probing.endpoint",
    "is_of_the_mailbox": "imadmin.probing.mailbox",
    "probe_mailbox": "imadmin.probing.mailbox",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for (PEP 562)."""
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'imadmin.probing' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(home), name)
