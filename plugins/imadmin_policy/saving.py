"""The operation `allow-auto-archiving`: a client policy lets its people save conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import Change, Operation, SourceError
from imadmin.errors import UsageError
from imadmin.managed import Managed
from imadmin.model import ClientPolicy, LocalStore, Setting
from imadmin.model.requirements import CLIENT_POLICY
from imadmin.model.scope import Scope

from .facts import GET_CLIENT_POLICY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from imadmin.access import Access

__all__ = ["ALLOW_AUTO_ARCHIVING"]

_PROPERTY = "EnableIMAutoArchiving"
_OBJECTS = Managed("skype", "CsClientPolicy", (_PROPERTY,))
_FACT = "client_policies"
_REPLICA = "local_store"
_HARDENING = (
    "It writes EnableIMAutoArchiving True: from then on every conversation of these people is saved in their"
    " mailbox. Hardening baselines set False on purpose: ask whoever did."
)
_VALUES: Mapping[Setting, bool | None] = {Setting.TRUE: True, Setting.FALSE: False, Setting.NULL: None}


def _plan(access: Access, *, policy: str = "") -> Iterator[Change]:
    """One policy, by its name: `Global`, `Site:Redmond`, `Tag:Legal`."""
    found = _named(policy, access)
    now = _VALUES.get(found.enable_im_auto_archiving, ...)
    if now is ...:
        raise SourceError(f"{_PROPERTY} of {found.scope} is not readable, so nothing can be planned")
    if now is not True:
        name = str(found.scope)
        yield Change(name, {_PROPERTY: now}, {_PROPERTY: True}, caution=_HARDENING)


def _named(policy: str, access: Access) -> ClientPolicy:
    records = access.shell("skype").run(GET_CLIENT_POLICY).records
    present = [ClientPolicy.read(record) for record in records]
    wanted = Scope.parse(policy).key if policy else ""
    found = [one for one in present if one.scope.key == wanted]
    if not found:
        what = f"there is no client policy {policy!r}" if policy else "which client policy is not said"
        stopping = [str(one.scope) for one in present if one.enable_im_auto_archiving is Setting.FALSE]
        some = f"Those that forbid it: {', '.join(stopping)}." if stopping else "None forbids it."
        raise UsageError(what, remedy=f"Say -p policy=Tag:NAME, Site:NAME or Global. {some}")
    return found[0]


def _foresee(changes: Sequence[Change], facts: Mapping[str, object]) -> Mapping[str, object]:
    """The policies as they will be, in the replica too once it has them."""
    keys = {Scope.parse(change.subject).key for change in changes}

    def changed(present: Sequence[ClientPolicy]) -> tuple[ClientPolicy, ...]:
        return tuple(_allowing(one) if one.scope.key in keys else one for one in present)

    future: dict[str, object] = {_FACT: changed(facts[_FACT])}  # type: ignore[arg-type]
    replica = facts.get(_REPLICA)
    if isinstance(replica, LocalStore) and replica.policies is not None:
        future[_REPLICA] = replica._replace(policies=changed(replica.policies))
    return future


def _allowing(policy: ClientPolicy) -> ClientPolicy:
    return policy._replace(enable_im_auto_archiving=Setting.TRUE)


ALLOW_AUTO_ARCHIVING = Operation(
    name="allow-auto-archiving",
    title="Let the people of a client policy save conversations (EnableIMAutoArchiving True)",
    reference=CLIENT_POLICY,
    plan=_plan,
    apply=_OBJECTS.write,
    read=_OBJECTS.read,
    verify=_OBJECTS.seen_by_replica,
    facts=(_FACT,),
    also=(_REPLICA,),
    foresee=_foresee,
)
