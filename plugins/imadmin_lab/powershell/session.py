"""What the pipelines of one shell share: who runs them, on what, and which cmdlets there are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .faults import CmdletFaults

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imadmin_lab.directory import Directory

    from .cmdlet import Cmdlet
    from .roles import Role


@dataclass(frozen=True)
class Session:
    """A user's session.

    Attributes:
        user: The account's name.
        shell: `skype` or `exchange`.
        directory: The lab's objects.
        cmdlets: What the user's roles export, by folded name.
        faults: What goes wrong in cmdlets.
        server: The name of the server that answers.
        roles: All management roles.
    """

    user: str
    shell: str
    directory: Directory
    cmdlets: Mapping[str, Cmdlet]
    faults: CmdletFaults = field(default_factory=CmdletFaults)
    server: str = "localhost"
    roles: Mapping[str, Role] = field(default_factory=dict)

    def cmdlet(self, name: str) -> Cmdlet | None:
        r"""The exported cmdlet of a name, also `Module\Name`."""
        module, _, bare = name.rpartition("\\")
        found = self.cmdlets.get(bare.casefold())
        return found if found and module.casefold() in {"", found.module.casefold()} else None
