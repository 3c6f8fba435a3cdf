"""The facts of this plugin: each from both Exchange organisations, as far as they tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import Cmdlet, SourceError, SourceNotDescribedError, fact
from imadmin.model import Location
from imadmin.model.domains import ACCEPTED_DOMAIN_PROPERTIES, AcceptedDomain
from imadmin.model.mailflow import (
    RETENTION_TAG_PROPERTIES,
    TRANSPORT_RULE_PROPERTIES,
    RetentionTag,
    TransportRule,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from imadmin.facts import Inputs


def _of_both(name: str, properties: tuple[str, ...]) -> dict[Location, Cmdlet]:
    return {place: Cmdlet(place.shell, name, properties, informs=True) for place in Location}


GET_ACCEPTED_DOMAIN = _of_both("Get-AcceptedDomain", ACCEPTED_DOMAIN_PROPERTIES)
GET_RETENTION_TAG = _of_both("Get-RetentionPolicyTag", RETENTION_TAG_PROPERTIES)
GET_TRANSPORT_RULE = _of_both("Get-TransportRule", TRANSPORT_RULE_PROPERTIES)


@fact(*GET_ACCEPTED_DOMAIN.values(), any_source=True)
def accepted_domains(inputs: Inputs) -> Sequence[AcceptedDomain]:
    """The domains for which mail is taken; every organisation has one."""
    found = [AcceptedDomain.read(record, place) for record, place in _records(inputs, GET_ACCEPTED_DOMAIN)]
    if not any(domain.name for domain in found):
        raise SourceError("Get-AcceptedDomain gave no domain", remedy="Run it without a filter.")
    return found


@fact(*GET_RETENTION_TAG.values(), any_source=True)
def retention_tags(inputs: Inputs) -> Sequence[RetentionTag]:
    """The retention tags; there need be none."""
    return [RetentionTag.read(record, place) for record, place in _records(inputs, GET_RETENTION_TAG)]


@fact(*GET_TRANSPORT_RULE.values(), any_source=True)
def transport_rules(inputs: Inputs) -> Sequence[TransportRule]:
    """The transport rules, called mail flow rules too; there need be none."""
    return [TransportRule.read(record, place) for record, place in _records(inputs, GET_TRANSPORT_RULE)]


def _records(
    inputs: Inputs, cmdlets: Mapping[Location, Cmdlet]
) -> Iterator[tuple[Mapping[str, object], Location]]:
    """The objects of each organisation that tells of them; nobody needs to have both.

    Raises:
        SourceNotDescribedError: neither does.
    """
    absent: list[SourceNotDescribedError] = []
    for place, cmdlet in cmdlets.items():
        try:
            yield from ((record, place) for record in inputs.records(cmdlet))
        except SourceNotDescribedError as error:
            absent.append(error)
    if len(absent) == len(inputs.available):
        raise absent[0]
