"""SQL that makes endpoints of a list of clients, whichever script or inventory has written it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import SourceError
from imadmin.model.people import without_sip

from . import columns
from .times import timed

if TYPE_CHECKING:
    from imadmin.lists import ClientList

__all__ = ["HISTORY_DAYS", "names_people", "select"]

HISTORY_DAYS = 30
"""Of a history only so many days before a person's newest registration count: people change their clients."""

_SHOWN = 10
_ADDRESS = "(?s)^<?(?:sip:)?(.*@[^;>]*|.*)"
_DESKTOP = r"(?i)^\s*(oc|4|communicator|(microsoft )?lync( 20\d\d)?|skype for business( 20\d\d)?)\s*$"
_NUMBERED = r"(^|\s)OC/[0-9]"
_YES = "('true', 'yes', 'y', '1', 'x', 'ja', 'wahr', 'oui', 'vrai')"
_NO = "('false', 'no', 'n', '0', 'nein', 'falsch', 'non', 'faux')"
_IS_MSI = r"\b(msi|windows installer)\b"
_IS_CLICK_TO_RUN = r"\bc2r\b|click.?to.?run|(microsoft|office|o) ?365"


def names_people(listed: ClientList) -> bool:
    """Whether the list says whose the clients are; a summary by version does not."""
    return listed.text(*columns.PERSON) is not None


def select(listed: ClientList) -> str:
    """Rows with person, agent and edition, one or more for each client.

    Raises:
        SourceError: it has no column that tells the client.
    """
    person, agent = listed.text(*columns.PERSON), _agent(listed)
    if person is None or agent is None:
        raise SourceError(
            f"has no column {' or '.join(columns.AGENT[:3])}; it has {_some(listed.columns)}",
            where=str(listed.path),
            remedy="Rename the column that holds it.",
        )
    read = f"select {_address(f'lower({person})')} as person, {agent} as agent, {_edition(listed)} as edition"
    rows = f" from {listed.table} where {person} is not null"
    times = listed.text(*columns.TIME)
    return _recent(read, rows, times) if times else read + rows


def _address(text: str) -> str:
    """SQL for what `_ADDRESS` finds in a text; most have none of the signs that it is there for."""
    strange = " or ".join(f"contains({text}, '{sign}')" for sign in "<;>")
    return f"case when {strange} then regexp_extract({text}, '{_ADDRESS}', 1) else {without_sip(text)} end"


def _recent(read: str, rows: str, times: str) -> str:
    return f"""
        select person, agent, edition from (
          select person, agent, edition, max(seen) as seen
          from ({read}, {timed(times, rows)} as seen {rows}) group by person, agent, edition
        )
        qualify seen is null or seen >= max(seen) over (partition by person) - interval {HISTORY_DAYS} days
    """


def _agent(listed: ClientList) -> str | None:
    """The text that carries an `OC/` number, else the first there is; what is no desktop client says so."""
    found = [text for name in columns.AGENT if (text := listed.text(name)) is not None]
    if not found:
        return None
    whole = " ".join(f"when regexp_matches({text}, '{_NUMBERED}') then {text}" for text in found)
    agent = found[0] if len(found) == 1 else f"case {whole} else coalesce({', '.join(found)}) end"
    kinds = [text for name in columns.KIND if (text := listed.text(name)) not in {None, found[0]}]
    if not kinds:
        return agent
    kind = f"coalesce({', '.join(filter(None, kinds))})"
    is_desktop = f"{kind} is null or regexp_matches({kind}, '{_DESKTOP}')"
    is_whole = f"regexp_matches({agent}, '{_NUMBERED}')"
    return f"case when {is_desktop} or {is_whole} then {agent} else {kind} || ' ' || {agent} end"


def _edition(listed: ClientList) -> str:
    told = [text for name in columns.EDITION if (text := listed.text(name)) is not None]
    msi, click_to_run = listed.text(*columns.MSI), listed.text(*columns.CLICK_TO_RUN)
    words = [f"lower(coalesce({text}, ''))" for text in (*told, msi, click_to_run) if text is not None]
    is_msi = [f"regexp_matches({word}, '{_IS_MSI}')" for word in words]
    is_msi += [f"lower({msi}) in {_YES}"] * (msi is not None)
    is_msi += [f"lower({click_to_run}) in {_NO}"] * (click_to_run is not None)
    is_other = [f"regexp_matches({word}, '{_IS_CLICK_TO_RUN}')" for word in words]
    is_other += [f"lower({click_to_run}) in {_YES}"] * (click_to_run is not None)
    if not is_msi:
        return "null::varchar"
    return f"case when {' or '.join(is_msi)} then 'MSI' when {' or '.join(is_other)} then 'Click-to-Run' end"


def _some(headers: tuple[str, ...]) -> str:
    """As many headers as a message can take; a file that is no list can have any number."""
    shown = ", ".join(header[:40] for header in headers[:_SHOWN])
    return f"{shown} and {len(headers) - _SHOWN} more" if len(headers) > _SHOWN else shown
