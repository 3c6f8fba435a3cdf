"""What a client asks of mailboxes that answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imadmin.ews import Folder, Item, Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from imadmin.ews import EwsError

    from .conftest import Lab

    Failing = Callable[[Callable[[], object]], EwsError]

MISSED = "IPM.Note.Microsoft.Missed"
ANNA, BERT, CARL = "anna@contoso.com", "bert@contoso.com", "carl@contoso.com"
LOGINS = [(r"CONTOSO\svc", "impersonation"), (r"CONTOSO\admin", "delegate"), (r"CONTOSO\anna", "owner")]


@pytest.mark.parametrize(
    ("mailbox", "name"),
    [(ANNA, "Conversation History"), (BERT, "Aufgezeichnete Unterhaltungen"), (CARL, None)],
)
def test_a_look_finds_the_folders_by_what_they_are(lab: Lab, mailbox: str, name: str | None) -> None:
    found = lab.client().look(mailbox)
    assert found.address == mailbox
    assert found.folders.get(Folder.CONVERSATION_HISTORY) == name
    assert set(Folder) - set(found.folders) == ({Folder.CONVERSATION_HISTORY} if name is None else set())
    assert (dict(found.unreadable), found.server) == ({}, "15.2.1748.10")


@pytest.mark.parametrize(("user", "access"), LOGINS)
@pytest.mark.parametrize("auth", ["ntlm", "basic", "negotiate"])
def test_every_way_in(lab: Lab, user: str, access: str, auth: str) -> None:
    client = lab.client(user, access=access, auth=auth)
    assert client.look(ANNA).folders[Folder.INBOX] == "Inbox"
    client.send(ANNA, [BERT], "token", "body", MISSED)
    (item,) = lab.client().find(BERT, [Folder.INBOX], "token")
    assert item.item_class == MISSED


@pytest.mark.parametrize("auth", ["ntlm", "negotiate"])
def test_extended_protection(lab: Lab, auth: str) -> None:
    server = lab.start(channel_bindings="require")
    assert lab.client(server=server, auth=auth).look(ANNA).folders


def test_a_message_is_found_by_its_token_and_deleted(lab: Lab) -> None:
    client = lab.client()
    for number in range(3):
        client.send(ANNA, [BERT, CARL], f"number {number} t0ken-{number}", "x", MISSED)
    (item,) = client.find(BERT, [Folder.INBOX, Folder.JUNK], "t0ken-1")
    assert (item.folder, item.subject, item.item_class) == (Folder.INBOX, "number 1 t0ken-1", MISSED)
    assert item.received is not None
    assert item.created is not None
    assert item.received.utcoffset() is not None
    client.delete(BERT, [item])
    client.delete(BERT, [item])
    assert client.find(BERT, list(Folder), "t0ken-1") == []
    assert len(client.newest(BERT, [Folder.INBOX])) == 2
    assert client.newest(ANNA, [Folder.SENT, Folder.DRAFTS, Folder.OUTBOX]) == []


def test_what_a_message_says(lab: Lab) -> None:
    client = lab.client()
    client.send(ANNA, [BERT], "token", "It says <this>.", MISSED)
    (item,) = client.find(BERT, [Folder.INBOX], "token")
    assert client.body(BERT, item) == "It says <this>."


def test_the_newest_of_several_folders_come_first(lab: Lab) -> None:
    client = lab.client()
    for number in range(5):
        client.send(ANNA, [BERT], f"m{number}", "x", "IPM.Note")
    found = client.newest(BERT, [Folder.JUNK, Folder.INBOX, Folder.INBOX], limit=3)
    assert [item.subject for item in found] == ["m4", "m3", "m2"]
    times = [item.received for item in found if item.received]
    assert times == sorted(times, reverse=True)


def test_folders_that_are_not_there_hold_nothing(lab: Lab, fault: Failing) -> None:
    client = lab.client()
    client.send(ANNA, [CARL], "here", "x", "IPM.Note")
    found = client.newest(CARL, [Folder.CONVERSATION_HISTORY, Folder.INBOX])
    assert [item.subject for item in found] == ["here"]
    assert client.newest(CARL, []) == []
    assert fault(lambda: client.newest(CARL, [Folder.CONVERSATION_HISTORY])).kind is Kind.NO_FOLDER


def test_nothing_is_asked_to_delete_nothing(lab: Lab) -> None:
    lab.client().delete(ANNA, [])
    assert lab.seen == []


def test_what_cannot_be_deleted_is_said(lab: Lab, fault: Failing) -> None:
    nonsense = Item("AAAA", "AAAA", Folder.INBOX, "", "", None, None)
    error = fault(lambda: lab.client().delete(ANNA, [nonsense]))
    assert error.kind is Kind.OTHER
    assert "ErrorInvalid" in error.what


@pytest.mark.parametrize(("auth", "legs"), [("ntlm", 3), ("negotiate", 3), ("basic", 1)])
def test_one_request_a_question(lab: Lab, auth: str, legs: int) -> None:
    """And three for the first, where the connection has to be logged in."""
    client = lab.client(auth=auth)
    counts = []
    for question in (
        lambda: client.look(ANNA),
        lambda: client.look(BERT),
        lambda: client.send(ANNA, [BERT], "token", "x", MISSED),
        lambda: client.find(BERT, list(Folder), "token"),
        lambda: client.delete(BERT, client.newest(BERT, [Folder.INBOX])),
    ):
        before = len(lab.seen)
        question()
        counts.append(len(lab.seen) - before)
    assert counts == [legs, 1, 1, 1, 2]
    assert len({id(request.peer) for request in lab.seen}) == 1


def test_what_is_told_to_the_server(lab: Lab) -> None:
    lab.client(user_agent="OC/16.0.4266 (Microsoft Lync 16.0)").look(BERT)
    lab.client().look(BERT)
    told = {request.headers["User-Agent"] for request in lab.seen}
    assert told == {"OC/16.0.4266 (Microsoft Lync 16.0)", "imadmin/0.1.0"}
    assert {request.headers["X-AnchorMailbox"] for request in lab.seen} == {BERT}


@pytest.mark.parametrize("agent", ["", " ", "a\r\nX: y", "ä"])
def test_user_agents_that_cannot_be_sent(lab: Lab, agent: str) -> None:
    with pytest.raises(ValueError, match="user agent"):
        lab.client(user_agent=agent)


@pytest.mark.parametrize("address", ["", "anna", "a@b\r\nX: y", "a b@contoso.com", "@contoso.com"])
def test_addresses_that_are_none(lab: Lab, address: str) -> None:
    client = lab.client()
    for question in (
        lambda: client.look(address),
        lambda: client.newest(address, [Folder.INBOX]),
        lambda: client.send(ANNA, [address], "s", "b", "IPM.Note"),
    ):
        with pytest.raises(ValueError, match="is not an address"):
            question()
    assert lab.seen == []


def test_a_subject_with_what_xml_does_not_know(lab: Lab) -> None:
    client = lab.client()
    client.send(ANNA, [BERT], "Tür < & \u2713 \U0001f600", "x", "IPM.Note")
    assert client.newest(BERT, [Folder.INBOX])[0].subject == "Tür < & \u2713 \U0001f600"


def test_a_closed_client_says_so(lab: Lab) -> None:
    client = lab.client()
    client.look(ANNA)
    client.close()
    client.close()
    with pytest.raises(ValueError, match="closed"):
        client.look(ANNA)
