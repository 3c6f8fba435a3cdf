"""What federation is set to, where messages to other organisations matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import OPTIONAL, Finding, Missing, Status, check
from imadmin.model import Setting
from imadmin.model.requirements import FEDERATION
from imadmin.model.values import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imadmin.model import AccessEdge, ExternalAccessPolicy

_EDGE = "Get-CsAccessEdgeConfiguration"
_BY_MAIL = (
    "An offline message to another organisation travels as mail: what decides is mail flow to that domain,"
    " not federation (an inference)"
)
_NO_PRESENCE = f"While both are there they do not reach each other. {_BY_MAIL}."


@check(
    id="policy.federation",
    stage="policy",
    severity="low",
    title="Federation is open for those who send to other organisations",
    reference=FEDERATION,
)
def federation(
    access_edge: AccessEdge,
    partners: Sequence[str],
    external_access_policies: Sequence[ExternalAccessPolicy] | Missing = OPTIONAL,
    allowed_domains: Sequence[str] | Missing = OPTIONAL,
    blocked_domains: Sequence[str] | Missing = OPTIONAL,
) -> Iterator[Finding]:
    """Informs: federation carries no offline message, and tells who is a contact at all."""
    if access_edge.allow_federated_users is not Setting.TRUE:
        yield _closed(access_edge, partners)
        return
    yield Finding(_EDGE, Status.PASS, f"Federation is on. {_BY_MAIL}.")
    yield from _policies(() if isinstance(external_access_policies, Missing) else external_access_policies)
    if not isinstance(allowed_domains, Missing):
        yield from _not_allowed(access_edge, allowed_domains, partners)
    if not isinstance(blocked_domains, Missing):
        yield from _blocked(blocked_domains, partners)


def _closed(edge: AccessEdge, partners: Sequence[str]) -> Finding:
    if edge.allow_federated_users is not Setting.FALSE:
        what = f"Whether federation is on is not in the output of {_EDGE}, or not readable."
        return Finding(_EDGE, Status.SKIP, what)
    if not partners:
        return Finding(_EDGE, Status.SKIP, "Federation is off, so nobody sends to other organisations.")
    what = f"Federation is off (AllowFederatedUsers is False), and {_listed(partners)} is named as a partner."
    remedy = "Set-CsAccessEdgeConfiguration -AllowFederatedUsers $true"
    return Finding(_EDGE, Status.WARN, f"{what} {_NO_PRESENCE}", remedy=remedy)


def _policies(policies: Sequence[ExternalAccessPolicy]) -> Iterator[Finding]:
    for policy in policies:
        name = str(policy.scope)
        evidence = {"EnableFederationAccess": policy.federation.value}
        if policy.federation is Setting.FALSE:
            what = f"{name} gives no federation to whom it applies (EnableFederationAccess is False)."
            remedy = f"Set-CsExternalAccessPolicy -Identity {quoted(name)} -EnableFederationAccess $true"
            yield Finding(name, Status.WARN, f"{what} {_NO_PRESENCE}", evidence=evidence, remedy=remedy)
        elif policy.federation is Setting.TRUE:
            yield Finding(name, Status.PASS, f"{name} gives federation.", evidence=evidence)


def _not_allowed(edge: AccessEdge, allowed: Sequence[str], partners: Sequence[str]) -> Iterator[Finding]:
    if edge.discovery is not Setting.FALSE:
        return
    if not allowed and not partners:
        what = f"No domain is allowed, and partners are not discovered. {_NO_PRESENCE}"
        yield Finding("Get-CsAllowedDomain", Status.WARN, what, remedy="New-CsAllowedDomain -Identity DOMAIN")
    for domain in partners:
        if domain not in allowed:
            what = f"{domain} is not among the allowed domains, and partners are not discovered."
            remedy = f"New-CsAllowedDomain -Identity {quoted(domain)}"
            yield Finding(domain, Status.WARN, f"{what} {_NO_PRESENCE}", remedy=remedy)


def _blocked(blocked: Sequence[str], partners: Sequence[str]) -> Iterator[Finding]:
    for domain in partners:
        if domain in blocked:
            remedy = f"Remove-CsBlockedDomain -Identity {quoted(domain)}"
            yield Finding(domain, Status.WARN, f"{domain} is blocked. {_NO_PRESENCE}", remedy=remedy)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)
