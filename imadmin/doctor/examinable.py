"""What a run could examine, after what the probes have found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imadmin.doctor.running import by_probe
from imadmin.records import (
    ClientLists,
    Cmdlet,
    EwsEndpoints,
    LicenseLists,
    PastChanges,
    Settings,
    Status,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from imadmin.deployment import Deployment
    from imadmin.doctor.running import Told
    from imadmin.plugins import Catalog
    from imadmin.records import Fact, Finding, Probe, Source, Stage

__all__ = ["Examinable"]

_BAD: Final = (Status.FAIL, Status.ERROR)
_TEST_SEND: Final = "test-send"


class Examinable:
    """Which stages could be examined, and why the others not."""

    def __init__(self, told: Iterable[Told], catalog: Catalog, deployment: Deployment) -> None:
        self._catalog = catalog
        self._deployment = deployment
        self._found = by_probe(told)

    def stages(self) -> dict[Stage, str]:
        """Each stage that has checks, with the first reason why it cannot be examined; empty where it can."""
        checks = [owned.record for owned in self._catalog.checks().values()]
        reasons = sorted((check.stage.rank, check.stage, self._lacks(check.needs)) for check in checks)
        found: dict[Stage, str] = {}
        for _, stage, reason in reasons:
            found[stage] = found.get(stage) or reason
        return found

    def _lacks(self, facts: Sequence[str]) -> str:
        known = self._catalog.facts()
        lacks = (
            self._fact(known[name].record) if name in known else f"no plugin gives {name}" for name in facts
        )
        return next(filter(None, lacks), "")

    def _fact(self, fact: Fact) -> str:
        """Why a fact cannot be had; one that only informs makes no stage unexamined."""
        if fact.sources and all(isinstance(one, Cmdlet) and one.informs for one in fact.sources):
            return ""
        undescribed = [source for source in fact.sources if self._undescribed(source)]
        if undescribed and not (fact.any_source and len(undescribed) < len(fact.sources)):
            return self._undescribed(undescribed[0])
        broken = (self._broken(source) for source in fact.sources if source not in undescribed)
        return next(filter(None, broken), "")

    def _undescribed(self, source: Source) -> str:
        deployment, lacking = self._deployment, ""
        match source:
            case Cmdlet() if source.shell not in deployment.shells:
                lacking = f"{source.shell}:"
            case EwsEndpoints() if not deployment.ews:
                lacking = "ews:"
            case ClientLists() if not deployment.clients:
                lacking = "clients:"
            case Settings() if source.plugin not in deployment.settings:
                lacking = str(source)
            case LicenseLists() if not deployment.licenses:
                lacking = "licenses:"
            case PastChanges() if source.operation == _TEST_SEND and not deployment.test_send.mailboxes:
                lacking = "test_send:"
        return f"no {lacking} is described" if lacking else ""

    def _broken(self, source: Source) -> str:
        match source:
            case Cmdlet():
                return self._cmdlet(source)
            case EwsEndpoints():
                reasons = [_of_connection(p, found) for p, found in self._found if _is_ews(p)]
                return reasons[0] if reasons and all(reasons) else ""
            case ClientLists():
                return self._lists()
        return ""

    def _cmdlet(self, cmdlet: Cmdlet) -> str:
        """Why it cannot be run: a step before it failed, or itself is not there."""
        findings = self._of(cmdlet.shell)
        connection = [one for one in findings if not _is_cmdlet(one.subject)]
        own = [one for one in findings if one.subject == cmdlet.name and not cmdlet.informs]
        bad = [one for one in connection if _stops(one)] + own
        return f"{cmdlet.shell}: {bad[0].subject}" if bad else ""

    def _lists(self) -> str:
        bad = [one for one in self._of("clients") if one.status in _BAD]
        return f"clients: {bad[0].subject}" if bad else ""

    def _of(self, name: str) -> list[Finding]:
        """What the host's own probe of this name has found; it comes before any plugin's."""
        return next((found for probe, found in self._found if probe.name == name), [])


def _of_connection(probe: Probe, findings: Iterable[Finding]) -> str:
    bad = [one for one in findings if _stops(one) and "@" not in one.subject]
    return f"{probe.name}: {bad[0].subject}" if bad else ""


def _stops(finding: Finding) -> bool:
    """Whether a run would not get past this: also a log-in that was not tried, being refused elsewhere."""
    return finding.status in _BAD or (finding.subject == "log-in" and finding.status is Status.SKIP)


def _is_ews(probe: Probe) -> bool:
    return probe.name.startswith("ews ")


def _is_cmdlet(subject: str) -> bool:
    return subject[:1].isupper() and "-" in subject
