"""The operations `enable-offline-im` and `disable-offline-im`: of Global, and of what overrides it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import Change, Operation, SourceError
from imadmin.errors import UsageError
from imadmin.managed import Managed
from imadmin.model import ImConfiguration, LocalStore, Setting
from imadmin.model.requirements import OFFLINE_IM
from imadmin.model.scope import Scope

from .facts import GET_IM_CONFIGURATION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from imadmin.access import Access

__all__ = ["DISABLE", "ENABLE"]

_PROPERTY = "EnableOfflineIm"
_OBJECTS = Managed("skype", "CsImConfiguration", (_PROPERTY,))
_ALL = "all"
_FACT = "im_configurations"
_REPLICA = "local_store"
_KILLS = "People who are homed there can no longer leave offline messages, once their clients hear of it."


def _plan_to(*, wanted: bool) -> Callable[..., Iterator[Change]]:
    def plan(access: Access, *, identity: str = _ALL) -> Iterator[Change]:
        """Global and each site's object that overrides it; or the one that is named."""
        for configuration in _chosen(_present(access), identity):
            now = _state(configuration)
            if now is not wanted:
                name = str(configuration.scope)
                caution = "" if wanted else _KILLS
                yield Change(name, {_PROPERTY: now}, {_PROPERTY: wanted}, caution=caution)

    return plan


def _present(access: Access) -> list[ImConfiguration]:
    records = access.shell("skype").run(GET_IM_CONFIGURATION).records
    return [ImConfiguration.read(record) for record in records]


def _chosen(present: list[ImConfiguration], identity: str) -> list[ImConfiguration]:
    """Those that decide for people; what a `Service:` object does is not documented, and it is left alone."""
    matter = [one for one in present if one.scope.kind in {"global", "site"}]
    if identity.lower() == _ALL:
        return matter
    wanted = Scope.parse(identity).key
    found = [one for one in present if one.scope.key == wanted]
    if not found:
        there = ", ".join(str(one.scope) for one in matter)
        raise UsageError(
            f"there is no IM configuration {identity!r}, so nothing of that name can be changed",
            remedy=f"There are: {there}; or all. A site without an object of its own follows Global.",
        )
    return found


def _state(configuration: ImConfiguration) -> bool:
    setting = configuration.enable_offline_im
    if setting not in {Setting.TRUE, Setting.FALSE}:
        raise SourceError(
            f"{_PROPERTY} of {configuration.scope} is not readable, so what undoing would set is not known",
            remedy=f"Look at it there: Get-CsImConfiguration -Identity '{configuration.scope}'",
        )
    return setting is Setting.TRUE


def _foresee(changes: Sequence[Change], facts: Mapping[str, object]) -> Mapping[str, object]:
    """The configurations as they will be, in the replica too once it has them."""
    wanted = {Scope.parse(change.subject).key: change.after[_PROPERTY] for change in changes}

    def changed(present: Sequence[ImConfiguration]) -> tuple[ImConfiguration, ...]:
        return tuple(_with(one, wanted.get(one.scope.key)) for one in present)

    future: dict[str, object] = {_FACT: changed(facts[_FACT])}  # type: ignore[arg-type]
    replica = facts.get(_REPLICA)
    if isinstance(replica, LocalStore) and replica.configurations is not None:
        future[_REPLICA] = replica._replace(configurations=changed(replica.configurations))
    return future


def _with(configuration: ImConfiguration, wanted: object) -> ImConfiguration:
    if wanted is None:
        return configuration
    return configuration._replace(enable_offline_im=Setting.TRUE if wanted else Setting.FALSE)


def _operation(name: str, title: str, *, wanted: bool) -> Operation:
    return Operation(
        name=name,
        title=title,
        reference=OFFLINE_IM,
        plan=_plan_to(wanted=wanted),
        apply=_OBJECTS.write,
        read=_OBJECTS.read,
        verify=_OBJECTS.seen_by_replica,
        facts=(_FACT,),
        also=(_REPLICA,),
        foresee=_foresee,
    )


ENABLE = _operation(
    "enable-offline-im", "Let people leave offline messages (EnableOfflineIm True)", wanted=True
)
DISABLE = _operation(
    "disable-offline-im", "Switch offline messages off (EnableOfflineIm False)", wanted=False
)
