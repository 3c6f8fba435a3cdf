"""Numbers in the text format of Prometheus, for the node exporter's textfile collector.

https://prometheus.io/docs/instrumenting/exposition_formats/. No name of a person is in it, and nothing that
is different in every run: each label makes a time series.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from imadmin.records import Stage
from imadmin.reports.safe import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imadmin.run import Run

__all__ = ["render"]

_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


def render(run: Run) -> str:
    """All numbers of a run."""
    return "".join(f"{line}\n" for line in _lines(run))


def _lines(run: Run) -> Iterator[str]:
    yield from _people(run)
    yield from _checks(run)
    unexamined = run.summary.not_examined
    stages = [_sample(run, "stage_examined", int(s not in unexamined), stage=s) for s in Stage]
    yield from _family("stage_examined", "Whether a stage of the message's way was examined.", stages)
    info = _sample(run, "info", 1, version=run.info.imadmin)
    yield from _family("info", "What judged.", [info])
    when = _moment(run.info.started)
    if when is not None:
        sample = _sample(run, "run_timestamp_seconds", when)
        yield from _family("run_timestamp_seconds", "When the run began.", [sample])


def _people(run: Run) -> Iterator[str]:
    summary = run.summary
    given = (("can", summary.can_send), ("cannot", summary.cannot_send), ("unknown", summary.unknown))
    samples = [_sample(run, "people", count, verdict=verdict) for verdict, count in given]
    yield from _family("people", "People by the verdict on them.", samples)
    accepted = _sample(run, "people_accepted", summary.accepted)
    about = "People who cannot, where all that failed is accepted by name; cannot has them too."
    yield from _family("people_accepted", about, [accepted])


def _checks(run: Run) -> Iterator[str]:
    subjects, statuses = {}, {}
    for result in run.results:
        labels = {"check": result.check, "stage": result.stage, "severity": result.severity}
        statuses[result.check] = _sample(run, "check_status", 1, **labels, status=result.status)
        for status, count in result.counts.items():
            sample = _sample(run, "check_subjects", count, **labels, status=status)
            subjects[result.check, status] = sample
    yield from _family("check_status", "The worst that a check has found.", statuses.values())
    about = "People, or what else a check looks at, by what it says of them."
    yield from _family("check_subjects", about, subjects.values())


def _family(name: str, about: str, samples: Iterable[str]) -> Iterator[str]:
    lines = list(samples)
    if lines:
        yield f"# HELP imadmin_{name} {about}"
        yield f"# TYPE imadmin_{name} gauge"
        yield from lines


def _sample(run: Run, name: str, value: float, **labels: str) -> str:
    named = {"deployment": run.info.deployment, **labels}
    inner = ",".join(f'{key}="{_escaped(text)}"' for key, text in named.items())
    return f"imadmin_{name}{{{inner}}} {value}"


def _escaped(text: str) -> str:
    return printable(text).translate(_ESCAPES)


def _moment(text: str) -> int | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())
