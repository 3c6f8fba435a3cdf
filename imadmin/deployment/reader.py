"""Reading `imadmin.yaml`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imadmin.deployment.records import (
    SHELLS,
    CertificateConfig,
    ClientsConfig,
    CredentialConfig,
    Deployment,
    EwsConfig,
    ShellConfig,
    TestSendConfig,
)
from imadmin.deployment.sections import KEYS, settled
from imadmin.deployment.yamlnodes import load

if TYPE_CHECKING:
    from imadmin.deployment.yamlnodes import Entry

__all__ = ["read_deployment"]

_SHELL_TEXTS = ("uri", "configuration", "credential", "spn_service", "program")
_SHELL_KEYS = ("shell", "auth", "folder", "encoding", *_SHELL_TEXTS)
_SHELL_NEEDS = {"psrp": "uri", "local": "", "export": "folder"}
_AUTH = ("negotiate", "kerberos", "ntlm", "basic", "certificate")
_EWS_KEYS = ("name", "endpoint", "auth", "access", "credential", "connections", "mailboxes")
_EWS_AUTH = (*_AUTH, "oauth")
_ACCESS = ("delegate", "impersonation", "owner")
_MAILBOX = re.compile(r"[^@\s]+@[^@\s]+\Z")
_PASSWORD_KEYS = ("keyring", "env", "prompt")


def read_deployment(path: Path, *, strict: bool = False) -> Deployment:
    """Read and validate a deployment file; paths in it are relative to its folder.

    Args:
        path: of the file.
        strict: whether only imadmin's own sections may be in it; else those of plugins are left for
            `settled`, which is called when the plugins are known.

    Raises:
        ConfigError: with file, line and key, and what to do.
    """
    path = Path(path)
    entry = load(path)
    deployment = _Reader(path.resolve().parent).deployment(entry, path)
    return settled(deployment, {}) if strict else deployment


class _Reader:
    """Turns the entries of one file into records; one method per section."""

    def __init__(self, base: Path) -> None:
        self._base = base

    def deployment(self, entry: Entry, path: Path) -> Deployment:
        """The whole file."""
        sections = entry.mapping()
        shells = {name: self.shell(sections[name], name) for name in SHELLS if name in sections}
        credentials = self.credentials(sections.get("credentials"))
        result = Deployment(
            name=sections["deployment"].text() if "deployment" in sections else path.stem,
            source=path.resolve(),
            sip_domains=self._texts(sections, "sip_domains"),
            shells=shells,
            ews=tuple(self.ews(item) for item in self._items(sections, "ews")),
            clients=tuple(self.clients(item) for item in self._items(sections, "clients")),
            test_send=self.test_send(sections.get("test_send")),
            credentials=credentials,
            ca_file=self.ca_file(sections.get("tls")),
            require=self._texts(sections, "require"),
            waivers=self._optional_path(sections, "waivers"),
            plugins=self._optional_path(sections, "plugins"),
            sections={name: item for name, item in sections.items() if name not in KEYS},
        )
        _check_credentials(sections, credentials)
        return result

    def shell(self, entry: Entry, name: str) -> ShellConfig:
        """One of the three shells."""
        keys = entry.mapping(_SHELL_KEYS)
        if "shell" not in keys:
            raise entry.complain("lacks the key shell", "Say shell: psrp, local or export.")
        kind = keys["shell"].text(tuple(_SHELL_NEEDS))
        if name == "exchange_online" and kind == "psrp":
            raise keys["shell"].complain("Exchange Online is read by a local shell or an export only")
        needed = _SHELL_NEEDS[kind]
        if needed and needed not in keys:
            raise entry.complain(f"shell: {kind} needs the key {needed}")
        if "uri" in keys:
            _address(keys["uri"], "https://", "http://")
        texts: dict[str, Any] = {key: keys[key].text() for key in _SHELL_TEXTS if key in keys}
        return ShellConfig(
            shell=kind,
            folder=self._path(keys["folder"]) if "folder" in keys else None,
            auth=keys["auth"].text(_AUTH) if "auth" in keys else "",
            encoding=_code_page(keys["encoding"]) if "encoding" in keys else "",
            **texts,
        )

    def ews(self, entry: Entry) -> EwsConfig:
        """One EWS endpoint."""
        keys = entry.mapping(_EWS_KEYS)
        for needed in ("name", "endpoint"):
            if needed not in keys:
                raise entry.complain(f"lacks the key {needed}")
        endpoint = _address(keys["endpoint"], "https://")
        return EwsConfig(
            name=keys["name"].text(),
            endpoint=endpoint,
            auth=keys["auth"].text(_EWS_AUTH) if "auth" in keys else "ntlm",
            access=keys["access"].text(_ACCESS) if "access" in keys else "impersonation",
            credential=keys["credential"].text() if "credential" in keys else "",
            connections=keys["connections"].number(1, 100) if "connections" in keys else 8,
            mailboxes=_mailboxes(keys["mailboxes"]) if "mailboxes" in keys else {},
        )

    def clients(self, entry: Entry) -> ClientsConfig:
        """One list of registered clients."""
        keys = entry.mapping(("csv", "encoding"))
        if "csv" not in keys:
            raise entry.complain("lacks the key csv", "Give the path of a CSV file.")
        encoding = _code_page(keys["encoding"]) if "encoding" in keys else ""
        return ClientsConfig(self._path(keys["csv"]), encoding)

    def test_send(self, entry: Entry | None) -> TestSendConfig:
        """The mailboxes that a test send may touch."""
        if entry is None:
            return TestSendConfig()
        keys = entry.mapping(("mailboxes", "federated"))
        named = {key: tuple(_mailbox(item) for item in entry.items()) for key, entry in keys.items()}
        return TestSendConfig(named.get("mailboxes", ()), named.get("federated", ()))

    def credentials(self, entry: Entry | None) -> dict[str, CredentialConfig]:
        """Where each credential comes from."""
        named = entry.mapping() if entry is not None else {}
        return {name: self._credential(item) for name, item in named.items()}

    def ca_file(self, entry: Entry | None) -> Path | None:
        """The certificate authority's file."""
        keys = entry.mapping(("ca_file",)) if entry is not None else {}
        return self._optional_path(keys, "ca_file")

    def _credential(self, entry: Entry) -> CredentialConfig:
        keys = entry.mapping(("username", "password", "integrated", "certificate"))
        return CredentialConfig(
            username=keys["username"].text() if "username" in keys else "",
            integrated=keys["integrated"].flag() if "integrated" in keys else False,
            password=_password(keys["password"]) if "password" in keys else {},
            certificate=self._certificate(keys["certificate"]) if "certificate" in keys else None,
        )

    def _certificate(self, entry: Entry) -> CertificateConfig:
        keys = entry.mapping(("file", "key_file"))
        if "file" not in keys:
            raise entry.complain("lacks the key file", "Give the path of a PEM file with the certificate.")
        file = self._path(keys["file"])
        return CertificateConfig(file, self._path(keys["key_file"]) if "key_file" in keys else file)

    def _path(self, entry: Entry) -> Path:
        text = entry.text()
        if "\0" in text:
            raise entry.complain("cannot be a path: it holds a NUL character")
        try:
            path = self._base / Path(text).expanduser()
            path.exists()
        except (RuntimeError, OSError) as error:  # an unknown ~user, a name that is too long
            raise entry.complain(f"cannot be a path: {error}") from error
        return path

    def _optional_path(self, sections: dict[str, Entry], key: str) -> Path | None:
        return self._path(sections[key]) if key in sections else None

    def _items(self, sections: dict[str, Entry], key: str) -> list[Entry]:
        return list(sections[key].items()) if key in sections else []

    def _texts(self, sections: dict[str, Entry], key: str) -> tuple[str, ...]:
        return sections[key].texts() if key in sections else ()


