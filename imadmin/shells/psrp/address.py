"""Where a remote endpoint is, and which ways of logging in are let through to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from imadmin.errors import SourceError

if TYPE_CHECKING:
    from imadmin.deployment import ShellConfig

__all__ = ["Endpoint"]

_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A remote PowerShell endpoint.

    Attributes:
        shell: which of the deployment's shells it is.
        host: its name, as the certificate and the service principal name have it.
        port: of TCP.
        tls: whether it is reached over TLS; without, messages are encrypted by the log-in.
        path: without its first slash, with its query.
        configuration: the name of its session configuration.
        auth: `negotiate`, `kerberos`, `ntlm`, `basic` or `certificate`.
        service: the service class of its principal name, for Kerberos.
    """

    shell: str
    host: str
    port: int
    tls: bool
    path: str
    configuration: str
    auth: str
    service: str

    @classmethod
    def of(cls, shell: str, config: ShellConfig) -> Endpoint:
        """The endpoint that *config* describes for *shell*.

        Raises:
            SourceError: the address is none, or it would let a password be read on the way.
        """
        try:
            parts = urlsplit(config.uri)
            host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        except (ValueError, LookupError):
            host, port = "", 0
        if not host:
            remedy = "Write it as https://pool01.contoso.com/OcsPowershell"
            raise SourceError(f"{config.uri!r} is not the address of an endpoint", where=shell, remedy=remedy)
        tls, auth = parts.scheme == "https", config.auth or "negotiate"
        _check_auth(shell, auth, tls=tls)
        path = parts._replace(scheme="", netloc="", fragment="").geturl().removeprefix("/")
        configuration = config.configuration or "Microsoft.PowerShell"
        return cls(shell, host, port, tls, path, configuration, auth, config.spn_service or "HTTP")

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        scheme = "https" if self.tls else "http"
        port = "" if self.port == _PORTS[scheme] else f":{self.port}"
        return f"{scheme}://{host}{port}/{self.path}"

    @property
    def where(self) -> str:
        """What messages say of it."""
        return f"{self.shell} at {self}"


def _check_auth(shell: str, auth: str, *, tls: bool) -> None:
    if auth == "certificate" and not tls:
        remedy = "Use https://, or auth: negotiate."
        raise SourceError("auth: certificate needs TLS", where=shell, remedy=remedy)
    if auth == "basic" and not tls:
        raise SourceError(
            "auth: basic over http:// would send the password in clear",
            where=shell,
            remedy="Use https://, or auth: negotiate, which encrypts what it sends.",
        )
