"""What the deployment file names: files that must be there, mailboxes that must be different."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING, Final

from imadmin.deployment.waivers import read_waivers
from imadmin.errors import ImadminError
from imadmin.lists import Lists
from imadmin.model.values import lowered
from imadmin.records import Finding, Probe, Status
from imadmin.tables import Database
from imadmin.trust import context

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from imadmin.access import Access
    from imadmin.deployment import ClientsConfig, Deployment

__all__ = ["CLIENTS", "DEPLOYMENT"]


def _deployment(access: Access) -> Iterator[Finding]:
    deployment = access.deployment
    yield Finding("file", Status.PASS, f"{deployment.source} describes {_sections(deployment)}")
    yield from _authorities(deployment)
    yield from _waivers(deployment.waivers)
    yield from _pairs(deployment)


def _sections(deployment: Deployment) -> str:
    named = [*deployment.shells, *(f"ews {one.name}" for one in deployment.ews)]
    if deployment.clients:
        named.append("clients")
    return ", ".join(named) or "nothing that could be asked"


def _authorities(deployment: Deployment) -> Iterator[Finding]:
    if deployment.ca_file is None:
        return
    try:
        count = len(context(deployment.ca_file).get_ca_certs())
    except ImadminError as error:
        yield Finding("ca_file", Status.FAIL, error.what, remedy=error.remedy)
    else:
        yield Finding("ca_file", Status.PASS, f"{deployment.ca_file} holds {count} certificate(s)")


def _waivers(path: Path | None) -> Iterator[Finding]:
    if path is None:
        return
    if not path.is_file():
        remedy = "Correct waivers: in the deployment."
        yield Finding("waivers", Status.FAIL, f"there is no file {path}", remedy=remedy)
        return
    try:
        count = len(read_waivers(path, None))
    except ImadminError as error:
        yield Finding("waivers", Status.FAIL, error.line, remedy=error.remedy)
    else:
        yield Finding("waivers", Status.PASS, f"{path} has {count} waiver(s)")


def _pairs(deployment: Deployment) -> Iterator[Finding]:
    named = deployment.test_send
    if not named.mailboxes and not named.federated:
        return
    counts = Counter(map(lowered, (*named.mailboxes, *named.federated)))
    twice = sorted(address for address, count in counts.items() if count > 1)
    if twice:
        remedy = "Name each mailbox once, under mailboxes: or under federated:."
        what = f"named more than once: {', '.join(twice)}"
        yield Finding("test_send", Status.FAIL, what, remedy=remedy)
    elif len(counts) == 1:
        what = f"only {named.mailboxes or named.federated} is named, and a message needs two mailboxes"
        yield Finding("test_send", Status.WARN, what, remedy="Name a second one under mailboxes:.")
    else:
        yield Finding("test_send", Status.PASS, f"{len(counts)} mailboxes, all different")


def _clients(access: Access) -> Iterator[Finding]:
    with closing(Database()) as database:
        for config in access.deployment.clients:
            yield _list(database, config)


def _list(database: Database, config: ClientsConfig) -> Finding:
    try:
        with closing(Lists(database)) as reading:
            lists = reading.show((config,))
            reading.load()
    except ImadminError as error:
        return Finding(config.csv.name, Status.FAIL, error.line, remedy=error.remedy)
    columns = dict.fromkeys(column for one in lists for column in one.columns)
    return Finding(config.csv.name, Status.PASS, f"{len(lists)} file(s); columns: {', '.join(columns)}")


DEPLOYMENT: Final = Probe("deployment", "The deployment", _deployment)
"""Tries what the file names, but for what has a probe of its own."""

CLIENTS: Final = Probe("clients", "clients: lists of registered clients", _clients)
"""Reads the lists of clients."""
