"""The contract between imadmin and its plugins.

A plugin is a module, named by an entry point of group `imadmin` or lying in `imadmin_plugins/`, with one
or more of these functions, each marked `@hookimpl`. Hooks give frozen records; imadmin validates, sorts
and reports conflicts. A hook may be a generator. Nothing here may be slow or import anything heavy:
the functions inside the records do the work, when they are called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from imadmin.operations import Operation
    from imadmin.records import Check, Command, DeploymentSource, Event, Fact, Probe, Report

__all__ = ["hookimpl"]

hookspec = pluggy.HookspecMarker("imadmin")
hookimpl = pluggy.HookimplMarker("imadmin")


@hookspec
def imadmin_facts() -> Iterable[Fact]:  # type: ignore[empty-body]
    """Give the facts that this plugin knows how to gather.

    Example::

        from imadmin import Cmdlet, fact, hookimpl

        SITES = Cmdlet("skype", "Get-CsSite", ("Identity", "DisplayName"))

        @fact(SITES)
        def site_names(inputs):
            return [str(record["Identity"]) for record in inputs.records(SITES)]

        @hookimpl
        def imadmin_facts():
            return [site_names]
    """


@hookspec
def imadmin_checks() -> Iterable[Check]:  # type: ignore[empty-body]
    """Give the checks of this plugin; the parameters of a check name the facts it needs.

    Example::

        from imadmin import Finding, Status, check, hookimpl

        @check(id="server.enough-sites", stage="server", severity="low",
               title="There are two sites", reference="docs/our-standard.md")
        def enough_sites(site_names):
            if len(site_names) < 2:
                yield Finding("sites", Status.FAIL, f"There is {len(site_names)} site.")

        @hookimpl
        def imadmin_checks():
            return [enough_sites]
    """


@hookspec
def imadmin_operations() -> Iterable[Operation]:  # type: ignore[empty-body]
    """Give operations: changes outside, which are planned, journaled and told as findings.

    Example::

        from imadmin import Change, Finding, Operation, Status, hookimpl

        def plan(access, *, mailbox=""):
            yield Change(mailbox, after={"note": "left"})

        def apply(change, effects):
            client = effects.access.ews()[0]
            with effects.intend("send", mailbox=change.subject):
                client.send(change.subject, [change.subject], "A note", "From imadmin.", "IPM.Note")
            return Finding(change.subject, Status.PASS, "The note was left.")

        @hookimpl
        def imadmin_operations():
            return [Operation("leave-note", "Leave a note in a mailbox", "our handbook", plan, apply)]
    """


@hookspec
def imadmin_settings() -> type | None:
    """Give the type of this plugin's own section of `imadmin.yaml`, which bears the plugin's name.

    It is a dataclass; its fields are keys, of type `str`, `bool`, `int`, `Path` (relative to the file),
    `datetime`, another dataclass, or a tuple of any of these (`tuple[Path, ...]`, a list in the file), or
    with `| None`.
    What is not of this form is refused with file and line. A class method `from_folder(folder)` makes it of
    the subfolder of the plugin's name in a folder of saved output. A fact reads it from `Settings(NAME)`.

    Example::

        from dataclasses import dataclass

        from imadmin import Settings, fact, hookimpl

        @dataclass(frozen=True)
        class Tickets:
            queue: str
            most: int = 10

        @fact(Settings("tickets"))
        def ticket_queue(inputs):
            return inputs.settings(Settings("tickets")).queue

        @hookimpl
        def imadmin_settings():
            return Tickets
    """


@hookspec
def imadmin_deployments() -> Iterable[DeploymentSource]:  # type: ignore[empty-body]
    """Offer deployments by options of their own, `--NAME[=VALUE]`, beside `--deployment FILE`.

    Example::

        from contextlib import contextmanager
        from pathlib import Path

        from imadmin import DeploymentSource, OpenDeployment, hookimpl

        @contextmanager
        def branch_office(value):
            yield OpenDeployment(Path(f"offices/{value or 'main'}.yaml"))

        @hookimpl
        def imadmin_deployments():
            return [DeploymentSource("office", "one of our offices", branch_office)]
    """


@hookspec
def imadmin_commands() -> Iterable[Command]:  # type: ignore[empty-body]
    """Give sub-commands of `imadmin`.

    Example::

        from imadmin import Command, hookimpl

        def add_arguments(parser):
            parser.add_argument("name")

        def execute(options):
            print(f"Hello, {options.name}.")
            return 0

        @hookimpl
        def imadmin_commands():
            return [Command("hello", "greet somebody", add_arguments, execute)]
    """


@hookspec
def imadmin_runbooks() -> Iterable[Path]:  # type: ignore[empty-body]
    """Give folders that hold runbooks (`*.ipynb`).

    Example::

        from pathlib import Path

        from imadmin import hookimpl

        @hookimpl
        def imadmin_runbooks():
            return [Path(__file__).parent / "runbooks"]
    """


@hookspec
def imadmin_reports() -> Iterable[Report]:  # type: ignore[empty-body]
    r"""Give further report formats for `--report NAME[=PATH]`.

    Example::

        from imadmin import Report, hookimpl

        def render(run):
            return f"{run.summary.cannot_send} people cannot send.\n"

        @hookimpl
        def imadmin_reports():
            return [Report("oneline", "one line for a mail subject", ".txt", render)]
    """


@hookspec
def imadmin_doctor() -> Iterable[Probe]:  # type: ignore[empty-body]
    """Give what `imadmin doctor` is to try besides: each probe tells what it found, with the remedy.

    Example::

        import shutil

        from imadmin import Finding, Probe, Status, hookimpl

        def free_space(access):
            free = shutil.disk_usage(access.deployment.source.parent).free
            status = Status.PASS if free > 10**9 else Status.FAIL
            yield Finding("disk", status, f"{free / 1e9:.0f} GB are free.", remedy="Make room.")

        @hookimpl
        def imadmin_doctor():
            return [Probe("disk", "The disk with the exports", free_space)]
    """


@hookspec
def imadmin_run_event(event: Event) -> None:
    """Hear what happens in a run: facts gathered, checks judged, cells executed.

    Example::

        from imadmin import hookimpl

        @hookimpl
        def imadmin_run_event(event):
            if event.kind == "check" and event.status == "fail":
                print(event.name, event.message)
    """
