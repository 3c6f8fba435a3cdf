"""Kerberos: tickets and passwords, channel bindings and encrypted messages, against a KDC on loopback."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import requests
from pypsrp.negotiate import HTTPNegotiateAuth

from imadmin.deployment.records import CredentialConfig
from imadmin.errors import NotTriedError, SourceError
from imadmin.records import Cmdlet
from imadmin_lab.web import Fault, LoginRules

from ...kdc import REALM, Realm, free_port, opened  # noqa: TID252 - tests are not on the path

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .conftest import Lab

SITES = Cmdlet("skype", "Get-CsSite", ("Identity",))
TICKET = "a pässword of the KDC's own"
VARIABLE = "IMADMIN_TEST_KERBEROS"
ADMIN = f"admin@{REALM}"
WITH_PASSWORD = CredentialConfig(ADMIN, password={"env": VARIABLE})
INTEGRATED = CredentialConfig(integrated=True)


@pytest.fixture(scope="module")
def realm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Realm]:
    users = {"admin": TICKET, "stranger": TICKET}
    with opened(tmp_path_factory, users, ("HTTP/localhost", "WSMAN/localhost")) as realm:
        yield realm


@pytest.fixture(autouse=True)
def environment(realm: Realm, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in realm.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv(VARIABLE, TICKET)


@pytest.fixture
def ticket(realm: Realm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KRB5CCNAME", realm.log_in("admin", TICKET, tmp_path / "tickets"))


@pytest.fixture
def rules(realm: Realm) -> LoginRules:
    return LoginRules(schemes=("Negotiate",), channel_bindings="require", keytab=realm.keytab)


def refused(lab: Lab, credential: CredentialConfig, auth: str = "kerberos", **options: str) -> SourceError:
    shell = lab.shell(auth=auth, credential=credential, **options)
    with pytest.raises(SourceError) as first:
        shell.run(SITES)
    with pytest.raises(SourceError) as second:
        shell.run(SITES)
    assert str(first.value) == str(second.value)
    assert TICKET not in str(first.value)
    return first.value


@pytest.mark.parametrize("auth", ["kerberos", "negotiate"])
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_ticket(lab: Lab, ticket: None, auth: str, scheme: str) -> None:  # noqa: ARG001 - a fixture
    shell = lab.shell(auth=auth, scheme=scheme, credential=INTEGRATED)
    assert len(list(shell.run(SITES).records)) == 2
    assert len(list(shell.run(SITES).records)) == 2


@pytest.mark.parametrize("auth", ["kerberos", "negotiate"])
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_password(lab: Lab, auth: str, scheme: str) -> None:
    shell = lab.shell(auth=auth, scheme=scheme, credential=WITH_PASSWORD)
    assert len(list(shell.run(SITES).records)) == 2


def test_without_a_credential_the_ticket_counts(lab: Lab, ticket: None) -> None:  # noqa: ARG001 - a fixture
    shell = lab.shell(auth="kerberos")
    shell._credential = ""
    assert len(list(shell.run(SITES).records)) == 2


@pytest.mark.parametrize("bound", [True, False])
def test_the_binding_to_the_connection_counts(lab: Lab, ticket: None, *, bound: bool) -> None:  # noqa: ARG001
    """What the shell sends over https is bound; the lab lets in nobody who sends no binding."""
    login = HTTPNegotiateAuth(auth_provider="kerberos", service="HTTP", send_cbt=bound)
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(lab.authority.ca_file)
        answer = session.get(lab.https.url("/nowhere-below-a-mount"), auth=login)
        assert answer.status_code == 404  # nobody is asked there
        answer = session.post(lab.https.url("/OcsPowershell"), auth=login)
    assert (answer.status_code == 401) is not bound


@pytest.mark.parametrize("auth", ["kerberos", "negotiate"])
def test_no_ticket(lab: Lab, auth: str) -> None:
    found = refused(lab, INTEGRATED, auth)
    assert found.what.startswith(f"the current user has nothing to log in with by auth: {auth}: ")
    assert "kinit" in found.remedy


def test_a_wrong_password(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "wröng")
    found = refused(lab, WITH_PASSWORD)
    assert found.what.startswith(f"the log-in of {ADMIN} failed: ")
    with pytest.raises(NotTriedError), lab.shells[0]._login().account.turn("elsewhere", "ews"):
        pass
    assert "wröng" not in str(found)
    assert "not tried again" in found.remedy


@pytest.mark.parametrize("user", ["CONTOSO\\admin", "admin@contoso.com"])
def test_a_user_as_kerberos_does_not_know_them(lab: Lab, user: str) -> None:
    found = refused(lab, CredentialConfig(user, password={"env": VARIABLE}))
    assert found.what.startswith(f"the log-in of {user} failed: ")
    assert "as svc@CONTOSO.COM" in found.remedy


def test_somebody_without_an_account(lab: Lab) -> None:
    found = refused(lab, CredentialConfig(f"stranger@{REALM}", password={"env": VARIABLE}))
    assert found.what == f"the log-in of stranger@{REALM} was refused"


def test_the_service_of_the_principal_name(lab: Lab) -> None:
    shell = lab.shell(auth="kerberos", credential=WITH_PASSWORD, spn_service="WSMAN")
    assert len(list(shell.run(SITES).records)) == 2
    found = refused(lab, WITH_PASSWORD, spn_service="MAIL")
    assert re.search("not found in Kerberos database", found.what)


def test_a_kdc_that_does_not_answer(
    lab: Lab, realm: Realm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = Realm(tmp_path, free_port())
    text = (realm.folder / "krb5.conf").read_text(encoding="utf-8")
    (tmp_path / "krb5.conf").write_text(text.replace(str(realm.port), str(away.port)), encoding="utf-8")
    monkeypatch.setenv("KRB5_CONFIG", str(tmp_path / "krb5.conf"))
    assert "Cannot contact any KDC" in refused(lab, WITH_PASSWORD).what
    with lab.shells[0]._login().account.turn("elsewhere", "ews"):
        pass  # nothing was said of the password


def test_ntlm_where_there_is_no_ticket(lab: Lab) -> None:
    """Negotiate settles on what both sides have."""
    assert len(list(lab.shell(auth="negotiate").run(SITES).records)) == 2


def test_an_answer_that_is_lost_in_the_middle(lab: Lab, ticket: None) -> None:  # noqa: ARG001 - a fixture
    shell = lab.shell(auth="kerberos", scheme="http", credential=INTEGRATED)
    list(shell.run(SITES).records)
    lab.web.switch_on(Fault("half-body", times=1))
    with pytest.raises(SourceError, match="dropped the connection"):
        shell.run(SITES)
    assert len(list(shell.run(SITES).records)) == 2
