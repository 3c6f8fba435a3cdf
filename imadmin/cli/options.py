"""Options that several commands share."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from imadmin.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from imadmin.cli.offers import Offered
    from imadmin.session import Target

__all__ = [
    "add_format",
    "add_listing",
    "add_parameters",
    "add_plugins",
    "add_reports",
    "add_target",
    "add_waivers",
    "command_of",
    "deployment_file",
    "pairs_of",
    "target_of",
]

DEFAULT_FILE = "imadmin.yaml"
VARIABLE = "IMADMIN_DEPLOYMENT"


def add_target(parser: argparse.ArgumentParser) -> None:
    """What is to be judged."""
    group = parser.add_argument_group(
        "what is to be judged",
        "one of these, or of a plugin's own, such as --lab[=SCENARIO]: an organisation on this computer",
    )
    source = group.add_mutually_exclusive_group()
    source.add_argument(
        "--deployment",
        metavar="FILE",
        help=f"a deployment file (default: ${VARIABLE}, else {DEFAULT_FILE})",
    )
    source.add_argument("--from", dest="folder", metavar="FOLDER", help="a folder of saved cmdlet output")
    parser.set_defaults(offered=None)
    add_plugins(parser)


def add_waivers(parser: argparse.ArgumentParser) -> None:
    """What has been accepted."""
    parser.add_argument(
        "--waivers", metavar="FILE", help="fails that are accepted by name, in place of the deployment's"
    )


def add_plugins(parser: argparse.ArgumentParser) -> None:
    """Which plugins are not to be loaded."""
    parser.add_argument(
        "--no-plugin",
        metavar="NAME",
        action="append",
        default=[],
        help="do not import this plugin (repeatable)",
    )


def add_listing(parser: argparse.ArgumentParser) -> None:
    """Of a command that lists what plugins give."""
    parser.add_argument("--json", action="store_true", help="as JSON")
    add_plugins(parser)


def add_parameters(parser: argparse.ArgumentParser, of: str) -> None:
    """Parameters of a runbook or an operation."""
    parser.add_argument(
        "-p",
        dest="parameters",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help=f"a parameter of the {of} (repeatable)",
    )


def pairs_of(parameters: Iterable[str]) -> list[tuple[str, str]]:
    """Names and values of `-p NAME=VALUE`.

    Raises:
        UsageError: one is not of that form.
    """
    pairs = []
    for text in parameters:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f"-p {text}: a parameter is given as NAME=VALUE")
        pairs.append((name, value))
    return pairs


def add_reports(parser: argparse.ArgumentParser, *, judged: bool = True) -> None:
    """How the result is shown, and, where that is what it is for, what counts as failure."""
    group = parser.add_argument_group("the result")
    group.add_argument(
        "--report",
        metavar="FORMAT[=PATH]",
        action="append",
        default=[],
        help="console, json, html, csv, junit, nagios, prometheus or a plugin's; PATH - is standard output"
        " (repeatable; default: console)",
    )
    if judged:
        group.add_argument(
            "--fail-on",
            choices=("low", "medium", "high", "critical", "never"),
            default="low",
            help="the least severity of a failed check that makes the exit status 1 (default: low)",
        )
    add_format(group)
    group.add_argument("-q", "--quiet", action="store_true", help="show no progress")


def add_format(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    """Colour."""
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="default: auto")


@contextmanager
def target_of(options: argparse.Namespace, *, needed: bool = True) -> Iterator[Target]:
    """What the options name, for as long as it is needed.

    Args:
        options: of the command line.
        needed: False where a command can do without; where nothing names any, there is none then.

    Raises:
        UsageError: they name nothing, or two things, and there is no default.
        PluginError: the plugin that offers the deployment could not make it.
    """
    from imadmin.session import Target

    blocked = frozenset(options.no_plugin)
    waivers = _waivers(options)
    offered: Offered | None = options.offered
    if offered is None:
        yield replace(_named(options, blocked, needed=needed), waivers=waivers)
        return
    if options.folder is not None or options.deployment is not None:
        raise UsageError(f"--{offered.source.name} stands for itself, without --from and --deployment")
    with offered.opened() as file:
        yield Target("file", file, blocked, waivers)


def _waivers(options: argparse.Namespace) -> Path | None:
    """An absolute path: a runbook's kernel may work elsewhere."""
    given = getattr(options, "waivers", None)
    return None if given is None else _path("--waivers", given).absolute()


def deployment_file(given: str | None) -> Path | None:
    """The deployment file that *given* or the environment names, or the one that lies here; None for none."""
    from pathlib import Path

    if given is not None:
        return _path("--deployment", given)
    named = os.environ.get(VARIABLE)
    if named:
        return _path(VARIABLE, named)
    return Path(DEFAULT_FILE) if Path(DEFAULT_FILE).exists() else None


def _named(options: argparse.Namespace, blocked: frozenset[str], *, needed: bool) -> Target:
    from pathlib import Path

    from imadmin.session import Target

    if options.folder is not None:
        return Target("folder", _path("--from", options.folder), blocked)
    if options.deployment is not None:
        return Target("file", _path("--deployment", options.deployment), blocked)
    file = deployment_file(None)
    if file is None and not needed:
        return Target("none", Path(), blocked)
    if file is None:
        raise UsageError(
            f"there is no {DEFAULT_FILE} here, and no option says what is to be judged",
            remedy="Say --lab for a try, --from FOLDER for saved cmdlet output, or --deployment FILE.",
        )
    return Target("file", file, blocked)


def _path(option: str, text: str) -> Path:
    """*text* as a path; an empty one is a variable that was not set, and not the working folder."""
    from pathlib import Path

    if not text:
        raise UsageError(f"{option} is empty", remedy="Give the path of what is to be judged.")
    try:
        Path(text).exists()
    except OSError as error:
        raise UsageError(f"{option} cannot be a path: {error.strerror}", where=f"{text[:60]}…") from error
    return Path(text)


def command_of(options: argparse.Namespace) -> tuple[str, ...]:
    """The command line, for the record; it never carries a secret."""
    return ("imadmin", *options.argv)
