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
    """`ews_organisations`, `ews_mailboxes`, `ews_virtual_directories`, `ews_probes`, `licenses`."""
    from .facts import ews_mailboxes, ews_organisations, ews_probes, ews_virtual_directories
    from .license_lists import licenses

    return [ews_organisations, ews_mailboxes, ews_virtual_directories, ews_probes, licenses]


@hookimpl
def imadmin_checks() -> Iterable[Check]:
    """Who is allowed, and by what address and license; who gets an answer; who loses EWS by date."""
    from .addresses import ews_addresses
    from .allowed import ews_allowed
    from .directories import ews_virtual_directories_check
    from .licenses import ews_licenses
    from .reachable import ews_probed_mailbox, ews_reachable
    from .retirement import online_retirement

    return [
        ews_addresses,
        ews_allowed,
        ews_licenses,
        ews_probed_mailbox,
        ews_reachable,
        ews_virtual_directories_check,
        online_retirement,
    ]


@hookimpl
def imadmin_operations() -> Iterable[Operation]:
    """`allow-ews`."""
    from .allowing import ALLOW_EWS

    return [ALLOW_EWS]


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
