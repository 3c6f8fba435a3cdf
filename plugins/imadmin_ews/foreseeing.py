"""The facts of this plugin as `allow-ews` would leave them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from imadmin.model import Setting
from imadmin.model.values import lowered
from imadmin.tables import literal

from .targets import target_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from imadmin import Change
    from imadmin.model import Location
    from imadmin.tables import Table

    from .access import EwsAccess

__all__ = ["FACTS", "foresee"]

_ORGANISATIONS, _MAILBOXES = "ews_organisations", "ews_mailboxes"
FACTS = (_ORGANISATIONS, _MAILBOXES)
_COLUMNS = {"EwsEnabled": "enabled", "EwsAllowList": "allow", "EwsBlockList": "block"}


def foresee(changes: Sequence[Change], facts: Mapping[str, object]) -> Mapping[str, object]:
    """The settings of organisations and mailboxes as they will be."""
    organisations: dict[Location, EwsAccess] = dict(facts[_ORGANISATIONS])  # type: ignore[call-overload]
    mailboxes: Table = facts[_MAILBOXES]  # type: ignore[assignment]
    for change in changes:
        target = target_of(change)
        if target.mailbox:
            mailboxes = _mailbox(mailboxes, change)
        else:
            organisations[target.place] = _changed(organisations[target.place], change.after)
    return {_ORGANISATIONS: organisations, _MAILBOXES: mailboxes}


def _changed(access: EwsAccess, after: Mapping[str, object]) -> EwsAccess:
    values: dict[str, object] = {
        column: Setting.TRUE if column == "enabled" else tuple(_texts(after[name]))
        for name, column in _COLUMNS.items()
        if name in after
    }
    return replace(access, **values)  # type: ignore[arg-type]


def _mailbox(mailboxes: Table, change: Change) -> Table:
    values = {
        column: _sql(after)
        for name, column in _COLUMNS.items()
        if (after := change.after.get(name)) is not None
    }
    address = literal(lowered(change.subject))
    replaced = ", ".join(
        f"case when mailbox = {address} then {value} else {column} end as {column}"
        for column, value in values.items()
    )
    sql = f"select * replace ({replaced}) from {mailboxes.name}"
    return mailboxes.database.create(f"{_MAILBOXES}_foreseen", sql)


def _sql(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(literal, _texts(value)))}]::varchar[]"
    return literal(Setting.TRUE)


def _texts(value: object) -> list[str]:
    return [str(entry) for entry in value] if isinstance(value, list) else []
