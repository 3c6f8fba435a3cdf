"""What a log-in is, and the two that need no handshake: by nothing that HTTP sees, and Basic."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final, Protocol

from imadmin.errors import ConfigError
from imadmin.secrets import Secret

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imadmin.ews.budget import Budget
    from imadmin.secrets import Credential

__all__ = ["Anonymous", "Basic", "Handshake", "Login", "LoginError"]


class LoginError(Exception):
    """A log-in could not be prepared or went wrong on this side.

    Attributes:
        denied: whether that is because user or password were not accepted, as by a domain controller.
    """

    def __init__(self, what: str, *, denied: bool = False) -> None:
        super().__init__(what)
        self.denied = denied


class Handshake(Protocol):
    """One log-in of one connection."""

    def answer(self, challenges: Sequence[str]) -> str | None:
        """What to send as `Authorization`, given the `WWW-Authenticate` fields; None to give up."""


class Login(Protocol):
    """A way to log in, for all connections of a client."""

    def authorization(self, budget: Budget) -> str | None:
        """The `Authorization` of every request; None where a connection is logged in as a whole.

        Args:
            budget: of the question that needs it.

        Raises:
            EwsError: it cannot be had.
        """

    def handshake(self, host: str, certificate: bytes) -> Handshake | None:
        """Begin to log in a connection to *host*, which presented *certificate* (DER)."""


class Anonymous:
    """Nobody, as far as HTTP tells: TLS may have shown the server a client certificate."""

    def authorization(self, budget: Budget) -> None:
        """Nothing."""

    def handshake(self, host: str, certificate: bytes) -> None:
        """There is none."""


class Basic:
    """User name and password with every request.

    Raises:
        ConfigError: the credential has no password.
    """

    def __init__(self, credential: Credential, where: str) -> None:
        if credential.password is None:
            raise ConfigError(
                "auth: basic needs a user name and a password",
                where=where,
                remedy="Name a credential with a password, or use auth: negotiate.",
            )
        text = f"{credential.username}:{credential.password.reveal()}"  # in UTF-8 (RFC 7617)
        self._token: Final = Secret(base64.b64encode(text.encode()).decode("ascii"))

    def authorization(self, budget: Budget) -> str:  # noqa: ARG002 - the shape of `Login`
        """The same each time."""
        return f"Basic {self._token.reveal()}"

    def handshake(self, host: str, certificate: bytes) -> None:
        """There is none: what was sent was refused."""
