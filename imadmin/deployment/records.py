"""What a deployment describes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from imadmin.deployment.yamlnodes import Entry

__all__ = [
    "SHELLS",
    "CertificateConfig",
    "ClientsConfig",
    "CredentialConfig",
    "Dating",
    "Deployment",
    "EwsConfig",
    "OAuthConfig",
    "ShellConfig",
    "TestSendConfig",
]

SHELLS = ("skype", "exchange", "exchange_online")

Dating: TypeAlias = Literal["", "manifest", "files"]
"""What says when saved output was collected."""


@dataclass(frozen=True, slots=True)
class ShellConfig:
    """How one of the three shells is reached.

    Attributes:
        shell: `psrp` (a remote endpoint), `local` (PowerShell on this computer) or `export` (a folder).
        folder: of saved output, for `export`.
        files: the saved files where the folder has no subfolder for this shell; None for all in it.
        spn_service: the service class of the endpoint's principal name, for Kerberos; empty for `HTTP`.
        program: the PowerShell that `local` starts; empty for the platform's own.
    """

    shell: str
    folder: Path | None = None
    files: tuple[str, ...] | None = None
    uri: str = ""
    configuration: str = ""
    auth: str = ""
    credential: str = ""
    spn_service: str = ""
    program: str = ""
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class EwsConfig:
    """An Exchange Web Services endpoint.

    Attributes:
        access: `impersonation`, `delegate`, or `owner`: the credential's own mailbox.
        connections: at most so many at once.
        mailboxes: addresses that it is asked for, each with the credential that opens it; empty where that
            is *credential*.
        autodiscover: the address of the Autodiscover service that clients ask; empty for the one beside the
            endpoint.
    """

    name: str
    endpoint: str
    auth: str = "ntlm"
    access: str = "impersonation"
    credential: str = ""
    connections: int = 8
    mailboxes: Mapping[str, str] = field(default_factory=dict)
    autodiscover: str = ""


@dataclass(frozen=True, slots=True)
class ClientsConfig:
    """A CSV file, or several by pattern, of registered clients; or of licenses.

    Attributes:
        csv: an absolute path whose last part may hold `*` and `?`.
        encoding: a code page's name, for files that are neither UTF-8 nor marked by a BOM.
    """

    csv: Path
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class CertificateConfig:
    """A client certificate.

    Attributes:
        file: PEM, with the chain where there is one.
        key_file: PEM of its private key; the same file where none is named.
    """

    file: Path
    key_file: Path


@dataclass(frozen=True, slots=True)
class OAuthConfig:
    """An application that is registered with an authorisation server such as Microsoft Entra.

    Attributes:
        client_id: its identifier.
        token_endpoint: where it gets tokens; https.
    """

    client_id: str
    token_endpoint: str


@dataclass(frozen=True, slots=True)
class CredentialConfig:
    """Where a credential comes from; never the secret itself.

    Attributes:
        password: its source, by kind; with a certificate that of the passphrase of its key, of an
            application without one its secret.
        oauth: the application that it is; None where somebody logs in.
    """

    username: str = ""
    integrated: bool = False
    password: Mapping[str, object] = field(default_factory=dict)
    certificate: CertificateConfig | None = None
    oauth: OAuthConfig | None = None


@dataclass(frozen=True, slots=True)
class TestSendConfig:
    """The only mailboxes that a test send may touch."""

    mailboxes: tuple[str, ...] = ()
    federated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deployment:
    """One organisation; every section is optional, a deployment describes what it has.

    Attributes:
        name: of the organisation.
        source: the file or folder that describes it.
        shells: by name (`skype`, `exchange`, `exchange_online`).
        require: the plugins without which a run must not end in 0.
        plugins: a folder of loose plugins.
        collected: when saved output was collected (ISO 8601, UTC; or as its manifest words it); empty
            where the deployment is no folder.
        dated_by: what says so: the `manifest`, or the `files`, of which the newest counts.
        sections: of the file, those that are not imadmin's own and were not read yet; see `settled`.
        settings: what the plugins' own sections say, by the plugin's name, each of the plugin's type.
    """

    name: str
    source: Path
    sip_domains: tuple[str, ...] = ()
    shells: Mapping[str, ShellConfig] = field(default_factory=dict)
    ews: tuple[EwsConfig, ...] = ()
    clients: tuple[ClientsConfig, ...] = ()
    licenses: tuple[ClientsConfig, ...] = ()
    test_send: TestSendConfig = field(default_factory=TestSendConfig)
    credentials: Mapping[str, CredentialConfig] = field(default_factory=dict)
    ca_file: Path | None = None
    require: tuple[str, ...] = ()
    waivers: Path | None = None
    plugins: Path | None = None
    collected: str = ""
    dated_by: Dating = ""
    sections: Mapping[str, Entry] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)
