"""Answers that nobody would send who means well."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imadmin.ews import EwsError, Folder, Kind
from imadmin.ews.reading import items_in
from imadmin.ews.soap import MESSAGES, SOAP, TYPES, read_answer
from imadmin.ews.wire import Reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Lab

    Failing = Callable[[Callable[[], object]], EwsError]

HEADERS = {"content-type": "text/xml; charset=utf-8"}
SPACES = f'xmlns:s="{SOAP[1:-1]}" xmlns:m="{MESSAGES[1:-1]}" xmlns:t="{TYPES[1:-1]}"'


def found(items: str, *, head: str = "", code: str = "NoError", kind: str = "Success") -> Reply:
    """An answer to FindItem."""
    message = (
        f'<m:FindItemResponseMessage ResponseClass="{kind}"><m:ResponseCode>{code}</m:ResponseCode>'
        f"<m:RootFolder><t:Items>{items}</t:Items></m:RootFolder></m:FindItemResponseMessage>"
    )
    body = f"<m:FindItemResponse><m:ResponseMessages>{message}</m:ResponseMessages></m:FindItemResponse>"
    text = f"{head}<s:Envelope {SPACES}><s:Body>{body}</s:Body></s:Envelope>"
    return Reply(200, HEADERS, (), text.encode(errors="surrogatepass"))


def subjects(reply: Reply) -> list[str]:
    part = read_answer(reply, "FindItem", 1, "https://x").parts[0]
    return [item.subject for item in items_in(part, Folder.INBOX)]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"", Kind.DROPPED),
        (b"SSH-2.0-OpenSSH_9.2\r\n", Kind.NOT_EWS),
        (b"HTTP/1.1 two hundred\r\n\r\n", Kind.NOT_EWS),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n", Kind.NOT_EWS),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n", Kind.NOT_EWS),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000000\r\n\r\n<", Kind.DROPPED),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFF\r\n<", Kind.DROPPED),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n<", Kind.DROPPED),
        (b"HTTP/1.1 200 OK\r\n\r\n<x/>", Kind.NOT_EWS),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<x/>", Kind.NOT_EWS),
        (b"HTTP/1.1 302 Found\r\nLocation: http://[::1\r\nContent-Length: 0\r\n\r\n", Kind.REDIRECTED),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, Kind.DROPPED),
        (b"HTTP/1.1 204 No Content\r\n\r\n", Kind.OTHER),
        (b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", Kind.OTHER),
        (
            b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: \xff, ,=\r\nContent-Length: 0\r\n\r\n",
            Kind.UNAUTHORIZED,
        ),
    ],
)
def test_what_is_no_answer(
    lab: Lab, fault: Failing, answering: Callable[[bytes], str], answer: bytes, kind: Kind
) -> None:
    client = lab.client(endpoint=answering(answer), auth="basic")
    assert fault(lambda: client.look("anna@contoso.com")).kind is kind


@pytest.mark.parametrize(
    ("codes", "kind"),
    [
        ({Folder.RECOVERABLE: "ErrorAccessDenied", Folder.JUNK: "ErrorItemNotFound"}, None),
        (dict.fromkeys(Folder, "ErrorFolderNotFound"), Kind.NO_FOLDER),
        (
            dict.fromkeys(Folder, "ErrorFolderNotFound") | {Folder.SENT: "ErrorAccessDenied"},
            Kind.ACCESS_DENIED,
        ),
    ],
)
def test_folders_that_are_not_shown_are_not_absent(
    lab: Lab, answering: Callable[[bytes], str], codes: dict[Folder, str], kind: Kind | None
) -> None:
    parts = "".join(folder_part(codes.get(folder, "NoError")) for folder in Folder)
    body = f"<m:GetFolderResponse><m:ResponseMessages>{parts}</m:ResponseMessages></m:GetFolderResponse>"
    text = f"<s:Envelope {SPACES}><s:Body>{body}</s:Body></s:Envelope>"
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nConnection: close\r\n\r\n"
    client = lab.client(endpoint=answering(head + text.encode()), auth="basic")
    if kind is None:
        found = client.look("anna@contoso.com")
        assert found.unreadable == {Folder.RECOVERABLE: "ErrorAccessDenied"}
        assert set(found.folders) == set(Folder) - set(codes)
        assert found.server == ""
        return
    with pytest.raises(EwsError) as caught:
        client.look("anna@contoso.com")
    assert caught.value.kind is kind


def folder_part(code: str) -> str:
    """What GetFolder answers for one folder."""
    kind = "Success" if code == "NoError" else "Error"
    shown = "<t:Folder><t:DisplayName>x</t:DisplayName></t:Folder>" if kind == "Success" else ""
    return (
        f'<m:GetFolderResponseMessage ResponseClass="{kind}"><m:ResponseCode>{code}</m:ResponseCode>'
        f"<m:Folders>{shown}</m:Folders></m:GetFolderResponseMessage>"
    )


@pytest.mark.parametrize("reference", ["&#x1F;", "&#0;", "&#xFFFF;", "\x01"])
def test_control_characters_of_a_subject_are_no_reason_to_give_up(reference: str) -> None:
    item = f'<t:Message><t:ItemId Id="a"/><t:Subject>tok{reference}en</t:Subject></t:Message>'
    last = '<t:Message><t:ItemId Id="b"/><t:Subject>last</t:Subject></t:Message>'
    first, second = subjects(found(item + last))
    assert (first.startswith("tok"), second) == (True, "last")


@pytest.mark.parametrize(
    "head",
    [
        "<!DOCTYPE s:Envelope>",
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
    ],
)
def test_a_document_type_is_refused(head: str) -> None:
    with pytest.raises(EwsError) as caught:
        subjects(found("", head=head))
    assert caught.value.kind is Kind.MALFORMED


@pytest.mark.parametrize(
    ("items", "kind"),
    [
        ("<t:Message>" * 3000 + "</t:Message>" * 3000, Kind.MALFORMED),
        ("&undefined;", Kind.MALFORMED),
        ("<t:Message>", Kind.MALFORMED),
        ("</s:Envelope>", Kind.MALFORMED),
        ("<q:Message/>", Kind.MALFORMED),
    ],
)
def test_what_is_not_well_formed(items: str, kind: Kind) -> None:
    with pytest.raises(EwsError) as caught:
        subjects(found(items))
    assert caught.value.kind is kind


@pytest.mark.parametrize("code", ["NoError", "", "ErrorX" * 1000])
def test_an_error_without_a_known_code_is_an_error(code: str) -> None:
    part = read_answer(found("", code=code, kind="Error"), "FindItem", 1, "https://x").parts[0]
    assert part.code
    assert part.error("https://x").kind is Kind.OTHER
    assert len(part.error("https://x").what) < 300


@given(st.binary(max_size=300))
def test_any_bytes_are_an_answer_or_an_error(body: bytes) -> None:
    with pytest.raises(EwsError):
        read_answer(Reply(200, HEADERS, (), body), "FindItem", 1, "https://x")


@given(st.text(st.characters(exclude_categories=[]), max_size=60), st.text(max_size=40))
def test_any_item_is_read_or_an_error(inside: str, moment: str) -> None:
    item = f'<t:Message><t:ItemId Id="x"/><t:Subject>{inside}</t:Subject>'
    item += f"<t:DateTimeReceived>{moment}</t:DateTimeReceived></t:Message>"
    with suppress(EwsError):
        assert len(subjects(found(item))) == 1


@given(
    st.integers(100, 999),
    st.dictionaries(
        st.sampled_from(["content-type", "retry-after", "location", "x-caserrorcode"]), st.text(max_size=20)
    ),
)
def test_any_status_and_header(status: int, headers: dict[str, str]) -> None:
    with pytest.raises(EwsError) as caught:
        read_answer(Reply(status, headers, (), b""), "FindItem", 1, "https://x")
    assert caught.value.what.isprintable()
