"""What the loaded plugins ask of a deployment, and what could not be judged without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.engine import POPULATION
from imadmin.records import Cmdlet, Status

if TYPE_CHECKING:
    from imadmin.plugins import Catalog

__all__ = ["Needs"]


class Needs:
    """The cmdlets that facts are made of, and the checks that are made of facts."""

    def __init__(self, catalog: Catalog) -> None:
        self._facts = [owned.record for owned in catalog.facts().values()]
        checks = [owned.record for owned in catalog.checks().values()]
        self._needed = {POPULATION, *(name for check in checks for name in check.needs)}

    def cmdlets(self, shell: str) -> list[Cmdlet]:
        """What facts ask of a shell, one of each name and variant."""
        asked = (source for fact in self._facts for source in fact.sources)
        found = {str(one): one for one in asked if isinstance(one, Cmdlet) and one.shell == shell}
        return [found[name] for name in sorted(found)]

    def facts(self, cmdlet: Cmdlet) -> list[str]:
        """The names of the facts that are made of a cmdlet's output."""
        return [fact.name for fact in self._facts if str(cmdlet) in map(str, fact.sources)]

    def without(self, cmdlet: Cmdlet) -> Status:
        """What it means to lack a cmdlet: `fail` where a check that decides cannot do without."""
        if cmdlet.informs:
            return Status.WARN
        return Status.FAIL if self._needed.intersection(self.facts(cmdlet)) else Status.WARN
