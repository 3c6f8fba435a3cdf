"""What was read of the client's logs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

__all__ = ["ClientLogs", "Tally", "TextLog", "Trace"]

_MOST: Final = 200


class Tally(dict[str, int]):
    """How often each text was seen, in order; of a great many the later ones are not kept.

    Attributes:
        last: what was seen last.
    """

    last: str = ""

    def add(self, text: str) -> None:
        """Count one."""
        self.last = text
        if text in self or len(self) < _MOST:
            self[text] = self.get(text, 0) + 1


@dataclass(frozen=True, slots=True)
class TextLog:
    """A text log (`*.UccApilog`).

    Attributes:
        size: in bytes.
        modified: when it was last written.
        encoding: in which it was read.
        people: addresses that signed in, or tried to.
        answers: to the sign-in, by SIP status.
        agents: what the client calls itself.
        received: settings of the server as the client received them: name to values.
        ews_addresses: of Exchange Web Services.
        ews_errors: of lines with such an address: EWS response codes and HTTP status codes.
        trouble: why it could not be read to its end; empty where it could.
    """

    path: Path
    size: int = 0
    modified: datetime | None = None
    encoding: str = ""
    people: Tally = field(default_factory=Tally)
    answers: Tally = field(default_factory=Tally)
    agents: Tally = field(default_factory=Tally)
    received: dict[str, Tally] = field(default_factory=dict)
    ews_addresses: Tally = field(default_factory=Tally)
    ews_errors: Tally = field(default_factory=Tally)
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """A binary trace (`*.etl`): only what its header says.

    Attributes:
        began: when the tracing began; None where the header does not say it.
        ended: likewise; None also for a trace that was not closed.
        lost: events that were lost; None where that is not known.
        trouble: why the header could not be read; empty where it could.
    """

    path: Path
    size: int = 0
    modified: datetime | None = None
    began: datetime | None = None
    ended: datetime | None = None
    lost: int | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class ClientLogs:
    """The fact `client_logs`.

    Attributes:
        lost: places that could not be looked into, a line each.
    """

    texts: tuple[TextLog, ...]
    traces: tuple[Trace, ...]
    lost: tuple[str, ...] = ()
