"""The store itself: folders, rights, files and threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from imadmin_lab.mail import Account, Content, MailStore, directory, events, folders, items

if TYPE_CHECKING:
    from pathlib import Path

    from imadmin_lab.mail import Folder, Session


def inbox(session: Session, address: str = "anna@contoso.com") -> Folder:
    mailbox = directory.by_address(session, address)
    assert mailbox is not None
    found = folders.distinguished(session, mailbox.id, "inbox")
    assert found is not None
    return found


def test_what_was_stored_is_there_after_reopening(tmp_path: Path) -> None:
    content = Content(subject="ä", categories=("a", "b"), is_read=True, conversation_index=b"\x01")
    with MailStore(tmp_path / "m.db") as store, store.writing() as session:
        directory.add_organisation(session, "Contoso", ["contoso.com"])
        directory.add_mailbox(session, "anna@contoso.com")
        number = items.create(session, inbox(session), content, "Anna")
    with MailStore(tmp_path / "m.db") as store, store.reading() as session:
        found = items.get(session, number)
    assert found is not None
    assert (found.content.subject, found.content.categories) == ("ä", ("a", "b"))
    assert (found.content.is_read, found.content.conversation_index) == (True, b"\x01")


def test_a_file_of_another_format_is_refused(tmp_path: Path) -> None:
    import sqlite3

    with sqlite3.connect(tmp_path / "m.db") as connection:
        connection.execute("pragma user_version = 99")
    connection.close()
    with pytest.raises(ValueError, match="format 99, this version reads 3"):
        MailStore(tmp_path / "m.db")


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = MailStore(tmp_path / "m.db")
    store.close()
    with pytest.raises(ValueError, match="is closed"), store.reading():
        pass


def test_names_of_default_folders(store: MailStore) -> None:
    with store.writing() as session:
        named = directory.add_mailbox(session, "named@contoso.com", conversation_history="Verlauf")
        without = directory.add_mailbox(session, "without@contoso.com", conversation_history=None)
    with store.reading() as session:
        found = folders.distinguished(session, named.id, "conversationhistory")
        assert found is not None
        assert found.name == "Verlauf"
        assert folders.distinguished(session, without.id, "conversationhistory") is None


def test_counts_and_change_keys(store: MailStore) -> None:
    with store.writing() as session:
        number = items.create(session, inbox(session), Content(), "x")
        before = items.get(session, number)
        assert before is not None
        assert (inbox(session).total, inbox(session).unread) == (1, 1)
        items.update(session, before, Content(is_read=True), "y")
        after = items.get(session, number)
        assert after is not None
        assert (after.change, after.modified_by) == (2, "y")
        assert inbox(session).unread == 0


def test_rights(store: MailStore) -> None:
    with store.writing() as session:
        anna, fred = (directory.by_address(session, one) for one in ("anna@contoso.com", "fred@fabrikam.com"))
        assert anna is not None
        assert fred is not None
        directory.add_account(session, Account("C\\svc", None, impersonation=True, organisation="Contoso"))
        directory.add_delegate(session, anna, "bert@contoso.com")
        service, bert = (directory.account(session, one) for one in ("c\\SVC", "Bert@contoso.com"))
        assert service is not None
        assert bert is not None
        assert directory.may_impersonate(service, anna)
        assert not directory.may_impersonate(service, fred)
        assert not directory.may_open(session, service, anna)
        assert directory.may_open(session, bert, anna)
        assert not directory.may_open(session, bert, fred)
        assert directory.account(session, "C\\nobody") is None


def test_events_are_in_the_order_of_commits(store: MailStore) -> None:
    def create(number: int) -> None:
        with store.writing() as session:
            items.create(session, inbox(session), Content(subject=str(number)), "x")

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(create, range(64)))
    with store.reading() as session:
        found = [
            one for one in events.since(session, inbox(session).mailbox, 0) if one.kind == "CreatedEvent"
        ]
        assert len(found) == len({one.object for one in found}) == 64
        assert [one.id for one in found] == sorted(one.id for one in found)
        assert inbox(session).total == 64


def test_counts_use_an_index(store: MailStore) -> None:
    with store.reading() as session:
        plan = [
            row["detail"] for row in session.rows(f"explain query plan select {folders.COLUMNS} from folder")
        ]
    assert not [line for line in plan if line.startswith(("SCAN item", "SCAN child"))]


def test_the_newest_are_found_without_sorting(store: MailStore) -> None:
    statement = (
        "explain query plan select * from item where folder = 1 and is_associated = 0"
        " order by (received) desc, item.id desc limit 20"
    )
    with store.reading() as session:
        plan = [row["detail"] for row in session.rows(statement)]
    assert plan == ["SEARCH item USING INDEX item_folder (folder=? AND is_associated=?)"]
