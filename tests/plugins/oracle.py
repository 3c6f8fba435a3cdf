"""What the documents say of one person, in plain Python: imports nothing of imadmin.

Written from the deployment guide and the cmdlets' help, not from the plugins: an independent second opinion.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

RANK = ["skip", "pass", "warn", "error", "fail"]
ABSENT = "absent"
"""The value of a property that the output does not have."""


LATEST_AGENT = "OC/16.0.20228.20190 (Skype for Business)"


@dataclass
class Ews:
    """The EWS settings of an organisation or a mailbox."""

    enabled: object = None
    policy: str | None = None  # ABSENT: the property is missing
    patterns: list[str] = field(default_factory=list)  # of the list that the policy names


@dataclass
class User:
    name: str
    pool: str | None = "pool1"
    policy: str | None = None  # None: none granted; ABSENT: the property is missing
    enabled: bool = True
    provider: str | None = "SRV:"
    agents: list[str] = field(default_factory=list)
    mailbox: str | None = None  # "exchange", "exchange_online" or None
    ews: Ews | None = field(default_factory=Ews)  # None: Get-CASMailbox does not list the mailbox


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
    ews: dict[str, Ews] = field(default_factory=dict)
    """The settings of each of them."""
    sites: list[str] = field(default_factory=list)
    """The sites; their numbers, which can stand in place of the names, count from 1."""
    local_offline_im: dict[str, object] | None = None
    """As offline_im in a server's replica; None: nobody has asked it."""
    local_policies: dict[str, object] | None = None
    """Likewise policies."""


def judge(organisation: Organisation, user: User) -> dict[str, str]:
    """The status of each people check for a user; without Exchange there is nobody to ask about EWS."""
    checks = dict(RULES)
    if not organisation.listed:
        del checks["ews.allowed"], checks["ews.online-retirement"]
    if not user.enabled or user.provider not in {None, "SRV:"} or user.provider == user.pool:
        return dict.fromkeys(checks, "skip")
    return {name: rule(organisation, user) for name, rule in checks.items()}


def site_of(organisation: Organisation, user: User) -> str | None:
    pools = {name.lower(): site for name, site in organisation.pools.items()}
    return pools.get((user.pool or "").lower())


def by_scope(organisation: Organisation, objects: dict[str, object]) -> dict[str, object]:
    """The objects by their scopes as everybody means them: in small letters, sites by name."""
    numbers = {f"site:{n}": f"site:{name.lower()}" for n, name in enumerate(organisation.sites, 1)}
    folded = {re.sub(r"\s*:\s*", ":", identity.strip().lower()): value for identity, value in objects.items()}
    return {numbers.get(identity, identity): value for identity, value in folded.items()}


def offline_im(organisation: Organisation, user: User) -> str:
    objects = by_scope(organisation, organisation.offline_im)
    site = site_of(organisation, user)
    services = [identity.rpartition(":")[2] for identity in objects if identity.startswith("service:")]
    pools = {name.lower() for name in organisation.pools}
    if services and (user.pool is None or user.pool.lower() in services or set(services) - pools):
        return "error"  # whether it overrides anything is documented nowhere
    if any(identity.startswith("site:") for identity in objects) and site is None:
        return "error"
    value = objects.get(f"site:{(site or '').lower()}", objects.get("global", ABSENT))
    return {True: "pass", False: "fail"}.get(value, "error") if isinstance(value, bool) else "error"


def auto_archiving(organisation: Organisation, user: User) -> str:
    objects = by_scope(organisation, organisation.policies)
    if user.policy == ABSENT:
        return "error"
    if user.policy is not None:
        value = objects.get(granted(user), ABSENT)
    else:
        site = site_of(organisation, user)
        if any(identity.startswith("site:") for identity in objects) and site is None:
            return "error"
        value = objects.get(f"site:{(site or '').lower()}", objects.get("global", ABSENT))
    if value is None:
        return "warn"
    return {True: "pass", False: "fail"}.get(value, "error") if isinstance(value, bool) else "error"


def granted(user: User) -> str:
    """The identity of the policy that a user was granted: bare names are those of tags."""
    name = re.sub(r"\s*:\s*", ":", str(user.policy).strip().lower())
    return name if name.startswith(("tag:", "site:")) or name == "global" else f"tag:{name}"


MISSING = "missing"
STOPPING = [False, ABSENT, MISSING]


def replica(organisation: Organisation, user: User) -> str:
    site = f"site:{(site_of(organisation, user) or '').lower()}"
    policy = granted(user) if user.policy not in {None, ABSENT} else site
    found = [
        *differences(organisation, organisation.offline_im, organisation.local_offline_im, site, None),
        *differences(
            organisation,
            organisation.policies,
            organisation.local_policies,
            policy,
            MISSING,
            granted=policy is not site,
        ),
    ]
    return max(found, key=RANK.index, default="skip")


def differences(
    organisation: Organisation,
    central: dict[str, object],
    local: dict[str, object] | None,
    scope: str,
    also_stops: object,
    *,
    granted: bool = False,
) -> list[str]:
    if not local:
        return []
    objects = [by_scope(organisation, found) for found in (central, local)]
    by_site = scope.startswith("site:") and not granted
    if not any(scope in found or (by_site and "global" in found) for found in objects):
        return []
    fallback = scope if not scope.startswith("site:") else "global"
    here, there = (found.get(scope, found.get(fallback, MISSING)) for found in objects)
    if here is there:
        return ["pass"]
    stops = any(there is one for one in [*STOPPING, also_stops])
    return ["error" if stops and here is not False else "warn"]


