"""A test suite for each stage and a test case for each check, as build servers read them.

The shape is what the schemas of Ant, Jenkins and Surefire have in common: `testsuites`, `testsuite` with
numbers, `properties` first, `testcase` with at most one of `failure`, `error` and `skipped`.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias
from xml.etree import ElementTree as ET

from imadmin.records import Status
from imadmin.reports.people import counted
from imadmin.reports.safe import one_line, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from imadmin.records import Finding
    from imadmin.run import CheckResult, Run

__all__ = ["render"]

_HOST = "localhost"  # which stands in these files for a computer that is not known
_NO_XML = re.compile("[\ufffe\uffff]")
_TAGS = {
    Status.FAIL: "failure",
    Status.ERROR: "error",
    Status.SKIP: "skipped",
    Status.WAIVED: "skipped",
}
_Numbers: TypeAlias = dict[str, str]


def render(run: Run) -> str:
    """The XML document."""
    root = ET.Element("testsuites", {"name": "imadmin", **_numbers(run.results)})
    stages = groupby(sorted(run.results, key=lambda r: r.stage.rank), key=lambda r: r.stage)
    for place, (stage, results) in enumerate(stages):
        root.append(_suite(run, place, stage, list(results)))
    ET.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(run: Run, place: int, stage: str, results: Sequence[CheckResult]) -> ET.Element:
    suite = ET.Element(
        "testsuite",
        {
            "name": f"imadmin.{stage}",
            "id": str(place),
            "package": "imadmin",
            "timestamp": _text(run.info.started.removesuffix("Z")),
            "hostname": _HOST,
            **_numbers(results),
        },
    )
    about = {"deployment": run.info.deployment, "source": run.info.source, "run": run.info.id}
    properties = ET.SubElement(suite, "properties")
    for name, value in about.items():
        ET.SubElement(properties, "property", {"name": name, "value": _text(value)})
    suite.extend(map(_case, results))
    return suite


def _numbers(results: Iterable[CheckResult]) -> _Numbers:
    every = list(results)
    tags = [_TAGS.get(result.status) for result in every]
    return {
        "tests": str(len(every)),
        "failures": str(tags.count("failure")),
        "errors": str(tags.count("error")),
        "skipped": str(tags.count("skipped")),
        "time": f"{sum(result.seconds for result in every):.4f}",
    }


def _case(result: CheckResult) -> ET.Element:
    about = {"name": _text(result.check), "classname": f"imadmin.{result.stage}"}
    case = ET.Element("testcase", {**about, "time": f"{result.seconds:.4f}"})
    told = "\n".join(map(_told, result.findings))
    tag = _TAGS.get(result.status)
    if tag is None:
        if told:
            ET.SubElement(case, "system-out").text = _text(told)
        return case
    message = one_line(next((f.message for f in result.findings if f.status is result.status), result.title))
    inner = ET.SubElement(case, tag, {"message": _text(message)})
    if tag != "skipped":
        inner.set("type", str(result.severity))
    inner.text = _text(told)
    return case


def _told(finding: Finding) -> str:
    people = f" ({counted(finding.people_count)}: {', '.join(finding.people)})" if finding.people else ""
    fix = f"\n  fix: {finding.remedy}" if finding.remedy else ""
    return f"{finding.status}: {finding.subject}: {finding.message}{people}{fix}"


def _text(text: str) -> str:
    """*text* with every character that XML cannot hold shown by its code."""
    return _NO_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", printable(text))
