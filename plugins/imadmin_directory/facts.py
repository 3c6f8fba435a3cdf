"""The facts of this plugin, and the cmdlets that they are read from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import Cmdlet, SourceError, fact
from imadmin.model import Location, Mailboxes, Pool, Site
from imadmin.model.mailboxes import UNLIMITED
from imadmin.model.topology import POOL_PROPERTIES, SITE_PROPERTIES
from imadmin.tables import Layout

from .mailboxes import ADDRESS_PROPERTIES, COLLECTIONS, address_rows
from .users import LAYOUT, ONE_ROW_EACH, PROPERTIES, USER_ROWS

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
    table = inputs.shape(USER_ROWS, {"objects": GET_USER}, layout=LAYOUT)
    [(every, named, different)] = table.query(
        "select count(*), count(person), count(distinct hash(person)) from users"
    )
    if every == 0:
        raise SourceError("Get-CsUser gave nobody", remedy="Run it as an administrator, without a filter.")
    if named < every:
        raise SourceError(
            "the output of Get-CsUser lacks SipAddress, or is another cmdlet's, or does not show it",
            remedy="Save it whole: Get-CsUser | Export-Clixml -Depth 4 Get-CsUser.xml",
        )
    return inputs.select(ONE_ROW_EACH) if different < every else table


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
    objects = {place.shell: GET_MAILBOX[place] for place in searched}
    layout = Layout(different=["mailbox"], alike={"address": "mailbox"})
    table = inputs.shape(address_rows(searched), objects, COLLECTIONS, layout)
    for (name,) in table.query("select any_value(unreadable) from mailboxes having count(unreadable) > 0"):
        raise SourceError(
            f"the output of Get-Mailbox does not show all of {name}: whose a mailbox is, is unknown",
            remedy="Save it: Get-Mailbox -ResultSize Unlimited | Export-Clixml -Depth 4 Get-Mailbox.xml",
        )
    return Mailboxes(table, frozenset(searched))
