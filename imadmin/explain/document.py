"""An explanation as JSON: the published shape, `imadmin/explain/schema-1.json`."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from imadmin.explain.records import CheckNode, Explanation, Recipient, StageNode, Step

__all__ = ["SCHEMA_VERSION", "dumps", "to_json"]

SCHEMA_VERSION = "1"


def dumps(told: Explanation) -> str:
    """As text, ASCII only."""
    return json.dumps(to_json(told), ensure_ascii=True, indent=1, default=str)


def to_json(told: Explanation) -> dict[str, Any]:
    """As plain values."""
    return {
        "schema_version": SCHEMA_VERSION,
        "sender": told.sender,
        "recipient": told.recipient,
        "verdict": told.verdict,
        "accepted": told.accepted,
        "first": None if told.first is None else _step(told.first),
        "stages": [_stage(stage) for stage in told.stages],
        "steps": [_step(step) for step in told.steps],
        "not_examined": list(told.not_examined),
        "recipient_is": told.recipient_is,
        "recipient_details": _recipient(told.to),
        "delivery": list(told.delivery),
        "conditions": list(told.conditions),
        "judged": told.judged,
        "notice": told.notice,
    }


def _stage(stage: StageNode) -> dict[str, Any]:
    checks = [_check(check) for check in stage.checks]
    return {"stage": stage.stage, "status": stage.status, "decides": stage.decides, "checks": checks}


def _check(check: CheckNode) -> dict[str, Any]:
    first = check.first
    return {
        "check": first.check,
        "title": first.title,
        "severity": first.severity,
        "status": check.status,
        "decides": first.decides,
        "examined": first.examined,
        "reference": first.reference,
        "says": [
            {
                "subject": step.subject,
                "status": step.status,
                "reason": step.reason,
                "remedy": step.remedy,
                "evidence": dict(step.evidence),
            }
            for step in check.steps
        ],
    }


def _step(step: Step) -> dict[str, Any]:
    plain = {field.name: getattr(step, field.name) for field in fields(step)}
    return {**plain, "evidence": dict(step.evidence)}


def _recipient(recipient: Recipient) -> dict[str, Any]:
    return {
        "person": recipient.person,
        "kind": recipient.kind,
        "same_organisation": recipient.same_organisation,
        "location": recipient.location,
        "mailbox": recipient.mailbox,
    }
