"""A lab's deployment, changed as a test likes it, and what the probes of the host say of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import yaml

from imadmin.doctor import builtin, examine, verdict
from imadmin.session import Target, open_session

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from imadmin.doctor import Told, Verdict
    from imadmin.records import Finding
    from imadmin_lab.lab import Lab

SECONDS = 100.0


class Examined(NamedTuple):
    told: list[Told]
    verdict: Verdict

    def of(self, probe: str) -> dict[str, Finding]:
        """What a probe found, by subject."""
        return {finding.subject: finding for one, finding in self.told if one.name == probe}

    def line(self, probe: str, subject: str) -> str:
        """Status and message."""
        found = self.of(probe)[subject]
        return f"{found.status}: {found.message}"

    def statuses(self, probe: str) -> dict[str, str]:
        return {subject: str(finding.status) for subject, finding in self.of(probe).items()}

    @property
    def text(self) -> str:
        return repr(self.told)


@pytest.fixture
def examined() -> Callable[..., Examined]:
    """Run the host's probes of a deployment, but for the kernel's, which takes its time."""

    def run(path: Path, *, seconds: float = SECONDS) -> Examined:
        with open_session(replace(Target.of(path), judged=False)) as session:
            probes = [one for one in builtin(session.catalog, session.access) if one.name != "kernel"]
            told = list(examine(probes, session.access, seconds))
            return Examined(told, verdict(told, session.catalog, session.deployment))

    return run


@pytest.fixture
def changed(lab: Lab) -> Callable[..., Path]:
    """Write the lab's deployment anew, with other sections; None leaves one out."""

    def change(**sections: Any) -> Path:
        content = yaml.safe_load(lab.deployment.read_text(encoding="utf-8")) | sections
        path = lab.deployment.with_name("changed.yaml")
        kept = {name: value for name, value in content.items() if value is not None}
        path.write_text(yaml.safe_dump(kept, allow_unicode=True), encoding="utf-8")
        return path

    return change
