"""What a deployment describes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = [
    "SHELLS",
    "ClientsConfig",
    "CredentialConfig",
    "Deployment",
    "EwsConfig",
    "ShellConfig",
    "TestSendConfig",
]

SHELLS = ("skype", "exchange", "exchange_online")


@dataclass(frozen=True, slots=True)
class ShellConfig:
    """How one of the three shells is reached.

    Attributes:
        shell: `psrp` (a remote endpoint), `local` (PowerShell on this computer) or `export` (a folder).
        folder: of saved output, for `export`.
        files: the saved files where the folder has no subfolder for this shell; None for all in it.
    """

    shell: str
    folder: Path | None = None
    files: tuple[str, ...] | None = None
    uri: str = ""
    configuration: str = ""
    auth: str = ""
    credential: str = ""
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
    """

    name: str
    endpoint: str
    auth: str = "ntlm"
    access: str = "impersonation"
    credential: str = ""
    connections: int = 8
    mailboxes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClientsConfig:
    """A CSV file, or several by pattern, of registered clients.

    Attributes:
        csv: an absolute path whose last part may hold `*` and `?`.
        encoding: a code page's name, for files that are neither UTF-8 nor marked by a BOM.
    """

    csv: Path
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class CredentialConfig:
    """Where a credential comes from; never the secret itself."""

    username: str = ""
    integrated: bool = False
    password: Mapping[str, object] = field(default_factory=dict)


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
    """

    name: str
    source: Path
    sip_domains: tuple[str, ...] = ()
    shells: Mapping[str, ShellConfig] = field(default_factory=dict)
    ews: tuple[EwsConfig, ...] = ()
    clients: tuple[ClientsConfig, ...] = ()
    test_send: TestSendConfig = field(default_factory=TestSendConfig)
    credentials: Mapping[str, CredentialConfig] = field(default_factory=dict)
    ca_file: Path | None = None
    require: tuple[str, ...] = ()
    waivers: Path | None = None
    plugins: Path | None = None
    collected: str = ""
