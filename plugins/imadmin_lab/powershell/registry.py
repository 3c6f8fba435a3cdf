"""The shells of an endpoint: who may have one, and finding it again."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from . import wsman
from .cmdlets import cmdlets_of
from .roles import exported, standard_roles
from .session import Session
from .shell import Shell
from .wsman import WSManError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imadmin_lab.directory import Directory
    from imadmin_lab.web import Accounts

    from .faults import CmdletFaults
    from .roles import Role

_CONFIGURATIONS: Final = {"skype": "Microsoft.PowerShell", "exchange": "Microsoft.Exchange"}


@dataclass(frozen=True)
class EndpointRules:
    """How an endpoint differs from the usual.

    Attributes:
        configuration: The name of the session configuration; empty: the shell's usual one,
            `Microsoft.PowerShell` or `Microsoft.Exchange`.
        roles: All management roles by name.
        machine: The server's name, in faults and as what answers `Get-CsServerPatchVersion`.
        max_shells: How many shells one user may have at once.
        max_envelope: The largest message that is taken, in bytes.
    """

    configuration: str = ""
    roles: Mapping[str, Role] = field(default_factory=standard_roles)
    machine: str = "localhost"
    max_shells: int = 100
    max_envelope: int = 512000


class Shells:
    """The open shells of one endpoint.

    Args:
        shell: `skype` or `exchange`.
        directory: The objects.
        accounts: Whose roles decide who gets a shell, and with which cmdlets.
        rules: Limits and names.
        faults: What goes wrong in cmdlets.
    """

    def __init__(
        self, shell: str, directory: Directory, accounts: Accounts, rules: EndpointRules, faults: CmdletFaults
    ) -> None:
        self.configuration: Final = rules.configuration or _CONFIGURATIONS[shell]
        self._shell: Final = shell
        self._directory: Final = directory
        self._accounts: Final = accounts
        self._rules: Final = rules
        self._faults: Final = faults
        self._open: Final[dict[str, Shell]] = {}
        self._lock: Final = threading.Lock()

    def close(self) -> None:
        """End all."""
        with self._lock:
            shells = list(self._open.values())
            self._open.clear()
        for shell in shells:
            shell.close()

    def create(self, shell_id: str, user: str, data: bytes) -> Shell:
        """Open a shell.

        Args:
            shell_id: What it is to be known by.
            user: For whom.
            data: How the client describes the runspace pool.

        Raises:
            WSManError: The user may not have one, or the description is not understood.
        """
        shell = Shell(shell_id, self._session(user))
        with self._lock:
            self._check_quota(shell)
            self._open[shell_id] = shell
        try:
            shell.feed(data)
        except WSManError:
            self.drop(shell)
            raise
        return shell

    def _session(self, user: str) -> Session:
        account = self._accounts.find(user)
        held = account.roles if account else ()
        cmdlets = exported(self._shell, held, self._rules.roles, cmdlets_of(self._shell))
        if not cmdlets:
            raise WSManError(wsman.ACCESS_DENIED, "Access is denied.")
        machine, roles = self._rules.machine, self._rules.roles
        return Session(user, self._shell, self._directory, cmdlets, self._faults, machine, roles)

    def _check_quota(self, shell: Shell) -> None:
        if shell.shell_id in self._open:
            raise WSManError(wsman.INTERNAL, f"There is a shell {shell.shell_id} already.")
        owned = sum(1 for other in self._open.values() if other.session.user == shell.session.user)
        if owned >= self._rules.max_shells:
            raise WSManError(
                wsman.TOO_MANY_SHELLS,
                "The WS-Management service cannot process the request. This user is allowed a maximum number"
                f" of {self._rules.max_shells} concurrent shells, which has been exceeded. Close existing"
                " shells or raise the quota for this user.",
            )

    def find(self, shell_id: str, user: str | None) -> Shell:
        """A user's open shell.

        Raises:
            WSManError: There is none of this id, or it is somebody else's.
        """
        with self._lock:
            shell = self._open.get(shell_id.upper())
        if shell is None or shell.session.user != user:
            raise WSManError(
                wsman.UNKNOWN_SHELL,
                f"The request for the Windows Remote Shell with ShellId {shell_id} failed because the shell"
                " was not found on the server. Possible causes are: the specified ShellId is incorrect or"
                " the shell no longer exists on the server.",
            )
        return shell

    def drop(self, shell: Shell) -> None:
        """End a shell."""
        with self._lock:
            self._open.pop(shell.shell_id, None)
        shell.close()
