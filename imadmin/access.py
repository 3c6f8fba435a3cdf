"""What of the real systems can be reached: shells and EWS endpoints, opened when needed, once a run."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from imadmin.errors import SourceNotDescribedError
from imadmin.secrets import Secrets
from imadmin.shells import open_shell

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from imadmin.deployment import Deployment
    from imadmin.ews import EwsClient
    from imadmin.shells.base import Shell

__all__ = ["Access"]


class Access:
    """The deployment's shells and EWS endpoints; safe to use from several threads."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self._secrets = Secrets(deployment.credentials)
        self._shells: dict[str, Shell] = {}
        self._ews: tuple[EwsClient, ...] | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def shell(self, name: str) -> Shell:
        """The shell `skype`, `exchange` or `exchange_online`.

        Raises:
            SourceNotDescribedError: the deployment does not describe it.
            SourceError: it cannot be opened.
        """
        config = self.deployment.shells.get(name)
        if config is None:
            where = self.deployment.source.name
            raise SourceNotDescribedError(f"does not describe the shell {name}", where=where)
        with self._lock:
            if name not in self._shells:
                self._shells[name] = open_shell(name, config, self._secrets, self.deployment.ca_file)
            return self._shells[name]

    def ews(self) -> tuple[EwsClient, ...]:
        """A client for each EWS endpoint, in the deployment's order.

        Raises:
            SourceError: a credential cannot be had.
        """
        from imadmin.ews import EwsClient

        with self._lock:
            if self._ews is None:
                self._ews = tuple(
                    EwsClient(
                        config,
                        self._secrets.credential(config.credential, f"ews: {config.name}"),
                        self.deployment.ca_file,
                    )
                    for config in self.deployment.ews
                )
            return self._ews

    def prompted(self) -> dict[str, str]:
        """What had to be asked on the terminal, as environment variables for a process without one."""
        return self._secrets.prompted()

    def close(self) -> None:
        """Close what was opened; logged-in sessions end on the servers."""
        with self._lock:
            opened = [*self._shells.values(), *(self._ews or ())]
            self._shells, self._ews = {}, None
        for one in opened:
            one.close()
