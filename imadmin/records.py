"""What plugins return and what the engine makes of it: frozen records, no behaviour beyond their own.

The words are those of docs/vocabulary.md: a *fact* is gathered from *sources*, a *check* judges facts,
and says of each subject a *finding* with a *status*.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from imadmin.access import Access
    from imadmin.facts import Inputs
    from imadmin.run import Run

__all__ = [
    "OPTIONAL",
    "Check",
    "ClientLists",
    "Cmdlet",
    "Command",
    "DeploymentSource",
    "Event",
    "EwsEndpoints",
    "Fact",
    "Finding",
    "LicenseLists",
    "Missing",
    "OpenDeployment",
    "PastChanges",
    "PeopleRows",
    "Probe",
    "Report",
    "Settings",
    "Severity",
    "Source",
    "Stage",
    "Status",
    "check",
    "fact",
]


class _Ranked(StrEnum):
    """Words in an order."""

    @property
    def rank(self) -> int:
        """The place in that order, from 0."""
        return list(type(self)).index(self)


class Status(_Ranked):
    """What a check says of a subject, from the best to the worst; the worst of several is what counts."""

    SKIP = "skip"
    PASS = "pass"  # noqa: S105 - a status, not a password
    WAIVED = "waived"
    WARN = "warn"
    ERROR = "error"
    FAIL = "fail"


class Severity(_Ranked):
    """How much a failed check matters, from the least to the most."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Stage(_Ranked):
    """Where on the message's way a check stands, in the order of that way."""

    SERVER = "server"
    POLICY = "policy"
    CLIENT = "client"
    EWS = "ews"
    DELIVERY = "delivery"
    SPOOL = "spool"


class Cmdlet(NamedTuple):
    """A source: a management cmdlet run by one of the deployment's shells.

    Attributes:
        shell: `skype`, `exchange` or `exchange_online`.
        name: the cmdlet's name, such as `Get-CsPool`.
        properties: the properties wanted of each object; matched without regard to case,
            and spelt in the records as they are spelt here.
        variant: distinguishes several outputs of one cmdlet, such as `local-store`; it is
            what follows `@` in a saved file's name. `*` is every one that there is, where each server
            has its own: see `Inputs.variants`.
        parameters: what a live shell passes to it, as data: `(("ResultSize", "Unlimited"),)`.
        informs: whether nobody's verdict depends on it. Where such output was not saved, or the cmdlet is
            not offered to this account, that is as if the deployment did not describe it.
    """

    shell: str
    name: str
    properties: tuple[str, ...]
    variant: str = ""
    parameters: tuple[tuple[str, object], ...] = ()
    informs: bool = False

    def __str__(self) -> str:
        variant = f"@{self.variant}" if self.variant else ""
        return f"{self.shell}/{self.name}{variant}"


@dataclass(frozen=True, slots=True)
class ClientLists:
    """A source: the deployment's lists of registered clients (`clients:`, CSV files)."""

    def __str__(self) -> str:
        return "clients/*.csv"


@dataclass(frozen=True, slots=True)
class LicenseLists:
    """A source: the deployment's lists of licenses (`licenses:`, CSV files)."""

    def __str__(self) -> str:
        return "licenses/*.csv"


@dataclass(frozen=True, slots=True)
class EwsEndpoints:
    """A source: the deployment's Exchange Web Services endpoints (`ews:`)."""

    def __str__(self) -> str:
        return "ews:"


@dataclass(frozen=True, slots=True)
class PastChanges:
    """A source: what the journal has of an operation's changes in this deployment."""

    operation: str

    def __str__(self) -> str:
        return f"the journal's changes by {self.operation}"


@dataclass(frozen=True, slots=True)
class Settings:
    """A source: a plugin's own section of `imadmin.yaml`; see the hook `imadmin_settings`."""

    plugin: str

    def __str__(self) -> str:
        return f"{self.plugin}:"


Source: TypeAlias = Cmdlet | ClientLists | LicenseLists | EwsEndpoints | PastChanges | Settings


@dataclass(frozen=True, slots=True)
class Missing:
    """Stands in for an optional fact that could not be had.

    Attributes:
        fact: the fact's name.
        reason: why it could not be had, in one line.
        described: False where the deployment describes no source for it (so nothing was tried).
        remedy: what to do about it.
    """

    fact: str = ""
    reason: str = ""
    described: bool = False
    remedy: str = ""


OPTIONAL = Missing()
"""The default of a check's parameter that is an optional fact: `pools: … | Missing = OPTIONAL`."""


class Fact(NamedTuple):
    """A typed, named piece of knowledge, gathered at most once a run.

    Attributes:
        name: what a check calls its parameter.
        build: makes the fact's value from what its sources gave.
        sources: what has to be asked.
        any_source: True where one source that can be had is enough; else all are needed.
    """

    name: str
    build: Callable[[Inputs], object]
    sources: tuple[Source, ...]
    any_source: bool = False


