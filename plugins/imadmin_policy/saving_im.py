"""Is saving by hand taken out of the client's menu? That is often taken for what stops offline messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import Finding, Status, check
from imadmin.model import Setting
from imadmin.model.requirements import CLIENT_POLICY
from imadmin.model.values import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imadmin.model import ClientPolicy

_MENU_ONLY = (
    "{name} takes saving by hand out of the client's menu (DisableSavingIM is True). That stops no offline"
    " message: EnableIMAutoArchiving decides, and is {archiving} there."
)


@check(
    id="policy.saving-im",
    stage="policy",
    severity="low",
    title="Conversations can be saved by hand",
    reference=CLIENT_POLICY,
)
def saving_im(client_policies: Sequence[ClientPolicy]) -> Iterator[Finding]:
    """Informs: `DisableSavingIM` and `EnableIMAutoArchiving` are often set together, and mean two things."""
    if all(policy.disable_saving_im is Setting.UNKNOWN for policy in client_policies):
        yield Finding("DisableSavingIM", Status.SKIP, "The output of Get-CsClientPolicy does not show it.")
        return
    for policy in client_policies:
        yield _judged(policy)


def _judged(policy: ClientPolicy) -> Finding:
    name = str(policy.scope)
    evidence = {
        "DisableSavingIM": policy.disable_saving_im.value,
        "EnableIMAutoArchiving": policy.enable_im_auto_archiving.value,
    }
    if policy.disable_saving_im is Setting.TRUE:
        what = _MENU_ONLY.format(name=name, archiving=policy.enable_im_auto_archiving.shown)
        remedy = f"Nothing, or: Set-CsClientPolicy -Identity {quoted(name)} -DisableSavingIM $false"
        return Finding(name, Status.WARN, what, evidence=evidence, remedy=remedy)
    if policy.disable_saving_im is Setting.UNKNOWN:
        return Finding(name, Status.SKIP, f"Get-CsClientPolicy does not show DisableSavingIM of {name}.")
    return Finding(name, Status.PASS, f"{name} leaves saving by hand in the menu.", evidence=evidence)
