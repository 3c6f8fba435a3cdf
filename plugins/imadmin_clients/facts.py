"""The clients that people were seen with, from lists that registration scripts write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import ClientLists, SourceError, fact
from imadmin.model.clients import agent_build_sql

if TYPE_CHECKING:
    from imadmin.facts import Inputs
    from imadmin.lists import ClientList
    from imadmin.tables import Table

PERSON_COLUMNS = ("UserName", "User", "SipAddress", "UserAtHost", "UserUri", "User Address")
AGENT_COLUMNS = ("ClientVersion", "ClientApp", "UserAgent", "Client Version / Agent", "Agent", "Version")
_SHOWN = 10


@fact(ClientLists())
def client_builds(inputs: Inputs) -> Table:
    """All endpoints, with the columns of `imadmin.model.ENDPOINTS`."""
    lists = " union all ".join(_select(one) for one in inputs.lists())
    return inputs.select(f"select person, agent, {agent_build_sql('agent')} as build from ({lists})")


def _select(listed: ClientList) -> str:
    person = listed.text(*PERSON_COLUMNS)
    agent = listed.text(*AGENT_COLUMNS)
    for column, names in ((person, PERSON_COLUMNS), (agent, AGENT_COLUMNS)):
        if column is None:
            raise SourceError(
                f"has no column {' or '.join(names[:3])}; it has {_some(listed.columns)}",
                where=str(listed.path),
                remedy="Rename the column that holds it.",
            )
    return (
        f"select regexp_replace(lower({person}), '^sip:', '') as person, {agent} as agent"
        f" from {listed.table} where {person} is not null"
    )


def _some(headers: tuple[str, ...]) -> str:
    """As many headers as a message can take; a file that is no list can have any number."""
    shown = ", ".join(header[:40] for header in headers[:_SHOWN])
    return f"{shown} and {len(headers) - _SHOWN} more" if len(headers) > _SHOWN else shown
