"""What is asked, as exchangelib writes it: these tests fail where an upgrade writes it otherwise."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from imadmin.ews import Folder, Item, grammar
from imadmin.ews.requests import checked_address
from imadmin.ews.soap import MESSAGES, SOAP, TYPES

ITEM = Item("id", "key", Folder.INBOX, "", "", None, datetime.now(UTC))
ORDER = ["ItemClass", "Subject", "Body", "ToRecipients"]
CALLER = grammar.Caller("anna@contoso.com", impersonates=True)


def body(request: bytes) -> etree._Element:
    found = etree.fromstring(request).find(f"{SOAP}Body")
    assert found is not None
    return found[0]


def names(element: etree._Element) -> list[str]:
    return [etree.QName(one).localname for one in element]


@pytest.mark.parametrize("impersonates", [True, False])
def test_the_header(impersonates: bool) -> None:  # noqa: FBT001 - of pytest
    request = grammar.get_folders(grammar.Caller("anna@contoso.com", impersonates), [Folder.INBOX])
    header = etree.fromstring(request).find(f"{SOAP}Header")
    assert header is not None
    spoken = header.find(f"{TYPES}RequestServerVersion")
    assert spoken is not None
    assert spoken.get("Version") == "Exchange2013_SP1"
    path = f"{TYPES}ExchangeImpersonation/{TYPES}ConnectingSID/{TYPES}PrimarySmtpAddress"
    assert header.findtext(path) == ("anna@contoso.com" if impersonates else None)
    assert len(header) == 1 + impersonates


def test_get_folders() -> None:
    asked = body(grammar.get_folders(CALLER, list(Folder)))
    assert names(asked) == ["FolderShape", "FolderIds"]
    ids = asked.findall(f"{MESSAGES}FolderIds/{TYPES}DistinguishedFolderId")
    assert [one.get("Id") for one in ids] == [str(folder) for folder in Folder]
    assert {one.findtext(f"{TYPES}Mailbox/{TYPES}EmailAddress") for one in ids} == {"anna@contoso.com"}
    shape = asked[0]
    assert shape.findtext(f"{TYPES}BaseShape") == "IdOnly"
    fields = shape.findall(f"{TYPES}AdditionalProperties/{TYPES}FieldURI")
    assert [one.get("FieldURI") for one in fields] == ["folder:DisplayName"]


_ADDRESSES = st.from_regex(r"[^@\s\x00-\x1f\x7f]{1,8}@[^@\s\x00-\x1f\x7f]{1,8}", fullmatch=True)


@given(_ADDRESSES.filter(str.isprintable), st.lists(st.sampled_from(Folder), min_size=1), st.booleans())
def test_the_place_of_the_address_is_filled_in_as_exchangelib_does(
    address: str,
    folders: list[Folder],
    impersonates: bool,  # noqa: FBT001 - of Hypothesis
) -> None:
    caller = grammar.Caller(checked_address(address), impersonates)
    assert grammar.get_folders(caller, folders) == grammar.written_get_folders(caller, folders)


@pytest.mark.parametrize("address", ["a\ufffe@x.y", "a\u2028@x.y", "a\ud800@x.y", "a b@x.y", "a@", "a@b@c"])
def test_what_cannot_be_written_is_no_address(address: str) -> None:
    """exchangelib would write a question mark, and so ask for somebody else."""
    with pytest.raises(ValueError, match="not an address"):
        checked_address(address)


def test_find_items() -> None:
    asked = body(grammar.find_items(CALLER, [Folder.INBOX, Folder.JUNK], 7))
    assert names(asked) == ["ItemShape", "IndexedPageItemView", "SortOrder", "ParentFolderIds"]
    assert dict(asked.items()) == {"Traversal": "Shallow"}
    assert dict(asked[1].items()) == {"MaxEntriesReturned": "7", "Offset": "0", "BasePoint": "Beginning"}
    fields = asked.findall(f"{MESSAGES}ItemShape/{TYPES}AdditionalProperties/{TYPES}FieldURI")
    wanted = {"item:Subject", "item:ItemClass", "item:DateTimeReceived", "item:DateTimeCreated"}
    assert {one.get("FieldURI") for one in fields} == wanted
    assert asked[2][0].get("Order") == "Descending"
    assert len(asked[3]) == 2


def test_create_item() -> None:
    asked = body(
        grammar.create_item(CALLER, ["b@x.y", "c@x.y"], "subject", "body", "IPM.Note.Microsoft.Missed")
    )
    assert asked.get("MessageDisposition") == "SendOnly"
    assert names(asked) == ["Items"]
    (message,) = asked[0]
    assert [name for name in names(message) if name in ORDER] == ORDER
    assert message.findtext(f"{TYPES}ItemClass") == "IPM.Note.Microsoft.Missed"
    assert len(message.findall(f"{TYPES}ToRecipients/{TYPES}Mailbox")) == 2


def test_create_item_in_somebodys_name() -> None:
    asked = body(grammar.create_item(CALLER, ["b@x.y"], "s", "b", "IPM.Note", author="anna@contoso.com"))
    assert asked.findtext(f".//{TYPES}From/{TYPES}Mailbox/{TYPES}EmailAddress") == "anna@contoso.com"


def test_delete_items() -> None:
    asked = body(grammar.delete_items(CALLER, [ITEM]))
    assert asked.get("DeleteType") == "HardDelete"
    assert asked.get("SuppressReadReceipts") == "true"
    assert dict(asked[0][0].items()) == {"Id": "id", "ChangeKey": "key"}


def test_get_bodies() -> None:
    asked = body(grammar.get_bodies(CALLER, [ITEM]))
    assert names(asked) == ["ItemShape", "ItemIds"]
    fields = asked.findall(f"{MESSAGES}ItemShape/{TYPES}AdditionalProperties/{TYPES}FieldURI")
    assert {one.get("FieldURI") for one in fields} == {"item:TextBody", "item:Body"}
