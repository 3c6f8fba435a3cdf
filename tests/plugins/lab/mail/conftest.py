"""A store with a clock that stands still."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from imadmin_lab.mail import MailStore, ManualClock, directory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 11, 20, 12, tzinfo=UTC))


@pytest.fixture
def store(tmp_path: Path, clock: ManualClock) -> Iterator[MailStore]:
    with MailStore(tmp_path / "mail.db", clock=clock) as found:
        with found.writing() as session:
            directory.add_organisation(session, "Contoso", ["contoso.com", "contoso.example"])
            directory.add_organisation(session, "Fabrikam", ["fabrikam.com"])
            directory.add_mailbox(session, "anna@contoso.com", name="Anna", aliases=["a@contoso.example"])
            directory.add_mailbox(session, "bert@contoso.com", name="Bert", culture="de-DE")
            directory.add_mailbox(session, "fred@fabrikam.com")
        yield found
