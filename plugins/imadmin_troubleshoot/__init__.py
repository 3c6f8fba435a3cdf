"""What was left behind: a message was written and nobody got it. Where it lies, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imadmin import Check, Command, Fact, Operation


@hookimpl
def imadmin_settings() -> type:
    """The section `troubleshoot:`."""
    from .settings import Troubleshoot

    return Troubleshoot


@hookimpl
def imadmin_facts() -> Iterable[Fact]:
    """`spools`, `client_logs`, `configurations`, `mailbox_looks`."""
    from .configuration import configurations
    from .logs.facts import client_logs
    from .mail.facts import mailbox_looks
    from .spooler.facts import spools

    return [spools, client_logs, configurations, mailbox_looks]


@hookimpl
def imadmin_checks() -> Iterable[Check]:
    """What waits in spool folders and in Drafts, what was delivered elsewhere, what clients logged."""
    from .configuration import configuration_information
    from .logs.judgement import client_log
    from .mail.drafts import drafts
    from .mail.elsewhere import elsewhere
    from .spooler.judgement import history_spooler, searched_places

    return [history_spooler, searched_places, drafts, client_log, configuration_information, elsewhere]


@hookimpl
def imadmin_operations() -> Iterable[Operation]:
    """`note-drafts`."""
    from .mail.drafts import NOTE_DRAFTS

    return [NOTE_DRAFTS]


@hookimpl
def imadmin_commands() -> Iterable[Command]:
    """`imadmin troubleshoot`."""
    from imadmin import Command

    from .command import add_arguments, execute

    return [Command("troubleshoot", SUMMARY, add_arguments, execute)]


SUMMARY = "look for messages that were left behind: in folders, logs and mailboxes"
