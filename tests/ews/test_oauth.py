"""OAuth client credentials: Exchange Online's shape, against a token endpoint on loopback."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from imadmin.access import Endpoint
from imadmin.errors import ConfigError, SourceError
from imadmin.ews import EwsError, Kind
from imadmin.probing import diagnose
from imadmin.secrets import Application, ClientCertificate, Credential, Secret
from imadmin_lab.mail import Account as Login
from imadmin_lab.mail import directory
from imadmin_lab.web import Account, AppRegistration, Fault, Tokens

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from imadmin.ews import EwsClient
    from imadmin.probing import Diagnosis
    from imadmin_lab.web import WebServer

    from .conftest import Lab

    Failing = Callable[[Callable[[], object]], EwsError]

ANNA = "anna@contoso.com"
CLIENT, SECRET = "6c2b7a3e-app", "canary~sécret.4711"
PATH = "/contoso/oauth2/v2.0/token"


class Online:
    """Exchange Online's shape: EWS takes tokens only."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.tokens = Tokens([AppRegistration(CLIENT, SECRET), AppRegistration("other", "x")])
        lab.accounts._accounts.extend(Account(name, "") for name in (CLIENT, "other"))
        with lab.store.writing() as session:
            directory.add_account(session, Login(CLIENT, None, impersonation=True, organisation="Contoso"))
        self.server: WebServer = lab.start(schemes=("Bearer",), tokens=self.tokens)

    def client(self, secret: str = SECRET, client_id: str = CLIENT, **settings: Any) -> EwsClient:
        endpoint = settings.pop("token_endpoint", self.server.url(PATH))
        application = Application(client_id, endpoint)
        credential = settings.pop("credential", None) or Credential(
            "", Secret(secret), application=application
        )
        return self.lab.client(auth="oauth", server=self.server, credential=credential, **settings)


@pytest.fixture
def online(lab: Lab) -> Online:
    return Online(lab)


def test_one_token_for_all_threads(online: Online) -> None:
    client = online.client(connections=8)
    with ThreadPoolExecutor(8) as pool:
        assert all(found.folders for found in pool.map(client.look, [ANNA] * 24))
    assert online.tokens.given == 1


def test_autodiscover_takes_the_same_token(online: Online) -> None:
    client = online.client()
    assert client.autodiscover(ANNA).url
    assert client.look(ANNA).folders
    assert online.tokens.given == 1


@pytest.mark.parametrize("clock", [time.monotonic, time.time])
def test_a_token_is_renewed_before_its_end(
    online: Online, monkeypatch: pytest.MonkeyPatch, clock: Callable[[], float]
) -> None:
    """By either clock: the monotonic one of Linux stands still while a computer sleeps."""
    client = online.client()
    assert client.look(ANNA).folders
    ahead = clock() + online.tokens.lifetime - 100
    clocks = {"monotonic": time.monotonic, "time": time.time, clock.__name__: lambda: ahead}
    monkeypatch.setattr("imadmin.ews.oauth.time", SimpleNamespace(**clocks))
    online.tokens.forget()
    assert client.look(ANNA).folders
    assert online.tokens.given == 2


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"secret": "wrong"}, "AADSTS7000215"), ({"client_id": "nobody"}, "AADSTS700016")],
)
def test_an_application_that_is_refused_asks_once(
    online: Online, fault: Failing, settings: dict[str, str], said: str
) -> None:
    client = online.client(connections=8, **settings)
    error = fault(lambda: client.look(ANNA))
    assert (error.kind, error.where) == (Kind.UNAUTHORIZED, online.server.url(PATH))
    assert said in error.what
    assert "wrong" not in str(error)
    assert fault(lambda: client.look(ANNA)).what == error.what
    assert online.tokens.refused == 1


def test_a_token_that_exchange_refuses(online: Online, fault: Failing) -> None:
    client = online.client()
    assert client.look(ANNA).folders
    online.tokens.forget()
    error = fault(lambda: client.look(ANNA))
    assert (error.kind, "invalid_token" in error.what) == (Kind.UNAUTHORIZED, True)
    assert "full_access_as_app" in error.remedy


