"""The WS-Management service of one session configuration: what each action does."""

from __future__ import annotations

import base64
import binascii
import time
import uuid
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

from imadmin_lab.http import Response

from . import wsman
from .faults import CmdletFaults
from .registry import EndpointRules, Shells
from .wsman import CONTENT_TYPE, WSManError

if TYPE_CHECKING:
    from collections.abc import Callable

    from imadmin_lab.directory import Directory
    from imadmin_lab.http import Request
    from imadmin_lab.web import Accounts

    from .shell import Shell
    from .wsman import Message

_ROOM_FOR_XML: Final = 4096
_STREAM: Final = f"{{{wsman.SHELL}}}Stream"


class PowerShellEndpoint:
    """A session configuration, to be mounted at a path.

    Args:
        shell: `skype` or `exchange`.
        directory: The objects.
        accounts: Whose roles decide what they may run.
        rules: Limits and names, where they differ from the usual.
        faults: What goes wrong in cmdlets; may be changed while the lab runs.
    """

    def __init__(
        self,
        shell: str,
        directory: Directory,
        accounts: Accounts,
        rules: EndpointRules | None = None,
        faults: CmdletFaults | None = None,
    ) -> None:
        self.faults: Final = faults or CmdletFaults()
        self._rules: Final = rules or EndpointRules()
        self._shells: Final = Shells(shell, directory, accounts, self._rules, self.faults)
        self._actions: Final[dict[str, Callable[[Message, Request], str]]] = {
            f"{wsman.TRANSFER}/Create": self._create,
            f"{wsman.TRANSFER}/Delete": self._delete,
            f"{wsman.TRANSFER}/Get": self._get,
            f"{wsman.SHELL}/Command": self._command,
            f"{wsman.SHELL}/Send": self._send,
            f"{wsman.SHELL}/Receive": self._receive,
            f"{wsman.SHELL}/Signal": self._signal,
        }

    def close(self) -> None:
        """End all shells."""
        self._shells.close()

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        if request.method != "POST":
            return Response(HTTPStatus.METHOD_NOT_ALLOWED, [("Allow", "POST")])
        if not request.body:
            return Response(HTTPStatus.OK)  # a client that only wanted to log in
        message_id = ""
        try:
            self._check_size(request)
            message = wsman.read_message(request.body)
            message_id = message.message_id
            body = wsman.answer(message, f"{message.action}Response", self._action(message)(message, request))
        except WSManError as error:
            fault = wsman.fault(error, message_id, self._rules.machine)
            return Response(HTTPStatus.INTERNAL_SERVER_ERROR, [("Content-Type", CONTENT_TYPE)], fault)
        return Response(HTTPStatus.OK, [("Content-Type", CONTENT_TYPE)], body)

    def _check_size(self, request: Request) -> None:
        limit = self._rules.max_envelope
        if len(request.body) > limit:
            raise WSManError(wsman.TOO_LARGE, f"Messages of more than {limit} bytes are not taken.")

    def _action(self, message: Message) -> Callable[[Message, Request], str]:
        if message.action not in self._actions:
            text = f"The action {message.action} is not supported by the service."
            raise WSManError(wsman.UNKNOWN_ACTION, text)
        return self._actions[message.action]

    def _create(self, message: Message, request: Request) -> str:
        self._check_resource(message)
        content = message.child("rsp:Shell")
        data = _decoded(content.findtext(f"{{{wsman.POWERSHELL}}}creationXml"))
        shell_id = (content.get("ShellId") or str(uuid.uuid4())).upper()
        shell = self._shells.create(shell_id, request.user or "", data)
        return (
            f"<x:ResourceCreated><a:Address>{escape(request.path)}</a:Address><a:ReferenceParameters>"
            f"<w:ResourceURI>{escape(message.resource)}</w:ResourceURI><w:SelectorSet>"
            f'<w:Selector Name="ShellId">{escape(shell_id)}</w:Selector></w:SelectorSet>'
            f"</a:ReferenceParameters></x:ResourceCreated>{self._described(shell)}"
        )

    def _check_resource(self, message: Message) -> None:
        prefix, _, name = message.resource.rpartition("/")
        if prefix != wsman.POWERSHELL or name.casefold() != self._shells.configuration.casefold():
            raise WSManError(
                wsman.INVALID_RESOURCE,
                f"The WS-Management service cannot process the request. Cannot find the {name} session"
                f" configuration in the WSMan: drive on the {self._rules.machine} computer.",
            )

    def _described(self, shell: Shell) -> str:
        seconds = int(time.monotonic() - shell.created)
        return (
            f"<rsp:Shell><rsp:ShellId>{escape(shell.shell_id)}</rsp:ShellId>"
            f"<rsp:ResourceUri>{wsman.POWERSHELL}/{self._shells.configuration}</rsp:ResourceUri>"
            f"<rsp:Owner>{escape(shell.session.user)}</rsp:Owner><rsp:ClientIP>127.0.0.1</rsp:ClientIP>"
            "<rsp:IdleTimeOut>PT7200.000S</rsp:IdleTimeOut><rsp:InputStreams>stdin pr</rsp:InputStreams>"
            "<rsp:OutputStreams>stdout</rsp:OutputStreams><rsp:State>Connected</rsp:State>"
            f"<rsp:ShellRunTime>P0DT0H0M{seconds}S</rsp:ShellRunTime>"
            "<rsp:ShellInactivity>P0DT0H0M0S</rsp:ShellInactivity></rsp:Shell>"
        )

    def _find(self, message: Message, request: Request) -> Shell:
        return self._shells.find(message.selectors.get("ShellId", ""), request.user)

    def _delete(self, message: Message, request: Request) -> str:
        self._shells.drop(self._find(message, request))
        return ""

    def _get(self, message: Message, request: Request) -> str:
        if message.resource != wsman.CONFIG:
            return self._described(self._find(message, request))
        limit = f"<cfg:MaxEnvelopeSizekb>{self._rules.max_envelope // 1024}</cfg:MaxEnvelopeSizekb>"
        return f'<cfg:Config xmlns:cfg="{wsman.CONFIG}">{limit}</cfg:Config>'

    def _command(self, message: Message, request: Request) -> str:
        shell = self._find(message, request)
        line = message.child("rsp:CommandLine")
        data = _decoded(message.child("rsp:CommandLine/rsp:Arguments").text)
        command_id = shell.create_command(line.get("CommandId"), data)
        return f"<rsp:CommandResponse><rsp:CommandId>{command_id}</rsp:CommandId></rsp:CommandResponse>"

    def _send(self, message: Message, request: Request) -> str:
        shell = self._find(message, request)
        for stream in message.child("rsp:Send").iterfind(_STREAM):
            shell.feed(_decoded(stream.text), stream.get("CommandId"))
        return "<rsp:SendResponse/>"

    def _signal(self, message: Message, request: Request) -> str:
        shell = self._find(message, request)
        command_id = message.child("rsp:Signal").get("CommandId", "")
        shell.signal(command_id, message.child("rsp:Signal/rsp:Code").text or "")
        return "<rsp:SignalResponse/>"

    def _receive(self, message: Message, request: Request) -> str:
        shell = self._find(message, request)
        command_id = message.child("rsp:Receive/rsp:DesiredStream").get("CommandId")
        capacity = (min(message.max_envelope, self._rules.max_envelope) - _ROOM_FOR_XML) * 3 // 4
        gone = getattr(request.peer, "hung_up", bool)
        found = shell.receive(command_id, capacity, message.timeout, gone)
        related = f" CommandId={quoteattr(command_id)}" if command_id else ""
        stream = base64.b64encode(b"".join(found.parts)).decode()
        sent = f'<rsp:Stream Name="stdout"{related}>{stream}</rsp:Stream>' if found.parts else ""
        if command_id:
            state = "Done" if found.done else "Running"
            sent += f'<rsp:CommandState{related} State="{wsman.SHELL}/CommandState/{state}"/>'
        return f"<rsp:ReceiveResponse>{sent}</rsp:ReceiveResponse>"


def _decoded(text: str | None) -> bytes:
    if not text or not text.strip():
        raise WSManError(wsman.INVALID_XML, "The request carries no PowerShell message.")
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error as error:
        text = f"The PowerShell message is not base64: {error}"
        raise WSManError(wsman.INVALID_XML, text) from None
