"""A small organisation behind both endpoints, and pypsrp as its client."""

from __future__ import annotations

import gc
import threading
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

from imadmin_lab.directory import Directory, noun
from imadmin_lab.powershell import CmdletFaults, PowerShellEndpoint
from imadmin_lab.web import Account, Accounts, Authority, Faults, LoginRules, Mount, Site, WebServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ADMIN = "CONTOSO\\admin"
PASSWORD = "correct horse"  # noqa: S105 - of the lab's own account
ACCOUNTS = [
    Account(ADMIN, PASSWORD, "admin@contoso.com", ("CsAdministrator", "Organization Management")),
    Account("CONTOSO\\viewer", PASSWORD, "viewer@contoso.com", ("CsViewOnlyAdministrator",)),
    Account("CONTOSO\\nobody", PASSWORD, "nobody@contoso.com"),
]


@dataclass
class Outcome:
    """What a pipeline gave."""

    output: list[Any]
    errors: list[Any]
    warnings: list[str]
    failed: bool

    @property
    def error(self) -> Any:
        (only,) = self.errors
        return only


@dataclass
class Lab:
    """Both endpoints, with TLS and without."""

    directory: Directory
    accounts: Accounts
    authority: Authority
    https: WebServer
    http: WebServer
    faults: CmdletFaults
    web_faults: Faults

    @contextmanager
    def pool(
        self, path: str = "OcsPowershell", *, pool: Any = None, **options: Any
    ) -> Iterator[RunspacePool]:
        exchange = path.lower().startswith("powershell")
        given = {"configuration_name": "Microsoft.Exchange"} if exchange else {}
        with self.connect(path, **options) as ws, RunspacePool(ws, **{**given, **(pool or {})}) as opened:
            yield opened

    def connect(self, path: str = "OcsPowershell", *, ssl: bool = True, **options: Any) -> WSMan:
        server = self.https if ssl else self.http
        given: dict[str, Any] = {
            "username": ADMIN,
            "password": PASSWORD,
            "auth": "basic",
            "no_proxy": True,
            "cert_validation": str(self.authority.ca_file),
        }
        return WSMan("localhost", port=server.port, ssl=ssl, path=path, **(given | options))

    def run(
        self, cmdlet: str, path: str = "OcsPowershell", *, user: str = ADMIN, **parameters: Any
    ) -> Outcome:
        with self.pool(path, username=user) as pool:
            return run(pool, cmdlet, **parameters)


def run(pool: RunspacePool, cmdlet: str, **parameters: Any) -> Outcome:
    with PowerShell(pool) as ps:
        ps.add_cmdlet(cmdlet).add_parameters(parameters)
        return outcome(ps)


def outcome(ps: PowerShell, *arguments: Any) -> Outcome:
    output = ps.invoke(*arguments)
    warnings = [warning.message or "" for warning in ps.streams.warning]
    return Outcome(output, list(ps.streams.error), warnings, ps.had_errors)


@pytest.fixture
def runner() -> Callable[..., Outcome]:
    return run


@pytest.fixture
def invoke() -> Callable[..., Outcome]:
    return outcome


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca") / "ca")


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Directory]:
    with Directory(tmp_path / "lab.sqlite") as found:
        fill(found)
        yield found


def fill(directory: Directory) -> None:
    """Two sites, a pool in each, three client policies, three people."""

    def put(shell: str, name: str, identity: str, **properties: Any) -> None:
        directory.load(shell, name, [(identity, noun(shell, name).make(identity, properties))])

    for site, pool in (("Redmond", "pool01.contoso.com"), ("Munich", "pool02.contoso.com")):
        put("skype", "CsSite", f"Site:{site}", DisplayName=site, Pools=[pool])
        put("skype", "CsPool", pool, Fqdn=pool, Site=f"Site:{site}", Computers=[f"fe-{pool}"])
    put("skype", "CsImConfiguration", "Global")
    put("skype", "CsClientPolicy", "Global", EnableIMAutoArchiving=True)
    put("skype", "CsClientPolicy", "Site:Munich", EnableIMAutoArchiving=None)
    put("skype", "CsClientPolicy", "Tag:Legal", EnableIMAutoArchiving=False)
    people = (
        ("alice", "pool01.contoso.com", None),
        ("bob", "pool02.contoso.com", None),
        ("uma", "pool02.contoso.com", "Legal"),
    )
    for name, pool, policy in people:
        mail = f"{name}@contoso.com"
        put(
            "skype",
            "CsUser",
            f"CN={name}",
            SipAddress=f"sip:{mail}",
            UserPrincipalName=mail,
            DisplayName=name,
            SamAccountName=name,
            RegistrarPool=pool,
            ClientPolicy=policy,
        )
        put(
            "exchange",
            "Mailbox",
            f"CN={name}",
            PrimarySmtpAddress=mail,
            Alias=name,
            EmailAddresses=[f"SMTP:{mail}"],
        )
        put("exchange", "CASMailbox", f"CN={name}", PrimarySmtpAddress=mail, Name=name)
    put("exchange", "OrganizationConfig", "contoso", Name="contoso")
    put("exchange", "WebServicesVirtualDirectory", "EX01\\EWS (Default Web Site)", Server="EX01")
    put(
        "exchange",
        "AcceptedDomain",
        "contoso.com",
        DomainName="contoso.com",
        Name="contoso.com",
        Default=True,
    )
    put("exchange", "RetentionPolicyTag", "Never", Name="Never")
    put("exchange", "TransportRule", "Stamp", Name="Stamp")
    component = "Skype for Business Server 2019, Core Components"
    put("skype", "CsServerPatchVersion", component, ComponentName=component, Version="7.0.2046.521")
    put("skype", "CsExternalAccessPolicy", "Global", EnableFederationAccess=True)
    put("skype", "CsAccessEdgeConfiguration", "Global", AllowFederatedUsers=True)


@pytest.fixture
def lab(directory: Directory, authority: Authority) -> Iterator[Lab]:
    faults, web_faults, accounts = CmdletFaults(), Faults(), Accounts(ACCOUNTS)
    skype = PowerShellEndpoint("skype", directory, accounts, faults=faults)
    exchange = PowerShellEndpoint("exchange", directory, accounts, faults=faults)
    mounts = (Mount("/OcsPowershell", skype, sealed=True), Mount("/powershell", exchange, sealed=True))
    site = Site(mounts, accounts, LoginRules(basic_over_http=True), web_faults)
    with WebServer(site, authority) as https, WebServer(site) as http:
        yield Lab(directory, accounts, authority, https, http, faults, web_faults)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("lab-")]


@pytest.fixture(autouse=True)
def _sockets_of_the_client(request: pytest.FixtureRequest) -> Iterator[None]:
    """Pypsrp leaves sockets to the garbage collector: collect them here, and not in a later test."""
    request.applymarker(pytest.mark.filterwarnings("ignore:unclosed <s:ResourceWarning"))
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
