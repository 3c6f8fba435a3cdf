"""Autodiscover, of an address that is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from imadmin.errors import ConfigError
from imadmin.ews import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from imadmin.ews import EwsError

    from .conftest import Lab

    Failing = Callable[[Callable[[], object]], EwsError]

ANNA = "anna@contoso.com"


def ask(lab: Lab, password: str, address: str = ANNA, **settings: Any) -> str:
    return lab.client(password=password, **settings).autodiscover(address).url


@pytest.mark.parametrize(("auth", "legs"), [("ntlm", 3), ("basic", 1)])
def test_it_names_the_address(lab: Lab, password: str, auth: str, legs: int) -> None:
    assert ask(lab, password, auth=auth) == lab.server.url("/EWS/Exchange.asmx")
    assert len(lab.seen) == legs


def test_an_address_without_tls_is_refused(lab: Lab, password: str, fault: Failing) -> None:
    lab.named = "http://mail.contoso.com/EWS/Exchange.asmx"
    error = fault(lambda: ask(lab, password))
    assert (error.kind, "not https" in error.what) == (Kind.REDIRECTED, True)


def test_nobody_is_asked_without_tls(lab: Lab, password: str) -> None:
    with pytest.raises(ConfigError):
        ask(lab, password, autodiscover="http://localhost/autodiscover/autodiscover.svc", auth="basic")


def test_mailboxes_that_are_not_there(lab: Lab, password: str, fault: Failing) -> None:
    assert fault(lambda: ask(lab, password, "nobody@contoso.com")).kind is Kind.NO_MAILBOX
    error = fault(lambda: ask(lab, password, "old@contoso.com"))
    assert (error.kind, "RedirectAddress" in error.what) == (Kind.REDIRECTED, True)
    with pytest.raises(ValueError, match="not an address"):
        ask(lab, password, "nobody")


def test_answers_that_are_none(lab: Lab, password: str, fault: Failing) -> None:
    lab.spoil("garbage", times=1)
    assert fault(lambda: ask(lab, password)).kind is Kind.NOT_EWS
    body = b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body/></s:Envelope>'
    lab.spoil("status", status=200, headers=[("Content-Type", "text/xml")], body=body, times=1)
    assert fault(lambda: ask(lab, password)).kind is Kind.MALFORMED
