"""A shell that runs cmdlets: the way to it, the log-in, and the rights that facts need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.doctor.steps import Step, in_order
from imadmin.doctor.way import steps_to
from imadmin.errors import SourceError
from imadmin.probing.trials import CannotTellError
from imadmin.records import Cmdlet, Finding, Probe, Status
from imadmin.shells.rights import NOT_OFFERED, which_tells

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin.access import Access
    from imadmin.deployment import ShellConfig
    from imadmin.doctor.needs import Needs
    from imadmin.shells import Shell

__all__ = ["shell_probe"]

_COMMAND = "Get-Command"
_IN_DOUBT = "Try again; if it stays so, look at the server's event log, and at what stands in between."


def shell_probe(name: str, config: ShellConfig, needs: Needs) -> Probe:
    """Tries the shell *name*, which runs cmdlets on a server or on this computer."""
    where = config.uri or "on this computer"

    def run(access: Access) -> Iterator[Finding]:
        session = _Session(name, config, access, needs)
        way = steps_to(config.uri, access.deployment.ca_file) if config.uri else ()
        return in_order((*way, *session.steps()))

    return Probe(name, f"{name}: {where}", run)


class _Session:
    """One log-in, and one question in it."""

    def __init__(self, name: str, config: ShellConfig, access: Access, needs: Needs) -> None:
        self._name = name
        self._config = config
        self._access = access
        self._needs = needs
        # Of several outputs of one cmdlet, the one on which most depends.
        wanted = sorted(needs.cmdlets(name), key=lambda cmdlet: not cmdlet.informs)
        self._wanted = list({cmdlet.name: cmdlet for cmdlet in wanted}.values())
        self._offered: set[str] = set()
        self._trouble: SourceError | None = None

    def steps(self) -> tuple[Step, ...]:
        """The log-in, and what may be done then."""
        return Step("log-in", self._login, _IN_DOUBT), Step("rights", self._rights, _IN_DOUBT)

    def _login(self) -> Iterator[Finding]:
        self._ask(self._access.shell(self._name))
        known = self._access.deployment.credentials.get(self._config.credential)
        user = (known.username if known else "") or "the current user"
        yield Finding("log-in", Status.PASS, f"as {user} ({self._config.auth or self._config.shell})")

    def _ask(self, shell: Shell) -> None:
        """Log in, and see which of the cmdlets there are: the first question opens the session."""
        names = sorted({cmdlet.name for cmdlet in self._wanted}) or [_COMMAND]
        command = Cmdlet(self._name, _COMMAND, ("Name",), parameters=(("Name", names),))
        try:
            self._offered = {str(record.get("Name")).casefold() for record in shell.run(command).records}
        except SourceError as error:
            if not error.what.startswith(_COMMAND):
                raise
            self._trouble = error  # the session is there, and only this question has no answer

    def _rights(self) -> Iterator[Finding]:
        if self._trouble is not None:
            raise CannotTellError(self._trouble.what, remedy=self._trouble.remedy)
        missing = [cmdlet for cmdlet in self._wanted if cmdlet.name.casefold() not in self._offered]
        yield from map(self._missing, missing)
        found = sorted(cmdlet.name for cmdlet in self._wanted if cmdlet not in missing)
        if found:
            yield Finding("rights", Status.PASS, f"offered: {', '.join(found)}")

    def _missing(self, cmdlet: Cmdlet) -> Finding:
        facts = ", ".join(self._needs.facts(cmdlet))
        what = f"is not offered, and without it there is no {facts}: {NOT_OFFERED}"
        remedy = f"An administrator sees which: {which_tells(cmdlet)}"
        return Finding(cmdlet.name, self._needs.without(cmdlet), what, remedy=remedy)
