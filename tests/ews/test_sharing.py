"""What a failure at one mailbox means for the others of its endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imadmin.errors import SourceError
from imadmin.ews import EwsError, Kind, limits_of, trouble_of
from imadmin.fleet import Busy, Down, Refused, Silent

if TYPE_CHECKING:
    from imadmin.fleet import Trouble

    from .conftest import Lab

OF_THE_MAILBOX = (Kind.NO_MAILBOX, Kind.MAILBOX_MOVING, Kind.ACCESS_DENIED, Kind.FORBIDDEN, Kind.MALFORMED)


def test_what_is_shared(lab: Lab) -> None:
    place = f"localhost:{lab.server.port}"
    limits = {f"the server {place}": 32, rf"CONTOSO\svc at {place}": 3}
    assert limits_of(lab.client(connections=3)) == limits


@pytest.mark.parametrize(
    ("error", "kind", "seconds"),
    [
        *((EwsError.of(kind, "here"), None, None) for kind in OF_THE_MAILBOX),
        (EwsError.of(Kind.UNAUTHORIZED, "here"), Refused, None),
        (EwsError.of(Kind.LOGIN, "here"), Refused, None),
        (EwsError.of(Kind.REFUSED, "here", unreached=True), Down, None),
        (EwsError.of(Kind.TLS_EXPIRED, "here", unreached=True), Down, None),
        (EwsError.of(Kind.TIMEOUT, "here", unreached=True), Down, None),
        (EwsError.of(Kind.TIMEOUT, "here"), Silent, None),
        (EwsError.of(Kind.DROPPED, "here"), Silent, None),
        (EwsError.of(Kind.UNAVAILABLE, "here"), Silent, None),
        (EwsError.of(Kind.UNAVAILABLE, "here", back_off=7.0), Busy, 7.0),
        (EwsError.of(Kind.THROTTLED, "here", back_off=2.5), Busy, 2.5),
        (EwsError.of(Kind.THROTTLED, "here"), Busy, None),
        (SourceError("something else"), None, None),
        (None, None, None),
    ],
)
def test_what_it_means(
    lab: Lab, error: SourceError | None, kind: type[Trouble] | None, seconds: float | None
) -> None:
    client = lab.client()
    trouble = trouble_of(error, client)
    assert (type(trouble) if trouble else None) is kind
    assert isinstance(trouble, Busy) == (kind is Busy)
    if isinstance(trouble, Busy):
        assert trouble.seconds == seconds
    elif trouble is not None:
        assert trouble.key in limits_of(client)
        assert error is not None
        assert trouble.why == error.line


@pytest.mark.parametrize(
    ("fault", "unreached"),
    [("certificate-expired", True), ("handshake-refused", True), ("stall", False), ("close", False)],
)
def test_whether_the_server_was_reached(lab: Lab, fault: str, unreached: bool) -> None:  # noqa: FBT001
    lab.spoil(fault, before_login=True)
    with pytest.raises(EwsError) as caught:
        lab.client(deadline=1.0).look("anna@contoso.com")
    assert caught.value.unreached is unreached
    assert caught.value.again().unreached is unreached
