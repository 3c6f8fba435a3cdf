"""Checks as pytest items, and facts as a fixture.

    pytest --imadmin=imadmin.yaml             every check of the deployment is an item
    pytest --imadmin-from=saved-output        likewise, of a folder

(In one word: pytest would take what stands alone for a path where its configuration may lie.) Inert without
one of these options. This module is imported whenever pytest starts in an environment that
has imadmin, so nothing of imadmin is imported at its top.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imadmin.run import CheckResult
    from imadmin.session import Session

SESSION: pytest.StashKey[Session] = pytest.StashKey()
COLLECTOR = "imadmin"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("imadmin", "imadmin: checks on Skype for Business Offline IM")
    group.addoption("--imadmin", metavar="FILE", help="make an item of each check, on this deployment")
    group.addoption("--imadmin-from", metavar="FOLDER", help="likewise, on a folder of saved cmdlet output")


def pytest_configure(config: pytest.Config) -> None:
    """Know the markers, refuse both options at once."""
    config.addinivalue_line("markers", "imadmin: a check of imadmin")
    config.addinivalue_line("markers", "stage(name): the stage of a check, such as policy")
    config.addinivalue_line("markers", "severity(level): how much a failed check matters, such as high")
    if config.getoption("--imadmin") and config.getoption("--imadmin-from"):
        raise pytest.UsageError("--imadmin and --imadmin-from exclude each other")


def pytest_report_header(config: pytest.Config) -> str | None:
    """Name what is judged."""
    source = _source(config)
    return f"imadmin: {source}" if source else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Add an item for each check, before others select among the items."""
    if _source(config):
        collector = CheckCollector.from_parent(session, name=COLLECTOR, nodeid=COLLECTOR)
        items.extend(collector.collect())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Free the tables."""
    session = config.stash.get(SESSION, None)
    if session is not None:
        session.close()


@pytest.fixture(scope="session")
def imadmin_session(request: pytest.FixtureRequest) -> Session:
    """The run behind `--imadmin` or `--imadmin-from`; tests that use it skip without the options."""
    if not _source(request.config):
        pytest.skip("needs --imadmin FILE or --imadmin-from FOLDER")
    return _session(request.config)


@pytest.fixture(scope="session")
def imadmin_facts(imadmin_session: Session) -> object:
    """The facts, by name, gathered when they are asked for: `imadmin_facts["client_policies"]`.

    A fact that cannot be had is an `imadmin.Missing`, with the reason.
    """
    return imadmin_session.facts


class CheckCollector(pytest.Collector):
    """All checks of one deployment."""

    def collect(self) -> Iterable[CheckItem]:
        """An item for each."""
        session = _session(self.config)
        for owned in session.check_selection(()):
            check = owned.record
            # A node id of our own: pytest would take brackets and colons in a name apart.
            item: CheckItem = CheckItem.from_parent(self, name=check.id, nodeid=f"{self.nodeid}::{check.id}")
            item.add_marker("imadmin")
            item.add_marker(pytest.mark.stage(name=str(check.stage)))
            item.add_marker(pytest.mark.severity(level=str(check.severity)))
            yield item
        for name, (_, reason) in session.catalog.unusable().items():
            yield PluginItem.from_parent(
                self,
                name=f"{name}.plugin-loaded",
                nodeid=f"{self.nodeid}::{name}.plugin-loaded",
                reason=reason,
            )


class CheckItem(pytest.Item):
    """One check, judged by the same engine as everywhere."""

    def runtest(self) -> None:
        """Judge it, together with all other checks that were selected."""
        result = self._result()
        self.user_properties.append(("status", str(result.status)))
        self.user_properties.append(("counts", json.dumps(dict(result.counts))))
        if result.status in {"fail", "error"}:
            raise CheckFailedError(result)
        if result.status == "skip":
            pytest.skip(result.findings[0].message if result.findings else "nothing to judge")
        if result.findings:
            self.add_report_section("call", "imadmin", _text(result))

    def _result(self) -> CheckResult:
        session = _session(self.config)
        selected = [item.name for item in self.session.items if type(item) is CheckItem]
        results = {result.check: result for result in session.check(*selected)}
        return results[self.name]

    def repr_failure(
        self,
        excinfo: pytest.ExceptionInfo[BaseException],
        style: object = None,  # noqa: ARG002
    ) -> str:
        """The findings instead of a traceback."""
        if isinstance(excinfo.value, CheckFailedError):
            return _text(excinfo.value.result)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[str, int | None, str]:
        """Where it comes from, for the report."""
        return _source(self.config), None, f"{COLLECTOR} {self.name}"


class PluginItem(CheckItem):
    """A plugin that should judge and cannot be used: it must not be silent."""

    def __init__(self, *, reason: str, **keywords: object) -> None:
        super().__init__(**keywords)  # type: ignore[arg-type]
        self._reason = reason

    def runtest(self) -> None:
        """Fail."""
        pytest.fail(f"the plugin could not be used: {self._reason}", pytrace=False)


class CheckFailedError(AssertionError):
    """A check that failed, or could not be judged."""

    def __init__(self, result: CheckResult) -> None:
        super().__init__(result.check)
        self.result = result


def _source(config: pytest.Config) -> str:
    return str(config.getoption("--imadmin") or config.getoption("--imadmin-from") or "")


def _session(config: pytest.Config) -> Session:
    """The one session of this pytest run, opened when it is first needed."""
    if SESSION not in config.stash:
        from pathlib import Path

        from imadmin.errors import ImadminError
        from imadmin.journal import Journal
        from imadmin.session import Target, open_session

        folder = config.getoption("--imadmin-from")
        target = Target("folder", Path(folder)) if folder else Target("file", Path(_source(config)))
        try:
            config.stash[SESSION] = open_session(target, command=("pytest",), log=Journal().changes)
        except ImadminError as error:
            raise pytest.UsageError(str(error)) from error
    return config.stash[SESSION]


def _text(result: CheckResult) -> str:
    lines = [f"{result.check}: {result.title}"]
    for finding in result.findings:
        if finding.status == "skip":
            continue
        people = f" ({finding.people_count}: {', '.join(finding.people[:5])})" if finding.people else ""
        lines.append(f"  {finding.status}: {finding.message}{people}")
        if finding.remedy:
            lines.append(f"    fix: {finding.remedy}")
    return "\n".join(lines)
