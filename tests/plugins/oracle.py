"""What the documents say of one person, in plain Python: imports nothing of imadmin.

Written from the deployment guide and the cmdlets' help, not from the plugins: an independent second opinion.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

RANK = ["skip", "pass", "warn", "error", "fail"]
ABSENT = "absent"
"""The value of a property that the output does not have."""


@dataclass
class User:
    name: str
    pool: str | None = "pool1"
    policy: str | None = None  # None: none granted; ABSENT: the property is missing
    enabled: bool = True
    provider: str | None = "SRV:"
    agents: list[str] = field(default_factory=list)
    mailbox: str | None = None  # "exchange", "exchange_online" or None


@dataclass
class Organisation:
    pools: dict[str, str | None]
    """Pool to site; None: Get-CsPool names no site for it."""
    offline_im: dict[str, object]
    """Identity to EnableOfflineIm."""
    policies: dict[str, object]
    """Identity to EnableIMAutoArchiving."""
    users: list[User]
    listed: set[str]
    """The Exchange folders that there are."""


def judge(organisation: Organisation, user: User) -> dict[str, str]:
    """The status of each people check for a user."""
    if not user.enabled or user.provider not in {None, "SRV:"}:
        return dict.fromkeys(("policy.offline-im-enabled", "policy.auto-archiving", "client.build"), "skip")
    return {
        "policy.offline-im-enabled": offline_im(organisation, user),
        "policy.auto-archiving": auto_archiving(organisation, user),
        "client.build": build(organisation, user),
    }


def site_of(organisation: Organisation, user: User) -> str | None:
    pools = {name.lower(): site for name, site in organisation.pools.items()}
    return pools.get((user.pool or "").lower())


def offline_im(organisation: Organisation, user: User) -> str:
    objects = {identity.lower(): value for identity, value in organisation.offline_im.items()}
    site = site_of(organisation, user)
    if any(identity.startswith("site:") for identity in objects) and site is None:
        return "error"
    value = objects.get(f"site:{(site or '').lower()}", objects.get("global", ABSENT))
    return {True: "pass", False: "fail"}.get(value, "error") if isinstance(value, bool) else "error"


def auto_archiving(organisation: Organisation, user: User) -> str:
    objects = {identity.lower(): value for identity, value in organisation.policies.items()}
    if user.policy == ABSENT:
        return "error"
    if user.policy is not None:
        value = objects.get(f"tag:{user.policy.lower()}", ABSENT)
    else:
        site = site_of(organisation, user)
        if any(identity.startswith("site:") for identity in objects) and site is None:
            return "error"
        value = objects.get(f"site:{(site or '').lower()}", objects.get("global", ABSENT))
    if value is None:
        return "warn"
    return {True: "pass", False: "fail"}.get(value, "error") if isinstance(value, bool) else "error"


def build(organisation: Organisation, user: User) -> str:
    found = [re.search(r"(?:^|\s)OC/(\d+)\.(\d+)\.(\d+)\.(\d+)", agent) for agent in user.agents]
    builds = [tuple(map(int, match.groups())) for match in found if match]
    if not builds:
        return "error"
    cloud, premises = (16, 0, 6701, 1000), (16, 0, 6920, 1000)
    if user.mailbox in organisation.listed:
        needed = [premises if user.mailbox == "exchange" else cloud]
    elif organisation.listed == {"exchange", "exchange_online"}:
        needed = [cloud]
    else:
        needed = [cloud, premises]  # where the mailbox is, is not known
    statuses = {status(builds, minimum) for minimum in needed}
    if statuses == {"fail"}:
        return "fail"
    if "fail" in statuses:
        return "error"
    return "warn" if all(s == "warn" for s in statuses) else "pass"


def status(builds: list[tuple[int, ...]], minimum: tuple[int, ...]) -> str:
    if max(builds) < minimum:
        return "fail"
    return "warn" if min(builds) < minimum else "pass"


def verdict(statuses: dict[str, str]) -> str:
    """From saved output nobody can be said to be able: ews was not examined."""
    if set(statuses.values()) == {"skip"}:
        return "uncounted"
    return "cannot" if "fail" in statuses.values() else "unknown"
