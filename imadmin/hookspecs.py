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

    from imadmin.records import Check, Event, Fact, Report

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
def imadmin_run_event(event: Event) -> None:
    """Hear what happens in a run: facts gathered, checks judged, cells executed.

    Example::

        from imadmin import hookimpl

        @hookimpl
        def imadmin_run_event(event):
            if event.kind == "check" and event.status == "fail":
                print(event.name, event.message)
    """
