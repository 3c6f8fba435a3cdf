"""Kerberos for EWS: tickets and passwords, bound to the connection, against a KDC on loopback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imadmin.ews import Kind
from imadmin.secrets import Credential, Secret

from ..kdc import REALM, opened  # noqa: TID252 - tests are not on the path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from imadmin.ews import EwsError

    from ..kdc import Realm  # noqa: TID252
    from .conftest import Lab

    Failing = Callable[[Callable[[], object]], EwsError]

ANNA = "anna@contoso.com"
TICKET = "a pässword of the KDC's own"
WITH_PASSWORD = Credential(f"svc@{REALM}", Secret(TICKET))
INTEGRATED = Credential("", None, integrated=True)


@pytest.fixture(scope="module")
def realm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Realm]:
    with opened(tmp_path_factory, {"svc": TICKET, "stranger": TICKET}, ("HTTP/localhost",)) as found:
        yield found


@pytest.fixture(autouse=True)
def environment(realm: Realm, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in realm.environment.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("auth", ["kerberos", "negotiate"])
@pytest.mark.parametrize("credential", [WITH_PASSWORD, INTEGRATED], ids=["password", "ticket"])
def test_a_login_that_is_bound_to_the_connection(
    lab: Lab, realm: Realm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, auth: str, credential: Credential
) -> None:
    monkeypatch.setenv("KRB5CCNAME", realm.log_in("svc", TICKET, tmp_path / "tickets"))
    server = lab.start(schemes=("Negotiate",), channel_bindings="require", keytab=realm.keytab)
    client = lab.client(server=server, auth=auth, credential=credential)
    assert client.look(ANNA).folders
    assert client.autodiscover(ANNA).url


def test_no_ticket_and_a_stranger(lab: Lab, realm: Realm, fault: Failing) -> None:
    server = lab.start(schemes=("Negotiate",), keytab=realm.keytab)
    client = lab.client(server=server, auth="kerberos", credential=INTEGRATED)
    error = fault(lambda: client.look(ANNA))
    assert (error.kind, "klist" in error.remedy) == (Kind.LOGIN, True)
    stranger = Credential(f"stranger@{REALM}", Secret(TICKET))
    client = lab.client(server=server, auth="kerberos", credential=stranger)
    assert fault(lambda: client.look(ANNA)).kind is Kind.UNAUTHORIZED


def test_a_password_that_the_kdc_refuses_is_sent_once(lab: Lab, realm: Realm, fault: Failing) -> None:
    server = lab.start(schemes=("Negotiate",), keytab=realm.keytab)
    wrong = Credential(f"svc@{REALM}", Secret("wröng"))
    client = lab.client(server=server, auth="kerberos", credential=wrong)
    first = fault(lambda: client.look(ANNA))
    logged = (realm.folder / "kdc.log").read_text(encoding="utf-8")
    assert (first.kind, str(fault(lambda: client.look(ANNA)))) == (Kind.LOGIN, str(first))
    assert (realm.folder / "kdc.log").read_text(encoding="utf-8") == logged
    assert "wröng" not in str(first)
