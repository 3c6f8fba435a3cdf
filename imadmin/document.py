"""A run as JSON and back: the published shape, `imadmin/reports/schema-1.json`."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from imadmin.errors import ConfigError
from imadmin.operations import Change
from imadmin.past import PastChange, PastEffect
from imadmin.records import Finding, Severity, Stage, Status
from imadmin.run import SCHEMA_VERSION, CheckResult, Person, Run, RunInfo, Summary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "change_from_json",
    "change_to_json",
    "dumps",
    "finding_from_json",
    "finding_to_json",
    "from_json",
    "legible",
    "loads",
    "planned_from_json",
    "to_json",
]

Json = dict[str, Any]


def dumps(run: Run) -> str:
    """The run as JSON text."""
    text = json.dumps(to_json(run), ensure_ascii=False, indent=1, default=str) + "\n"
    # Half a surrogate pair (of a file name that is not UTF-8) becomes the escape by which JSON knows it.
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def loads(text: str | bytes) -> Run:
    """The run from `dumps`; bytes may be UTF-8 or, as PowerShell redirects it, UTF-16."""
    return from_json(json.loads(text))


@contextmanager
def legible(what: str, where: str, remedy: str) -> Iterator[None]:
    """Say of what is read in the block that it is not as imadmin writes it.

    Raises:
        ConfigError: *what*, and the reason.
    """
    try:
        yield
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise ConfigError(f"{what}: {_reason(error)}", where=where, remedy=remedy) from error


def _reason(error: Exception) -> str:
    match error:
        case json.JSONDecodeError():
            return "it is no JSON"
        case KeyError():
            return f"it has no {error}"
        case ValueError():
            return str(error)
    return "something in it is of another kind than imadmin writes"


def to_json(run: Run) -> Json:
    """The run as plain dictionaries and lists."""
    info, summary = run.info, run.summary
    return {
        "schema_version": SCHEMA_VERSION,
        "run": {
            "id": info.id,
            "started": info.started,
            "deployment": info.deployment,
            "source": info.source,
            "collected": info.collected,
            "dated_by": info.dated_by,
            "command": list(info.command),
            "versions": {"imadmin": info.imadmin, "plugins": dict(info.plugins)},
            "problems": list(info.problems),
        },
        "summary": {
            "people": summary.people,
            "can_send": summary.can_send,
            "cannot_send": summary.cannot_send,
            "unknown": summary.unknown,
            "not_examined": [str(stage) for stage in summary.not_examined],
            "accepted": summary.accepted,
        },
        "people": [
            {"person": p.person, "verdict": p.verdict, "because": list(p.because), "accepted": p.accepted}
            for p in run.people
        ],
        "results": [_result(result) for result in run.results],
        "changes": [change_to_json(past) for past in run.changes],
    }


def _result(result: CheckResult) -> Json:
    return {
        "check": result.check,
        "title": result.title,
        "plugin": result.plugin,
        "stage": str(result.stage),
        "severity": str(result.severity),
        "status": str(result.status),
        "counts": dict(result.counts),
        "seconds": round(result.seconds, 4),
        "findings": [finding_to_json(finding) for finding in result.findings],
    }


def finding_to_json(finding: Finding) -> Json:
    """One finding as a plain dictionary."""
    return {
        "subject": finding.subject,
        "people": list(finding.people),
        "people_count": finding.people_count,
        "status": str(finding.status),
        "message": finding.message,
        "evidence": dict(finding.evidence),
        "remedy": finding.remedy,
        "reference": finding.reference,
    }


def change_to_json(past: PastChange) -> Json:
    """One change as a plain dictionary, with all that undoing it elsewhere needs."""
    found = past.finding or Finding(past.subject, Status.SKIP, "")
    return {
        "number": past.number,
        "operation": past.operation,
        "subject": past.subject,
        "before": dict(past.planned.before),
        "after": dict(past.planned.after),
        "detail": dict(past.planned.detail),
        "undoes": past.undoes,
        "begun": past.begun,
        "ended": past.ended,
        "status": str(found.status) if past.finding else "",
        "message": found.message,
        "evidence": dict(found.evidence),
        "remedy": found.remedy,
        "effects": [effect._asdict() for effect in past.effects],
    }


def change_from_json(data: Mapping[str, Any], run: str) -> PastChange:
    """One change from `change_to_json`'s form; *run* has made it."""
    if not isinstance(data["operation"], str):
        raise TypeError(data["operation"])
    return PastChange(
        run=run,
        operation=data["operation"],
        subject=data["subject"],
        begun=data["begun"],
        ended=data["ended"],
        finding=_found(data) if data["status"] else None,
        effects=tuple(_effect(effect) for effect in data["effects"]),
        number=data["number"],
        planned=planned_from_json(data["subject"], data, data["detail"]),
        undoes=data["undoes"],
    )


