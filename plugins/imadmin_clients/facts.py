"""The clients that people were seen with, from lists that scripts, databases and inventories write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import ClientLists, SourceError, fact
from imadmin.model.clients import agent_build_sql
from imadmin.tables import Layout

from . import columns
from .reading import names_people, select

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imadmin.facts import Inputs
    from imadmin.tables import Table

_SEVERAL = "agent like '%OC/%OC/%'"
_BEGIN = r"""'(^|[\s;,|"])((UCCAPI/\S+\s+)?OC/)'"""
_EACH = rf"string_split(regexp_replace(agent, {_BEGIN}, chr(10) || '\2', 'g'), chr(10))"


@fact(ClientLists())
def client_builds(inputs: Inputs) -> Table:
    """All endpoints, with the columns of `imadmin.model.ENDPOINTS`."""
    every = inputs.lists(columns.ALL)
    lists = [one for one in every if names_people(one)]
    if not lists:
        names = ", ".join(one.path.name for one in every)
        raise SourceError(
            f"{names} names no users: it counts clients, and tells nothing of anybody",
            remedy="Give a list with a line for each user's client: columns UserName and ClientVersion.",
        )
    heard = " union all ".join(f"({select(one)})" for one in lists)
    return inputs.select(
        f"with heard as materialized ({heard}), {_AGENTS},"
        f" builds as (select agent, one, {agent_build_sql('one')} as build from agents)"
        " select h.person, b.one as agent, h.edition, b.build"
        " from heard h join builds b on b.agent is not distinct from h.agent",
        Layout(different=["person"]),
    )


@fact(ClientLists())
def nameless_lists(inputs: Inputs) -> Sequence[str]:
    """The names of lists that do not say whose the clients are."""
    return [one.path.name for one in inputs.list_headers() if not names_people(one)]


_AGENTS = f"""
    cells as (select distinct agent from heard),
    agents as (
      select agent, agent as one from cells where not coalesce({_SEVERAL}, false)
      union all
      select agent, trim(piece, ' ;,|"') as one
      from (select agent, unnest({_EACH}) as piece from cells where {_SEVERAL})
      where trim(piece, ' ;,|"') <> ''
    )
"""
"""A cell can have the user agents of several clients. Different cells are few."""
