"""What was left behind: a message was written and nobody got it. Where it lies, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imadmin import Check, Command, Fact


@hookimpl
def imadmin_settings() -> type:
    """The section `troubleshoot:`."""
    from .settings import Troubleshoot

    return Troubleshoot
