"""Exchange Web Services for one mail store."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from imadmin_lab.http import Response
from imadmin_lab.mail import directory

from . import envelope, xml
from .access import Access, everybody
from .call import Call
from .callers import caller_of, concerned
from .envelope import ServerVersion
from .errors import EwsError, FaultError, schema_violation
from .faults import KINDS, Faults
from .operations import OPERATIONS, UNSUPPORTED
from .subscriptions import Subscriptions
from .validate import validate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin_lab.http import Request
    from imadmin_lab.mail import MailStore, Session

    from .access import Allowed
    from .envelope import Incoming
    from .faults import Fault
    from .operations.base import Operation
    from .xml import Element

_log: Final = logging.getLogger(__name__)
_INTERNAL: Final = "An internal server error occurred. The operation failed."
PATH: Final = "/EWS/Exchange.asmx"
_TYPE: Final = ("Content-Type", "text/xml; charset=utf-8")
_LARGEST_REQUEST: Final = 16 * 1024 * 1024


class EwsApplication:
    """Answers requests to `/EWS/Exchange.asmx`.

    Args:
        store: The mail.
        allowed: Whether a mailbox may be used over EWS by a client with this user agent.
        version: The build that every answer names.
        largest: The size in bytes above which a request is not read.
        faults: What goes wrong; may be changed while it runs.
    """

    def __init__(
        self,
        store: MailStore,
        *,
        allowed: Allowed = everybody,
        version: ServerVersion | None = None,
        largest: int = _LARGEST_REQUEST,
        faults: Faults | None = None,
    ) -> None:
        self.store: Final = store
        self.version: Final = version or ServerVersion()
        self.faults: Final = faults or Faults()
        self._subscriptions: Final = Subscriptions()
        self._allowed: Final = allowed
        self._largest: Final = largest

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        refused = self._refused(request)
        if refused is not None:
            return refused
        try:
            root = xml.parse(request.body)
        except xml.HostileXmlError:
            return Response(400)
        try:
            return self._met(request, envelope.unwrap(root))
        except EwsError as error:
            return _fault_response(error)
        except Exception:  # noqa: BLE001 - a bug must not end the server
            _log.exception("EWS could not answer")
            return _fault_response(EwsError("ErrorInternalServerError", _INTERNAL))

    def close(self) -> None:
        """End all streaming answers."""
        self._subscriptions.close()
        self.store.wake()

    def _refused(self, request: Request) -> Response | None:
        if request.user is None:
            return Response(401)
        if request.path.partition("?")[0].lower() != PATH.lower():
            return Response(404)
        if request.method != "POST":
            return Response(405, [("Allow", "POST")])
        if len(request.body) > self._largest:
            return Response(413)
        kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        return None if kind == "text/xml" else Response(415)

    def _met(self, request: Request, incoming: Incoming) -> Response:
        """Answer, or let happen what is switched on for such a call."""
        fault = self._fault(request, incoming)
        if fault is None:
            return self._answered(request, incoming, None)
        kind = KINDS[fault.name]
        if kind.instead is not None:
            return kind.instead(fault)
        response = self._answered(request, incoming, fault)
        return response if kind.after is None else kind.after(fault, response)

    def _fault(self, request: Request, incoming: Incoming) -> Fault | None:
        if not self.faults.active():
            return None
        with self.store.reading() as session:
            mailboxes = list(concerned(session, request.user or "", incoming))
        operation = xml.local(incoming.operation)
        return self.faults.take(lambda fault: fault.meets(operation, mailboxes))

    def _answered(self, request: Request, incoming: Incoming, fault: Fault | None) -> Response:
        operation = _operation(incoming.operation)
        validate(incoming.operation)
        error = KINDS[fault.name].error if fault is not None else None
        with self.store.writing() if operation.writes else self.store.reading() as session:
            call = self._call(session, request, incoming)
            if call is None:
                return Response(403)
            asked = operation(call, incoming.operation)
            answer = asked.respond() if error is None or fault is None else _failed(asked, error(fault))
        version = None if fault is not None and fault.name == "no-version" else self.version
        first = xml.serialise(envelope.wrap(answer, version))
        return Response(200, [_TYPE], first if asked.stream is None else self._streamed(first, asked.stream))

    def _streamed(self, first: bytes, rest: Iterator[Element]) -> Iterator[bytes]:
        yield first
        for answer in rest:
            yield xml.serialise(envelope.wrap(answer, self.version))

    def _call(self, session: Session, request: Request, incoming: Incoming) -> Call | None:
        """Give the call, None where its mailbox may not be used over EWS."""
        login = request.user or ""
        account = directory.account(session, login)
        if account is None:
            raise FaultError("ErrorNonExistentMailbox", f"The account {login} has no mailbox.")
        caller = caller_of(session, account, incoming)
        access = Access(self._allowed, request.headers.get("User-Agent", ""))
        if caller.mailbox is not None and not access.allows(caller.mailbox):
            return None
        return Call(session, caller, login, access, self._subscriptions, self.store)


def _fault_response(error: EwsError) -> Response:
    return Response(500, [_TYPE], xml.serialise(envelope.fault(error)))


def _operation(element: Element) -> type[Operation]:
    name = xml.local(element)
    if name in UNSUPPORTED:
        raise FaultError("ErrorInvalidOperation", f"The lab does not support {name}.")
    found = OPERATIONS.get(name)
    if found is None or xml.prefixed(element) != f"m:{name}":
        raise schema_violation(f"The operation '{name}' is not known.")
    return found


def _failed(operation: Operation, error: EwsError) -> Element:
    if isinstance(error, FaultError):
        raise error
    return operation.refused(error)
