"""Reading `imadmin.yaml`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imadmin.deployment.addresses import address
from imadmin.deployment.credentials import check_credentials, read_credential
from imadmin.deployment.records import (
    SHELLS,
    ClientsConfig,
    Deployment,
    EwsConfig,
    ShellConfig,
    TestSendConfig,
)
from imadmin.deployment.sections import KEYS, settled
from imadmin.deployment.yamlnodes import load

if TYPE_CHECKING:
    from imadmin.deployment.records import CredentialConfig
    from imadmin.deployment.yamlnodes import Entry

__all__ = ["read_deployment"]

_SHELL_TEXTS = ("uri", "configuration", "credential", "spn_service", "program")
_SHELL_KEYS = ("shell", "auth", "folder", "encoding", *_SHELL_TEXTS)
_SHELL_NEEDS = {"psrp": "uri", "local": "", "export": "folder"}
_AUTH = ("negotiate", "kerberos", "ntlm", "basic", "certificate")
_EWS_KEYS = ("name", "endpoint", "auth", "access", "credential", "connections", "mailboxes", "autodiscover")
_EWS_AUTH = (*_AUTH, "oauth")
_ACCESS = ("delegate", "impersonation", "owner")
_MAILBOX = re.compile(r"[^@\s]+@[^@\s]+\Z")


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
            clients=tuple(self.lists(item) for item in self._items(sections, "clients")),
            licenses=tuple(self.lists(item) for item in self._items(sections, "licenses")),
            test_send=self.test_send(sections.get("test_send")),
            credentials=credentials,
            ca_file=self.ca_file(sections.get("tls")),
            require=self._texts(sections, "require"),
            waivers=self._optional_path(sections, "waivers"),
            plugins=self._optional_path(sections, "plugins"),
            sections={name: item for name, item in sections.items() if name not in KEYS},
        )
        check_credentials(sections, credentials)
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
            address(keys["uri"], "https://", "http://")
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
        endpoint = address(keys["endpoint"], "https://")
        return EwsConfig(
            name=keys["name"].text(),
            endpoint=endpoint,
            auth=keys["auth"].text(_EWS_AUTH) if "auth" in keys else "ntlm",
            access=keys["access"].text(_ACCESS) if "access" in keys else "impersonation",
            credential=keys["credential"].text() if "credential" in keys else "",
            connections=keys["connections"].number(1, 100) if "connections" in keys else 8,
            mailboxes=_mailboxes(keys["mailboxes"]) if "mailboxes" in keys else {},
            autodiscover=address(keys["autodiscover"], "https://") if "autodiscover" in keys else "",
        )

    def lists(self, entry: Entry) -> ClientsConfig:
        """One list of registered clients, or of licenses."""
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
        return {name: read_credential(item, self._path) for name, item in named.items()}

    def ca_file(self, entry: Entry | None) -> Path | None:
        """The certificate authority's file."""
        keys = entry.mapping(("ca_file",)) if entry is not None else {}
        return self._optional_path(keys, "ca_file")

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
    for mailbox, item in named.items():
        if not _MAILBOX.match(mailbox):
            raise item.complain(f"{mailbox!r} is no e-mail address", "Write it as name@contoso.com.")
    return {mailbox: "" if item.value is None else item.text() for mailbox, item in named.items()}


def _code_page(entry: Entry) -> str:
    name = entry.text()
    try:
        b"    ".decode(name, "replace")  # of nothing, Python would not even look the name up
    except (LookupError, ValueError) as error:
        raise entry.complain(f"there is no encoding {name!r}", "Name a code page such as cp1252.") from error
    return name
