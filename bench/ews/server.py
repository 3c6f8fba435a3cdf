"""A lean HTTPS server that answers GetFolder: `python -m bench.ews.server FOLDER [MILLISECONDS]`.

It runs in a process of its own, so that its time is nobody's. It asks for Basic, answers any SOAP with the
folder of a mailbox, as Exchange words it, and keeps connections. Its port and process go to standard output.
"""

from __future__ import annotations

import json
import os
import re
import socket
import sys
import threading
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final

from imadmin_lab.web import Authority

_LENGTH: Final = re.compile(rb"\r\nContent-Length: *(\d+)", re.IGNORECASE)
_HEAD: Final = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\nContent-Length: %d\r\n\r\n"
_REFUSAL: Final = (
    b'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm="mail"\r\nContent-Length: 0\r\n\r\n'
)
_ENVELOPE: Final = """\
<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header>\
<h:ServerVersionInfo MajorVersion="15" MinorVersion="2" MajorBuildNumber="1748" MinorBuildNumber="10" \
Version="V2017_07_11" xmlns:h="http://schemas.microsoft.com/exchange/services/2006/types" \
xmlns="http://schemas.microsoft.com/exchange/services/2006/types"/></s:Header>\
<s:Body xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">\
%s</s:Body></s:Envelope>"""
_MESSAGES: Final = "http://schemas.microsoft.com/exchange/services/2006/messages"
_TYPES: Final = "http://schemas.microsoft.com/exchange/services/2006/types"
_FOLDER: Final = """\
<m:GetFolderResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode><m:Folders>\
<t:Folder>\
<t:FolderId Id="AAMkAGUyNTE1Y2EwLTVhY2UtNGE1YS1hMjVjLWM0NmM0ZmY4ZTU2YQAuAAAAAADs" ChangeKey="AQAAABYAAAD"/>\
<t:DisplayName>Inbox</t:DisplayName></t:Folder></m:Folders></m:GetFolderResponseMessage>"""
_FOLDERS: Final = f"""\
<m:GetFolderResponse xmlns:m="{_MESSAGES}" xmlns:t="{_TYPES}"><m:ResponseMessages>%s</m:ResponseMessages>\
</m:GetFolderResponse>"""
_CONVERTED: Final = f"""\
<m:ConvertIdResponse xmlns:m="{_MESSAGES}" xmlns:t="{_TYPES}"><m:ResponseMessages>\
<m:ConvertIdResponseMessage ResponseClass="Error"><m:MessageText>Id is malformed.</m:MessageText>\
<m:ResponseCode>ErrorInvalidIdMalformed</m:ResponseCode><m:DescriptiveLinkKey>0</m:DescriptiveLinkKey>\
</m:ConvertIdResponseMessage></m:ResponseMessages></m:ConvertIdResponse>"""


def _answer(body: str) -> bytes:
    whole = (_ENVELOPE % body).encode()
    return _HEAD % len(whole) + whole


_CONVERT: Final = _answer(_CONVERTED)


def answer(head: bytes, body: bytes) -> bytes:
    """What is answered to a request."""
    if b"\r\nauthorization: basic " not in head.lower():
        return _REFUSAL
    if b"ConvertId" in body:
        return _CONVERT
    return _folders(body.count(b"DistinguishedFolderId Id="))


@cache
def _folders(count: int) -> bytes:
    return _answer(_FOLDERS % (_FOLDER * count))


def _serve(plain: socket.socket, authority: Authority, seconds: float) -> None:
    with suppress(OSError), authority.issue().context.wrap_socket(plain, server_side=True) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        held = b""
        while True:
            while b"\r\n\r\n" not in held:
                piece = connection.recv(65536)
                if not piece:
                    return
                held += piece
            head, _, held = held.partition(b"\r\n\r\n")
            found = _LENGTH.search(head)
            length = int(found[1]) if found else 0
            while len(held) < length:
                held += connection.recv(65536)
            body, held = held[:length], held[length:]
            if seconds:
                time.sleep(seconds)
            connection.sendall(answer(head, body))


def main(folder: Path, seconds: float) -> None:
    """Serve until standard input ends."""
    authority = Authority(folder)
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        place = {"port": listener.getsockname()[1], "ca": str(authority.ca_file), "pid": os.getpid()}
        print(json.dumps(place), flush=True)
        threading.Thread(target=_until_told, daemon=True).start()
        while True:
            plain, _ = listener.accept()
            threading.Thread(target=_serve, args=(plain, authority, seconds), daemon=True).start()


def _until_told() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2] if len(sys.argv) > 2 else 0) / 1000)  # noqa: PLR2004
