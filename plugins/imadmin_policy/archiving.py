"""Does the organisation rely on archiving, which offline messages bypass?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import OPTIONAL, Finding, Missing, Status, check
from imadmin.model import Setting
from imadmin.model.requirements import ARCHIVING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imadmin.model import ArchivingConfiguration, ArchivingPolicy

_BYPASSED = (
    "{name} archives conversations{whose}. An offline message is an e-mail that the client hands to Exchange,"
    " so the archive of Skype for Business never sees it (an inference)."
)
_KEEP_MAIL = (
    "Where such messages must be kept: journaling or a hold in Exchange, on the senders' mailboxes too."
)


@check(
    id="policy.archiving",
    stage="policy",
    severity="low",
    title="Nobody relies on archiving for offline messages",
    reference=ARCHIVING,
)
def archiving(
    archiving_configurations: Sequence[ArchivingConfiguration],
    archiving_policies: Sequence[ArchivingPolicy] | Missing = OPTIONAL,
) -> Iterator[Finding]:
    """Informs those who have to keep messages; it stops none."""
    policies = None if isinstance(archiving_policies, Missing) else archiving_policies
    for configuration in archiving_configurations:
        yield _judged(configuration, policies)


def _judged(configuration: ArchivingConfiguration, policies: Sequence[ArchivingPolicy] | None) -> Finding:
    name = str(configuration.scope)
    if Setting.TRUE not in {configuration.archives, configuration.to_exchange}:
        return _silent(name, configuration)
    archiving = [str(policy.scope) for policy in policies or () if _archives(policy)]
    if policies is not None and not archiving and configuration.to_exchange is Setting.FALSE:
        what = f"{name} has archiving on, but no archiving policy keeps anything."
        return Finding(name, Status.PASS, what)
    whose = " by Exchange's policies" if configuration.to_exchange is Setting.TRUE else _by(archiving)
    evidence = {"policies": archiving} if archiving else {}
    message = _BYPASSED.format(name=name, whose=whose)
    return Finding(name, Status.WARN, message, evidence=evidence, remedy=_KEEP_MAIL)


def _silent(name: str, configuration: ArchivingConfiguration) -> Finding:
    if configuration.archives is Setting.FALSE:
        return Finding(name, Status.PASS, f"{name} archives nothing (EnableArchiving is None).")
    what = f"Whether {name} archives is not in the output of Get-CsArchivingConfiguration, or not readable."
    return Finding(name, Status.SKIP, what)


def _archives(policy: ArchivingPolicy) -> bool:
    """Unless it is known to keep nothing at all."""
    return not policy.internal == policy.external == Setting.FALSE


def _by(policies: Sequence[str]) -> str:
    return f" (archiving policies: {', '.join(policies)})" if policies else ""
