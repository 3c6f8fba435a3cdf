"""What `allow-ews` changes: a mailbox or an organisation, and which of its properties."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imadmin import SourceError
from imadmin.managed import Managed
from imadmin.model import Location

if TYPE_CHECKING:
    from imadmin import Change

__all__ = ["ENABLED", "LISTS", "POLICY", "Target", "target_of"]

ENABLED, POLICY = "EwsEnabled", "EwsApplicationAccessPolicy"
LISTS = {"enforceallowlist": "EwsAllowList", "enforceblocklist": "EwsBlockList"}
"""The list that each application access policy goes by."""


class Target(NamedTuple):
    """An object, and the properties of it that are at stake.

    Attributes:
        subject: the mailbox's address, or the organisation's name.
        place: where it is.
        mailbox: whether it is a mailbox.
        list: the list of user agents that is changed; empty where `EwsEnabled` is.
    """

    subject: str
    place: Location
    mailbox: bool
    list: str = ""

    @property
    def managed(self) -> Managed:
        """Its cmdlets, and what they may write."""
        noun, key = ("CASMailbox", "PrimarySmtpAddress") if self.mailbox else ("OrganizationConfig", "")
        if self.list:
            return Managed(self.place.shell, noun, (POLICY,), (self.list,), key)
        return Managed(self.place.shell, noun, (ENABLED,), (), key)

    @property
    def detail(self) -> dict[str, object]:
        """What `target_of` needs."""
        return {"place": str(self.place), "mailbox": self.mailbox, "list": self.list}


def target_of(change: Change) -> Target:
    """The target of a change, which may come from a file.

    Raises:
        SourceError: it is none.
    """
    detail = change.detail
    place, changed = detail.get("place"), str(detail.get("list", ""))
    if place not in list(Location) or changed not in {"", *LISTS.values()}:
        raise SourceError(f"the change of {change.subject} does not say what of EWS it changes, and where")
    target = Target(change.subject, Location(str(place)), detail.get("mailbox") is True, changed)
    if not target.mailbox and target.subject != target.place.organisation:
        raise SourceError(f"{target.subject} is not {target.place.organisation}, which would be changed")
    return target
