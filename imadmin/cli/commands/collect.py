"""`imadmin collect FOLDER`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from imadmin.cli import options as shared
from imadmin.cli.edge import put
from imadmin.cli.output import say
from imadmin.cli.status import INCOMPLETE, OK
from imadmin.deployment.records import SHELLS
from imadmin.errors import UsageError
from imadmin.reports.safe import one_line

if TYPE_CHECKING:
    import argparse

    from imadmin.collect import Collection, Saved
    from imadmin.plugins import Catalog

_SCRIPTED_FOLDER = "saved"
_ABOUT = """
What is saved is what some fact reads, and of each object no other property: what nobody needs
should not travel. Lists of clients are copied whole. The folder is for you alone; it names people.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of this command."""
    parser.epilog = _ABOUT
    parser.add_argument(
        "into", nargs="?", metavar="FOLDER", help="where to save: a folder that is new, or empty"
    )
    parser.add_argument(
        "--replace", action="store_true", help="FOLDER may hold an earlier collection, which goes"
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="show no progress")
    shared.add_target(parser)
    group = parser.add_argument_group("without Python near the servers")
    group.add_argument(
        "--script",
        action="store_true",
        help="ask nobody: print PowerShell that saves the same, to be pasted there",
    )
    group.add_argument(
        "--shell", action="append", choices=SHELLS, help="of this shell only (repeatable; default: all)"
    )


def execute(options: argparse.Namespace) -> int:
    """Save what the facts need, or print how; 3 where something could not be had."""
    if options.script:
        return _print_script(options)
    if not options.into:
        raise UsageError("names no folder", where="imadmin collect", remedy="Say: imadmin collect FOLDER")
    if options.shell:
        raise UsageError("--shell is for --script", remedy="A deployment says which shells it has.")
    return _collect(options)


def _collect(options: argparse.Namespace) -> int:
    from imadmin.collect import collect
    from imadmin.session import open_session

    with shared.target_of(options) as target, open_session(replace(target, judged=False)) as session:
        session.access.prompted()  # here: Ctrl-C does not reach a thread that waits for a password
        tell = _tell_lacking if options.quiet else _tell
        collection = collect(session, Path(options.into), replace=options.replace, tell=tell)
        broken = _say_broken(session.catalog)
    put(_summary(collection))
    return INCOMPLETE if collection.lacking or broken else OK


def _say_broken(catalog: Catalog) -> bool:
    """What plugins could not be asked for; whether one of them should have been."""
    for problem in catalog.problems:
        say(f"imadmin: {problem}")
    return bool(catalog.unusable())


def _tell(saved: Saved) -> None:
    if saved.error:
        _tell_lacking(saved)
        return
    size = "copied" if saved.objects is None else f"{saved.objects:,} objects, {saved.seconds:.1f} s"
    say(one_line(f"  saved     {saved.file:<45} {size}"))
    for warning in saved.warnings:
        say(one_line(f"            warning: {warning}"))


def _tell_lacking(saved: Saved) -> None:
    if saved.error:
        say(one_line(f"  FAILED    {saved.file:<45} {saved.error}"))
    if saved.remedy:
        say(one_line(f"            {saved.remedy}"))


def _summary(collection: Collection) -> str:
    lacking = len(collection.lacking)
    there = len(collection.files) - lacking
    lost = f"; {lacking} could not be had" if lacking else ""
    return (
        f"{there} file{'s' * (there != 1)} in {collection.folder}{lost}.\n"
        f'Judge them anywhere: imadmin run readiness --from "{collection.folder}"\n'
    )


def _print_script(options: argparse.Namespace) -> int:
    from imadmin.collect import script, wanted
    from imadmin.plugins import open_catalog

    if options.folder or options.deployment or options.offered or options.replace:
        raise UsageError("--script asks nobody", remedy="Leave out what says whom to ask.")
    catalog = open_catalog(blocked=frozenset(options.no_plugin))
    shells = options.shell or SHELLS
    cmdlets = [cmdlet for cmdlet in wanted(catalog) if cmdlet.shell in shells]
    put(script(cmdlets, options.into or _SCRIPTED_FOLDER))
    return INCOMPLETE if _say_broken(catalog) else OK