def test_online_says_how_it_wants_it(online: Online, fault: Failing) -> None:
    error = fault(lambda: online.lab.client(server=online.server, auth="ntlm").look(ANNA))
    assert (error.kind, "it offers Bearer" in error.what) == (Kind.UNAUTHORIZED, True)
    assert "auth: oauth" in error.remedy


def test_the_steps_to_exchange_online(online: Online) -> None:
    found = diagnosed(online)
    steps = {step.name: step for step in found.steps}
    assert (found.broken, found.error) == (None, None)
    assert steps["authentication"].evidence["schemes"] == ("Bearer",)
    assert "authorization_uri" in str(steps["authentication"].evidence["challenges"])
    assert steps["log-in"].message == f"as the application {CLIENT} (oauth, access: impersonation)"
    assert (online.tokens.given, SECRET in str(found)) == (1, False)


def test_a_tenant_that_has_lost_ews(online: Online) -> None:
    online.lab.break_exchange("forbidden")
    step = diagnosed(online).broken
    assert step is not None
    assert (step.name, "forbids EWS" in step.message) == ("log-in", True)
    assert all(said in step.remedy for said in ("EwsAllowedAppIDs", "2026-10-01", "2027-04-01"))


def diagnosed(online: Online) -> Diagnosis:
    client = online.client()
    endpoint = Endpoint(client.config, client)
    return diagnose(endpoint, ca_file=online.lab.authority.ca_file, mailbox=ANNA, user_agent="OC/16.0.1")


@pytest.mark.parametrize(
    ("name", "settings", "kind"),
    [
        ("status", {"status": 503}, Kind.UNAVAILABLE),
        ("status", {"status": 429}, Kind.THROTTLED),
        ("garbage", {}, Kind.LOGIN),
        ("close", {}, Kind.DROPPED),
        ("redirect", {"location": "https://elsewhere.invalid/"}, Kind.REDIRECTED),
    ],
)
def test_faults_of_the_token_endpoint(
    online: Online, fault: Failing, name: str, settings: dict[str, Any], kind: Kind
) -> None:
    online.lab.faults.switch_on(Fault(name, path=PATH, before_login=True, **settings))
    client = online.client()
    error = fault(lambda: client.look(ANNA))
    assert (error.kind, error.where) == (kind, online.server.url(PATH))
    assert SECRET not in f"{error} {error!r}"


def test_what_is_no_token_endpoint(online: Online) -> None:
    with pytest.raises(ConfigError, match="token endpoint"):
        online.client(token_endpoint="http://localhost/token")  # noqa: S106 - an address
    with pytest.raises(ConfigError, match="needs an application"):
        online.lab.client(auth="oauth")


def test_an_application_may_prove_itself_by_certificate(online: Online, tmp_path: Path) -> None:
    own = written(tmp_path, rsa.generate_private_key(65537, 2048))
    online.tokens._applications[CLIENT] = AppRegistration(CLIENT, "", own.file.read_bytes())
    application = Application(CLIENT, online.server.url(PATH))
    credential = Credential("", None, certificate=own, application=application)
    assert online.client(credential=credential).look(ANNA).folders
    stranger = written(tmp_path / "other", rsa.generate_private_key(65537, 2048))
    client = online.client(credential=Credential("", None, certificate=stranger, application=application))
    with pytest.raises(EwsError, match="AADSTS7000215"):
        client.look(ANNA)
    elliptic = written(tmp_path / "ec", ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(SourceError, match="no RSA key"):
        online.client(credential=Credential("", None, certificate=elliptic, application=application))


def test_a_thread_does_not_wait_for_ever_for_anothers_token(online: Online, fault: Failing) -> None:
    online.lab.faults.switch_on(Fault("stall", path=PATH, before_login=True))
    client = online.client(deadline=0.3)
    other = threading.Thread(target=lambda: fault(lambda: client.look(ANNA)))
    other.start()
    assert fault(lambda: client.look(ANNA)).kind is Kind.TIMEOUT
    other.join()


def written(folder: Path, key: Any) -> ClientCertificate:
    """A certificate that is its own authority, in two files."""
    folder.mkdir(exist_ok=True)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "app")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1).not_valid_before(now)
    certificate = builder.not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    (folder / "app.pem").write_bytes(certificate.public_bytes(pem))
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "app.key").write_bytes(private)
    return ClientCertificate(folder / "app.pem", folder / "app.key")
