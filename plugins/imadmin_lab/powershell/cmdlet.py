"""What a cmdlet is, and what it may do while it runs."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from imadmin_lab.directory import Directory

    from .session import Session

_SWITCH: Final = "SwitchParameter"
COMMON: Final = {
    "Verbose": "SwitchParameter",
    "Debug": "SwitchParameter",
    "ErrorAction": "ActionPreference",
    "WarningAction": "ActionPreference",
    "InformationAction": "ActionPreference",
    "ErrorVariable": "String",
    "WarningVariable": "String",
    "InformationVariable": "String",
    "OutVariable": "String",
    "OutBuffer": "Int32",
    "PipelineVariable": "String",
}


@dataclass(frozen=True)
class Parameter:
    """A parameter of a cmdlet.

    Attributes:
        name: As documented.
        kind: The .NET name of its type; null is allowed where it ends in `?`, a list where it has `[]`.
        position: Where it may stand without its name.
        mandatory: Whether it must be given.
        aliases: Other names.
        by_value: Whether objects that are piped in become its value.
        by_property: Whether the property of its name of an object that is piped in does.
        sets: The parameter sets that it is in; empty: all.
    """

    name: str
    kind: str = "String"
    position: int | None = None
    mandatory: bool = False
    aliases: tuple[str, ...] = ()
    by_value: bool = False
    by_property: bool = False
    sets: tuple[str, ...] = ()


@dataclass(eq=False)
class CmdletError(Exception):
    """Something that goes wrong in a cmdlet; raised, it ends the pipeline.

    Attributes:
        message: What it says.
        category: Of System.Management.Automation.ErrorCategory.
        error_id: The first part of the fully qualified error id.
        exception: The .NET type of the exception.
        target: What it is about.
        recommended: What may help, where the real cmdlet says so.
    """

    message: str
    category: str = "NotSpecified"
    error_id: str = ""
    exception: str = "System.Management.Automation.RuntimeException"
    target: object = None
    recommended: str = ""

    def __str__(self) -> str:
        return self.message


class PipelineStoppedError(Exception):
    """The client wants no more of this pipeline."""


@dataclass(frozen=True)
class Cmdlet:
    """A cmdlet.

    Attributes:
        name: `Get-CsUser`.
        run: What it does: takes a call and yields its output.
        parameters: Without the common ones.
        type_name: The .NET class, for fully qualified error ids.
        module: Where it comes from.
        confirms: Whether it has -WhatIf and -Confirm.
        collects: Whether it takes the objects that are piped in by itself, instead of running once for each.
    """

    name: str
    run: Callable[[Call], Iterator[object]]
    parameters: tuple[Parameter, ...] = ()
    type_name: str = ""
    module: str = ""
    confirms: bool = False
    collects: bool = False

    def all_parameters(self) -> tuple[Parameter, ...]:
        """Its own parameters and the common ones."""
        names = {**COMMON, **({"WhatIf": _SWITCH, "Confirm": _SWITCH} if self.confirms else {})}
        return (*self.parameters, *(Parameter(name, kind) for name, kind in names.items()))


@dataclass(eq=False)
class Call:
    """One cmdlet at work in a pipeline.

    Attributes:
        cmdlet: The cmdlet.
        arguments: What its parameters are bound to, by their documented names.
        session: Where it runs, and for whom.
        piped: The objects that come in by the pipeline; None where it is the first.
        streams: Where errors and warnings go.
    """

    cmdlet: Cmdlet
    arguments: Mapping[str, object]
    session: Session
    streams: Streams
    piped: Iterator[object] | None = None

    @property
    def directory(self) -> Directory:
        """The lab's objects."""
        return self.session.directory

    def given(self, name: str) -> bool:
        """Whether a parameter was given, be it null."""
        return name in self.arguments

    def text(self, name: str) -> str | None:
        """A parameter as text; None where it was not given or is null."""
        value = self.arguments.get(name)
        return None if value is None else str(value)

    def on(self, name: str) -> bool:
        """Whether a switch is on."""
        return bool(self.arguments.get(name))

    def error(self, error: CmdletError) -> None:
        """Write an error and go on; or end, where `-ErrorAction Stop` asks for that."""
        action = str(self.arguments.get("ErrorAction", "Continue"))
        if action == "Stop":
            raise error
        if action not in {"SilentlyContinue", "Ignore"}:
            self.streams.error(self, error)

    def warning(self, text: str) -> None:
        """Write a warning, unless `-WarningAction` hides it."""
        if str(self.arguments.get("WarningAction", "Continue")) not in {"SilentlyContinue", "Ignore"}:
            self.streams.warning(text)

    def may(self, operation: str, target: str) -> bool:
        """Whether to go on with a change: not with `-WhatIf`; asking is impossible, as nobody is there.

        Raises:
            CmdletError: `-Confirm` asks for a question.
        """
        if self.on("WhatIf"):
            self.streams.say(f'What if: Performing the operation "{operation}" on target "{target}".')
            return False
        if self.on("Confirm"):
            _cannot_ask(f'Performing the operation "{operation}" on target "{target}".')
        return True


def _cannot_ask(question: str) -> NoReturn:
    raise CmdletError(
        "A command that prompts the user failed because the host program or the command type does not support"
        " user interaction. The host was attempting to request confirmation with the following message: "
        f"{question}",
        "NotImplemented",
        "HostFunctionNotImplemented",
        "System.Management.Automation.Host.HostException",
    )


@dataclass(eq=False)
class Streams:
    """Where a pipeline's records go; what stops it.

    Attributes:
        error: Writes a non-terminating error.
        warning: Writes a warning.
        say: Writes a line to the client's host.
        flush: Sends what was written so far.
        stopped: Set when the client stops the pipeline.
    """

    error: Callable[[Call, CmdletError], None]
    warning: Callable[[str], None]
    say: Callable[[str], None]
    flush: Callable[[], None]
    stopped: threading.Event = field(default_factory=threading.Event)

    def check(self) -> None:
        """Raise PipelineStoppedError if the client has stopped the pipeline."""
        if self.stopped.is_set():
            raise PipelineStoppedError

    def wait(self, seconds: float | None) -> None:
        """Let time pass, at most until the pipeline is stopped, which raises PipelineStoppedError."""
        self.flush()
        self.stopped.wait(seconds)
        self.check()
