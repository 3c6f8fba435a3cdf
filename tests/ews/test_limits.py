"""Time, size and connections are bounded."""

from __future__ import annotations

import gzip
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from imadmin.ews import Folder, Kind
from imadmin.ews.budget import Budget

if TYPE_CHECKING:
    from collections.abc import Callable

    from imadmin.ews import EwsError

    from .conftest import Lab

    Failing = Callable[[Callable[[], object]], EwsError]

ANNA = "anna@contoso.com"
MEGABYTE = 1 << 20


@pytest.mark.parametrize("auth", ["basic", "ntlm"])
@pytest.mark.parametrize(
    ("name", "waited_for"),
    [("stall", "the answer"), ("drip", "the answer"), ("handshake-stalled", "the TLS handshake")],
)
def test_the_deadline_is_for_the_whole(
    lab: Lab, fault: Failing, name: str, waited_for: str, auth: str
) -> None:
    """A drip would go on for a minute and more, and each of its reads is quick."""
    lab.spoil(name, before_login=True, seconds=0.2, piece=1)
    error = fault(lambda: lab.client(auth=auth, deadline=2.0).look(ANNA))
    assert error.kind is Kind.TIMEOUT
    assert error.what.endswith(f"(2 seconds in all, spent waiting for {waited_for})")


def test_waiting_for_a_connection_counts(lab: Lab, fault: Failing) -> None:
    client = lab.client(connections=1, deadline=0.2)
    with client._transport._lanes.lane(Budget(60)):
        error = fault(lambda: client.look(ANNA))
    assert (error.kind, "a free connection" in error.what) == (Kind.TIMEOUT, True)
    assert lab.seen == []


@pytest.mark.parametrize("encoding", ["gzip", "deflate", ""])
@pytest.mark.parametrize("status", [200, 500, 401])
def test_a_large_answer_is_not_read(lab: Lab, fault: Failing, encoding: str, status: int) -> None:
    pack: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "deflate": zlib.compress, "": bytes}
    headers = [("Content-Type", "text/xml"), *([("Content-Encoding", encoding)] if encoding else [])]
    body = pack[encoding](b" " * (20 * MEGABYTE))
    lab.spoil("status", status=status, headers=headers, body=body, before_login=True)
    error = fault(lambda: lab.client().look(ANNA))
    # What comes with a refusal is not decompressed at all.
    assert error.kind is (Kind.UNAUTHORIZED if status == 401 and encoding else Kind.TOO_LARGE)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
@pytest.mark.parametrize("body", [b"no such thing", gzip.compress(b"cut short", mtime=0)[:-4]])
def test_what_cannot_be_decompressed(lab: Lab, fault: Failing, encoding: str, body: bytes) -> None:
    headers = [("Content-Type", "text/xml"), ("Content-Encoding", encoding)]
    lab.spoil("status", status=200, headers=headers, body=body, before_login=True)
    assert fault(lambda: lab.client().look(ANNA)).kind in (Kind.NOT_EWS, Kind.DROPPED)


def test_threads_share_two_connections(lab: Lab) -> None:
    client = lab.client(connections=2)

    def work(number: int) -> int:
        client.send(ANNA, [ANNA], f"<{number}>", "x", "IPM.Note")
        (item,) = client.find(ANNA, [Folder.INBOX], f"<{number}>", limit=100)
        client.delete(ANNA, [item])
        return len(client.look(ANNA).folders)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(work, range(24))) == {len(Folder)}
    peers = {id(request.peer) for request in lab.seen}
    assert 1 <= len(peers) <= 2
    assert len(lab.seen) == 24 * 4 + 2 * len(peers)
    assert client.newest(ANNA, [Folder.INBOX]) == []


def test_a_connection_that_the_server_closed_is_made_anew(lab: Lab) -> None:
    client = lab.client()
    client.look(ANNA)
    lab.server.stop()
    lab.start(port=lab.server.port)
    assert client.look(ANNA).folders
    assert len({id(request.peer) for request in lab.seen}) == 2


def test_closing_leaves_no_socket(lab: Lab) -> None:
    """Whatever was left open would be a ResourceWarning, and thereby an error."""
    for _ in range(3):
        with lab.client() as client:
            client.look(ANNA)
