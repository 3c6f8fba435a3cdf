"""What a configuration object means for those to whom it applies."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imadmin import Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imadmin.model import Setting

GLOBAL = "global"


class Ruling(NamedTuple):
    """A row that SQL joins with the people to whom the object applies.

    Attributes:
        key: of the object's scope, in small letters.
        value: of the setting that was looked at; the finding's evidence.
    """

    key: str
    status: Status
    reason: str
    object: str
    remedy: str
    value: str


def by_key(rulings: Iterable[Ruling]) -> list[Ruling]:
    """One ruling for each key; two that contradict each other become an error."""
    kept: dict[str, Ruling] = {}
    for ruling in rulings:
        other = kept.setdefault(ruling.key, ruling)
        if other.value != ruling.value:
            kept[ruling.key] = ruling._replace(
                status=Status.ERROR,
                reason=f"{ruling.object} is listed twice, and differs ({other.value}, {ruling.value}).",
                remedy="Save the output of one server, at one time.",
                value="contradictory",
            )
    return list(kept.values())


def has_sites(rulings: Iterable[Ruling]) -> bool:
    """Whether it depends on a person's site which object applies."""
    return any(ruling.key.startswith("site:") for ruling in rulings)


def unreadable(cmdlet: str, name: str, setting: Setting) -> str:
    """The reason why an object with this setting cannot be judged."""
    state = "is null" if setting == "null" else "is missing or not readable"
    return f"{name} {state} in the output of {cmdlet}."
