"""The EWS application behind a plain HTTP server; all messages are checked against Microsoft's schema."""

from __future__ import annotations

import base64
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import exchangelib  # type: ignore[import-untyped]
import pytest
from exchangelib.fields import CharField  # type: ignore[import-untyped]
from exchangelib.properties import Fields  # type: ignore[import-untyped]
from exchangelib.version import Build, Version  # type: ignore[import-untyped]
from lxml import etree

from imadmin_lab.autodiscover import AutodiscoverApplication
from imadmin_lab.ews import PATH, EwsApplication
from imadmin_lab.http import Headers, Request
from imadmin_lab.mail import Account, MailStore, directory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imadmin_lab.http import Response
    from imadmin_lab.mail import Session

PASSWORD = "secret"  # noqa: S105 - of a lab
SOAP_BODY = "{http://schemas.xmlsoap.org/soap/envelope/}Body"
NOT_IN_SCHEMA = (
    "Fault",
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


class LabServer(ThreadingHTTPServer):
    """The application on loopback; who knows `PASSWORD` is who he says he is."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, application: Callable[[Request], Response], schema: Schema) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.application = application
        self.schema = schema
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def close(self) -> None:
        self.shutdown()
        self.thread.join()
        self.server_close()

    def handle_error(self, *_: Any) -> None:
        """Say nothing of clients that went away."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    @property
    def lab(self) -> LabServer:
        return cast("LabServer", self.server)

    def do_GET(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = Headers(dict(self.headers.items()))
        asked = Request(self.command, self.path, headers, body, self.user(), self.connection)
        response = self.lab.application(asked)
        self.send_response(response.status)
        for name, value in response.headers:
            self.send_header(name, value)
        if response.status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="lab"')
        if isinstance(response.body, bytes):
            self.whole(response.body)
        else:
            self.chunked(response.body)
        if response.status == 200:
            self.lab.schema.check(body)

    def whole(self, body: bytes) -> None:
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        if b"<s:Envelope" in body and body.endswith(b"</s:Envelope>"):
            self.lab.schema.check(body)

    def chunked(self, parts: Iterator[bytes]) -> None:
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            for part in parts:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
                self.wfile.flush()
            self.wfile.write(b"0\r\n\r\n")
        except OSError:
            self.close_connection = True
        finally:
            cast("Any", parts).close()

    def user(self) -> str | None:
        kind, _, value = self.headers.get("Authorization", "").partition(" ")
        if kind != "Basic":
            return None
        name, _, password = base64.b64decode(value).decode().partition(":")
        return name if password == PASSWORD else None

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def populate(session: Session) -> None:
    """Two organisations: Anna, Bert (in German), Carl and service accounts here, Fred there."""
    directory.add_organisation(session, "Contoso", ["contoso.com"])
    directory.add_organisation(session, "Fabrikam", ["fabrikam.com"])
    directory.add_mailbox(session, "anna@contoso.com", name="Anna Arndt", aliases=["a.arndt@contoso.com"])
    directory.add_mailbox(session, "bert@contoso.com", name="Bert Brecht", culture="de-DE")
    directory.add_mailbox(session, "carl@contoso.com", name="Carl Anders", conversation_history=None)
    directory.add_mailbox(session, "fred@fabrikam.com", name="Fred Fabian")
    directory.add_account(session, Account("CONTOSO\\svc", None, impersonation=True, organisation="Contoso"))
    directory.add_account(session, Account("CONTOSO\\admin", None, full_access=True))


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


@pytest.fixture
def server(application: EwsApplication, store: MailStore, schema: Schema) -> Iterator[LabServer]:
    autodiscover = AutodiscoverApplication(
        store, lambda: found.url + PATH, redirects={"old@contoso.com": "anna@contoso.com"}
    )

    def route(request: Request) -> Response:
        other = request.path.lower().startswith("/autodiscover")
        return autodiscover.handle(request) if other else application.handle(request)

    found = LabServer(route, schema)
    yield found
    application.close()
    found.close()


class Client:
    """The real exchangelib, as anybody would use it."""

    Message = ClassedMessage

    def __init__(self, server: LabServer) -> None:
        self.server = server

    def account(self, address: str = "anna@contoso.com", *, login: str = "", **settings: Any) -> Any:
        version = settings.pop("version", Version(Build(15, 2, 1748, 10)))
        access = settings.pop("access", exchangelib.DELEGATE)
        configuration = exchangelib.Configuration(
            service_endpoint=self.server.url + PATH,
            credentials=exchangelib.Credentials(login or address, PASSWORD),
            auth_type=exchangelib.BASIC,
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
def client(server: LabServer) -> Iterator[Client]:
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
