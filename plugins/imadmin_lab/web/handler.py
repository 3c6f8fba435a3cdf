"""One connection: its requests one after the other, read, answered, or met by a fault."""

from __future__ import annotations

import logging
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from imadmin_lab.http import Headers, Request, Response

from .answers import Answers, instead
from .bodies import BodyError, read_body
from .site import HTML

if TYPE_CHECKING:
    from .connection import Peer
    from .server import Listener
    from .site import Admission

_log: Final = logging.getLogger(__name__)


class Handler(BaseHTTPRequestHandler):
    """Answers the requests of one connection until it ends."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave in one segment
    timeout = 600
    server: Listener

    def setup(self) -> None:
        """Find out what is known of the connection."""
        super().setup()
        self.peer: Peer = self.server.peer_of(self.connection)
        self.answers = Answers(cast("BinaryIO", self.wfile), self.peer, self.server.stopping)

    def handle_one_request(self) -> None:
        """Serve the next request; a client that goes away is nothing unusual."""
        try:
            super().handle_one_request()
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
        """Write to the log instead of standard error."""
        _log.debug(format, *args)

    def _serve(self) -> None:
        headers = Headers(dict(self.headers.items()))
        try:
            body = read_body(cast("BinaryIO", self.rfile), headers, self.server.site.body_limit)
        except BodyError as error:
            self.close_connection = True
            self.answers.send(Response(error.status, list(HTML), str(error).encode()), last=True)
            return
        request = Request(self.command, self.path, headers, body, None, self.peer)
        self._answer(self.server.site.admit(request))

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = do_PATCH = _serve  # noqa: N815

    def _answer(self, admission: Admission) -> None:
        fault = self.server.site.faults.take(
            lambda fault: fault.meets(admission.request, logged_in=admission.admitted)
        )
        response = instead(fault) if fault else admission.answer()
        if response is None and fault is not None:
            self.close_connection = True
            self.answers.spoil(fault, admission.answer)
        elif response is not None:
            head_only = self.command == "HEAD"
            self.answers.send(response, head_only=head_only, last=self.close_connection)
