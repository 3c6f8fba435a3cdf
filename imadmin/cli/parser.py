"""The argument parser: all commands by name, the arguments of the one that is called."""

from __future__ import annotations

import argparse
import os
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from imadmin import __version__
from imadmin.cli.offers import command_named, deployment_named
from imadmin.errors import UsageError
from imadmin.firstparty import FIRST_PARTY_COMMANDS

if TYPE_CHECKING:
    from imadmin.cli.offers import Offered

    _Commands: TypeAlias = argparse._SubParsersAction["_Parser"]  # noqa: SLF001 - it has no other name

__all__ = ["COMMANDS", "parse"]

COMMANDS = {
    "run": "execute a runbook, such as readiness",
    "check": "run checks, by id or by stage",
    "apply": "change something: shown first, journaled, proven, and able to be taken back",
    "undo": "take back what a run has changed",
    "explain": "show how far a message from one person to another gets",
    "waive": "accept a fail by name: what, why, by whom and until when; or list what is accepted",
    "collect": "save what the checks need in a folder, to be judged anywhere",
    "init": "describe your organisation in a deployment file",
    "doctor": "try each connection, right and part that a run depends on, with the remedy",
    "checks": "list the checks",
    "operations": "list what can be changed",
    "runbooks": "list the runbooks and their parameters",
    "plugins": "list the plugins, and why one could not be used",
    "runs": "list what was run",
    "show": "show a run again",
    "diff": "show what has become better, worse, new or gone from one run to another",
}
"""Command name to summary; the module of that name in `imadmin.cli.commands` has the rest."""

_WIDTH = 80
_NARROWEST = 40
_EPILOG = """\
exit status: 0 nothing at or above --fail-on; 1 findings; 2 usage or configuration;
3 something could not be found out; 4 a bug; 130 interrupted.

start here: imadmin run readiness --lab
"""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in the form of every other error."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message, remedy=f"See: {self.prog} --help")


def parse(arguments: list[str]) -> argparse.Namespace:
    """Parse the command line.

    Raises:
        UsageError: it asks for a command or an option that is not there.
    """
    parser = _parser(arguments)
    options, unknown = parser.parse_known_args(arguments)
    if unknown and hasattr(options, "offered"):
        arguments, offered = _without_offers(arguments, unknown, frozenset(options.no_plugin))
        options = parser.parse_args(arguments)
        options.offered = offered
    elif unknown:
        parser.parse_args(arguments)  # which says what is wrong with them
    return options


def _without_offers(
    arguments: list[str], unknown: list[str], blocked: frozenset[str]
) -> tuple[list[str], Offered | None]:
    """Take out the option by which a plugin offers a deployment: only the plugins know its name."""
    for argument in unknown:
        offered = deployment_named(argument, blocked)
        if offered is not None:
            place = arguments.index(argument)
            return arguments[:place] + arguments[place + 1 :], offered
    return arguments, None


def _parser(arguments: list[str]) -> _Parser:
    parser = _Parser(
        prog="imadmin",
        description="Can these people leave each other offline messages in Skype for Business?"
        " If not: why, and what fixes it.",
        epilog=_EPILOG,
        formatter_class=_formatter,
        allow_abbrev=False,
    )
    parser.add_argument("-V", "--version", action="version", version=f"imadmin {__version__}")
    commands = parser.add_subparsers(prog="imadmin", dest="command", metavar="COMMAND", required=True)
    called = next((argument for argument in arguments if not argument.startswith("-")), "")
    # Only the command that is called pays for its arguments; where none is, all are listed.
    for name, summary in {**COMMANDS, **FIRST_PARTY_COMMANDS}.items():
        if not called:
            _add(commands, name, summary)
    if called in COMMANDS:
        module = import_module(f"imadmin.cli.commands.{called}")
        command = _add(commands, called, COMMANDS[called])
        module.add_arguments(command)
        command.set_defaults(execute=module.execute, argv=arguments)
    elif called:
        _add_plugins_command(commands, called, arguments)
    return parser


def _add_plugins_command(commands: _Commands, name: str, arguments: list[str]) -> None:
    owned = command_named(name)
    if owned is None:
        raise _no_command(name)
    command = _add(commands, name, owned.record.summary)
    owned.record.add_arguments(command)
    command.set_defaults(execute=owned.record.execute, argv=arguments)


def _add(commands: _Commands, name: str, summary: str) -> argparse.ArgumentParser:
    return commands.add_parser(
        name, help=summary, description=_sentence(summary), formatter_class=_formatter, allow_abbrev=False
    )


def _formatter(prog: str) -> argparse.HelpFormatter:
    """One that knows the terminal's width: argparse would import shutil for it, at every argument."""
    try:
        width = int(os.environ.get("COLUMNS", "")) or os.get_terminal_size().columns
    except (ValueError, OSError):
        width = _WIDTH
    return argparse.RawDescriptionHelpFormatter(prog, width=max(width, _NARROWEST) - 2)


def _no_command(name: str) -> UsageError:
    import difflib

    known = [*COMMANDS, *FIRST_PARTY_COMMANDS]
    close = difflib.get_close_matches(name, known, 1)
    hint = f"Did you mean {close[0]}?" if close else f"There are: {', '.join(known)}."
    return UsageError(f"there is no command {name!r}", remedy=hint)


def _sentence(summary: str) -> str:
    return summary[0].upper() + summary[1:] + "."