def _address(entry: Entry, *schemes: str) -> str:
    text = entry.text()
    if not text.lower().startswith(schemes):
        raise entry.complain(
            "should begin with https://", "Nothing is asked without TLS that can be asked with it."
        )
    if "@" in text.partition("://")[2].partition("/")[0]:
        raise entry.complain(
            "a user or a password must not stand in the address", "Name a credential instead."
        )
    return text


def _mailbox(entry: Entry) -> str:
    text = entry.text()
    if not _MAILBOX.match(text):
        raise entry.complain(f"{text!r} is no e-mail address", "Write it as name@contoso.com.")
    return text


def _mailboxes(entry: Entry) -> dict[str, str]:
    """Addresses, each perhaps with the credential that opens it."""
    if isinstance(entry.value, list):
        return {_mailbox(item): "" for item in entry.items()}
    named = entry.mapping()
    for address, item in named.items():
        if not _MAILBOX.match(address):
            raise item.complain(f"{address!r} is no e-mail address", "Write it as name@contoso.com.")
    return {address: "" if item.value is None else item.text() for address, item in named.items()}


def _code_page(entry: Entry) -> str:
    name = entry.text()
    try:
        b"    ".decode(name, "replace")  # of nothing, Python would not even look the name up
    except (LookupError, ValueError) as error:
        raise entry.complain(f"there is no encoding {name!r}", "Name a code page such as cp1252.") from error
    return name


def _password(entry: Entry) -> dict[str, object]:
    if not isinstance(entry.value, dict) or not entry.value.keys() <= set(_PASSWORD_KEYS):
        remedy = "Name its source: {keyring: imadmin}, {env: IMADMIN_PASSWORD} or {prompt: true}."
        raise entry.complain("a password must not stand in the file", remedy)
    keys = entry.mapping(_PASSWORD_KEYS)
    if len(keys) != 1:
        raise entry.complain(f"give one of {', '.join(_PASSWORD_KEYS)}")
    return {name: item.flag() if name == "prompt" else item.text() for name, item in keys.items()}


def _check_credentials(sections: dict[str, Entry], credentials: dict[str, CredentialConfig]) -> None:
    users = [sections[name] for name in SHELLS if name in sections]
    users += list(sections["ews"].items()) if "ews" in sections else []
    named = [keys["credential"] for user in users if "credential" in (keys := user.mapping())]
    named += [item for user in users for item in _lent(user)]
    for item in named:
        if item.text() not in credentials:
            known = ", ".join(credentials) or "none"
            raise item.complain(f"there is no credential {item.text()!r}", f"Under credentials: {known}.")
    _check_ews(sections, credentials)


def _check_ews(sections: dict[str, Entry], credentials: dict[str, CredentialConfig]) -> None:
    for endpoint in sections["ews"].items() if "ews" in sections else ():
        for item in (endpoint.mapping().get("credential"), *_lent(endpoint)):
            if item is not None and credentials[item.text()].certificate is not None:
                what = f"{item.text()} is a certificate, with which EWS is not asked"
                raise item.complain(what, "Name a credential with a password, or an integrated one.")


def _lent(user: Entry) -> list[Entry]:
    """The credentials that single mailboxes of an endpoint are opened with."""
    mailboxes = user.mapping().get("mailboxes")
    if mailboxes is None or not isinstance(mailboxes.value, dict):
        return []
    return [item for item in mailboxes.mapping().values() if item.value is not None]
