"""The requests of EWS, as exchangelib writes them.

exchangelib neither connects, logs in nor retries here, and is told no password. Its services take an account,
which would bring a process-wide cache of connections, a pool that waits for ever and log-ins that are
repeated; a `Caller` has all that writing a request needs of one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape

import exchangelib  # type: ignore[import-untyped]
from exchangelib.fields import CharField, FieldOrder, FieldPath  # type: ignore[import-untyped]
from exchangelib.folders import BaseFolder  # type: ignore[import-untyped]
from exchangelib.properties import DistinguishedFolderId, Fields, ItemId  # type: ignore[import-untyped]
from exchangelib.properties import Mailbox as Person
from exchangelib.services import (  # type: ignore[import-untyped]
    CreateItem,
    DeleteItem,
    FindItem,
    GetFolder,
    GetInboxRules,
    GetItem,
    GetUserSettings,
)
from exchangelib.version import EXCHANGE_2013_SP1, Version  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from imadmin.ews.records import Folder, Item

__all__ = [
    "Caller",
    "create_item",
    "delete_items",
    "find_items",
    "find_letters",
    "get_bodies",
    "get_folders",
    "get_inbox_rules",
    "get_user_settings",
]

_SPOKEN: Final = Version(build=EXCHANGE_2013_SP1)
"""What every server since Exchange 2013 SP1 understands: nothing newer is needed, so none has to be asked."""
_SOMEBODY: Final = "somebody@imadmin.invalid"
_FOUND: Final = ("subject", "item_class", "datetime_received", "datetime_created")
_OF_LETTERS: Final = (*_FOUND, "author", "is_read")
_BODIES: Final = ("text_body", "body")


class _Message(exchangelib.Message):  # type: ignore[misc]  # exchangelib has no types
    """A message whose class is sent: exchangelib's own takes it for read-only and leaves it out."""

    FIELDS = Fields(
        *(
            CharField(name=one.name, field_uri=one.field_uri) if one.name == "item_class" else one
            for one in exchangelib.Message.FIELDS
        )
    )


@dataclass(frozen=True, slots=True)
class _Protocol:
    """What a service asks of exchangelib's protocol."""

    service_endpoint: str = ""
    version: Any = _SPOKEN
    credentials: None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """What a service asks of exchangelib's account: on which mailbox, and in whose name.

    Attributes:
        primary_smtp_address: of the mailbox.
        impersonates: whether the request is made as the mailbox's owner.
    """

    primary_smtp_address: str
    impersonates: bool
    protocol: _Protocol = _Protocol()
    version: Any = _SPOKEN
    default_timezone: None = None

    @property
    def access_type(self) -> str:
        """The word that exchangelib has for it."""
        return str(exchangelib.IMPERSONATION if self.impersonates else exchangelib.DELEGATE)

    @property
    def identity(self) -> Any:
        """Whom to impersonate."""
        return exchangelib.Identity(primary_smtp_address=self.primary_smtp_address)


def get_folders(caller: Caller, folders: Iterable[Folder]) -> bytes:
    """Ask which of *folders* there are, and their names.

    This is asked of every mailbox of an organisation, and differs by the address only: exchangelib writes it
    once, and its place is filled in.
    """
    pieces = _asking_for(tuple(folders), caller.impersonates)
    return escape(caller.primary_smtp_address).encode().join(pieces)


@cache
def _asking_for(folders: tuple[Folder, ...], impersonates: bool) -> tuple[bytes, ...]:  # noqa: FBT001
    return tuple(written_get_folders(Caller(_SOMEBODY, impersonates), folders).split(_SOMEBODY.encode()))


def written_get_folders(caller: Caller, folders: Iterable[Folder]) -> bytes:
    """What `get_folders` gives, written by exchangelib from the beginning."""
    name = FieldPath(field=BaseFolder.get_field_by_fieldname("name"))
    service = GetFolder(account=caller)
    return _wrapped(service, service.get_payload(_ids(caller, folders), [name], "IdOnly"))


def find_items(caller: Caller, folders: Iterable[Folder], limit: int) -> bytes:
    """Ask for the newest *limit* items of each folder."""
    return _found(caller, folders, _FOUND, limit, 0)


def find_letters(caller: Caller, folders: Iterable[Folder], limit: int, offset: int) -> bytes:
    """Ask for *limit* messages of each folder, newest first, after the newest *offset*."""
    return _found(caller, folders, _OF_LETTERS, limit, offset)


def _found(
    caller: Caller, folders: Iterable[Folder], fields: Iterable[str], limit: int, offset: int
) -> bytes:
    service = FindItem(account=caller)
    payload = service.get_payload(
        folders=_ids(caller, folders),
        additional_fields=[_path(name) for name in fields],
        restriction=None,
        order_fields=[FieldOrder(field_path=_path("datetime_received"), reverse=True)],
        query_string=None,
        shape="IdOnly",
        depth="Shallow",
        calendar_view=None,
        page_size=limit,
        offset=offset,
    )
    return _wrapped(service, payload)


def get_inbox_rules(caller: Caller) -> bytes:
    """Ask for the rules of a mailbox."""
    service = GetInboxRules(account=caller)
    return _wrapped(service, service.get_payload(caller.primary_smtp_address))


def create_item(
    caller: Caller, recipients: Sequence[str], subject: str, body: str, item_class: str, *, author: str = ""
) -> bytes:
    """Send a message without keeping a copy; *author* is named as its sender."""
    message = _Message(
        subject=subject,
        body=body,
        item_class=item_class,
        to_recipients=[Person(email_address=address) for address in recipients],
        author=Person(email_address=author) if author else None,
    )
    service = CreateItem(account=caller)
    return _wrapped(service, service.get_payload([message], None, "SendOnly", "SendToNone"))


def delete_items(caller: Caller, items: Iterable[Item]) -> bytes:
    """Delete *items* for good."""
    service = DeleteItem(account=caller)
    payload = service.get_payload(
        _item_ids(items), "HardDelete", "SendToNone", "AllOccurrences", suppress_read_receipts=True
    )
    return _wrapped(service, payload)


def get_bodies(caller: Caller, items: Iterable[Item]) -> bytes:
    """Ask for what *items* say, as text and as it was written."""
    service = GetItem(account=caller)
    payload = service.get_payload(_item_ids(items), [_path(name) for name in _BODIES], "IdOnly")
    return _wrapped(service, payload)


def get_user_settings(address: str, url: str) -> bytes:
    """Ask Autodiscover at *url* for the EWS addresses of a mailbox."""
    service = GetUserSettings(protocol=_Protocol(url))
    payload = service.get_payload([address], ["external_ews_url", "internal_ews_url"])
    return bytes(service.wrap(content=payload, api_version=_SPOKEN.api_version))


def _ids(caller: Caller, folders: Iterable[Folder]) -> list[Any]:
    """Folders by their distinguished ids, in the mailbox of *caller*."""
    owner = Person(email_address=caller.primary_smtp_address)
    return [DistinguishedFolderId(id=str(folder), mailbox=owner) for folder in folders]


def _item_ids(items: Iterable[Item]) -> list[Any]:
    return [ItemId(id=item.id, changekey=item.change_key) for item in items]


def _path(name: str) -> Any:
    return FieldPath(field=exchangelib.Message.get_field_by_fieldname(name))


def _wrapped(service: Any, payload: Any) -> bytes:
    return bytes(service.wrap(content=payload, api_version=_SPOKEN.api_version))
