"""Who is there: users, the pools and sites they are homed in, and their mailboxes.

Gives facts that every other plugin judges by, and no check of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imadmin import Fact


@hookimpl
def imadmin_facts() -> Iterable[Fact]:
    """`users`, `pools`, `sites`, `mailboxes`, `today`."""
    from .facts import mailboxes, pools, sites, today, users

    return [users, pools, sites, mailboxes, today]
