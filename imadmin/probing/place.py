"""Where a server is, as its address in the deployment says."""

from __future__ import annotations

from typing import NamedTuple, Self
from urllib.parse import urlsplit

from imadmin.errors import ConfigError

__all__ = ["Place"]

_PORTS = {"https": 443, "http": 80}


class Place(NamedTuple):
    """A server's place.

    Attributes:
        host: a name, or an IP address.
        port: of TCP.
        tls: whether it is spoken to over TLS.
        path: of the service, from its first slash.
    """

    host: str
    port: int
    tls: bool
    path: str

    @classmethod
    def of(cls, address: str) -> Self:
        """The place that *address* (https://… or http://…) names.

        Raises:
            ConfigError: it is no address.
        """
        try:
            parts = urlsplit(address)
            host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        except (ValueError, LookupError):
            host, port = "", 0
        if not host:
            raise ConfigError(f"{address!r} is not the address of a server", remedy="Write https://host/path")
        return cls(host, port, parts.scheme == "https", parts.path or "/")
