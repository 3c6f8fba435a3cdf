"""The tree's nodes: a stage, the checks in it, and what each of them says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.explain.tree import Node, Text
from imadmin.records import Status
from imadmin.reports.layout import Span
from imadmin.reports.reasons import plain
from imadmin.reports.remedies import steps as remedy_steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin.explain.records import CheckNode, StageNode, Step
    from imadmin.reports.layout import Glyphs, Line

__all__ = ["WORDS", "stage_node"]

WORDS = {
    Status.PASS: "ok",
    Status.WARN: "warning",
    Status.FAIL: "STOPS",
    Status.WAIVED: "STOPS, accepted",
    Status.ERROR: "UNKNOWN",
    Status.SKIP: "not examined",
}
_GLYPHS = {
    Status.PASS: "can",
    Status.WARN: "warn",
    Status.FAIL: "cannot",
    Status.WAIVED: "waived",
    Status.ERROR: "unknown",
    Status.SKIP: "dot",
}
_STYLES = {
    Status.PASS: "green",
    Status.WARN: "bold yellow",
    Status.FAIL: "bold red",
    Status.WAIVED: "bold",
    Status.ERROR: "bold magenta",
    Status.SKIP: "dim",
}
_INDENT = 2
_LABEL = 7


def stage_node(stage: StageNode, symbols: Glyphs) -> Node:
    """A stage with its checks."""
    status = stage.status
    text = f"{stage.stage:<9} {WORDS[status]}"
    style = "bold" if status is Status.PASS else _STYLES[status]
    head = Text(text, _mark(status, symbols), _INDENT, style, whole=True)
    return Node((head,), tuple(_check_node(check, symbols) for check in stage.checks))


def _check_node(check: CheckNode, symbols: Glyphs) -> Node:
    first, *others = check.steps
    informs = "" if first.decides else " (informs)"
    head = Text(f"{first.check}{informs}: {_said(first)}", _mark(Status(first.status), symbols), _INDENT)
    texts = [head, *_below(first)]
    for step in others:
        texts += [Text(_said(step), _mark(Status(step.status), symbols), _INDENT), *_below(step)]
    return Node(tuple(texts))


def _mark(status: Status, symbols: Glyphs) -> tuple[Span, ...]:
    return (Span(getattr(symbols, _GLYPHS[status]), _STYLES[status]),)


def _said(step: Step) -> str:
    """The reason, after the object that it is about where it does not name that."""
    named = not step.subject or step.subject.lower() in f"{step.reason} {step.check}".lower()
    return step.reason if named else f"{step.subject}: {step.reason}"


def _below(step: Step) -> Iterator[Text]:
    shown = {name: plain(value) for name, value in step.evidence.items()}
    looked = "; ".join(f"{name}: {text}" for name, text in shown.items() if text)
    if looked:
        yield Text(looked, (Span("  saw:", "dim"),), _LABEL, "dim")
    if step.status != Status.PASS:
        yield from _fix(step.remedy)


def _fix(remedy: str) -> Iterator[Text]:
    label: Line = (Span("  fix:", "bold green"),)
    for step in remedy_steps(remedy):
        for text, whole in ((step.before, False), (step.command, True), (step.after, False)):
            if text:
                yield Text(text, label, _LABEL, "bold" if whole else "", whole=whole)
                label = ()
