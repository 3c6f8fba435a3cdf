"""A server with an application that tells what it was asked."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest
import requests

from imadmin_lab.http import Response
from imadmin_lab.web import Account, Accounts, Authority, Faults, LoginRules, Mount, Site, WebServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imadmin_lab.http import Request

PASSWORD = "Pässwörd ✓"  # noqa: S105 - of the lab's own account


class Echo:
    """Tells what it was asked."""

    def handle(self, request: Request) -> Response:
        if request.path.endswith("/raise"):
            raise RuntimeError("on purpose")
        if request.path.endswith("/parts"):
            return Response(200, [], iter([b"one ", b"", b"two ", b"three"]))
        told = f"{request.user} {request.method} {request.path} ".encode()
        return Response(200, [("Content-Type", "text/plain")], told + request.body)


class Lab:
    """Servers that are stopped at the end of the test."""

    def __init__(self, authority: Authority, stack: ExitStack) -> None:
        self.authority = authority
        self.faults = Faults()
        self.accounts = Accounts([Account("CONTOSO\\svc", PASSWORD, "svc@contoso.com")])
        self._stack = stack

    def start(self, *, tls: bool = True, app: Any = None, **rules: Any) -> WebServer:
        mounts = (Mount("/app", app or Echo()), Mount("/open", app or Echo(), LoginRules(schemes=())))
        site = Site(mounts, self.accounts, LoginRules(**rules), self.faults, body_limit=1 << 20)
        return self._stack.enter_context(WebServer(site, self.authority if tls else None))

    def session(self, auth: Any = None) -> requests.Session:
        session = self._stack.enter_context(requests.Session())
        session.trust_env, session.verify, session.auth = False, str(self.authority.ca_file), auth
        return session


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca") / "ca", ["mail.contoso.com"])


@pytest.fixture
def lab(authority: Authority) -> Iterator[Lab]:
    with ExitStack() as stack:
        yield Lab(authority, stack)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("lab-")]


@pytest.fixture
def password() -> str:
    return PASSWORD


@pytest.fixture
def ntlm() -> Callable[..., Any]:
    from requests_ntlm import HttpNtlmAuth

    def make(user: str = "CONTOSO\\svc", password: str = PASSWORD, **options: Any) -> Any:
        return HttpNtlmAuth(user, password, **options)

    return make
