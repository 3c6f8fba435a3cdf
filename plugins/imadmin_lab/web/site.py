"""What a server offers: applications below path prefixes, and who is let in to them."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, Protocol, cast

from imadmin_lab.http import HungUpError, Response

from .accounts import Accounts
from .faults import Faults
from .login import LoginRules
from .sealing import SealError, seal, sealed_by, unseal

if TYPE_CHECKING:
    from imadmin_lab.http import Request

    from .connection import Peer

_log: Final = logging.getLogger(__name__)
HTML: Final = [("Content-Type", "text/html; charset=utf-8")]
_SOAP: Final = "application/soap+xml;charset=UTF-8"
MEGABYTE: Final = 1 << 20


def page(status: HTTPStatus) -> bytes:
    """What a browser shows of an error; HTML 4 as http.sys writes it, which is no XML."""
    return (
        '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN""http://www.w3.org/TR/html4/strict.dtd">\r\n'
        f"<HTML><HEAD><TITLE>{status.phrase}</TITLE>\r\n"
        '<META HTTP-EQUIV="Content-Type" Content="text/html; charset=us-ascii"></HEAD>\r\n'
        f"<BODY><h2>{status.phrase}</h2>\r\n<hr><p>HTTP Error {status.value}. {status.description}</p>\r\n"
        "</BODY></HTML>\r\n"
    ).encode("ascii")


class Application(Protocol):
    """What answers requests below a prefix."""

    def handle(self, request: Request) -> Response:
        """Answer one request; called from many threads at once."""


@dataclass(frozen=True)
class Mount:
    """An application and where it is.

    Attributes:
        prefix: The path that it and what is below it answer to, without regard to case: `/EWS`.
        application: What answers. Its `close()`, where it has one, is called when the server stops; it must
            end answers that wait for something.
        login: Rules of its own; without schemes nobody is asked to log in. None: the site's rules.
        sealed: Whether messages without TLS must be sealed by the log-in (NTLM, Negotiate), as WinRM wants it
            unless unencrypted traffic is allowed.
    """

    prefix: str
    application: Application
    login: LoginRules | None = None
    sealed: bool = False

    def covers(self, path: str) -> bool:
        """Whether a path, with or without a query, is this one's."""
        bare, prefix = path.partition("?")[0].lower(), self.prefix.lower().rstrip("/")
        return bare == prefix or bare.startswith(f"{prefix}/")


@dataclass(frozen=True)
class Site:
    """Everything behind a server's address.

    Attributes:
        mounts: The applications; of several that cover a path the longest prefix answers.
        accounts: Who may log in.
        login: How they log in, where a mount has no rules of its own.
        faults: What goes wrong; may be changed while the server runs.
        body_limit: In bytes; larger requests are refused with 413.
    """

    mounts: tuple[Mount, ...]
    accounts: Accounts = field(default_factory=lambda: Accounts(()))
    login: LoginRules = field(default_factory=LoginRules)
    faults: Faults = field(default_factory=Faults)
    body_limit: int = 64 * MEGABYTE

    @property
    def asks_for_certificates(self) -> bool:
        """Whether TLS asks clients for their certificates: where some rule lets them log in with one."""
        rules = [self.login, *(mount.login for mount in self.mounts if mount.login)]
        return any(rule.certificates or rule.mapped for rule in rules)

    def mount_for(self, path: str) -> Mount | None:
        """The mount that answers to a path; None where there is none."""
        return max((m for m in self.mounts if m.covers(path)), key=lambda m: len(m.prefix), default=None)

    def admit(self, request: Request) -> Admission:
        """Log the client in, as far as the path asks for it."""
        mount = self.mount_for(request.path)
        rules = (mount.login or self.login) if mount else LoginRules(schemes=())
        if not rules.schemes:
            return Admission(request, mount, admitted=True)
        verdict = peer_of(request).login.judge(request.headers.get("Authorization"), rules)
        if verdict.account is None:
            return Admission(request, mount, admitted=False, challenges=verdict.challenges)
        known = replace(request, user=verdict.account.name)
        return Admission(known, mount, admitted=True, challenges=verdict.challenges)


@dataclass(frozen=True)
class Admission:
    """A request at the door.

    Attributes:
        request: With the user's name, if somebody logged in.
        mount: What it is for; None: nothing is there.
        admitted: Whether it may go on to the application.
        challenges: `WWW-Authenticate` fields that the answer must carry.
    """

    request: Request
    mount: Mount | None
    admitted: bool
    challenges: tuple[str, ...] = ()

    def answer(self) -> Response:
        """The answer; an application's error is logged and is a 500, unless it hangs up (`HungUpError`)."""
        fields = [("WWW-Authenticate", challenge) for challenge in self.challenges]
        if not self.admitted:
            return Response(HTTPStatus.UNAUTHORIZED, fields + HTML, page(HTTPStatus.UNAUTHORIZED))
        if self.mount is None:
            return Response(HTTPStatus.NOT_FOUND, list(HTML), page(HTTPStatus.NOT_FOUND))
        response = self._opened(self.mount)
        return replace(response, headers=fields + response.headers) if fields else response

    def _opened(self, mount: Mount) -> Response:
        """Unseal the request and seal the answer, where that is agreed."""
        request, peer = self.request, peer_of(self.request)
        protocol = sealed_by(request.headers.get("Content-Type", ""))
        if protocol is None:
            if mount.sealed and request.body and not peer.secure and peer.scheme != "Basic":
                return Response(
                    HTTPStatus.INTERNAL_SERVER_ERROR
                )  # WinRM's answer where AllowUnencrypted is false
            return _ask(mount, request)
        context = peer.login.context
        if context is None:
            return Response(HTTPStatus.BAD_REQUEST)
        try:
            response = _ask(mount, replace(request, body=unseal(request.body, context)))
        except SealError as error:
            return Response(HTTPStatus.BAD_REQUEST, list(HTML), str(error).encode())
        return _sealed(response, protocol, peer)


def peer_of(request: Request) -> Peer:
    """The connection that a request came by."""
    return cast("Peer", request.peer)


def _ask(mount: Mount, request: Request) -> Response:
    try:
        return mount.application.handle(request)
    except HungUpError:
        raise
    except Exception:  # noqa: BLE001 - an application may raise anything
        _log.exception("%s %s failed", request.method, request.path)
        return Response(HTTPStatus.INTERNAL_SERVER_ERROR, list(HTML), page(HTTPStatus.INTERNAL_SERVER_ERROR))


def _sealed(response: Response, protocol: str, peer: Peer) -> Response:
    body = response.body if isinstance(response.body, bytes) else b"".join(response.body)
    assert peer.login.context is not None  # noqa: S101 - it opened the request
    content_type = next((v for n, v in response.headers if n.lower() == "content-type"), _SOAP)
    sealed_type, sealed = seal(body, content_type, protocol, peer.login.context)
    rest = [(n, v) for n, v in response.headers if n.lower() != "content-type"]
    return replace(response, headers=[*rest, ("Content-Type", sealed_type)], body=sealed)
