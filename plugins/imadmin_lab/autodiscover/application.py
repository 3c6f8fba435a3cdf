"""Where a mailbox's services are, for clients that know no more than an address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imadmin_lab.ews.envelope import ServerVersion
from imadmin_lab.ews.xml import HostileXmlError, parse
from imadmin_lab.http import Response

from . import pox, soap
from .settings import Directory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from imadmin_lab.ews.xml import Element
    from imadmin_lab.http import Request
    from imadmin_lab.mail import MailStore

SOAP_PATH: Final = "/autodiscover/autodiscover.svc"
POX_PATH: Final = "/autodiscover/autodiscover.xml"
_TYPE: Final = ("Content-Type", "text/xml; charset=utf-8")
_LARGEST_REQUEST: Final = 256 * 1024


class AutodiscoverApplication:
    """Answers requests below `/autodiscover`.

    Args:
        store: Whose mailboxes are known.
        ews_url: Gives the address of EWS, asked for at each request: ports are known late.
        version: The build that answers name.
        redirects: Addresses whose mailbox is elsewhere, with the address to ask for instead.
    """

    def __init__(
        self,
        store: MailStore,
        ews_url: Callable[[], str],
        *,
        version: ServerVersion | None = None,
        redirects: Mapping[str, str] | None = None,
    ) -> None:
        self._store: Final = store
        self._url: Final = ews_url
        self._version: Final = version or ServerVersion()
        self._redirects: Final = {old.casefold(): new for old, new in (redirects or {}).items()}

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        answer = {SOAP_PATH: soap.answer, POX_PATH: pox.answer}.get(request.path.partition("?")[0].lower())
        if request.user is None:
            return Response(401)
        if answer is None:
            return Response(404)
        if request.method != "POST":
            return Response(405, [("Allow", "POST")])
        if len(request.body) > _LARGEST_REQUEST:
            return Response(413)
        try:
            return self._answered(answer, parse(request.body))
        except HostileXmlError:
            return Response(400)

    def _answered(self, answer: Callable[[Element, Directory], bytes | None], root: Element) -> Response:
        with self._store.reading() as session:
            body = answer(root, Directory(session, self._url(), self._version, self._redirects))
        return Response(400) if body is None else Response(200, [_TYPE], body)
