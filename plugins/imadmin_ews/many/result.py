"""What there is to tell when all mailboxes have been asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from imadmin.journal import SubjectLog

    from .causes import Cause
    from .places import Place

__all__ = ["Result"]


class Result(NamedTuple):
    """What there is to tell.

    Attributes:
        run: its id.
        status: the exit status.
        places: with the steps on the way to each.
        causes: of all mailboxes.
        subjects: what the journal has of the mailboxes themselves.
    """

    run: str
    status: int
    places: tuple[Place, ...]
    causes: tuple[Cause, ...]
    subjects: SubjectLog
