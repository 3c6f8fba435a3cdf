"""The licenses of people, as the admin center exports its active users."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from .records import Scenario


def save_licenses(scenario: Scenario, folder: Path) -> list[Path]:
    """Write the list, where somebody has a license; give its path."""
    licensed = [person for person in scenario.people if person.license]
    if not licensed:
        return []
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(("Display name", "User principal name", "Licenses"))
    writer.writerows((person.display, person.mail, person.license) for person in licensed)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "licenses.csv"
    path.write_bytes(text.getvalue().encode("utf-8-sig"))
    return [path]
