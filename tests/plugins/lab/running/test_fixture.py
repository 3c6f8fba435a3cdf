from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imadmin.session import Target, open_session

if TYPE_CHECKING:
    from imadmin_lab.lab import Lab


@pytest.mark.lab("healthy")
def test_a_test_has_a_lab_of_its_own(lab: Lab) -> None:
    with open_session(Target.of(lab.deployment)) as session:
        [result] = session.check("ews.reachable")
    assert result.status == "pass"


def test_it_is_contoso_where_the_test_says_nothing(lab: Lab) -> None:
    with open_session(Target.of(lab.deployment)) as session:
        session.check()
        summary = session.run().summary
    assert (summary.people, summary.cannot_send) == (40, 22)
