"""A small mail server as somebody might write it who has read Microsoft's pages on EWS and not its schema.

It shares no code with the lab: mail is a list, answers are put together as text, requests are read as text.
"""

from __future__ import annotations

import base64
import html
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

USER, PASSWORD = "probe", "strange"
_M = "http://schemas.microsoft.com/exchange/services/2006/messages"
_T = "http://schemas.microsoft.com/exchange/services/2006/types"
_OPERATION = re.compile(r"<(?:\w+:)?(GetFolder|FindItem|CreateItem|DeleteItem|GetItem)[ >]")
_FOLDER = re.compile(r'DistinguishedFolderId Id="(\w+)"')
_ITEM = re.compile(r'ItemId Id="([^"]+)"')
_ANCHOR = "X-AnchorMailbox"
_REFUSED = "550 5.7.1 RESOLVER.RST.NotAuthorized; not authorized"


@dataclass
class Mail:
    """A message in a mailbox."""

    number: int
    mailbox: str
    folder: str
    subject: str
    item_class: str
    body: str = ""
    arrived: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass
class Stranger:
    """Its mailboxes, and its ways.

    Attributes:
        folders: that there are; others it has never heard of.
        delivers: gives the folder and the class of a message that arrives as another; None: it is lost.
        refuses: recipients for whom a report comes back.
        sent: how often it was asked to send each subject.
        namespaces: of messages and of types.
    """

    folders: tuple[str, ...] = ("inbox", "drafts", "outbox", "sentitems", "deleteditems", "junkemail")
    delivers: Callable[[str], tuple[str, str] | None] = lambda item_class: ("inbox", item_class)
    refuses: tuple[str, ...] = ()
    mail: list[Mail] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    namespaces: tuple[str, str] = (_M, _T)
    numbers: count[int] = field(default_factory=lambda: count(1))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, request: str, mailbox: str) -> tuple[int, str]:
        """Status and document."""
        found = _OPERATION.search(request)
        name = found.group(1) if found else ""
        parts = getattr(self, f"_{name.lower()}", None)
        if parts is None:
            return 500, self._envelope(
                "<s:Fault><faultcode>s:Client</faultcode><faultstring>no</faultstring></s:Fault>"
            )
        with self.lock:
            told = "".join(_part(name, code, inside) for code, inside in parts(request, mailbox))
        return 200, self._envelope(
            f"<r:{name}Response><r:ResponseMessages>{told}</r:ResponseMessages></r:{name}Response>"
        )

    def _envelope(self, inside: str) -> str:
        soap, (messages, types) = "http://schemas.xmlsoap.org/soap/envelope/", self.namespaces
        head = f'<s:Envelope xmlns:s="{soap}" xmlns:r="{messages}" xmlns:k="{types}">'
        return f"{head}<s:Body>{inside}</s:Body></s:Envelope>"

    def _getfolder(self, request: str, _mailbox: str) -> Iterator[tuple[str, str]]:
        for folder in _FOLDER.findall(request):
            named = f"<k:DisplayName><![CDATA[{folder}]]></k:DisplayName>"
            inside = f"<r:Folders><k:Folder>{named}</k:Folder></r:Folders>"
            yield ("NoError", inside) if folder in self.folders else ("ErrorFolderNotFound", "")

    def _finditem(self, request: str, mailbox: str) -> Iterator[tuple[str, str]]:
        """Oldest first, and however many there are: what was asked for in that is more than it reads."""
        for folder in _FOLDER.findall(request):
            items = "".join(map(_shown, self._in(mailbox, folder)))
            yield (
                "NoError",
                f"<r:RootFolder TotalItemsInView='?'><!-- mail --><k:Items>{items}</k:Items></r:RootFolder>",
            )

    def _createitem(self, request: str, mailbox: str) -> Iterator[tuple[str, str]]:
        subject, item_class = _text(request, "Subject"), _text(request, "ItemClass")
        recipient = _text(request.partition("ToRecipients")[2], "EmailAddress")
        self.sent.append(subject)
        if recipient in self.refuses:
            self._put(
                mailbox, "inbox", f"Unzustellbar: {subject}", "REPORT.IPM.Note.NDR", f"<p>{_REFUSED}</p>"
            )
        elif (arrives := self.delivers(item_class)) is not None:
            self._put(recipient, arrives[0], subject, arrives[1], "")
        yield "NoError", "<r:Items/>"

    def _deleteitem(self, request: str, _mailbox: str) -> Iterator[tuple[str, str]]:
        for number in _ITEM.findall(request):
            left = [mail for mail in self.mail if str(mail.number) != number]
            yield ("ErrorItemNotFound" if len(left) == len(self.mail) else "NoError"), ""
            self.mail = left

    def _getitem(self, request: str, _mailbox: str) -> Iterator[tuple[str, str]]:
        for number in _ITEM.findall(request):
            for mail in self.mail:
                if str(mail.number) == number:
                    body = f"<k:Message><k:Body BodyType='HTML'>{html.escape(mail.body)}</k:Body></k:Message>"
                    yield "NoError", f"<r:Items>{body}</r:Items>"

    def _in(self, mailbox: str, folder: str) -> list[Mail]:
        return [one for one in self.mail if (one.mailbox, one.folder) == (mailbox, folder)]

    def _put(self, mailbox: str, folder: str, subject: str, item_class: str, body: str) -> None:
        self.mail.append(Mail(next(self.numbers), mailbox, folder, subject, item_class, body))


def _shown(mail: Mail) -> str:
    return (
        f"<k:Message><k:Preview>new in the next version</k:Preview><k:ItemId Id='{mail.number}'/>"
        f"<k:ItemClass>{mail.item_class}</k:ItemClass><k:Subject>{html.escape(mail.subject)}</k:Subject>"
        f"<k:DateTimeReceived>{mail.arrived:%Y-%m-%dT%H:%M:%S.%fZ}</k:DateTimeReceived></k:Message>"
    )


def _part(name: str, code: str, inside: str) -> str:
    verdict = "Success" if code == "NoError" else "Error"
    message = f"r:{name}ResponseMessage"
    told = f"<r:ResponseCode>\n {code}\n</r:ResponseCode>"
    return f"<{message} ResponseClass='{verdict}'>{inside}{told}</{message}>"


def _text(request: str, name: str) -> str:
    found = re.search(rf"<(?:\w+:)?{name}>([^<]*)<", request)
    return html.unescape(found.group(1)) if found else ""


@contextmanager
def serving(stranger: Stranger, context: ssl.SSLContext) -> Iterator[str]:
    """Answer over TLS; gives the address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            request = self.rfile.read(int(self.headers["Content-Length"])).decode()
            expected = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
            if self.headers.get("Authorization") == expected:
                status, document = stranger.answer(request, self.headers.get(_ANCHOR, ""))
            else:
                status, document = 401, ""
            self.send_response(status)
            self.send_header("WWW-Authenticate", 'Basic realm="mail"')
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(document.encode())))
            self.end_headers()
            self.wfile.write(document.encode())

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
