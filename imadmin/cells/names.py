"""How a fact's SQL names the cells of a property."""

from __future__ import annotations

from imadmin.model.settings import Setting
from imadmin.tables import identifier, literal

__all__ = ["ABSENT", "KNOWN", "LOST", "is_known", "setting", "state", "text"]

KNOWN, LOST, ABSENT = "known", "lost", "absent"


def text(name: str) -> str:
    """SQL for a property as `text_of` shows it; null where it is null, or not known.

    Of a collection: the list of its members, null where they are not known.
    """
    return identifier(name)


def state(name: str) -> str:
    """SQL for what is known of a property: `known`, `lost`, or `absent` where the object lacks it."""
    return identifier(f"{name} state")


def is_known(name: str) -> str:
    """SQL for whether a property's value is known; null is a value."""
    return f"({state(name)} = {literal(KNOWN)})"


def setting(name: str) -> str:
    """SQL for `Setting.read` of a property, as its word."""
    value = text(name)
    return (
        f"case when not {is_known(name)} then {literal(Setting.UNKNOWN)}"
        f" when {value} is null then {literal(Setting.NULL)}"
        f" when lower({value}) = 'true' then {literal(Setting.TRUE)}"
        f" when lower({value}) = 'false' then {literal(Setting.FALSE)}"
        f" else {literal(Setting.UNKNOWN)} end"
    )
