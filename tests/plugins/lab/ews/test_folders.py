"""Folders, as exchangelib sees them."""

from __future__ import annotations

from typing import Any

import pytest
from exchangelib import Folder  # type: ignore[import-untyped]
from exchangelib.errors import (  # type: ignore[import-untyped]
    ErrorAccessDenied,
    ErrorDeleteDistinguishedFolder,
    ErrorFolderExists,
    ErrorFolderNotFound,
)
from exchangelib.folders import Calendar, Contacts, ConversationHistory, Inbox, Messages, SingleFolderQuerySet  # type: ignore[import-untyped]


def test_walk_finds_every_default_folder(anna: Any) -> None:
    names = {folder.name for folder in anna.root.walk()}
    assert {
        "Inbox",
        "Sent Items",
        "Conversation History",
        "Deletions",
        "Calendar",
        "Skype for Business Contacts",
    } <= names
    assert isinstance(anna.root / "Top of Information Store" / "Inbox", Inbox)


def test_folders_have_the_mailboxs_language(bert: Any) -> None:
    assert bert.inbox.name == "Posteingang"
    assert bert.conversation_history.name == "Aufgezeichnete Unterhaltungen"
    assert isinstance(bert.conversation_history, ConversationHistory)


def test_conversation_history_may_be_missing(client: Any) -> None:
    carl = client.account("carl@contoso.com")
    with pytest.raises(ErrorFolderNotFound):
        _ = carl.conversation_history
    assert carl.inbox.name == "Inbox"


def test_classes_have_their_elements(anna: Any) -> None:
    assert isinstance(anna.calendar, Calendar)
    assert isinstance(anna.contacts, Contacts)
    assert anna.contacts.total_count == 0


def test_life_of_a_folder(anna: Any) -> None:
    folder = Messages(parent=anna.inbox, name="Probe").save()
    number = folder.id
    folder.name = "Tested"
    folder.save()
    assert folder.refresh().name == "Tested"
    folder.move(anna.drafts)
    assert folder.id == number
    assert folder.parent_folder_id.id == anna.drafts.id
    folder.delete()
    anna.root.clear_cache()
    with pytest.raises(ErrorFolderNotFound):
        _ = anna.drafts / "Tested"


def test_a_folder_without_a_class_is_a_plain_folder(anna: Any) -> None:
    folder = Folder(parent=anna.inbox, name="Plain").save()
    assert folder.refresh().folder_class is None


def test_names_are_unique_below_a_folder_without_regard_to_case(anna: Any) -> None:
    Folder(parent=anna.inbox, name="Once").save()
    with pytest.raises(ErrorFolderExists):
        Folder(parent=anna.inbox, name="ONCE").save()


def test_default_folders_stay(anna: Any) -> None:
    with pytest.raises(ErrorDeleteDistinguishedFolder):
        anna.inbox.delete()


def test_a_deleted_folder_takes_its_children_along_to_deleted_items(anna: Any) -> None:
    parent = Folder(parent=anna.inbox, name="Parent").save()
    child = Folder(parent=parent, name="Child").save()
    parent.delete(delete_type="MoveToDeletedItems")
    anna.root.clear_cache()
    assert (anna.trash / "Parent" / "Child").id == child.id


def test_find_folders_by_property(anna: Any) -> None:
    query = SingleFolderQuerySet(account=anna, folder=anna.msg_folder_root).depth("Shallow")
    assert [one.name for one in query.filter(name="Conversation History").only("name")] == [
        "Conversation History"
    ]


def test_empty_and_wipe(anna: Any, client: Any) -> None:
    folder = Messages(parent=anna.inbox, name="Full").save()
    anna.bulk_create(folder, [client.Message(subject=str(number)) for number in range(5)])
    folder.empty()
    assert folder.all().count() == 0
    assert folder.refresh().total_count == 0


def test_other_peoples_folders_are_closed(client: Any) -> None:
    with pytest.raises(ErrorAccessDenied):
        _ = client.account("anna@contoso.com", login="bert@contoso.com").inbox


def test_a_delegate_of_all_may_open_any(client: Any) -> None:
    assert client.account("anna@contoso.com", login="CONTOSO\\admin").inbox.name == "Inbox"
