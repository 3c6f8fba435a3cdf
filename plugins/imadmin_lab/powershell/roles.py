"""Role based access: which cmdlets a session exports to whom."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .cmdlet import Cmdlet

ALWAYS: Final = (
    "Exit-PSSession",
    "Get-Command",
    "Get-FormatData",
    "Get-Help",
    "Measure-Object",
    "Out-Default",
    "Select-Object",
)


@dataclass(frozen=True)
class Role:
    """A management role.

    Attributes:
        name: Such as `CsAdministrator`.
        cmdlets: Patterns of cmdlet names.
        shells: Where it counts.
    """

    name: str
    cmdlets: tuple[str, ...]
    shells: tuple[str, ...] = ("skype", "exchange")

    def exports(self, cmdlet: str) -> bool:
        """Whether its holders have a cmdlet."""
        return any(fnmatchcase(cmdlet.casefold(), pattern.casefold()) for pattern in self.cmdlets)


def standard_roles() -> dict[str, Role]:
    """Some of the predefined roles of both products, with what the lab lets them do."""
    roles = (
        Role("CsAdministrator", ("*-Cs*",), ("skype",)),
        Role("CsServerAdministrator", ("Get-Cs*", "*-CsImConfiguration"), ("skype",)),
        Role("CsUserAdministrator", ("Get-Cs*", "Grant-Cs*"), ("skype",)),
        Role("CsHelpDesk", ("Get-CsUser", "Get-CsEffectivePolicy", "Get-CsPool", "Get-CsSite"), ("skype",)),
        Role("CsViewOnlyAdministrator", ("Get-Cs*",), ("skype",)),
        Role("Organization Management", ("*",), ("exchange",)),
        Role("View-Only Organization Management", ("Get-*",), ("exchange",)),
        Role("Recipient Management", ("*-Mailbox", "*-CASMailbox"), ("exchange",)),
    )
    return {role.name: role for role in roles}


def exported(
    shell: str, names: Iterable[str], roles: Mapping[str, Role], cmdlets: Iterable[Cmdlet]
) -> dict[str, Cmdlet]:
    """The cmdlets of a session by folded name; empty where no role gives any.

    Args:
        shell: `skype` or `exchange`.
        names: The user's roles; unknown ones give nothing.
        roles: All roles.
        cmdlets: All cmdlets of the shell.
    """
    held = [roles[name] for name in names if name in roles and shell in roles[name].shells]
    every = list(cmdlets)
    if not any(role.exports(c.name) for role in held for c in every if c.name not in ALWAYS):
        return {}
    return {
        c.name.casefold(): c for c in every if c.name in ALWAYS or any(role.exports(c.name) for role in held)
    }
