"""The EWS application behind the lab's own server; all messages are checked against Microsoft's schema."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import exchangelib  # type: ignore[import-untyped]
import pytest
import requests
from exchangelib.fields import CharField  # type: ignore[import-untyped]
from exchangelib.properties import Fields  # type: ignore[import-untyped]
from exchangelib.protocol import BaseProtocol  # type: ignore[import-untyped]
from exchangelib.version import Build, Version  # type: ignore[import-untyped]
from lxml import etree

from imadmin_lab.autodiscover import AutodiscoverApplication
from imadmin_lab.ews import PATH, EwsApplication
from imadmin_lab.http import Headers, Request
from imadmin_lab.mail import Account as Login
from imadmin_lab.mail import MailStore, directory
from imadmin_lab.web import Account, Accounts, Authority, LoginRules, Mount, Site, WebServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imadmin_lab.http import Response
    from imadmin_lab.mail import Session

PASSWORD = "secret"  # noqa: S105 - of a lab
LOGINS = [
    *(f"{name}@contoso.com" for name in ("anna", "a.arndt", "bert", "carl")),
    "fred@fabrikam.com",
    "CONTOSO\\svc",
    "CONTOSO\\admin",
]
SOAP_BODY = "{http://schemas.xmlsoap.org/soap/envelope/}Body"
NOT_IN_SCHEMA = (
    "Fault",
    "GetInboxRules",
    "GetInboxRulesResponse",
    "GetStreamingEventsResponse",
    "GetUserSettingsRequestMessage",
    "GetUserSettingsResponseMessage",
)
SCHEMAS = os.environ.get("IMADMIN_EWS_XSD")


class Schema:
    """Microsoft's schema, where there is a copy; collects what does not fit it."""

    def __init__(self) -> None:
        path = Path(SCHEMAS, "messages.xsd") if SCHEMAS else None
        self.schema = None if path is None else etree.XMLSchema(etree.parse(path))
        self.lock = threading.Lock()
        self.wrong: list[str] = []

    def check(self, document: bytes) -> None:
        if self.schema is None or b"Envelope" not in document:
            return
        try:
            body = etree.fromstring(document).find(SOAP_BODY)
        except etree.XMLSyntaxError as error:
            self.wrong.append(f"not well-formed: {error}")
            return
        assert body is not None
        name = etree.QName(body[0]).localname
        if name in NOT_IN_SCHEMA:
            return
        content = etree.fromstring(etree.tostring(body[0]))
        with self.lock:
            if not self.schema.validate(content):
                self.wrong.append(f"{name}: {str(self.schema.error_log).splitlines()[-1]}")


class Checked:
    """The application; what goes in and out is checked against the schema."""

    def __init__(self, application: EwsApplication, schema: Schema) -> None:
        self.application = application
        self.schema = schema

    def handle(self, request: Request) -> Response:
        response = self.application.handle(request)
        if response.status == 200:
            self.schema.check(request.body)
        if isinstance(response.body, bytes) and response.body.endswith(b"</s:Envelope>"):
            self.schema.check(response.body)
        return response


def populate(session: Session) -> None:
    """Two organisations: Anna, Bert (in German), Carl and service accounts here, Fred there."""
    directory.add_organisation(session, "Contoso", ["contoso.com"])
    directory.add_organisation(session, "Fabrikam", ["fabrikam.com"])
    directory.add_mailbox(session, "anna@contoso.com", name="Anna Arndt", aliases=["a.arndt@contoso.com"])
    directory.add_mailbox(session, "bert@contoso.com", name="Bert Brecht", culture="de-DE")
    directory.add_mailbox(session, "carl@contoso.com", name="Carl Anders", conversation_history=None)
    directory.add_mailbox(session, "fred@fabrikam.com", name="Fred Fabian")
    directory.add_account(session, Login("CONTOSO\\svc", None, impersonation=True, organisation="Contoso"))
    directory.add_account(session, Login("CONTOSO\\admin", None, full_access=True))


