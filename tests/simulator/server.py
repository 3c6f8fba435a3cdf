"""The front end: what a client is told when it signs in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from .scenario import Organisation, Person

CU3 = (6, 0, 9319, 259)
"""The update of Skype for Business Server 2015 that brought Offline IM; 2019 and later always have it."""


class Provisioning(NamedTuple):
    """What in-band provisioning carries to the client of one person.

    Attributes:
        supported: Whether the server has the feature at all.
        offline_im: The effective `EnableOfflineIm`.
        policy: The identity of the client policy that applies.
        auto_archiving: Its `EnableIMAutoArchiving`; None overrides nothing that the client does by default.
        dangling: A policy is granted that there is not. What the server does then is documented nowhere;
            here the person gets the policy of somebody to whom none is granted.
    """

    supported: bool
    offline_im: bool
    policy: str
    auto_archiving: bool | None
    dangling: bool


def provision(organisation: Organisation, person: Person) -> Provisioning:
    """Answer the client of a person who signs in."""
    site = f"site:{organisation.sites[person.pool]}".lower()
    granted = f"tag:{person.policy}".lower() if person.policy else ""
    policies, configurations = organisation.auto_archiving, organisation.offline_im
    policy = next(identity for identity in (granted, site, "global") if identity in policies)
    return Provisioning(
        supported=_version(organisation.patches[person.pool]) >= CU3,
        offline_im=configurations.get(site, configurations["global"]),
        policy=policy,
        auto_archiving=policies[policy],
        dangling=bool(granted) and policy != granted,
    )


def answering_supports(organisation: Organisation) -> bool:
    """Whether the server that the administrator's session is on has the feature: one of the first pool."""
    return _version(next(iter(organisation.patches.values()))) >= CU3


def _version(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))
