"""How results show in a notebook: as HTML, and as text everywhere else."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from imadmin.errors import RunbookError
from imadmin.records import Status
from imadmin.reports import builtin
from imadmin.reports.console import text_of
from imadmin.reports.matrix import matrix_html, matrix_lines
from imadmin.reports.moment import moment
from imadmin.reports.plan import NOTHING, plan_page
from imadmin.reports.safe import printable

if TYPE_CHECKING:
    from imadmin.changing import Plan
    from imadmin.deployment import Deployment
    from imadmin.foresight import Outlook
    from imadmin.operations import Matrix
    from imadmin.records import Finding
    from imadmin.run import CheckResult, Run

__all__ = ["Answer", "Changes", "Header", "Planned", "Results"]

_SHOWN_FINDINGS = 20
_SHOWN_PEOPLE = 5
_WIDTH = 100
_COLOURS = {
    "pass": "#1a7f37",
    "warn": "#9a6700",
    "fail": "#cf222e",
    "error": "#8250df",
    "skip": "#59636e",
    "waived": "#59636e",
}


class _Shown:
    """Something that a notebook shows by its HTML, and a terminal by its text."""

    def text(self) -> str:
        raise NotImplementedError

    def html(self) -> str:
        raise NotImplementedError

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:  # noqa: ARG002
        return {"text/plain": printable(self.text()), "text/html": printable(self.html())}

    def __repr__(self) -> str:
        return self.text()


@dataclass(frozen=True, repr=False)
class Header(_Shown):
    """What is being judged."""

    deployment: Deployment
    run_id: str

    def text(self) -> str:
        """Name, source and run in one line."""
        age = f", saved {moment(self.deployment.collected)}" if self.deployment.collected else ""
        return f"{self.deployment.name} ({self.deployment.source}{age}), run {self.run_id}"

    def html(self) -> str:
        """The same."""
        return f"<p>{escape(self.text())}</p>"


@dataclass(frozen=True, repr=False)
class Results(_Shown):
    """What some checks said."""

    results: tuple[CheckResult, ...]

    def text(self) -> str:
        """A line a check, and a line for each finding."""
        lines = []
        for result in self.results:
            lines.append(f"{result.status:<6} {result.check}  {_counted(result)}")
            lines += [f"         {_finding_text(finding)}" for finding in result.findings[:_SHOWN_FINDINGS]]
        return "\n".join(lines)

    def html(self) -> str:
        """A table."""
        return _table("Check", "".join(self._rows(result) for result in self.results))

    def _rows(self, result: CheckResult) -> str:
        rows = [
            _row(
                result.status,
                f"<code>{escape(result.check)}</code>",
                escape(result.title),
                _counted(result),
                "",
            )
        ]
        rows += [_finding_row(finding) for finding in result.findings[:_SHOWN_FINDINGS]]
        hidden = len(result.findings) - _SHOWN_FINDINGS
        if hidden > 0:
            rows.append(_row("", "", f"… and {hidden} more findings: see the report", "", ""))
        return "".join(rows)


@dataclass(frozen=True, repr=False)
class Changes(_Shown):
    """What an operation did, or why it did nothing."""

    operation: str
    findings: tuple[Finding, ...]
    matrix: Matrix | None = None

    def text(self) -> str:
        """A line a change, and the matrix of pairs."""
        lines = [_finding_text(finding) for finding in self.findings]
        if self.matrix is not None:
            lines += ["".join(span.text for span in line) for line in matrix_lines(self.matrix, _WIDTH)]
        return "\n".join(lines) or f"{self.operation}: there was nothing to do"

    def html(self) -> str:
        """A table."""
        if not self.findings:
            return f"<p>{escape(self.text())}</p>"
        matrix = "" if self.matrix is None else matrix_html(self.matrix)
        return _table("Operation", "".join(_finding_row(f, self.operation) for f in self.findings)) + matrix

    def or_stop(self) -> Changes:
        """Itself, where all was done; else the runbook stops here.

        Raises:
            RunbookError: a change was refused, went wrong, or is in doubt.
        """
        wrong = [finding for finding in self.findings if finding.status in {Status.FAIL, Status.ERROR}]
        if wrong:
            what = f"{self.operation}: {'; '.join(_finding_text(finding) for finding in wrong)}"
            raise RunbookError(what, remedy=wrong[0].remedy)
        return self


@dataclass(frozen=True, repr=False)
class Planned(_Shown):
    """What an operation would do."""

    plan: Plan
    outlook: Outlook | None
    deployment: str

    def text(self) -> str:
        """As on a terminal."""
        shown = text_of(plan_page(self.plan, self.outlook, self.deployment))
        return shown if self.plan.changes else f"{shown}\n{NOTHING}\n"

    def html(self) -> str:
        """The same words."""
        return f'<pre style="white-space:pre-wrap">{escape(self.text())}</pre>'

    def or_stop(self) -> Planned:
        """Itself: nothing was done, so nothing went wrong."""
        return self


@dataclass(frozen=True, repr=False)
class Answer(_Shown):
    """The verdict, in words."""

    run: Run

    def text(self) -> str:
        """The console report."""
        return builtin()["console"].render(self.run)

    def html(self) -> str:
        """The same words."""
        return f'<pre style="white-space:pre-wrap">{escape(self.text())}</pre>'


def _table(kind: str, rows: str) -> str:
    heads = ("Status", kind, "What was found", "Whom it concerns", "What fixes it")
    cells = "".join(f'<th style="text-align:left">{head}</th>' for head in heads)
    return f"<table><thead><tr>{cells}</tr></thead><tbody>{rows}</tbody></table>"


def _finding_row(finding: Finding, kind: str = "") -> str:
    found = f"{escape(finding.subject)}: {escape(finding.message)}"
    name = f"<code>{escape(kind)}</code>" if kind else ""
    return _row(finding.status, name, found, escape(_people(finding)), _code(finding.remedy))


def _row(status: str, check: str, found: str, whom: str, fix: str) -> str:
    colour = _COLOURS.get(status, "inherit")
    cells = (f'<b style="color:{colour}">{escape(status)}</b>', check, found, whom, fix)
    return (
        "<tr>"
        + "".join(f'<td style="text-align:left;vertical-align:top">{cell}</td>' for cell in cells)
        + "</tr>"
    )


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>" if text else ""


def _counted(result: CheckResult) -> str:
    return ", ".join(f"{count} {status}" for status, count in result.counts.items() if count)


def _finding_text(finding: Finding) -> str:
    people = f" ({_people(finding)})" if finding.people else ""
    return f"{finding.status}: {finding.subject}: {finding.message}{people}"


def _people(finding: Finding) -> str:
    shown = ", ".join(finding.people[:_SHOWN_PEOPLE])
    hidden = finding.people_count - len(finding.people[:_SHOWN_PEOPLE])
    return f"{shown} and {hidden} more" if hidden > 0 else shown
