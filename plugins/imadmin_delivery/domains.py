"""Is mail taken for the domains that people have mailboxes in?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import OPTIONAL, Finding, Missing, Status, check
from imadmin.model import Location
from imadmin.model.domains import accepting
from imadmin.model.requirements import ACCEPTED_DOMAINS
from imadmin.model.values import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imadmin.model import Mailboxes
    from imadmin.model.domains import AcceptedDomain

_MANY = 20


@check(
    id="delivery.accepted-domains",
    stage="delivery",
    severity="medium",
    title="Exchange takes mail for the domains of its mailboxes",
    reference=ACCEPTED_DOMAINS,
)
def delivery_accepted_domains(
    accepted_domains: Sequence[AcceptedDomain],
    mailboxes: Mailboxes | Missing = OPTIONAL,
) -> Iterator[Finding]:
    """Each accepted domain; then each domain that mailboxes have addresses in, and that nobody takes."""
    for domain in accepted_domains:
        yield _wildcard(domain) if domain.wildcard else _plain(domain)
    if not isinstance(mailboxes, Missing):
        yield from _unaccepted(mailboxes, accepted_domains)


def _plain(domain: AcceptedDomain) -> Finding:
    what = f"{domain.place.organisation} takes mail for {domain.name or 'a domain that is not readable'}."
    return Finding(domain.name, Status.PASS, what, evidence={"DomainType": domain.kind})


def _wildcard(domain: AcceptedDomain) -> Finding:
    what = (
        f"The accepted domain {domain.name} of {domain.place.organisation} stands for its subdomains:"
        " such domains are not supported where Skype for Business Server logs in to Exchange (OAuth),"
        " as it does for server-side conversation history. The client's own sending is not concerned."
    )
    remedy = "Add an accepted domain for each subdomain that has users: New-AcceptedDomain"
    return Finding(domain.name, Status.WARN, what, evidence={"DomainType": domain.kind}, remedy=remedy)


def _unaccepted(mailboxes: Mailboxes, accepted: Sequence[AcceptedDomain]) -> Iterator[Finding]:
    rows = mailboxes.table.query(
        "select split_part(mailbox, '@', 2) as domain, location, count(distinct mailbox)"
        f" from {mailboxes.table.name} where contains(mailbox, '@') group by all order by all"
    )
    for domain, location, count in rows[: _MANY * _MANY]:
        place = Location(location)
        here = [one for one in accepted if one.place is place]
        if here and accepting(here, domain) is None:
            yield _not_taken(domain, place, count)


def _not_taken(domain: str, place: Location, count: int) -> Finding:
    who = "1 mailbox has" if count == 1 else f"{count:,} mailboxes have"
    what = (
        f"{who} a primary address in {domain}, which is no accepted domain of {place.organisation}:"
        " mail for them may go elsewhere (an inference)."
    )
    remedy = (
        f"New-AcceptedDomain -Name {quoted(domain)} -DomainName {quoted(domain)}   (in {place.organisation})"
    )
    return Finding(domain, Status.WARN, what, evidence={"mailboxes": count}, remedy=remedy)
