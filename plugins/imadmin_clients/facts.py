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


@fact(ClientLists())
def client_builds(inputs: Inputs) -> Table:
    """All endpoints, with the columns of `imadmin.model.ENDPOINTS`."""
    lists = " union all ".join(_select(one) for one in inputs.lists())
    return inputs.select(f"select person, agent, {agent_build_sql('agent')} as build from ({lists})")


def _select(listed: ClientList) -> str:
    person = listed.column(*PERSON_COLUMNS)
    agent = listed.column(*AGENT_COLUMNS)
    for column, names in ((person, PERSON_COLUMNS), (agent, AGENT_COLUMNS)):
        if column is None:
            raise SourceError(
                f"has no column {' or '.join(names[:3])}; it has {', '.join(listed.columns)}",
                where=str(listed.path),
                remedy="Rename the column that holds it.",
            )
    return (
        f"select regexp_replace(lower(trim({person})), '^sip:', '') as person, trim({agent}) as agent"
        f" from {listed.table} where trim({person}) <> ''"
    )
