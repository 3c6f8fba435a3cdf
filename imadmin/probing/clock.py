"""How far this computer's clock and a server's are apart."""

from __future__ import annotations

import http.client
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from imadmin.probing.records import Step
from imadmin.records import Status

if TYPE_CHECKING:
    import socket

    from imadmin.probing.place import Place

__all__ = ["MOST_SECONDS", "compared", "told"]

MOST_SECONDS = 300
"""By which Kerberos lets two clocks differ."""


def told(connection: socket.socket, place: Place) -> datetime | None:
    """What time the server says it is: the Date of its answer to a request without any log-in."""
    client = http.client.HTTPConnection(place.host, place.port)
    client.sock = connection
    try:
        client.request("HEAD", place.path)
        date = client.getresponse().headers.get("Date", "")
        return _in_utc(parsedate_to_datetime(date))
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        client.close()


def compared(theirs: datetime | None) -> Step:
    """Whether the clocks are close enough."""
    if theirs is None:
        return Step("clock", Status.SKIP, "the server does not tell the time")
    seconds = round((theirs - datetime.now(UTC)).total_seconds())
    evidence = {"seconds ahead": seconds}
    if abs(seconds) <= MOST_SECONDS:
        what = "the same as here, as far as Kerberos asks"
        return Step("clock", Status.PASS, what, evidence=evidence)
    direction = "ahead of" if seconds > 0 else "behind"
    what = f"the server's clock is {abs(seconds)} seconds {direction} this one"
    remedy = f"Set both by the same time server: Kerberos allows {MOST_SECONDS} seconds."
    return Step("clock", Status.WARN, what, evidence=evidence, remedy=remedy)


def _in_utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
