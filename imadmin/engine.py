"""The engine: runs a selection of checks over the facts they ask for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from imadmin import judging
from imadmin.errors import ImadminError
from imadmin.firstparty import FIRST_PARTY_CHECKS
from imadmin.outcomes import Outcome, counted, headline, lost_fact, result_of, with_losses
from imadmin.plugins.load import describe
from imadmin.records import Event, Finding, Missing, PeopleRows, Severity, Stage, Status, worst
from imadmin.run import CheckResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from imadmin.facts import Facts
    from imadmin.plugins import Catalog, Owned
    from imadmin.records import Check
    from imadmin.tables import Database

__all__ = ["POPULATION", "Engine"]

POPULATION = "users"
"""The fact that says who the people are."""

PLUGIN_LOADED = "plugin-loaded"


class Engine:
    """Runs checks; a check that cannot be judged, or that breaks, is an error and costs no other."""

    def __init__(
        self,
        catalog: Catalog,
        facts: Facts,
        database: Database,
        tell: Callable[[Event], None],
        accept: Callable[[Outcome], Outcome] | None = None,
        tables: str = "_judged",
    ) -> None:
        """*accept* says what of an outcome is accepted; the names of its tables begin with *tables*."""
        self._catalog = catalog
        self._facts = facts
        self._database = database
        self._tell = tell
        self._accept = accept
        self._prefix = tables
        self._tables = 0

    def run(self, checks: Sequence[Owned[Check]]) -> list[Outcome]:
        """Gather what these checks need, all at once, then judge one after the other."""
        names = [name for owned in checks for name in owned.record.facts]
        if any(owned.record.judges == "people" for owned in checks):
            names.append(POPULATION)
        facts = self._facts.gather(names)
        return [self._judge(owned, facts) for owned in checks]

    def unusable(self, stages: Iterable[Stage]) -> list[Outcome]:
        """An error for each plugin that should judge one of these stages and cannot."""
        wanted = set(stages)
        outcomes = []
        for name, (stage, reason) in self._catalog.unusable().items():
            places = _stages_of(name, stage)
            if not stage or not wanted.isdisjoint(places):
                place = next((place for place in places if place in wanted), next(iter(places), Stage.SERVER))
                outcomes.append(self._plugin_failed(name, place, reason))
        return outcomes

    def unjudged(self, stages: Iterable[Stage]) -> list[Outcome]:
        """A skip for each of these stages for which no plugin has a check."""
        judged = {owned.record.stage for owned in self._catalog.checks().values()}
        for name, (stage, _) in self._catalog.unusable().items():
            judged.update(_stages_of(name, stage))
        return [self._nobody_judges(stage) for stage in stages if stage not in judged]

    def has_population(self, outcomes: Iterable[Outcome]) -> bool:
        """Whether it is known who the people are; nobody is asked where no outcome is about people."""
        return any(outcome.people for outcome in outcomes) and self._has_population()

    def _judge(self, owned: Owned[Check], facts: Mapping[str, object]) -> Outcome:
        check = owned.record
        begin = time.perf_counter()
        self._tell(Event("check", check.id, "started", check.title))
        lost = [value for name in check.needs if isinstance(value := facts[name], Missing)]
        population = facts.get(POPULATION)
        if check.judges == "people" and isinstance(population, Missing) and POPULATION not in check.facts:
            lost.append(population)
        outcome = self._without(owned, lost) if lost else self._with(owned, facts, begin)
        outcome = self._accept(outcome) if self._accept else outcome
        result = outcome.result
        self._tell(Event("check", check.id, result.status, headline(result), time.perf_counter() - begin))
        return outcome

    def _without(self, owned: Owned[Check], lost: list[Missing]) -> Outcome:
        """The outcome of a check whose facts cannot be had."""
        described = [missing for missing in lost if missing.described]
        status = Status.ERROR if described else Status.SKIP
        reasons = [lost_fact(missing, owned.record) for missing in (described or lost)]
        return self._of_nobody(owned, status, reasons)

    def _of_nobody(self, owned: Owned[Check], status: Status, found: Sequence[Finding]) -> Outcome:
        check = owned.record
        people = check.judges == "people"
        rows = ""
        if people and status is Status.ERROR and self._has_population():
            rows = judging.everybody(self._database, self._table(), status, found[0].message)
        counts = judging.counts(self._database, rows) if rows else counted(found)
        result = result_of(owned, status, counts, 0.0, found)
        return Outcome(result, rows, people, examined=status is not Status.SKIP)

    def _with(self, owned: Owned[Check], facts: Mapping[str, object], begin: float) -> Outcome:
        check = owned.record
        try:
            given = check.function(**{name: facts[name] for name in check.facts})
            people = check.judges == "people" and not _can_do_without_people(check, facts)
            if people or isinstance(given, PeopleRows):
                outcome = self._people(owned, given, begin)
            else:
                outcome = self._objects(owned, given, begin)
        except ImadminError as error:
            return self._of_nobody(
                owned, Status.ERROR, [Finding(check.id, Status.ERROR, error.line, remedy=error.remedy)]
            )
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            message = f"The check broke: {describe(error)}"
            remedy = (
                f"Report this to the authors of plugin {owned.plugin.name} ({owned.plugin.found.origin})."
            )
            return self._of_nobody(
                owned, Status.ERROR, [Finding(check.id, Status.ERROR, message, remedy=remedy)]
            )
        return with_losses(outcome, [v for n in check.likes if isinstance(v := facts[n], Missing)], check)

    def _people(self, owned: Owned[Check], given: object, begin: float) -> Outcome:
        if not isinstance(given, PeopleRows):
            raise TypeError(f"a people check gives PeopleRows, not {type(given).__name__}")
        rows = judging.settle(self._database, self._table(), given)
        counts = judging.counts(self._database, rows)
        status = worst([Status(name) for name, count in counts.items() if count])
        found = judging.findings(self._database, rows, owned.record.reference)
        seconds = time.perf_counter() - begin
        return Outcome(result_of(owned, status, counts, seconds, found), rows, people=True, examined=True)

    def _objects(self, owned: Owned[Check], given: object, begin: float) -> Outcome:
        found = list(given) if given is not None else []  # type: ignore[call-overload]
        for finding in found:
            if not isinstance(finding, Finding):
                raise TypeError(f"an object check gives findings, not {type(finding).__name__}")
        status = worst([finding.status for finding in found])
        examined = not found or status is not Status.SKIP
        bad = [finding for finding in found if finding.status is not Status.PASS]
        result = result_of(owned, status, counted(found), time.perf_counter() - begin, bad)
        return Outcome(result, "", people=False, examined=examined)

    def _plugin_failed(self, name: str, stage: Stage, reason: str) -> Outcome:
        message = f"The plugin {name} could not be used, so nobody judged this stage in full: {reason}"
        finding = Finding(name, Status.ERROR, message, remedy="See: imadmin plugins")
        rows = ""
        if self._has_population():
            rows = judging.everybody(self._database, self._table(), Status.ERROR, message)
        counts = judging.counts(self._database, rows) if rows else counted([finding])
        result = CheckResult(
            check=f"{name}.{PLUGIN_LOADED}",
            title=f"The plugin {name} can be used",
            plugin=name,
            stage=stage,
            severity=Severity.CRITICAL,
            status=Status.ERROR,
            counts=counts,
            seconds=0.0,
            findings=(finding,),
        )
        return Outcome(result, rows, people=True, examined=False)

    def _nobody_judges(self, stage: Stage) -> Outcome:
        message = f"No installed plugin has a check for the stage {stage}, so it was not examined."
        finding = Finding(str(stage), Status.SKIP, message)
        result = CheckResult(
            check=f"{stage}.{PLUGIN_LOADED}",
            title=f"There is a plugin for the stage {stage}",
            plugin="imadmin",
            stage=stage,
            severity=Severity.LOW,
            status=Status.SKIP,
            counts=counted([finding]),
            seconds=0.0,
            findings=(finding,),
        )
        return Outcome(result, "", people=False, examined=False)

    def _has_population(self) -> bool:
        return judging.is_population(self._database, self._facts[POPULATION])

    def _table(self) -> str:
        self._tables += 1
        return f"{self._prefix}_{self._tables}"


def _can_do_without_people(check: Check, facts: Mapping[str, object]) -> bool:
    """Whether a people check judges objects for once: nobody knows who the people are."""
    return POPULATION in check.likes and isinstance(facts[POPULATION], Missing)


def _stages_of(plugin: str, stage: str) -> list[Stage]:
    """The stages that this plugin is for, its own first; one that bears a stage's name is for that one."""
    named = [stage or plugin, *(check.partition(".")[0] for check in FIRST_PARTY_CHECKS.get(plugin, ()))]
    return [Stage(name) for name in dict.fromkeys(named) if name in list(Stage)]
