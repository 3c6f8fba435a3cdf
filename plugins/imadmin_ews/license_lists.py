"""The lists of licenses, as admin centers and scripts export them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import LicenseLists, SourceError, fact
from imadmin.model.people import without_sip
from imadmin.tables import literal

if TYPE_CHECKING:
    from imadmin.facts import Inputs
    from imadmin.lists import ClientList
    from imadmin.tables import Table

PERSON_COLUMNS = (
    "UserPrincipalName",
    "User principal name",
    "UserName",
    "User",
    "SipAddress",
    "Mail",
    "Email",
    "PrimarySmtpAddress",
)
LICENSE_COLUMNS = (
    "Licenses",
    "License",
    "AssignedLicenses",
    "Assigned licenses",
    "Product licenses",
    "SkuPartNumber",
    "AccountSkuId",
    "AssignedProducts",
)
_SEVERAL = r"\s*[+;|,\n]\s*"


@fact(LicenseLists())
def licenses(inputs: Inputs) -> Table:
    """Who has which license, with the columns of `imadmin.model.licenses.LICENSES`."""
    lists = " union all ".join(map(_select, inputs.licenses((*PERSON_COLUMNS, *LICENSE_COLUMNS))))
    return inputs.select(
        "select distinct address, nullif(trim(license), '') as license from"
        f" (select address, unnest(string_split_regex(coalesce(held, ''), {literal(_SEVERAL)})) as license"
        f" from ({lists}))"
    )


def _select(listed: ClientList) -> str:
    person, held = listed.text(*PERSON_COLUMNS), listed.text(*LICENSE_COLUMNS)
    for column, names in ((person, PERSON_COLUMNS), (held, LICENSE_COLUMNS)):
        if column is None:
            shown = ", ".join(header[:40] for header in listed.columns[:10])
            raise SourceError(
                f"has no column {' or '.join(names[:3])}; it has {shown}",
                where=str(listed.path),
                remedy="Rename the column that holds it.",
            )
    return (
        f"select {without_sip(f'lower({person})')} as address, {held} as held"
        f" from {listed.table} where {person} is not null"
    )
