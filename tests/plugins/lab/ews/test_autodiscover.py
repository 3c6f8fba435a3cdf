"""SOAP and POX Autodiscover."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import exchangelib  # type: ignore[import-untyped]
import pytest
import requests
from exchangelib.autodiscover import Autodiscovery, cache  # type: ignore[import-untyped]
from exchangelib.autodiscover.protocol import AutodiscoverProtocol  # type: ignore[import-untyped]
from exchangelib.errors import AutoDiscoverFailed  # type: ignore[import-untyped]
from exchangelib.protocol import BaseProtocol  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from pathlib import Path

    from imadmin_lab.web import Authority, WebServer

POX = "http://schemas.microsoft.com/exchange/autodiscover/outlook"


@pytest.fixture
def protocol(server: WebServer, trusting: None) -> Any:
    del trusting
    return AutodiscoverProtocol(
        config=exchangelib.Configuration(
            service_endpoint=server.url("/autodiscover/autodiscover.svc"),
            credentials=exchangelib.Credentials("anna@contoso.com", "secret"),
            auth_type=exchangelib.BASIC,
            version=exchangelib.Version(exchangelib.Build(15, 1)),
        )
    )


def test_settings(protocol: Any, server: WebServer) -> None:
    answer = protocol.get_user_settings("bert@contoso.com")
    assert answer.ews_url == server.url("/EWS/Exchange.asmx")
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


def pox(
    server: WebServer, authority: Authority, address: str, schema: str = f"{POX}/responseschema/2006a"
) -> str:
    body = (
        f'<Autodiscover xmlns="{POX}/requestschema/2006"><Request><EMailAddress>{address}</EMailAddress>'
        f"<AcceptableResponseSchema>{schema}</AcceptableResponseSchema></Request></Autodiscover>"
    )
    with requests.Session() as session:
        session.trust_env, session.verify = False, str(authority.ca_file)
        session.auth = ("anna@contoso.com", "secret")
        url, headers = server.url("/Autodiscover/Autodiscover.xml"), {"Content-Type": "text/xml"}
        return session.post(url, body.encode(), headers=headers).text


def test_pox(server: WebServer, authority: Authority) -> None:
    url = server.url("/EWS/Exchange.asmx")
    assert f"<EwsUrl>{url}</EwsUrl>" in pox(server, authority, "a.arndt@contoso.com")
    assert "<RedirectAddr>anna@contoso.com</RedirectAddr>" in pox(server, authority, "old@contoso.com")
    assert "<ErrorCode>500</ErrorCode>" in pox(server, authority, "nobody@contoso.com")
    assert "<ErrorCode>601</ErrorCode>" in pox(server, authority, "anna@contoso.com", "other")
    assert "<ErrorCode>600</ErrorCode>" in pox(server, authority, "")


def test_from_an_address_alone(
    server: WebServer, authority: Authority, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As in the first line of exchangelib's documentation; every host name leads to the lab."""

    class Everywhere(requests.adapters.HTTPAdapter):
        def send(self, request: requests.PreparedRequest, *args: Any, **settings: Any) -> requests.Response:
            parts = urlsplit(request.url or "")
            request.url = urlunsplit(("https", f"localhost:{server.port}", *parts[2:]))
            return super().send(request, *args, **{**settings, "verify": str(authority.ca_file)})

    monkeypatch.setattr(BaseProtocol, "HTTP_ADAPTER_CLS", Everywhere)
    monkeypatch.setattr(Autodiscovery, "_ensure_valid_hostname", lambda *_: None)
    monkeypatch.setattr(cache, "AUTODISCOVER_PERSISTENT_STORAGE", tmp_path / "cache")
    credentials = exchangelib.Credentials("anna@contoso.com", "secret")
    account = exchangelib.Account("anna@contoso.com", credentials=credentials, autodiscover=True)
    assert account.protocol.service_endpoint == server.url("/EWS/Exchange.asmx")
    assert account.inbox.total_count == 0
    exchangelib.close_connections()
    exchangelib.autodiscover.clear_cache()
