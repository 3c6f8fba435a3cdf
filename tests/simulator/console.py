"""The administrator's console: what cannot be seen from it, and so cannot be known by any tool there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .scenario import Organisation, Person
    from .server import Provisioning


class Console:
    """What the administrator of an organisation sees.

    Args:
        organisation: Whose.
        connected: Whether the servers can be spoken with.
    """

    def __init__(self, organisation: Organisation, *, connected: bool) -> None:
        self._organisation = organisation
        self._connected = connected

    def blind(self) -> str:
        """Why nobody is known at all; empty where people are."""
        return self._without("Get-CsUser") if self._connected else "the servers' certificate is no good"

    def updates(self, *, answering: bool) -> str:
        """Why it cannot be seen whether somebody's servers have the feature; empty where nothing is amiss.

        Only the server that answers tells its version, and not which one it is.

        Args:
            answering: Whether that one has the feature.
        """
        return "" if answering else "some server is too old, and which one is not told"

    def offline_im(self) -> str:
        """Why the server's configuration for somebody cannot be seen; empty where it can."""
        scopes = self._organisation.offline_im
        return self._without("Get-CsImConfiguration") or self._site_among(list(scopes))

    def client_policy(self, person: Person, told: Provisioning) -> str:
        """Likewise the client policy."""
        if told.dangling:
            return f"the policy {person.policy} is granted, and is not listed"
        scopes = [] if person.policy else list(self._organisation.auto_archiving)
        return self._without("Get-CsClientPolicy") or self._site_among(scopes)

    def location(self) -> str:
        """Likewise where a mailbox is."""
        return self._without("Get-Mailbox")

    def ews_settings(self) -> str:
        """Likewise what Exchange allows."""
        return self._without("Get-Mailbox", "Get-OrganizationConfig", "Get-CASMailbox")

    def _site_among(self, scopes: list[str]) -> str:
        """A person's site is seen from the pool; of no account where nothing is by site."""
        by_site = any(scope.startswith("site:") for scope in scopes)
        return self._without("Get-CsPool") if by_site else ""

    def _without(self, *cmdlets: str) -> str:
        hidden = [name for name in cmdlets if name.lower() in self._organisation.hidden_cmdlets]
        return f"the role lacks {hidden[0]}" if hidden else ""
