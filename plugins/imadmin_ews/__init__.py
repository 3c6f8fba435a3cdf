"""Exchange Web Services: does it answer, and may the client use it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import Command, hookimpl

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable

    from imadmin import Check, Fact, Operation


@hookimpl
def imadmin_facts() -> Iterable[Fact]:
    """`ews_organisations`, `ews_mailboxes`, `ews_probes`."""
    from .facts import ews_mailboxes, ews_organisations, ews_probes

    return [ews_organisations, ews_mailboxes, ews_probes]


@hookimpl
def imadmin_checks() -> Iterable[Check]:
    """Who is allowed, whom an endpoint answers for, who loses EWS by date."""
    from .allowed import ews_allowed
    from .reachable import ews_probed_mailbox, ews_reachable
    from .retirement import online_retirement

    return [ews_allowed, ews_probed_mailbox, ews_reachable, online_retirement]


@hookimpl
def imadmin_commands() -> Iterable[Command]:
    """Offer `imadmin probe`."""
    summary = "find where Exchange Web Services break, step by step, for mailboxes"
    yield Command("probe", summary, _add_arguments, _execute)


def _add_arguments(parser: ArgumentParser) -> None:
    from .command import add_arguments

    add_arguments(parser)


def _execute(options: Namespace) -> int:
    from .command import execute

    return execute(options)


@hookimpl
def imadmin_operations() -> Iterable[Operation]:
    """`allow-ews`."""
    from .allowing import ALLOW_EWS

    return [ALLOW_EWS]
