"""Every fault of the lab by its name: what there is, and switching it on and off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, TypedDict, Unpack

from imadmin.errors import UsageError

from .ews import faults as ews
from .mail import NamedRule, rules
from .mail import faults as mail
from .powershell import CmdletError, CmdletFault
from .powershell import faults as powershell
from .web import faults as web

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from .mail import MailStore
    from .switches import Registry, Switchable

__all__ = ["ActiveFault", "FaultKind", "FaultOptions", "LabFaults", "Protocol", "catalogue"]

Protocol = Literal["web", "ews", "powershell", "mail"]
_ALWAYS: Final = ("times", "lasting")
_NUMBERS: Final = (*_ALWAYS, "seconds")
_TIMED: Final = {"drip", "slow", "busy", "unavailable", "cmdlet-slow", "delivery-delayed"}
_DELAY: Final = 60.0
_NEEDED: Final[dict[str, dict[str, Any]]] = {
    "redirect": {"location": "https://elsewhere.invalid/"},
    "cmdlet-fail": {
        "error": CmdletError("The server is in maintenance.", "ResourceUnavailable", "Maintenance")
    },
    "cmdlet-fail-after": {"error": CmdletError("The server is overloaded.", "ResourceBusy", "Overloaded")},
    "cmdlet-warn": {"text": "The central management store was last replicated a long time ago."},
}


@dataclass(frozen=True)
class FaultKind:
    """A fault that can be switched on.

    Attributes:
        name: Its name, such as `delivery-lost`.
        says: What happens, in one line.
        protocol: Where: `web` (every server), `ews`, `powershell`, or `mail` on its way between mailboxes.
        options: What narrows or shapes it; keys of `FaultOptions`.
    """

    name: str
    says: str
    protocol: Protocol
    options: tuple[str, ...]


class FaultOptions(TypedDict, total=False):
    """What narrows or shapes a fault; an empty text or None is as good as nothing.

    Attributes:
        mailbox: Only for this address; for mail also a domain, `@contoso.com`.
        operation: Only for this operation of EWS.
        cmdlet: Only for this cmdlet; may have `*`.
        path: Only for requests whose path begins so.
        times: How often it happens; else until it is switched off.
        seconds: How long something takes, or what a client is asked to wait.
        lasting: After how many seconds it ends by itself.
    """

    mailbox: str
    operation: str
    cmdlet: str
    path: str
    times: int | None
    seconds: float | None
    lasting: float | None


@dataclass(frozen=True)
class ActiveFault:
    """A fault that is on.

    Attributes:
        kind: Which.
        options: With which it was switched on; `times`, and of mail also `lasting`, is what is left.
    """

    kind: FaultKind
    options: Mapping[str, object]

    def __str__(self) -> str:
        return " ".join([self.kind.name, *(f"{option}={value}" for option, value in self.options.items())])


@cache
def catalogue() -> Mapping[str, FaultKind]:
    """All faults by name."""
    kinds = (
        *(FaultKind(name, says, "web", ("lasting",)) for name, says in web.CONNECTION.items()),
        *(_kind(name, says, "web") for name, says in web.HANDSHAKE.items()),
        *(_kind(name, says, "web", "path") for name, says in web.REQUEST.items()),
        *(_kind(name, kind.says, "ews", "mailbox", "operation") for name, kind in ews.KINDS.items()),
        *(_kind(name, says, "powershell", "cmdlet") for name, says in powershell.KINDS.items()),
        *(_kind(name, says, "mail", "mailbox") for name, says in mail.KINDS.items()),
    )
    return MappingProxyType({kind.name: kind for kind in kinds})


def _kind(name: str, says: str, protocol: Protocol, *options: str) -> FaultKind:
    timed = ("seconds",) if name in _TIMED else ()
    return FaultKind(name, says, protocol, (*options, *timed, *_ALWAYS))


class LabFaults:
    """Switches the faults of one lab on and off by name.

    Args:
        web: The faults of its servers.
        powershell: Those of its cmdlets.
        ews: Those of Exchange Web Services.
        store: The mail, whose delivery has rules.
    """

    def __init__(
        self, web: web.Faults, powershell: powershell.CmdletFaults, ews: ews.Faults, store: MailStore
    ) -> None:
        self._web: Final = web
        self._powershell: Final = powershell
        self._ews: Final = ews
        self._store: Final = store

    def switch_on(self, name: str, **options: Unpack[FaultOptions]) -> None:
        """Let a fault happen from now on.

        Raises:
            UsageError: There is no such fault, or it takes no such option, or not this value.
        """
        kind = _named(name)
        given = _checked(kind, options)
        if kind.protocol == "web":
            self._web.switch_on(web.Fault(name, **given, **_NEEDED.get(name, {})))
        elif kind.protocol == "ews":
            self._ews.switch_on(ews.Fault(name, **given))
        elif kind.protocol == "powershell":
            self._powershell.switch_on(CmdletFault(name, **given, **_NEEDED.get(name, {})))
        else:
            self._add_rule(name, given)

    def switch_off(self, name: str = "") -> None:
        """End a fault, or all.

        Raises:
            UsageError: There is no fault of this name.
        """
        if name:
            _named(name)
        for registry in self._registries():
            registry.switch_off(name)
        with self._store.writing() as session:
            rules.drop_rules(session, name)

    def active(self) -> list[ActiveFault]:
        """What is on now."""
        found = [fault for registry in self._registries() for fault in registry.active()]
        with self._store.reading() as session:
            told = [_told_rule(named, session.now) for named in rules.named_rules(session)]
        return [*map(_told, found), *told]

    def _registries(self) -> tuple[Registry[Any], ...]:
        return self._web, self._ews, self._powershell

    def _add_rule(self, name: str, given: dict[str, Any]) -> None:
        rule = mail.rule_of(name, given.get("seconds", _DELAY))
        lasting = given.get("lasting")
        with self._store.writing() as session:
            until = None if lasting is None else session.now + timedelta(seconds=lasting)
            recipient = given.get("mailbox", "*")
            rules.add_rule(session, NamedRule(name, recipient, rule, given.get("times"), until))


def _named(name: str) -> FaultKind:
    found = catalogue().get(name)
    if found is None:
        close = get_close_matches(name, catalogue(), 1)
        remedy = f"Did you mean {close[0]}?" if close else f"There are: {', '.join(catalogue())}."
        raise UsageError(f"there is no fault {name!r} in the lab", remedy=remedy)
    return found


def _checked(kind: FaultKind, options: FaultOptions) -> dict[str, Any]:
    given = {option: value for option, value in options.items() if value not in ("", None)}
    for option, value in given.items():
        if option not in kind.options:
            remedy = f"It takes {', '.join(kind.options)}."
            raise UsageError(f"the fault {kind.name} takes no {option}", remedy=remedy)
        if option in _NUMBERS and not (isinstance(value, (int, float)) and value > 0):
            raise UsageError(f"{option} of the fault {kind.name} must be more than 0; it is {value!r}")
    return given


def _told(fault: Switchable) -> ActiveFault:
    kind = catalogue()[fault.name]
    found = {option: getattr(fault, option) for option in kind.options}
    return ActiveFault(kind, {option: value for option, value in found.items() if value not in ("", None)})


def _told_rule(named: NamedRule, now: datetime) -> ActiveFault:
    lasting = None if named.until is None else (named.until - now).total_seconds()
    seconds = named.rule.delay.total_seconds() or None
    found = {"mailbox": named.recipient, "seconds": seconds, "times": named.left, "lasting": lasting}
    options = {option: value for option, value in found.items() if value is not None}
    return ActiveFault(catalogue()[named.name], options)
