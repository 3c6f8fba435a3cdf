"""A server of PowerShell remoting on loopback, and shells that are closed behind each test."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from imadmin.deployment.records import CredentialConfig, ShellConfig
from imadmin.secrets import Secrets
from imadmin.shells.psrp import PsrpShell
from imadmin_lab.directory import Directory, noun
from imadmin_lab.powershell import CmdletFaults, PowerShellEndpoint
from imadmin_lab.web import Account, Accounts, Authority, Faults, LoginRules, Mount, Site, WebServer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from imadmin_lab.directory.values import Value

ADMIN = "CONTOSO\\admin"
VIEWER = "CONTOSO\\viewer"
PASSWORD = "c4n4ry pässword"  # noqa: S105 - of the lab's own accounts
VARIABLE = "IMADMIN_TEST_PASSWORD"
ACCOUNTS = (
    Account(ADMIN, PASSWORD, "admin@contoso.com", ("CsAdministrator", "Organization Management")),
    Account(VIEWER, PASSWORD, "viewer@contoso.com", ("CsViewOnlyAdministrator",)),
    Account("CONTOSO\\nobody", PASSWORD, "nobody@contoso.com"),
)


@dataclass
class Lab:
    """Both endpoints, with TLS and without, and what goes wrong there."""

    directory: Directory
    accounts: Accounts
    authority: Authority
    https: WebServer
    http: WebServer
    cmdlets: CmdletFaults
    web: Faults
    shells: list[PsrpShell] = field(default_factory=list)

    def shell(
        self,
        path: str = "OcsPowershell",
        *,
        auth: str = "ntlm",
        user: str = ADMIN,
        scheme: str = "https",
        credential: CredentialConfig | None = None,
        **options: Any,
    ) -> PsrpShell:
        """A shell as a deployment describes it; *credential* in place of *user* with the password."""
        server = self.https if scheme == "https" else self.http
        exchange = path.startswith("powershell")
        options.setdefault("configuration", "Microsoft.Exchange" if exchange else "")
        config = ShellConfig(
            "psrp",
            uri=f"{scheme}://localhost:{server.port}/{path}",
            auth=auth,
            credential="svc",
            **options,
        )
        secrets = Secrets({"svc": credential or CredentialConfig(user, password={"env": VARIABLE})})
        return self.keep(
            PsrpShell("exchange" if exchange else "skype", config, secrets, self.authority.ca_file)
        )

    def keep(self, shell: PsrpShell) -> PsrpShell:
        """Close the shell behind the test."""
        self.shells.append(shell)
        return shell

    def add_users(self, count: int) -> None:
        """Fill the directory."""
        names = [f"user{number:05}" for number in range(count)]
        self.directory.load("skype", "CsUser", [(f"CN={name}", _user(name)) for name in names])


def _user(name: str) -> Mapping[str, Value]:
    mail = f"{name}@contoso.com"
    properties: dict[str, Value] = {
        "SipAddress": f"sip:{mail}",
        "UserPrincipalName": mail,
        "DisplayName": f"Ünïcode {name} 😀",
        "SamAccountName": name,
        "RegistrarPool": "pool01.contoso.com",
        "ClientPolicy": None,
    }
    return noun("skype", "CsUser").make(f"CN={name}", properties)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca") / "ca")


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Directory]:
    with Directory(tmp_path / "lab.sqlite") as found:
        for site, pool in (("Redmond", "pool01.contoso.com"), ("Munich", "pool02.contoso.com")):
            _put(found, "skype", "CsSite", f"Site:{site}", DisplayName=site, Pools=[pool])
            _put(found, "skype", "CsPool", pool, Fqdn=pool, Site=f"Site:{site}", Computers=[f"fe-{pool}"])
        _put(found, "skype", "CsImConfiguration", "Global")
        _put(found, "skype", "CsClientPolicy", "Global", EnableIMAutoArchiving=True)
        _put(found, "skype", "CsClientPolicy", "Tag:Legal", EnableIMAutoArchiving=False)
        _put(found, "exchange", "OrganizationConfig", "contoso", Name="contoso")
        yield found


def _put(directory: Directory, shell: str, name: str, identity: str, **properties: Value) -> None:
    directory.load(shell, name, [(identity, noun(shell, name).make(identity, properties))])


@pytest.fixture
def rules() -> LoginRules:
    """How the lab logs clients in; modules of tests have rules of their own."""
    return LoginRules(channel_bindings="require")


@pytest.fixture
def lab(
    directory: Directory, authority: Authority, rules: LoginRules, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Lab]:
    monkeypatch.setenv(VARIABLE, PASSWORD)
    cmdlets, web, accounts = CmdletFaults(), Faults(), Accounts(ACCOUNTS, lock_after=3)
    skype = PowerShellEndpoint("skype", directory, accounts, faults=cmdlets)
    exchange = PowerShellEndpoint("exchange", directory, accounts, faults=cmdlets)
    mounts = (Mount("/OcsPowershell", skype, sealed=True), Mount("/powershell", exchange, sealed=True))
    site = Site(mounts, accounts, rules, web)
    with WebServer(site, authority) as https, WebServer(site) as http:
        opened = Lab(directory, accounts, authority, https, http, cmdlets, web)
        yield opened
        for shell in opened.shells:
            shell.close()
    assert not [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]
