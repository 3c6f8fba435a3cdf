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
        lagging: The replica of some server says no, and the central store does not. Whether it is this
            person's server, nobody knows.
        dangling: A policy is granted that there is not. What the server does then is documented nowhere;
            here the person gets the policy of somebody to whom none is granted.
    """

    supported: bool
    offline_im: bool
    policy: str
    auto_archiving: bool | None
    lagging: bool
    dangling: bool


def provision(organisation: Organisation, person: Person) -> Provisioning:
    """Answer the client of a person who signs in."""
    site = f"site:{organisation.sites[person.pool]}".lower()
    granted = f"tag:{person.policy}".lower() if person.policy else ""
    policies, configurations = organisation.auto_archiving, organisation.offline_im
    nearest = (granted, site, "global")
    policy = next(identity for identity in nearest if identity in policies)
    replica = organisation.replicated_offline_im
    offline_im = configurations.get(site, configurations["global"])
    no = offline_im and not replica.get(site, replica["global"])
    saving = organisation.replicated_archiving
    forbids = saving[next(identity for identity in nearest if identity in saving)] is False
    return Provisioning(
        supported=_version(organisation.patches[person.pool]) >= CU3,
        offline_im=offline_im,
        policy=policy,
        auto_archiving=policies[policy],
        lagging=no or (forbids and policies[policy] is not False),
        dangling=bool(granted) and policy != granted,
    )


def answering_supports(organisation: Organisation) -> bool:
    """Whether the server that the administrator's session is on has the feature: one of the first pool."""
    return _version(next(iter(organisation.patches.values()))) >= CU3


def _version(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))
