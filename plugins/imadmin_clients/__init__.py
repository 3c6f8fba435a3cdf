"""Client builds: is the client that people use able to leave offline messages?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imadmin import Check, Fact


@hookimpl
def imadmin_facts() -> Iterable[Fact]:
    """`client_builds`, `nameless_lists`."""
    from .facts import client_builds, nameless_lists

    return [client_builds, nameless_lists]


@hookimpl
def imadmin_checks() -> Iterable[Check]:
    """Whether each person's best client is new enough; and what is known of older ones."""
    from .build import client_build
    from .drafts_defect import drafts_defect
    from .tls import client_tls

    return [client_build, drafts_defect, client_tls]
