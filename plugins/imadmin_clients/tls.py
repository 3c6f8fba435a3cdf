"""Will people's clients still sign in once TLS 1.0 and 1.1 are switched off?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import Finding, Status, check
from imadmin.model.clients import FIRST_CLICK_TO_RUN, ClientBuild
from imadmin.model.owned import owned
from imadmin.model.requirements import (
    TLS,
    TLS_12_CLICK_TO_RUN,
    TLS_12_LYNC_2013,
    TLS_12_MOBILE,
    TLS_12_MSI,
    TLS_12_SEMI_ANNUAL,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin.tables import Table

_SHOWN = 1000
_OFFICE_2013, _OFFICE_2016 = ClientBuild(15, 0, 0, 0).number, ClientBuild(16, 0, 0, 0).number
_MOBILE = ".".join(map(str, TLS_12_MOBILE.value))
_MOBILE_AGENT = r"(?:iPhoneLync|iPadLync|AndroidLync)/([0-9]+\.[0-9]+)"
_CLICK_TO_RUN = (
    f"{TLS_12_CLICK_TO_RUN.value} does, and of the semi-annual channel {TLS_12_SEMI_ANNUAL.value};"
    " that their successors do is an inference"
)
_FAMILIES = {
    "Lync 2010": ("no build of it is documented to", "Replace it by the Click-to-Run client."),
    "Lync 2013": (f"from {TLS_12_LYNC_2013.value} on it does", "Install its updates, or replace it."),
    "MSI edition of 2016": (f"from {TLS_12_MSI.value} on it does", "Install its updates, or replace it."),
    "Click-to-Run": (_CLICK_TO_RUN, "File > Account > Update Options > Update Now."),
    "iOS and Android": (f"from {_MOBILE} on they do", "Update it from the store."),
}


@check(
    id="client.tls",
    stage="client",
    severity="low",
    title="Clients do with TLS 1.2 alone",
    reference=TLS,
    judges="objects",
)
def client_tls(users: Table, client_builds: Table) -> Iterator[Finding]:
    """Informs; of clients for the Mac and in browsers, how they call themselves is not documented."""
    found = users.query(f"with {owned(client_builds)}, {_JUDGED}")
    below = [row for row in found if row[1]]
    for family, _, people, names in below:
        yield _finding(str(family), int(people), tuple(names))
    if not found:
        yield Finding("clients", Status.SKIP, "No client whose version is known was seen.")
    elif not below:
        yield Finding("clients", Status.PASS, "Every client whose version is known does with TLS 1.2 alone.")


def _finding(family: str, people: int, names: tuple[str, ...]) -> Finding:
    rule, remedy = _FAMILIES[family]
    message = (
        f"{family}: a client too old to do with TLS 1.2 alone ({rule}). It cannot sign in, nor ask Exchange,"
        " where TLS 1.0 and 1.1 are switched off."
    )
    return Finding(family, Status.WARN, message, people=names, people_count=people, remedy=remedy)


_SEMI_ANNUAL = TLS_12_SEMI_ANNUAL.value
_NEXT_AFTER_IT = ClientBuild(16, 0, _SEMI_ANNUAL.build + 1, 0)
_JUDGED = rf"""
    families as (
      select kind, edition, build,
             case when build < {_OFFICE_2013} then 'Lync 2010'
                  when build < {_OFFICE_2016} then 'Lync 2013'
                  when edition = 'MSI' or build < {FIRST_CLICK_TO_RUN.number} then 'MSI edition of 2016'
                  when build is not null then 'Click-to-Run'
                  when mobile <> '' then 'iOS and Android' end as family,
             mobile
      from (select *, regexp_extract(agent, '{_MOBILE_AGENT}', 1) as mobile from kinds
            where kind in (select kind from owned))
    ),
    judged as (
      select kind, family,
             case family
               when 'Lync 2010' then true
               when 'Lync 2013' then build < {TLS_12_LYNC_2013.value.number}
               when 'MSI edition of 2016' then build < {TLS_12_MSI.value.number}
               when 'Click-to-Run'
               then build < {TLS_12_CLICK_TO_RUN.value.number}
                    and not (build >= {_SEMI_ANNUAL.number} and build < {_NEXT_AFTER_IT.number})
               else [try_cast(part as integer) for part in string_split(mobile, '.')]
                    < {list(TLS_12_MOBILE.value)} end as below
      from families where family is not null
    ),
    people as (
      select distinct j.family, o.id
      from judged j join owned o using (kind) where j.below
    )
    select family, true, count(*), list_distinct(min(u.person, {_SHOWN}))
    from people p join users u on u.rowid = p.id and u.uncounted is null group by family
    union all
    select distinct family, false, 0, [] from judged where not below
    order by family
"""
