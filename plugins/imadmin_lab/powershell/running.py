"""Running a pipeline: statement after statement, each cmdlet fed by the one before it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from imadmin_lab.http import HungUpError

from .binding import bind, bind_piped, complete
from .cmdlet import Call, CmdletError
from .errors import not_recognized, script_refused
from .objects import from_wire

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from psrpcore import Command

    from .cmdlet import Cmdlet, Streams
    from .faults import CmdletFault
    from .session import Session


class FailedError(Exception):
    """A pipeline that ends in an error.

    Args:
        error: What happened.
        call: Where; None: in no cmdlet.
    """

    def __init__(self, error: CmdletError, call: Call | None) -> None:
        super().__init__(str(error))
        self.error = error
        self.call = call


def run_statements(
    commands: Iterable[Command], piped: Iterator[object] | None, session: Session, streams: Streams
) -> Iterator[object]:
    """Yield the output of all statements.

    Args:
        commands: What the client sent; the last one of each statement is marked.
        piped: What the client pipes into the first.
        session: Where they run.
        streams: Where errors and warnings go.

    Raises:
        FailedError: One ends in an error.
        PipelineStoppedError: The client stopped the pipeline.
        HungUpError: Nobody is to hear of its end.
    """
    flow = piped
    for command in commands:
        flow = _run_command(command, flow, session, streams)
        if command.end_of_statement:
            yield from flow
            flow = None
    yield from flow or ()


def _run_command(
    command: Command, piped: Iterator[object] | None, session: Session, streams: Streams
) -> Iterator[object]:
    if command.is_script:
        raise FailedError(script_refused(), None)
    cmdlet = session.cmdlet(command.command_text)
    if cmdlet is None:
        raise FailedError(not_recognized(command.command_text), None)
    arguments = [
        (None if name is None else str(name), from_wire(value)) for name, value in command.parameters
    ]
    call = Call(cmdlet, {}, session, streams, piped)
    try:
        bound = bind(cmdlet, arguments)
    except CmdletError as error:
        raise FailedError(error, call) from None
    return _invoke(call, bound)


def _invoke(call: Call, bound: dict[str, object]) -> Iterator[object]:
    faults = call.session.faults.take_all(lambda fault: fault.meets(call.cmdlet.name))
    try:
        for fault in faults:
            _before(call, fault)
        for found in _run(call, bound):
            call.streams.check()
            yield found
            for fault in faults:
                if fault.name == "cmdlet-slow":
                    call.streams.wait(fault.seconds)
        for fault in faults:
            _after(call, fault)
    except CmdletError as error:
        raise FailedError(error, call) from None


def _before(call: Call, fault: CmdletFault) -> None:
    if fault.name in {"cmdlet-slow", "cmdlet-hang"}:
        call.streams.wait(fault.seconds if fault.name == "cmdlet-slow" else None)
    elif fault.name == "cmdlet-fail" and fault.error:
        raise replace(fault.error)
    elif fault.name == "cmdlet-warn":
        call.warning(fault.text)


def _after(call: Call, fault: CmdletFault) -> None:
    if fault.name == "cmdlet-fail-after" and fault.error:
        call.error(fault.error)
    elif fault.name == "cmdlet-hang-after":
        call.streams.wait(None)
    elif fault.name == "cmdlet-drop-after":
        raise HungUpError


def _run(call: Call, bound: dict[str, object]) -> Iterator[object]:
    cmdlet = call.cmdlet
    if call.piped is None or cmdlet.collects:
        complete(cmdlet, bound)
        call.arguments = bound
        yield from cmdlet.run(call)
        return
    for item in call.piped:
        call.arguments = bound
        try:
            arguments = bind_piped(cmdlet, bound, item)
            complete(cmdlet, arguments)
        except CmdletError as error:
            call.error(error)
            continue
        call.arguments = arguments
        yield from cmdlet.run(call)


def find_cmdlets(session: Session, pattern: str) -> list[Cmdlet]:
    """The exported cmdlets whose name fits a pattern with `*` and `?`."""
    from fnmatch import fnmatchcase

    folded = pattern.rpartition("\\")[2].casefold()
    return [cmdlet for name, cmdlet in sorted(session.cmdlets.items()) if fnmatchcase(name, folded)]