def planned_from_json(subject: object, values: Mapping[str, Any], detail: object) -> Change:
    """What was to be done, from its `before` and `after` and what else the operation needs.

    Raises:
        TypeError: something is of another kind.
    """
    before, after = values["before"], values["after"]
    if not (isinstance(subject, str) and all(isinstance(one, dict) for one in (before, after, detail))):
        raise TypeError(subject)
    return Change(subject, before, after, detail)  # type: ignore[arg-type]


def _found(data: Mapping[str, Any]) -> Finding:
    """What came of a change that has an end."""
    status = Status(data["status"])
    return Finding(data["subject"], status, data["message"], evidence=data["evidence"], remedy=data["remedy"])


def _effect(data: Mapping[str, Any]) -> PastEffect:
    if not (isinstance(data["intent"], dict) and isinstance(data["outcome"], dict)):
        raise TypeError(data)
    return PastEffect(**{name: data[name] for name in PastEffect._fields})


def from_json(data: Mapping[str, Any]) -> Run:
    """The run from `to_json`'s form.

    Raises:
        ValueError: it is of another schema version.
    """
    if data.get("schema_version") != SCHEMA_VERSION:
        raise ValueError(f"schema version {data.get('schema_version')!r} is not {SCHEMA_VERSION!r}")
    run, summary = data["run"], data["summary"]
    return Run(
        info=RunInfo(
            id=run["id"],
            started=run["started"],
            deployment=run["deployment"],
            command=tuple(run["command"]),
            source=run["source"],
            imadmin=run["versions"]["imadmin"],
            plugins=run["versions"]["plugins"],
            problems=tuple(run["problems"]),
            collected=run.get("collected", ""),
            dated_by=run.get("dated_by", ""),
        ),
        summary=Summary(
            **_known(Summary, {**summary, "not_examined": tuple(map(Stage, summary["not_examined"]))})
        ),
        people=tuple(
            Person(p["person"], p["verdict"], tuple(p["because"]), p.get("accepted", False))
            for p in data["people"]
        ),
        results=tuple(_read_result(result) for result in data["results"]),
        changes=tuple(change_from_json(change, run["id"]) for change in data.get("changes", ())),
    )


def _read_result(data: Mapping[str, Any]) -> CheckResult:
    given = {
        **data,
        "stage": Stage(data["stage"]),
        "severity": Severity(data["severity"]),
        "status": Status(data["status"]),
        "findings": tuple(finding_from_json(finding) for finding in data["findings"]),
    }
    return CheckResult(**_known(CheckResult, given))


def finding_from_json(data: Mapping[str, Any]) -> Finding:
    """The finding from `finding_to_json`'s form."""
    given = {**data, "people": tuple(data["people"]), "status": Status(data["status"])}
    return Finding(**_known(Finding, given))


def _known(record: type, data: Mapping[str, Any]) -> Json:
    """The keys that this version knows: a later one may add others without a new schema version."""
    names = {field.name for field in fields(record)}
    return {key: value for key, value in data.items() if key in names}
