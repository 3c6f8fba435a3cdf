"""SOAP and POX Autodiscover."""

from __future__ import annotations

import urllib.error
import urllib.request
from base64 import b64encode
from typing import Any

import exchangelib  # type: ignore[import-untyped]
import pytest
from exchangelib.autodiscover.protocol import AutodiscoverProtocol  # type: ignore[import-untyped]
from exchangelib.errors import AutoDiscoverFailed  # type: ignore[import-untyped]

POX = "http://schemas.microsoft.com/exchange/autodiscover/outlook"


@pytest.fixture
def protocol(server: Any) -> Any:
    return AutodiscoverProtocol(
        config=exchangelib.Configuration(
            service_endpoint=f"{server.url}/autodiscover/autodiscover.svc",
            credentials=exchangelib.Credentials("anna@contoso.com", "secret"),
            auth_type=exchangelib.BASIC,
            version=exchangelib.Version(exchangelib.Build(15, 1)),
        )
    )


def test_settings(protocol: Any, server: Any) -> None:
    answer = protocol.get_user_settings("bert@contoso.com")
    assert answer.ews_url == f"{server.url}/EWS/Exchange.asmx"
    assert answer.autodiscover_smtp_address == "bert@contoso.com"
    assert "Exchange2016" in answer.user_settings["ews_supported_schemas"]
    exchangelib.close_connections()


def test_others(protocol: Any) -> None:
    assert protocol.get_user_settings("old@contoso.com").redirect_address == "anna@contoso.com"
    answer = protocol.get_user_settings("nobody@contoso.com")
    with pytest.raises((AutoDiscoverFailed, exchangelib.errors.EWSError)):
        answer.raise_errors()
    assert answer.error_code == "InvalidUser"
    exchangelib.close_connections()


def pox(server: Any, address: str, schema: str = f"{POX}/responseschema/2006a") -> str:
    body = (
        f'<Autodiscover xmlns="{POX}/requestschema/2006"><Request><EMailAddress>{address}</EMailAddress>'
        f"<AcceptableResponseSchema>{schema}</AcceptableResponseSchema></Request></Autodiscover>"
    )
    login = b64encode(b"anna@contoso.com:secret").decode()
    request = urllib.request.Request(  # noqa: S310 - loopback
        f"{server.url}/Autodiscover/Autodiscover.xml",
        body.encode(),
        {"Content-Type": "text/xml", "Authorization": f"Basic {login}"},
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        return str(answer.read().decode())


def test_pox(server: Any) -> None:
    assert f"<EwsUrl>{server.url}/EWS/Exchange.asmx</EwsUrl>" in pox(server, "a.arndt@contoso.com")
    assert "<RedirectAddr>anna@contoso.com</RedirectAddr>" in pox(server, "old@contoso.com")
    assert "<ErrorCode>500</ErrorCode>" in pox(server, "nobody@contoso.com")
    assert "<ErrorCode>601</ErrorCode>" in pox(server, "anna@contoso.com", "other")
    assert "<ErrorCode>600</ErrorCode>" in pox(server, "")
