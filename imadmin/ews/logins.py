"""Which way to log in a deployment asks for, and whether it can be had here."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple

from imadmin.errors import ConfigError, SourceError
from imadmin.ews.discretion import hush
from imadmin.ews.login import Anonymous, Basic
from imadmin.ews.negotiation import SCHEMES, Negotiation

if TYPE_CHECKING:
    from pathlib import Path

    from imadmin.accounts import Account
    from imadmin.ews.login import Login
    from imadmin.secrets import Credential

__all__ = ["NamedLogin", "login_for"]


class NamedLogin(NamedTuple):
    """A way to log in.

    Attributes:
        auth: what the deployment calls it.
        login: how it is done.
        account: whose it is.
    """

    auth: str
    login: Login
    account: Account


def login_for(auth: str, credential: Credential, where: str, ca_file: Path | None = None) -> NamedLogin:
    """The way to log in that a deployment asks for.

    Args:
        auth: `ntlm`, `negotiate`, `kerberos`, `basic`, `certificate` or `oauth`.
        credential: who logs in.
        where: the endpoint, for messages.
        ca_file: the authorities by which a token endpoint is believed; None for those of the platform.

    Raises:
        ConfigError: the credential does not fit.
        SourceError: this version or this computer cannot log in so.
    """
    return NamedLogin(auth, _login(auth, credential, where, ca_file), credential.account)


def _login(auth: str, credential: Credential, where: str, ca_file: Path | None) -> Login:
    if auth == "basic":
        return Basic(credential, where)
    if auth == "certificate":
        return _certified(credential, where)
    if auth == "oauth":
        from imadmin.ews.oauth import Bearer

        return Bearer.of(credential, where, ca_file)
    if auth not in SCHEMES:
        raise SourceError(
            f"this version of imadmin cannot log in to EWS with auth: {auth}",
            where=where,
            remedy="Use ntlm, negotiate, kerberos, basic, certificate or oauth.",
        )
    _require_libraries(auth, credential, where)
    hush()
    return Negotiation(auth, credential)


def _certified(credential: Credential, where: str) -> Login:
    """TLS shows the certificate, which Exchange maps to an account: nothing is left to be sent."""
    if credential.certificate is None:
        remedy = "Name a credential with certificate: {file: …, key_file: …}."
        raise ConfigError("auth: certificate needs a client certificate", where=where, remedy=remedy)
    return Anonymous()


def _require_libraries(auth: str, credential: Credential, where: str) -> None:
    """Refuse what only the operating system's Kerberos could do where Python cannot reach it."""
    by_system = credential.password is None or auth == "kerberos"
    missing = [name for name in ("gssapi", "krb5") if find_spec(name) is None]
    if by_system and sys.platform != "win32" and missing:
        raise SourceError(
            f"the libraries for Kerberos are not installed: {', '.join(missing)}",
            where=where,
            remedy="Install them (pip install 'pyspnego[kerberos]'), or use auth: ntlm with a password.",
        )
