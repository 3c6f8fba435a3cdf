"""The clients' registrations, as scripts that ask the registrar's database export them."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from .owners import guid

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from .records import Person, Scenario

_EXPIRES: Final = "2026-11-20 06:{minute:02}:00"


def save_clients(scenario: Scenario, folder: Path) -> list[Path]:
    """Write both lists; give their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    registrations, connections = folder / "registrations.csv", folder / "connections.csv"
    # Export-Csv -Encoding UTF8 of Windows PowerShell 5.1 puts a byte order mark first, PowerShell 7 none.
    registrations.write_bytes(_registrations(scenario).encode("utf-8-sig"))
    connections.write_bytes(_connections(scenario).encode("utf-8"))
    return [registrations, connections]


def _registrations(scenario: Scenario) -> str:
    """The export of one script: the client is told in the column ClientVersion."""
    rows = (
        _row(scenario, person, person.spelled or person.sip, client)
        for person in scenario.people
        for client in person.registrations
    )
    return _table("ClientVersion", rows)


def _connections(scenario: Scenario) -> str:
    """The export of another: the same in the column ClientApp."""
    rows = (
        _row(scenario, person, person.sip, client)
        for person in scenario.people
        for client in person.connections
    )
    return _table("ClientApp", rows)


def _row(scenario: Scenario, person: Person, user: str, client: str) -> tuple[str, ...]:
    endpoint = str(guid(scenario, "endpoint", f"{person.sip} {client}"))
    expires = _EXPIRES.format(minute=5 + int(endpoint[:2], 16) % 50)
    registrar = scenario.pools[person.pool or ""].computers[0]
    return user, scenario.agents[client], f"{{{endpoint.upper()}}}", expires, registrar


def _table(client_column: str, rows: Iterable[tuple[str, ...]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(("UserName", client_column, "EndpointId", "ExpiresAt", "RegistrarFQDN"))
    writer.writerows(rows)
    return text.getvalue()
