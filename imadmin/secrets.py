"""Credentials: each is resolved once, and its password kept from going anywhere else."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from imadmin import passwords
from imadmin.accounts import Account
from imadmin.concealing import HIDDEN, conceal
from imadmin.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from imadmin.deployment.records import CertificateConfig, CredentialConfig, OAuthConfig

__all__ = ["Application", "ClientCertificate", "Credential", "Secret", "Secrets"]


class Secret:
    """A password; only `reveal` shows it, and neither pickle nor copy nor JSON takes it."""

    __slots__ = ("__weakref__", "_text")

    def __init__(self, text: str) -> None:
        """Keep *text*, and keep it from being quoted."""
        self._text = text
        conceal(self, text)

    def reveal(self) -> str:
        """The password itself, for the library that logs in."""
        return self._text

    def __repr__(self) -> str:
        return HIDDEN

    def __format__(self, _specification: str) -> str:
        return HIDDEN

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError("a secret can be neither pickled nor copied")


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """A certificate that TLS shows to the server.

    Attributes:
        file: PEM, with the chain where there is one.
        key_file: PEM of the private key.
        passphrase: of the key; None where it is not encrypted.
    """

    file: Path
    key_file: Path
    passphrase: Secret | None = None


@dataclass(frozen=True, slots=True)
class Application:
    """An application that logs in by OAuth 2.0 client credentials.

    Attributes:
        client_id: its identifier in the tenant.
        token_endpoint: who gives it tokens.
    """

    client_id: str
    token_endpoint: str


@dataclass(frozen=True, slots=True)
class Credential:
    r"""Who logs in.

    Attributes:
        username: `CONTOSO\svc` or `svc@contoso.com`; empty for the current user, or for whom the certificate
            stands.
        password: None where the log-in is integrated, or by certificate; an application's secret.
        integrated: whether the operating system logs in (Kerberos or SSPI) and no password is needed.
        certificate: what logs in by `auth: certificate`, or signs for an application.
        application: what logs in by `auth: oauth`.
        account: what servers have said to this user with this password.
    """

    username: str
    password: Secret | None
    integrated: bool = False
    certificate: ClientCertificate | None = None
    application: Application | None = None
    account: Account = field(default_factory=Account, repr=False, compare=False)

    @property
    def who(self) -> str:
        """What messages call whoever logs in."""
        if self.application is not None:
            return f"the application {self.application.client_id}"
        if self.username or self.certificate is None:
            return self.username or "the current user"
        return f"the certificate {self.certificate.file.name}"

    @property
    def secret(self) -> Secret | None:
        """What the configured source gave: the password, or the passphrase of the certificate's key."""
        return self.certificate.passphrase if self.certificate else self.password


