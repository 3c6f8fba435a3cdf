"""What the server's policy says for a person, as far as that can be told without the person's site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.model import Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imadmin.model import ClientPolicy, Setting
    from imadmin.tables import Table

__all__ = ["served"]


def served(person: str, users: Table, policies: Sequence[ClientPolicy]) -> tuple[str, Setting] | None:
    """The policy that applies, and its EnableIMAutoArchiving; None where that cannot be told here.

    Where a policy exists for some site, and none is granted to the person, the site decides.
    """
    row = users.query("select client_policy, client_policy_known from users where person = ?", [person])
    if not row or not row[0][1]:
        return None
    granted = row[0][0]
    if not granted and any(policy.scope.kind == "site" for policy in policies):
        return None
    key = Scope.parse(granted).key if granted else Scope("global").key
    return next(
        ((str(one.scope), one.enable_im_auto_archiving) for one in policies if one.scope.key == key), None
    )
