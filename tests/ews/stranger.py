"""An EWS server as somebody might write it who has read Microsoft's pages and not its schema."""

from __future__ import annotations

import base64
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator

USER, PASSWORD = "probe", "strange ✓"
SOAP_1_1 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_1_2 = "http://www.w3.org/2003/05/soap-envelope"
M = "http://schemas.microsoft.com/exchange/services/2006/messages"
T = "http://schemas.microsoft.com/exchange/services/2006/types"
NAMES = {"inbox": "Posteingang", "conversationhistory": "Gesprächsverlauf"}
_ASKED = re.compile(rb'DistinguishedFolderId Id="(\w+)"')


@dataclass
class Ways:
    """How it answers.

    Attributes:
        envelope: the whole document; `{parts}` is replaced.
        part: the answer about a folder; `{name}`, `{id}`.
        missing: folders that do not exist.
        unknown: ids that it does not know, so that the whole question fails.
        order: 1, or -1: the parts come last first.
        most: how many parts it gives.
        encoding: of the document.
        head: fields of the answer.
        status: of HTTP.
        framing: `length`, `chunked`, or `close`: the end of the connection is the end of the answer.
        protocol: of the status line.
    """

    envelope: str = (
        f'<e:Envelope xmlns:e="{SOAP_1_1}"><e:Body><x:GetFolderResponse xmlns:x="{M}" xmlns:y="{T}">'
        "<x:ResponseMessages>{parts}</x:ResponseMessages></x:GetFolderResponse></e:Body></e:Envelope>"
    )
    part: str = (
        '<x:GetFolderResponseMessage ResponseClass="Success"><x:ResponseCode>NoError</x:ResponseCode>'
        '<x:Folders><y:Folder><y:FolderId Id="{id}"/><y:DisplayName>{name}</y:DisplayName></y:Folder>'
        "</x:Folders></x:GetFolderResponseMessage>"
    )
    missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    order: int = 1
    most: int = 99
    encoding: str = "utf-8"
    head: tuple[str, ...] = ("content-type: text/xml",)
    status: str = "200 OK"
    framing: str = "length"
    protocol: str = "HTTP/1.1"
    asked: list[list[str]] = field(default_factory=list)

    def answer(self, body: bytes) -> bytes:
        """The whole answer, head and all."""
        wanted = [name.decode() for name in _ASKED.findall(body)]
        self.asked.append(wanted)
        if set(wanted) & set(self.unknown):
            return self._framed("500 Internal Server Error", _fault("a:ErrorSchemaValidation").encode())
        parts = [self._part(name) for name in wanted][:: self.order][: self.most]
        return self._framed(
            self.status, self.envelope.replace("{parts}", "".join(parts)).encode(self.encoding)
        )

    def _part(self, name: str) -> str:
        if name in self.missing:
            return (
                '<x:GetFolderResponseMessage ResponseClass="Error"><x:MessageText>no</x:MessageText>'
                "<x:ResponseCode>ErrorFolderNotFound</x:ResponseCode></x:GetFolderResponseMessage>"
            )
        return self.part.replace("{id}", name).replace("{name}", NAMES[name])

    def _framed(self, status: str, body: bytes) -> bytes:
        fields = {"length": f"content-length: {len(body)}", "chunked": "transfer-encoding: chunked"}
        head = [f"{self.protocol} {status}", *self.head, fields.get(self.framing, "x-framing: none"), "", ""]
        if self.framing == "chunked":
            pieces = [body[start : start + 100] for start in range(0, len(body), 100)]
            body = (
                b"".join(b"%x;ext=1\r\n%b\r\n" % (len(one), one) for one in pieces) + b"0\r\nx-end: 1\r\n\r\n"
            )
        return "\r\n".join(head).encode() + body


def _fault(code: str) -> str:
    return (
        f'<S:Envelope xmlns:S="{SOAP_1_1}"><S:Body><S:Fault><faultcode xmlns:a="urn:a">{code}</faultcode>'
        "<faultstring>what is that?</faultstring></S:Fault></S:Body></S:Envelope>"
    )


@contextmanager
def serving(ways: Ways, context: ssl.SSLContext) -> Iterator[str]:
    """Answer so, over TLS; gives the address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            expected = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
            if self.headers.get("Authorization") != expected:
                self.wfile.write(
                    b'HTTP/1.1 401 No\r\nwww-authenticate: basic realm="a, b"\r\ncontent-length: 0\r\n\r\n'
                )
                return
            self.wfile.write(ways.answer(body))
            self.close_connection = ways.framing == "close" or ways.protocol == "HTTP/1.0"

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_address[1]}/ews/exchange.asmx"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