def fact(
    *sources: Source, name: str = "", any_source: bool = False
) -> Callable[[Callable[[Inputs], object]], Fact]:
    """Make a `Fact` of a function; its name is the function's where none is given."""

    def wrap(build: Callable[[Inputs], object]) -> Fact:
        return Fact(name or build.__name__, build, tuple(sources), any_source)

    return wrap


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check says of one subject.

    Attributes:
        subject: the object or person it concerns, such as `Tag:Legal`.
        status: the judgement.
        message: why, in a sentence that an administrator understands.
        people: the persons concerned (SIP addresses without `sip:`); long lists are cut.
        people_count: how many they are in all.
        evidence: the values that were looked at.
        remedy: what fixes it: a command to copy, or where to click.
        reference: where the rule is documented; that of the check, where none is given.
    """

    subject: str
    status: Status
    message: str
    people: tuple[str, ...] = ()
    people_count: int = 0
    evidence: Mapping[str, object] = field(default_factory=dict)
    remedy: str = ""
    reference: str = ""


class PeopleRows(NamedTuple):
    """What a people check returns: a table in the run's database, one or more rows for each person.

    Made by `Table.judge`. Columns `person`, `status`, `reason` and `object`; `remedy` where there is
    one; perhaps `rowid`; every further column is evidence. People with equal rows become one finding.

    Attributes:
        table: its name.
        evidence: the columns that are.
        by_row: whether its `rowid` is that of each person among the users.
    """

    table: str
    evidence: tuple[str, ...] = ()
    by_row: bool = False


Judges: TypeAlias = Literal["people", "objects"]
_CHECK_ID = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+\Z")


class Check(NamedTuple):
    """A read-only judgement over facts.

    Attributes:
        id: `stage-or-plugin.kebab-name`, stable for ever.
        stage: where on the message's way it stands.
        severity: how much a fail matters.
        title: what is true where it passes.
        reference: where the rule is documented.
        function: takes facts by its parameters' names; gives `PeopleRows` or findings.
        judges: `people` where it decides who can send, `objects` where it informs.
        needs: the facts it cannot do without.
        likes: the facts it can do without (parameters with a default): it gets `Missing` for one
            that cannot be had. A people check that can do without `users` then gives findings.
    """

    id: str
    stage: Stage
    severity: Severity
    title: str
    reference: str
    function: Callable[..., object]
    judges: Judges
    needs: tuple[str, ...]
    likes: tuple[str, ...] = ()

    @property
    def facts(self) -> tuple[str, ...]:
        """All facts that it asks for."""
        return self.needs + self.likes


def check(
    *,
    id: str,  # noqa: A002 - the word that authors expect
    stage: str,
    severity: str,
    title: str,
    reference: str,
    judges: Judges | None = None,
) -> Callable[[Callable[..., object]], Check]:
    """Make a `Check` of a function whose parameter names are the facts it needs.

    A function annotated `-> PeopleRows` judges people, any other objects, unless *judges* says so.

    Raises:
        ValueError: the id, stage or severity is not one, or a parameter cannot be a fact.
    """
    if not _CHECK_ID.match(id):
        raise ValueError(f"check id {id!r} is not of the form stage.kebab-name")

    def wrap(function: Callable[..., object]) -> Check:
        needs, likes = _parameters(function)
        kind = judges or _judges(function)
        return Check(id, Stage(stage), Severity(severity), title, reference, function, kind, needs, likes)

    return wrap


def _parameters(function: Callable[..., object]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    needs: list[str] = []
    likes: list[str] = []
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD, parameter.POSITIONAL_ONLY}:
            raise ValueError(f"{function.__name__}: parameter {parameter} cannot name a fact")
        (needs if parameter.default is parameter.empty else likes).append(parameter.name)
    return tuple(needs), tuple(likes)


def _judges(function: Callable[..., object]) -> Judges:
    returns = getattr(function, "__annotations__", {}).get("return")
    name = returns if isinstance(returns, str) else getattr(returns, "__name__", "")
    return "people" if name.rpartition(".")[2] == "PeopleRows" else "objects"


class Report(NamedTuple):
    """Renders a run.

    Attributes:
        name: what `--report NAME[=PATH]` calls it.
        summary: one line for the list.
        suffix: of the file it writes, such as `.html`.
        render: makes the whole text of the report.
    """

    name: str
    summary: str
    suffix: str
    render: Callable[[Run], str]


class OpenDeployment(NamedTuple):
    """A deployment that stands for the length of a command.

    Attributes:
        file: its `imadmin.yaml`.
        environment: variables that its credentials name (`{env: …}`).
    """

    file: Path
    environment: Mapping[str, str] = MappingProxyType({})


class DeploymentSource(NamedTuple):
    """Offers a deployment by an option of its own, `--NAME[=VALUE]`, wherever `--deployment` is understood.

    Attributes:
        name: of the option.
        summary: one line for the list.
        open: given the option's value (empty where it has none), makes the deployment, and ends it
            where the context ends.
    """

    name: str
    summary: str
    open: Callable[[str], AbstractContextManager[OpenDeployment]]


class Command(NamedTuple):
    """A sub-command of `imadmin`.

    Attributes:
        name: what the command line calls it.
        summary: one line for the list, in small letters.
        add_arguments: adds its arguments to the parser that it is given.
        execute: does it; gives the exit status.
    """

    name: str
    summary: str
    add_arguments: Callable[[ArgumentParser], None]
    execute: Callable[[Namespace], int]


class Probe(NamedTuple):
    """Something that `imadmin doctor` tries before anybody is judged.

    Attributes:
        name: what JSON calls it; of all probes only this one has it.
        title: the heading above what it found.
        run: tries it, and gives a finding for each step as soon as that is done; of findings here `fail`
            is what does not work, `error` what could not be found out.
    """

    name: str
    title: str
    run: Callable[[Access], Iterable[Finding]]


class Event(NamedTuple):
    """Something that happened in a run, for listeners: progress, notification, audit.

    Attributes:
        kind: `fact`, `check`, `change` or `cell`.
        name: the fact's name, the check's id, the operation's name, the cell's heading.
        status: a `Status`, or `started`.
        message: one line for a person.
        seconds: how long it took.
    """

    kind: str
    name: str
    status: str
    message: str = ""
    seconds: float = 0.0


def worst(statuses: Sequence[Status], default: Status = Status.PASS) -> Status:
    """The worst of several statuses, *default* where there are none."""
    return max(statuses, key=lambda status: status.rank, default=default)
