"""Events as elements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from . import ids, xml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imadmin_lab.mail import Event

    from .subscriptions import Subscription
    from .xml import Element

_NEW: Final = ("CreatedEvent", "NewMailEvent", "MovedEvent", "CopiedEvent")


def notification(
    subscription: Subscription, found: Sequence[Event], *, previous: int | None = None, last: int = 0
) -> Element:
    """Give a notification; for a pull subscription with its watermarks."""
    pulled = previous is not None
    shown = [_event(subscription, event, marked=pulled) for event in found]
    status = xml.t("StatusEvent", xml.t("Watermark", subscription.watermark(last)) if pulled else None)
    return xml.m(
        "Notification",
        xml.t("SubscriptionId", subscription.id),
        xml.t("PreviousWatermark", subscription.watermark(previous)) if previous is not None else None,
        xml.t("MoreEvents", "false") if pulled else None,
        *(shown or [status]),
    )


def _event(subscription: Subscription, event: Event, *, marked: bool) -> Element:
    guid = subscription.guid
    moved = event.old_object is not None
    return xml.t(
        event.kind,
        xml.t("Watermark", subscription.watermark(event.id)) if marked else None,
        xml.t("TimeStamp", xml.time(event.time)),
        _object(guid, event, "", event.object, event.folder),
        _folder(guid, "ParentFolderId", event.folder or event.object),
        _object(guid, event, "Old", event.old_object or 0, event.old_folder) if moved else None,
        _folder(guid, "OldParentFolderId", event.old_folder or 0) if moved else None,
        xml.t("UnreadCount", str(event.unread)) if event.unread is not None else None,
    )


def _object(guid: str, event: Event, prefix: str, number: int, folder: int | None) -> Element:
    if event.is_folder:
        return _folder(guid, f"{prefix}FolderId", number)
    element = xml.t(f"{prefix}ItemId", Id=ids.item_id(guid, folder or 0, number))
    if event.kind in _NEW:
        element.set("ChangeKey", ids.first_key(number))
    return element


def _folder(guid: str, name: str, number: int) -> Element:
    return xml.t(name, Id=ids.folder_id(guid, number), ChangeKey=ids.PARENT_KEY)