class ClassedMessage(exchangelib.Message):  # type: ignore[misc]  # exchangelib has no types
    """A message whose class is sent, which exchangelib's own never does."""

    FIELDS = Fields(
        *(
            CharField(name=one.name, field_uri=one.field_uri) if one.name == "item_class" else one
            for one in exchangelib.Message.FIELDS
        )
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[MailStore]:
    with MailStore(tmp_path / "mail.db") as found:
        with found.writing() as session:
            populate(session)
        yield found


@pytest.fixture
def application(store: MailStore) -> Iterator[EwsApplication]:
    found = EwsApplication(store)
    yield found
    found.close()


@pytest.fixture
def schema() -> Iterator[Schema]:
    found = Schema()
    yield found
    assert not found.wrong


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca") / "ca", ["mail.contoso.com"])


@pytest.fixture
def server(
    application: EwsApplication, store: MailStore, schema: Schema, authority: Authority
) -> Iterator[WebServer]:
    redirects = {"old@contoso.com": "anna@contoso.com"}
    autodiscover = AutodiscoverApplication(store, lambda: found.url(PATH), redirects=redirects)
    mounts = (Mount("/EWS", Checked(application, schema)), Mount("/Autodiscover", autodiscover))
    accounts = Accounts([Account(name, PASSWORD) for name in LOGINS])
    site = Site(mounts, accounts, LoginRules(channel_bindings="allow"))
    with WebServer(site, authority) as found:
        yield found
        application.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("lab-")]


@pytest.fixture
def trusting(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let exchangelib trust the lab's authority, in the way that its documentation shows."""

    class TrustingAdapter(requests.adapters.HTTPAdapter):
        def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
            del verify
            super().cert_verify(conn, url, str(authority.ca_file), cert)  # type: ignore[no-untyped-call]

    monkeypatch.setattr(BaseProtocol, "HTTP_ADAPTER_CLS", TrustingAdapter)


class Client:
    """The real exchangelib, as anybody would use it."""

    Message = ClassedMessage

    def __init__(self, server: WebServer) -> None:
        self.server = server

    def account(self, address: str = "anna@contoso.com", *, login: str = "", **settings: Any) -> Any:
        version = settings.pop("version", Version(Build(15, 2, 1748, 10)))
        access = settings.pop("access", exchangelib.DELEGATE)
        auth_type = settings.pop("auth_type", exchangelib.BASIC)
        configuration = exchangelib.Configuration(
            service_endpoint=self.server.url(PATH),
            credentials=exchangelib.Credentials(login or address, PASSWORD),
            auth_type=auth_type,
            version=version,
            max_connections=20,
        )
        return exchangelib.Account(
            address,
            config=configuration,
            autodiscover=False,
            access_type=access,
            default_timezone=exchangelib.UTC,
            **settings,
        )

    def send(self, sender: Any, *recipients: str, **fields: Any) -> None:
        body = fields.pop("body", "text")
        ClassedMessage(account=sender, to_recipients=list(recipients), body=body, **fields).send(
            save_copy=False
        )


@pytest.fixture
def client(server: WebServer, trusting: None) -> Iterator[Client]:
    del trusting
    yield Client(server)
    exchangelib.close_connections()


@pytest.fixture
def anna(client: Client) -> Any:
    return client.account("anna@contoso.com")


@pytest.fixture
def bert(client: Client) -> Any:
    return client.account("bert@contoso.com")


class Raw:
    """SOAP by hand."""

    TYPES = "http://schemas.microsoft.com/exchange/services/2006/types"
    MESSAGES = "http://schemas.microsoft.com/exchange/services/2006/messages"

    def __init__(self, application: EwsApplication) -> None:
        self.application = application

    def body(self, operation: str, header: str = "") -> bytes:
        return (
            f'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:t="{self.TYPES}"'
            f' xmlns:m="{self.MESSAGES}"><s:Header><t:RequestServerVersion Version="Exchange2016"/>{header}'
            f"</s:Header><s:Body>{operation}</s:Body></s:Envelope>"
        ).encode()

    def post(
        self, body: bytes, *, user: str | None = "anna@contoso.com", method: str = "POST", **headers: str
    ) -> Response:
        sent = {"Content-Type": "text/xml; charset=utf-8"} | {
            k.replace("_", "-"): v for k, v in headers.items()
        }
        return self.application.handle(Request(method, PATH, Headers(sent), body, user))

    def ask(self, operation: str, **settings: str) -> Any:
        header = settings.pop("header", "")
        response = self.post(self.body(operation, header), **settings)
        assert isinstance(response.body, bytes)
        return etree.fromstring(response.body)

    def codes(self, operation: str, **settings: str) -> list[str]:
        return [one.text for one in self.ask(operation, **settings).iter("{*}ResponseCode")]


@pytest.fixture
def raw(application: EwsApplication) -> Raw:
    return Raw(application)


@pytest.fixture(name="populate")
def _populate() -> Callable[[Session], None]:
    return populate


@pytest.fixture(name="filled", scope="session")
def _filled() -> Callable[[Session], None]:
    return populate


@pytest.fixture(scope="session")
def by_hand() -> type[Raw]:
    return Raw