class Secrets:
    """The credentials of one deployment; each is resolved once, whichever thread asks first.

    A runbook is executed by a process of its own, which has no terminal. What had to be asked for is asked
    here and handed over in that process's environment (`prompted`): a file would outlive the run, and every
    user of the computer can read a command line.
    """

    def __init__(
        self, configs: Mapping[str, CredentialConfig], ask: Callable[[str], str] | None = None
    ) -> None:
        """Credentials by name, and how to ask for a password.

        Args:
            configs: the section `credentials` of the deployment.
            ask: given a prompt, returns what was typed; raises EOFError where there is nobody to ask.
                None asks on the terminal.
        """
        self._configs = configs
        self._ask = ask or passwords.on_terminal
        self._known: dict[str, Credential | SourceError] = {}
        self._accounts: list[tuple[str, Secret, Account]] = []
        self._lock = threading.Lock()

    def credential(self, name: str, where: str) -> Credential:
        """The credential *name*, for *where* (a shell or an endpoint, for messages).

        An empty name is the current user.

        Raises:
            SourceError: its password cannot be had; found out once, and said again to whoever asks again.
        """
        if not name:
            return Credential("", None, integrated=True)
        with self._lock:
            if name not in self._known:
                self._known[name] = self._resolved(name)
            known = self._known[name]
        if isinstance(known, SourceError):
            raise SourceError(known.what, where=where, remedy=known.remedy)
        return known

    def prompted(self) -> dict[str, str]:
        """The passwords that are asked for, as environment variables for a process without a terminal.

        Those that nobody answers for are left out: what needs them says so when it needs them.
        """
        names = [name for name, config in self._configs.items() if config.password.get("prompt")]
        answered: dict[str, str] = {}
        for name in names:
            try:
                secret = self.credential(name, name).secret
            except SourceError:
                continue
            if secret is not None:
                answered[_variable(name)] = secret.reveal()
        return answered

    def environment(self) -> dict[str, str]:
        """This process's environment without the passwords in it, for a program that needs none of them."""
        names = {str(config.password["env"]) for config in self._configs.values() if "env" in config.password}
        names |= {_variable(name) for name in self._configs}
        return {name: value for name, value in os.environ.items() if name not in names}

    def _resolved(self, name: str) -> Credential | SourceError:
        try:
            return self._resolve(name)
        except SourceError as error:
            return error

    def _resolve(self, name: str) -> Credential:
        config = self._configs.get(name)
        if config is None:
            raise SourceError(f"there is no credential {name}", remedy="Describe it under credentials.")
        if config.integrated:
            return Credential(config.username, None, integrated=True)
        if config.oauth is not None:
            return self._application(name, config, config.oauth)
        if config.certificate is not None:
            return self._certified(name, config, config.certificate)
        if not config.username:
            raise SourceError(f"the credential {name} names no user", remedy="Give it a username.")
        password = self._password(name, config.password, config.username)
        return Credential(config.username, password, account=self._account(config.username, password))

    def _account(self, username: str, password: Secret) -> Account:
        """The same one for credentials that are the same but for their names."""
        for user, secret, account in self._accounts:
            if user.casefold() == username.casefold() and secret.reveal() == password.reveal():
                return account
        self._accounts.append((username, password, Account(username)))
        return self._accounts[-1][2]

    def _application(self, name: str, config: CredentialConfig, oauth: OAuthConfig) -> Credential:
        application = Application(oauth.client_id, oauth.token_endpoint)
        if config.certificate is not None:
            signing = self._certified(name, config, config.certificate)
            return Credential("", None, certificate=signing.certificate, application=application)
        return Credential("", self._password(name, config.password, oauth.client_id), application=application)

    def _certified(self, name: str, config: CredentialConfig, found: CertificateConfig) -> Credential:
        holder = config.username or found.file.name
        passphrase = self._password(name, config.password, holder) if config.password else None
        certificate = ClientCertificate(found.file, found.key_file, passphrase)
        return Credential(config.username, None, certificate=certificate)

    def _password(self, name: str, source: Mapping[str, object], username: str) -> Secret:
        text = self._text(name, source, username)
        if not text:
            raise SourceError(f"the password of credential {name} is empty")
        return Secret(text)

    def _text(self, name: str, source: Mapping[str, object], username: str) -> str:
        if "env" in source:
            return passwords.from_environment(name, str(source["env"]))
        if "keyring" in source:
            return passwords.from_keyring(name, str(source["keyring"]), username)
        if source.get("prompt"):
            return os.environ.get(_variable(name)) or self._from_prompt(name, username)
        raise SourceError(
            f"the credential {name} has no password and is not integrated",
            remedy=f"Under credentials, {name}: say where its password is (keyring, env or prompt), "
            "or integrated: true.",
        )

    def _from_prompt(self, name: str, username: str) -> str:
        try:
            return self._ask(f"Password of {username} ({name}): ")
        except EOFError:
            raise SourceError(
                f"the password of credential {name} is to be asked for, and there is no terminal to ask on",
                remedy=f"Run it on a terminal, or say password: {{env: NAME}} under credentials, {name}.",
            ) from None


def _variable(name: str) -> str:
    """Names of credentials may hold what names of variables may not."""
    return f"IMADMIN_SECRET_{name.encode().hex().upper()}"
