"""What is to be collected: every cmdlet that a fact asks for, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.deployment.records import SHELLS
from imadmin.errors import PluginError
from imadmin.records import Cmdlet

if TYPE_CHECKING:
    from imadmin.plugins import Catalog

__all__ = ["file_of", "wanted"]


def wanted(catalog: Catalog) -> list[Cmdlet]:
    """The cmdlets that all facts need, by shell and name; equal ones as one, with the properties of all.

    Raises:
        PluginError: two facts ask for the same output with different parameters.
    """
    merged: dict[str, Cmdlet] = {}
    for owned in catalog.facts().values():
        for source in owned.record.sources:
            if isinstance(source, Cmdlet):
                name = file_of(source).lower()
                merged[name] = _merged(merged.get(name, source), source)
    return sorted(merged.values(), key=lambda cmdlet: (_place(cmdlet.shell), file_of(cmdlet)))


def file_of(cmdlet: Cmdlet) -> str:
    """Where its output is saved, below the folder: `skype/Get-CsUser.xml`."""
    return f"{cmdlet}.xml"


def _place(shell: str) -> int:
    return SHELLS.index(shell) if shell in SHELLS else len(SHELLS)


def _merged(one: Cmdlet, other: Cmdlet) -> Cmdlet:
    if one.parameters != other.parameters:
        raise PluginError(
            "two facts ask for it with different parameters, and one file cannot hold both outputs",
            where=str(one),
            remedy="One of them has to name a variant; until then leave its plugin out with --no-plugin.",
        )
    known = {name.lower() for name in one.properties}
    more = tuple(name for name in other.properties if name.lower() not in known)
    return one._replace(properties=one.properties + more, informs=one.informs and other.informs)
