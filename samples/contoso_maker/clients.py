"""The clients' registrations, as scripts that ask the registrar's database export them."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from samples.contoso_maker.powershell import guid

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from samples.contoso_maker.description import Organisation, Person

Row = tuple[str, ...]
_EXPIRES = "2026-11-20 06:{minute:02}:00"


def registrations(organisation: Organisation) -> str:
    """The export of one script: the client is told in the column ClientVersion."""
    rows = (
        _row(organisation, person, person.spelled or person.sip, client)
        for person in organisation.people
        for client in person.registrations
    )
    return _table("ClientVersion", rows)


def connections(organisation: Organisation) -> str:
    """The export of another: the same in the column ClientApp."""
    rows = (
        _row(organisation, person, person.sip, client)
        for person in organisation.people
        for client in person.connections
    )
    return _table("ClientApp", rows)


def _row(organisation: Organisation, person: Person, user: str, client: str) -> Row:
    endpoint = guid("endpoint", f"{person.sip} {client}")
    minute = 5 + int(endpoint[:2], 16) % 50
    return (
        user,
        organisation.agents[client],
        f"{{{endpoint.upper()}}}",
        _EXPIRES.format(minute=minute),
        _registrar(organisation, person),
    )


def _registrar(organisation: Organisation, person: Person) -> str:
    computers: Iterator[str] = (
        computer for pool in organisation.pools if pool.fqdn == person.pool for computer in pool.computers
    )
    return next(computers)


def _table(client_column: str, rows: Iterable[Row]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(("UserName", client_column, "EndpointId", "ExpiresAt", "RegistrarFQDN"))
    writer.writerows(rows)
    return text.getvalue()
