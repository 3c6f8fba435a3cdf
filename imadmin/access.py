"""What of the real systems can be reached: shells and EWS endpoints, opened when needed, once a run."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from imadmin.errors import ImadminError, SourceNotDescribedError
from imadmin.secrets import Secrets
from imadmin.shells import open_shell

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from imadmin.deployment import Deployment, EwsConfig
    from imadmin.ews import EwsClient
    from imadmin.shells.base import Shell

__all__ = ["Access", "Endpoint"]


class Endpoint(NamedTuple):
    """An EWS endpoint of the deployment.

    Attributes:
        client: asks it; None where it cannot be asked.
        error: why not: a credential that cannot be had, a way to log in that there is not here.
    """

    config: EwsConfig
    client: EwsClient | None
    error: ImadminError | None = None


class Access:
    """The deployment's shells and EWS endpoints; safe to use from several threads."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self._secrets = Secrets(deployment.credentials)
        self._shells: dict[str, Shell] = {}
        self._endpoints: tuple[Endpoint, ...] | None = None
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

    def endpoints(self) -> tuple[Endpoint, ...]:
        """The EWS endpoints, in the deployment's order; one that cannot be asked costs no other.

        An endpoint some of whose mailboxes have a credential of their own is there once for each credential.
        """
        with self._lock:
            if self._endpoints is None:
                configs = [one for config in self.deployment.ews for one in _by_credential(config)]
                self._endpoints = tuple(map(self._open, configs))
            return self._endpoints

    def ews(self) -> tuple[EwsClient, ...]:
        """A client for each EWS endpoint that can be asked.

        Raises:
            ImadminError: there are some, and none can be asked.
        """
        endpoints = self.endpoints()
        clients = tuple(endpoint.client for endpoint in endpoints if endpoint.client is not None)
        errors = [endpoint.error for endpoint in endpoints if endpoint.error is not None]
        if errors and not clients:
            raise errors[0]
        return clients

    def _open(self, config: EwsConfig) -> Endpoint:
        from imadmin.ews import EwsClient

        try:
            credential = self._secrets.credential(config.credential, f"ews: {config.name}")
            return Endpoint(config, EwsClient(config, credential, self.deployment.ca_file))
        except ImadminError as error:
            return Endpoint(config, None, error)

    def prompted(self) -> dict[str, str]:
        """What had to be asked on the terminal, as environment variables for a process without one."""
        return self._secrets.prompted()

    def close(self) -> None:
        """Close what was opened; logged-in sessions end on the servers."""
        with self._lock:
            shells, endpoints = list(self._shells.values()), self._endpoints or ()
            self._shells, self._endpoints = {}, None
        for shell in shells:
            shell.close()
        for endpoint in endpoints:
            if endpoint.client is not None:
                endpoint.client.close()


def _by_credential(config: EwsConfig) -> list[EwsConfig]:
    groups: dict[str, dict[str, str]] = {}
    for address, credential in config.mailboxes.items():
        groups.setdefault(credential or config.credential, {})[address] = credential
    return [replace(config, credential=name, mailboxes=group) for name, group in groups.items()] or [config]
