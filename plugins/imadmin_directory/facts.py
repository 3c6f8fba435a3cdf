"""The facts of this plugin, and the cmdlets that they are read from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import Cmdlet, SourceError, fact
from imadmin.model import MAILBOXES, USERS, Location, Mailboxes, Pool, Site
from imadmin.model.mailboxes import UNLIMITED
from imadmin.model.topology import POOL_PROPERTIES, SITE_PROPERTIES

from .mailboxes import ADDRESS_PROPERTIES, addresses
from .users import ONE_ROW_EACH, PROPERTIES, user_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from imadmin.facts import Inputs
    from imadmin.tables import Table

GET_USER = Cmdlet("skype", "Get-CsUser", PROPERTIES)
GET_POOL = Cmdlet("skype", "Get-CsPool", POOL_PROPERTIES)
GET_SITE = Cmdlet("skype", "Get-CsSite", SITE_PROPERTIES, informs=True)
GET_MAILBOX = {
    place: Cmdlet(place.shell, "Get-Mailbox", ADDRESS_PROPERTIES, parameters=UNLIMITED) for place in Location
}


@fact(GET_USER)
def users(inputs: Inputs) -> Table:
    """Everybody of `Get-CsUser`, with the columns of `imadmin.model.USERS`."""
    table = inputs.table(USERS, user_rows(inputs.records(GET_USER)))
    if len(table) == 0:
        raise SourceError("Get-CsUser gave nobody", remedy="Run it as an administrator, without a filter.")
    [(repeated,)] = table.query("select count(*) > count(distinct person) from users")
    return inputs.select(ONE_ROW_EACH) if repeated else table


@fact()
def today(inputs: Inputs) -> date:
    """The day as of which is judged."""
    return inputs.today


@fact(GET_POOL)
def pools(inputs: Inputs) -> Sequence[Pool]:
    """All pools."""
    return [Pool.read(record) for record in inputs.records(GET_POOL)]


@fact(GET_SITE)
def sites(inputs: Inputs) -> Sequence[Site]:
    """All sites."""
    return [Site.read(record) for record in inputs.records(GET_SITE)]


@fact(*GET_MAILBOX.values(), any_source=True)
def mailboxes(inputs: Inputs) -> Mailboxes:
    """All mailboxes of Exchange on-premises and Exchange Online, as far as they are described."""
    searched = [place for place, cmdlet in GET_MAILBOX.items() if cmdlet in inputs.available]
    rows = (row for place in searched for row in addresses(inputs.records(GET_MAILBOX[place]), place))
    return Mailboxes(inputs.table(MAILBOXES, rows), frozenset(searched))
