"""The ids that clients see: opaque to them, and laid out as Exchange lays them out.

An id says which mailbox, folder and item it means: that of a moved item leads nowhere, as it should.
"""

from __future__ import annotations

import base64
import binascii
import struct
import uuid
from typing import TYPE_CHECKING, Final, NamedTuple

from .errors import EwsError

if TYPE_CHECKING:
    from imadmin_lab.mail import Folder, Item

_BY_MAILBOX: Final = b"\x00\x03"
_CONVERSATION: Final = b"\x00\x04"
_ENTRY: Final = struct.Struct(">4x16sH")
_COUNTER: Final = struct.Struct(">16s6s2x")
_FOLDER_TYPE, _ITEM_TYPE = 1, 7
_FOLDER_SIZE: Final = _ENTRY.size + _COUNTER.size
_ITEM_SIZE: Final = _FOLDER_SIZE + _COUNTER.size
_GUID_LENGTH: Final = 36
_KEY: Final = struct.Struct("<II16x6s4x")
_FOLDER_KEY, _ITEM_KEY, _KEY_SIZE = 1, 9, 22
PARENT_KEY: Final = "AQAAAA=="
"""The change key of a folder that is only referred to."""
_HEAD: Final = 2 + 2 + _GUID_LENGTH + 1 + 2


class ObjectId(NamedTuple):
    """What an id means; `item` and `attachment` are 0 where it is a folder's or an item's."""

    mailbox: str
    folder: int
    item: int = 0
    attachment: int = 0


def folder_id(mailbox: str, folder: int) -> str:
    """Give the id of a folder of the mailbox with this guid."""
    return _wrap(_BY_MAILBOX, mailbox, _entry(mailbox, _FOLDER_TYPE, folder))


def item_id(mailbox: str, folder: int, item: int) -> str:
    """Give the id of an item."""
    return _wrap(_BY_MAILBOX, mailbox, _entry(mailbox, _ITEM_TYPE, folder, item))


def attachment_id(mailbox: str, folder: int, item: int, attachment: int) -> str:
    """Give the id of an attachment."""
    owner = base64.b64decode(item_id(mailbox, folder, item))
    return _text(owner + b"\x01" + struct.pack("<H", 16) + attachment.to_bytes(16, "big"))


def entry_of(text: str) -> bytes:
    """Give the MAPI entry id inside an id of a folder or item."""
    found = decode(text)
    numbers = (found.folder, found.item) if found.item else (found.folder,)
    return _entry(found.mailbox, _ITEM_TYPE if found.item else _FOLDER_TYPE, *numbers)


def of_entry(entry: bytes, mailbox: str) -> str:
    """Give the id around a MAPI entry id; EwsError where the mailbox has no such."""
    if not mailbox:
        raise EwsError("ErrorNonExistentMailbox")
    return _wrap(_BY_MAILBOX, mailbox, entry)


def conversation_id(mailbox: str, conversation: str) -> str:
    """Give the id of a conversation."""
    return _wrap(_CONVERSATION, mailbox, bytes.fromhex(conversation))


def folder_entry(mailbox: str, folder: int) -> bytes:
    """Give the MAPI entry id of a folder."""
    return _entry(mailbox, _FOLDER_TYPE, folder)


def decode(value: str) -> ObjectId:
    """Read an id; EwsError where it is none."""
    try:
        raw = base64.b64decode(value, validate=True)
        return _read(raw)
    except (binascii.Error, ValueError, struct.error):
        raise EwsError("ErrorInvalidIdMalformed") from None


def folder_key(folder: Folder) -> str:
    """Give the change key of a folder."""
    return _change_key(_FOLDER_KEY, folder.id, folder.change)


def first_key(item: int) -> str:
    """Give the change key that an item has when it is new."""
    return _change_key(_ITEM_KEY, item, 1)


def item_key(item: Item) -> str:
    """Give the change key of an item."""
    return _change_key(_ITEM_KEY, item.id, item.change)


def read_key(value: str) -> int:
    """Give the change that a change key stands for; EwsError where it is none."""
    try:
        raw = base64.b64decode(value, validate=True)
        kind, size, change = _KEY.unpack(raw)
    except (binascii.Error, ValueError, struct.error):
        raise EwsError("ErrorInvalidChangeKey") from None
    if size != _KEY_SIZE or kind not in (_FOLDER_KEY, _ITEM_KEY):
        raise EwsError("ErrorInvalidChangeKey")
    return int.from_bytes(change, "big")


def _read(raw: bytes) -> ObjectId:
    size = struct.unpack_from("<H", raw, _HEAD - 2)[0]
    mailbox = str(uuid.UUID(raw[4 : 4 + _GUID_LENGTH].decode("ascii")))
    if raw[:4] != _BY_MAILBOX + struct.pack("<H", _GUID_LENGTH) or size not in (_FOLDER_SIZE, _ITEM_SIZE):
        raise ValueError
    entry, rest = raw[_HEAD : _HEAD + size], raw[_HEAD + size :]
    owner, kind = _ENTRY.unpack_from(entry)
    if owner != uuid.UUID(mailbox).bytes or kind != (_FOLDER_TYPE if size == _FOLDER_SIZE else _ITEM_TYPE):
        raise ValueError
    counters = [int.from_bytes(part[1], "big") for part in _COUNTER.iter_unpack(entry[_ENTRY.size :])]
    return ObjectId(mailbox, *counters, *_attachment(rest, is_item=size == _ITEM_SIZE))


def _attachment(rest: bytes, *, is_item: bool) -> tuple[int, ...]:
    if not rest:
        return ()
    if not is_item or len(rest) != 1 + 2 + 16 or rest[:3] != b"\x01\x10\x00":
        raise ValueError
    return (int.from_bytes(rest[3:], "big"),)


def _entry(mailbox: str, kind: int, *counters: int) -> bytes:
    owner = uuid.UUID(mailbox).bytes
    parts = (_COUNTER.pack(owner, counter.to_bytes(6, "big")) for counter in counters)
    return _ENTRY.pack(owner, kind) + b"".join(parts)


def _wrap(kind: bytes, mailbox: str, entry: bytes) -> str:
    size = struct.pack("<H", _GUID_LENGTH)
    return _text(kind + size + mailbox.encode("ascii") + b"\x00" + struct.pack("<H", len(entry)) + entry)


def _change_key(kind: int, number: int, change: int) -> str:
    return _text(
        struct.pack("<II", kind, _KEY_SIZE)
        + number.to_bytes(16, "big")
        + change.to_bytes(6, "big")
        + bytes(4)
    )


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
