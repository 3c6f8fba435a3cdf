"""A lab's Exchange over HTTPS, and clients of it."""

from __future__ import annotations

import socket
import sys
import threading
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any

import pytest

from imadmin.deployment import EwsConfig
from imadmin.ews import EwsClient, EwsError
from imadmin.secrets import Credential, Secret
from imadmin_lab.autodiscover import AutodiscoverApplication
from imadmin_lab.ews import PATH, EwsApplication
from imadmin_lab.ews.faults import Fault as EwsFault
from imadmin_lab.mail import Account as Login
from imadmin_lab.mail import MailStore, directory
from imadmin_lab.web import Account, Accounts, Authority, Fault, Faults, LoginRules, Mount, Site, WebServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import ModuleType

    from imadmin_lab.http import Request
    from imadmin_lab.mail import Session

PASSWORD = "Kanarien-Vögel ✓ 4711"  # noqa: S105 - of the lab
SVC, ADMIN, ANNA = r"CONTOSO\svc", r"CONTOSO\admin", r"CONTOSO\anna"


def populate(session: Session) -> None:
    """Anna, Bert (in German), Carl without Conversation History, and two service accounts."""
    directory.add_organisation(session, "Contoso", ["contoso.com"])
    anna = directory.add_mailbox(session, "anna@contoso.com", name="Anna Arndt")
    directory.add_mailbox(session, "bert@contoso.com", name="Bert Brecht", culture="de-DE")
    directory.add_mailbox(session, "carl@contoso.com", name="Carl Anders", conversation_history=None)
    admin = directory.add_mailbox(session, "admin@contoso.com", name="Administrator")
    directory.add_account(session, Login(SVC, None, impersonation=True, organisation="Contoso"))
    directory.add_account(session, Login(ADMIN, admin, full_access=True))
    directory.add_account(session, Login(ANNA, anna))


class Lab:
    """A server, what it was asked, and clients that are closed at the end of the test.

    Attributes:
        seen: every HTTP request, those before the log-in included.
        named: the address that Autodiscover gives; that of the server where it is empty.
    """

    def __init__(self, store: MailStore, authority: Authority, stack: ExitStack) -> None:
        self.store, self.authority, self._stack = store, authority, stack
        self.exchange = EwsApplication(store)
        self.faults = Faults()
        self.accounts = Accounts([Account(name, PASSWORD, _address(name)) for name in (SVC, ADMIN, ANNA)])
        self.seen: list[Request] = []
        self.named = ""
        self._lock = threading.Lock()
        self.faults.switch_on(Fault("close", when=self._record, before_login=True))
        self.server = self.start()

    def _record(self, request: Request) -> bool:
        with self._lock:
            self.seen.append(request)
        return False

    def start(self, *, port: int = 0, **rules: Any) -> WebServer:
        discovery = AutodiscoverApplication(
            self.store,
            lambda: self.named or self.server.url(PATH),
            redirects={"old@contoso.com": "anna@contoso.com"},
        )
        mounts = [Mount("/EWS", self.exchange), Mount("/autodiscover", discovery)]
        if rules.get("tokens"):
            mounts.append(Mount("/contoso/oauth2", rules["tokens"], LoginRules(schemes=())))
        site = Site(tuple(mounts), self.accounts, LoginRules(**rules), self.faults)
        return self._stack.enter_context(WebServer(site, self.authority, port=port))

    def spoil(self, kind: Any, **settings: Any) -> None:
        """Switch on a fault of the web server."""
        self.faults.switch_on(Fault(kind, **settings))

    def break_exchange(self, name: str, **settings: Any) -> None:
        """Switch on a fault of EWS."""
        self.exchange.faults.switch_on(EwsFault(name, **settings))

    def client(self, user: str = SVC, password: str | None = PASSWORD, **settings: Any) -> EwsClient:
        """A client; *settings* of its configuration, of `EwsClient`, and the *server* to ask."""
        server = settings.pop("server", self.server)
        config = EwsConfig(
            "lab",
            settings.pop("endpoint", server.url(PATH)),
            settings.pop("auth", "ntlm"),
            settings.pop("access", "impersonation"),
            connections=settings.pop("connections", 2),
            autodiscover=settings.pop("autodiscover", ""),
        )
        settings.setdefault("ca_file", self.authority.ca_file)
        secret = None if password is None else Secret(password)
        credential = settings.pop("credential", None) or Credential(user, secret)
        return self._stack.enter_context(EwsClient(config, credential, **settings))


def _address(login: str) -> str:
    return f"{login.partition(chr(92))[2]}@contoso.com"


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca") / "ca")


@pytest.fixture
def lab(tmp_path: Path, authority: Authority) -> Iterator[Lab]:
    with ExitStack() as stack:
        store = stack.enter_context(MailStore(tmp_path / "mail.db"))
        with store.writing() as session:
            populate(session)
        yield Lab(store, authority, stack)


@pytest.fixture
def fault() -> Callable[[Callable[[], object]], EwsError]:
    """Gives the error of a call that must fail, after a look at what it carries along."""

    def of(call: Callable[[], object]) -> EwsError:
        with pytest.raises(EwsError) as caught:
            call()
        assert caught.value.__context__ is None
        assert caught.value.__cause__ is None
        assert caught.value.remedy
        return caught.value

    return of


@pytest.fixture
def answering(authority: Authority) -> Iterator[Callable[[bytes], str]]:
    """Serves bytes, whatever they are, to one connection, and gives the address."""
    threads: list[threading.Thread] = []

    def start(answer: bytes) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        threads.append(threading.Thread(target=_answer, args=(listener, authority, answer)))
        threads[-1].start()
        return f"https://127.0.0.1:{listener.getsockname()[1]}{PATH}"

    yield start
    for thread in threads:
        thread.join(60)


def _answer(listener: socket.socket, authority: Authority, answer: bytes) -> None:
    listener.settimeout(60)
    with listener, listener.accept()[0] as plain, suppress(OSError):
        plain.settimeout(60)
        with authority.issue().context.wrap_socket(plain, server_side=True) as connection:
            asked = b""
            while b"Envelope>" not in asked:
                asked += connection.recv(65536)
            connection.sendall(answer)


@pytest.fixture
def password() -> str:
    return PASSWORD


@pytest.fixture(scope="session")
def lab_module() -> ModuleType:
    """This module, for a lab that stands longer than a test."""
    return sys.modules[__name__]
