"""A shell that is a folder of saved output: what facts need is in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from imadmin.doctor.steps import Step, in_order
from imadmin.errors import SourceAbsentError, SourceError
from imadmin.records import Finding, Probe, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin.access import Access
    from imadmin.deployment import ShellConfig
    from imadmin.doctor.needs import Needs
    from imadmin.records import Cmdlet
    from imadmin.shells import Shell

__all__ = ["saved_probe"]


_ABSENT = Finding("more files", Status.SKIP, "")
"""Stands for output that nobody saved, and on which nobody's verdict depends."""


def saved_probe(name: str, config: ShellConfig, needs: Needs) -> Probe:
    """Looks into the folder of the shell *name*; what the files hold is read in a run only."""

    def run(access: Access) -> Iterator[Finding]:
        def folder() -> Iterator[Finding]:
            if config.folder is None or not config.folder.is_dir():
                what = f"there is no folder {config.folder}"
                raise SourceError(what, remedy=f"Save the output there, or correct {name}: {{folder: …}}.")
            yield Finding("folder", Status.PASS, str(config.folder))

        def files() -> Iterator[Finding]:
            shell = access.shell(name)
            found = {cmdlet: _looked_up(shell, cmdlet, needs) for cmdlet in needs.cmdlets(name)}
            absent = [str(cmdlet) for cmdlet, finding in found.items() if finding is _ABSENT]
            yield from (one for one in found.values() if one is not None and one is not _ABSENT)
            held = [str(cmdlet.name) for cmdlet, finding in found.items() if finding is None]
            if held:
                yield Finding("files", Status.PASS, f"there: {', '.join(dict.fromkeys(held))}")
            if absent:
                yield replace(_ABSENT, message=f"not saved, and informs only: {', '.join(absent)}")

        return in_order((Step("folder", folder), Step("files", files)))

    return Probe(name, f"{name}: saved output", run)


def _looked_up(shell: Shell, cmdlet: Cmdlet, needs: Needs) -> Finding | None:
    """What is wrong with a cmdlet's saved output; None where it is there."""
    try:
        for one in shell.variants(cmdlet) or [cmdlet]:
            shell.run(one)
    except SourceError as error:
        if cmdlet.informs and isinstance(error, SourceAbsentError):
            return _ABSENT
        what = f"{error.what}, and without it there is no {', '.join(needs.facts(cmdlet))}"
        return Finding(cmdlet.name, needs.without(cmdlet), what, remedy=error.remedy)
    return None
