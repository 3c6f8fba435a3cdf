"""The pytest fixture `lab`: a Skype for Business and an Exchange of the test's own, as long as it lasts.

    def test_it(lab):
        client.connect(lab.url("/EWS/Exchange.asmx"))

    @pytest.mark.lab("healthy")          a scenario's name, or a scenario file's path; default: contoso

Inert in tests that do not ask for it: nothing of the lab is imported at the top of this module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from imadmin_lab.lab import Lab


def pytest_configure(config: pytest.Config) -> None:
    """Know the marker."""
    config.addinivalue_line("markers", "lab(scenario): the scenario of the fixture lab; default: contoso")


@pytest.fixture
def lab(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """A lab that is running; its deployment file is `lab.deployment`, its log-in in the environment."""
    from imadmin_lab.running.extra import needing_the_extra
    from imadmin_lab.running.offer import DEFAULT

    marker = request.node.get_closest_marker("lab")
    scenario = marker.args[0] if marker is not None and marker.args else DEFAULT
    with needing_the_extra():
        from imadmin_lab.lab import Lab
    folder = tmp_path / "lab"
    folder.mkdir()
    with Lab(scenario, folder=folder) as running:
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        yield running