def drafts_defect(organisation: Organisation, user: User) -> str:
    builds = builds_of(user)
    if not builds:
        return "skip"
    defective = any((16, 0, 6701, 1000) <= one < (16, 0, 6920, 1000) for one in builds)
    if user.mailbox in organisation.listed:
        concerned = user.mailbox == "exchange"
    else:
        concerned = organisation.listed != {"exchange", "exchange_online"}
    return "warn" if defective and concerned else "pass"


def builds_of(user: User) -> list[tuple[int, ...]]:
    found = [re.search(r"(?:^|\s)OC/(\d+)\.(\d+)\.(\d+)\.(\d+)", agent) for agent in user.agents]
    return [tuple(map(int, match.groups())) for match in found if match]


def build(organisation: Organisation, user: User) -> str:
    builds = builds_of(user)
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


def ews_allowed(organisation: Organisation, user: User) -> str:
    if user.mailbox is None or user.mailbox not in organisation.listed:
        return "error"  # it has no mailbox, or nobody knows where
    both = [organisation.ews.get(user.mailbox, Ews()), user.ews]
    if any(one is not None and one.enabled is False for one in both):
        return "fail"
    if any(one is None or one.enabled not in {True, None} for one in both):
        return "error"
    said = {access_policy(one, agent_of(user)) for one in both if one is not None} - {"none"}
    return {frozenset(): "pass", frozenset({"in"}): "pass", frozenset({"out"}): "fail"}.get(
        frozenset(said), "error"
    )


def access_policy(ews: Ews, agent: str) -> str:
    """Whether an application access policy lets an agent `in`, keeps it `out`, is `none` or `unclear`."""
    if ews.policy is None:
        return "none"
    if ews.policy not in {"EnforceAllowList", "EnforceBlockList"}:
        return "unclear"
    matched, others = ("in", "out") if ews.policy == "EnforceAllowList" else ("out", "in")
    if any(re.fullmatch(".*".join(map(re.escape, one.split("*"))), agent) for one in ews.patterns):
        return matched
    meant = any(
        re.match(r"\**(lync|skype|uccapi)", one, re.IGNORECASE)
        or re.fullmatch(".*".join(map(re.escape, one.split("*"))), agent, re.IGNORECASE)
        for one in ews.patterns
    )
    return "unclear" if meant else others


def agent_of(user: User) -> str:
    """What follows `OC/` in the best client's agent: of what documents do not say, the likeliest."""
    found = [re.search(r"(?:^|\s)(OC/(\d+)\.(\d+)\.(\d+)\.(\d+).*)", agent) for agent in user.agents]
    known = [(tuple(map(int, match.groups()[1:])), match.group(1)) for match in found if match]
    return max(known)[1] if known else LATEST_AGENT


def status(builds: list[tuple[int, ...]], minimum: tuple[int, ...]) -> str:
    if max(builds) < minimum:
        return "fail"
    return "warn" if min(builds) < minimum else "pass"


def verdict(statuses: dict[str, str]) -> str:
    """From saved output nobody can be said to be able: whether EWS answers was not examined."""
    if set(statuses.values()) == {"skip"}:
        return "uncounted"
    return "cannot" if "fail" in statuses.values() else "unknown"


def patch_version(organisation: Organisation, user: User) -> str:
    del organisation, user
    return "skip"  # these organisations tell of no server, which takes nothing away


def online_retirement(organisation: Organisation, user: User) -> str:
    """On 2026-11-20: EWS is being switched off online; nothing here tells of EwsAllowedAppIDs."""
    if user.mailbox in organisation.listed:
        if user.mailbox == "exchange":
            return "pass"
        off = organisation.ews.get(user.mailbox, Ews(enabled=None)).enabled is False
        return "fail" if off else "error"
    return "pass" if organisation.listed == {"exchange", "exchange_online"} else "error"


def place_of(organisation: Organisation, user: User) -> str:
    """Where the mailbox is, as far as the lists tell."""
    if user.mailbox in organisation.listed:
        return "on-premises" if user.mailbox == "exchange" else "online"
    return "none" if organisation.listed == {"exchange", "exchange_online"} else "unknown"


def addresses(organisation: Organisation, user: User) -> str:
    """Every mailbox here has the SIP address; of who has none, no address is known."""
    return "pass" if user.mailbox in organisation.listed else "skip"


def of_exchange_online(organisation: Organisation, user: User) -> str:
    """What only matters with a mailbox online, and of which nothing here tells: licenses, policy entries."""
    return "pass" if place_of(organisation, user) in {"on-premises", "none"} else "skip"


RULES = {
    "ews.addresses": addresses,
    "ews.licenses": of_exchange_online,
    "policy.modern-authentication": of_exchange_online,
    "ews.online-retirement": online_retirement,
    "server.patch-version": patch_version,
    "server.replica": replica,
    "policy.offline-im-enabled": offline_im,
    "policy.auto-archiving": auto_archiving,
    "client.build": build,
    "client.drafts-defect": drafts_defect,
    "ews.allowed": ews_allowed,
}
