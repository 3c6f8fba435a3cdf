"""`imadmin doctor`: try everything that a run depends on."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from imadmin.cli import options as shared
from imadmin.cli.edge import leave, put
from imadmin.cli.progress import WORDS
from imadmin.cli.status import FINDINGS, INCOMPLETE, OK
from imadmin.doctor import LATE, SECONDS, builtin, by_probe, examine, unfinished, verdict
from imadmin.records import Status
from imadmin.reports.safe import one_line
from imadmin.session import open_session

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Sequence

    from imadmin.doctor import Told, Verdict
    from imadmin.records import Finding
    from imadmin.session import Session

_LEAVE_SECONDS = 1.0
_BEFORE_MESSAGE = " " * 33


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of this command."""
    parser.add_argument("--json", action="store_true", help="as JSON, at the end")
    parser.add_argument(
        "--timeout",
        type=float,
        metavar="SECONDS",
        default=SECONDS,
        help=f"the time that everything together may take (default: {SECONDS:g})",
    )
    shared.add_target(parser)


def execute(options: argparse.Namespace) -> int:
    """Try, tell, and conclude; 1 where something failed, 3 where something could not be found out."""
    with (
        shared.target_of(options) as target,
        _closed_at_the_end(open_session(replace(target, judged=False))) as session,
    ):
        told = _told(session, options)
        status = _concluded(told, session, as_json=options.json)
    if any(one.finding.subject == LATE for one in told) and unfinished(_LEAVE_SECONDS):
        leave(status)
    return status


@contextmanager
def _closed_at_the_end(session: Session) -> Iterator[Session]:
    """Close the session; after Ctrl-C in a thread of its own, for which the edge waits a moment only."""
    try:
        yield session
    except KeyboardInterrupt:
        threading.Thread(target=_close, args=(session,)).start()
        raise
    except BaseException:
        session.close()
        raise
    session.close()


def _close(session: Session) -> None:
    session.close()
    unfinished()


def _told(session: Session, options: argparse.Namespace) -> list[Told]:
    session.access.prompted()  # here: Ctrl-C does not reach a thread that waits for a password
    plugins = [owned.record for owned in session.catalog.doctor().values()]
    probes = [*builtin(session.catalog, session.access), *plugins]
    told = examine(probes, session.access, options.timeout)
    return list(told if options.json else _shown(told))


def _shown(told: Iterable[Told]) -> Iterator[Told]:
    """Print each finding as it comes, below the title of its probe."""
    before = None
    for one in told:
        if one.probe is not before:
            put(f"{'' if before is None else chr(10)}{one_line(one.probe.title)}\n")
            before = one.probe
        put("".join(f"{one_line(line)}\n" for line in _lines(one.finding)))
        yield one


def _lines(finding: Finding) -> Iterator[str]:
    yield f"  {WORDS.get(finding.status, finding.status):<8} {finding.subject:<21} {finding.message}"
    if finding.remedy and finding.status != Status.PASS:
        yield f"{_BEFORE_MESSAGE}{finding.remedy}"


def _concluded(told: Sequence[Told], session: Session, *, as_json: bool) -> int:
    found = verdict(told, session.catalog, session.deployment)
    status = _exit_status(told)
    if as_json:
        import json

        put(json.dumps(_document(told, found, session.deployment.name, status), indent=1) + "\n")
    else:
        put(f"\n{found.sentence}\n")
    return status


def _exit_status(told: Iterable[Told]) -> int:
    statuses = {finding.status for _, finding in told}
    if Status.FAIL in statuses:
        return FINDINGS
    return INCOMPLETE if Status.ERROR in statuses else OK


def _document(told: Sequence[Told], found: Verdict, deployment: str, status: int) -> dict[str, object]:
    return {
        "deployment": deployment,
        "exit_status": status,
        "verdict": {**found._asdict(), "sentence": found.sentence},
        "probes": [
            {
                "name": probe.name,
                "title": probe.title,
                "findings": [_row(finding) for finding in findings],
            }
            for probe, findings in by_probe(told)
        ],
    }


def _row(finding: Finding) -> dict[str, object]:
    return {
        "subject": finding.subject,
        "status": str(finding.status),
        "message": finding.message,
        "remedy": finding.remedy,
        "evidence": {name: str(value) for name, value in finding.evidence.items()},
        "reference": finding.reference,
    }
