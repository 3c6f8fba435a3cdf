"""Client builds: is the client that people use able to leave offline messages?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imadmin import Check, Fact


@hookimpl
def imadmin_facts() -> Iterable[Fact]:
    """`client_builds`."""
    from .facts import client_builds

    return [client_builds]


@hookimpl
def imadmin_checks() -> Iterable[Check]:
    """Whether each person's best client is new enough."""
    from .build import client_build

    return [client_build]
