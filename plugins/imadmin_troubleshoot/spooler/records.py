"""What was seen of spool folders: counts and ages, no names and no contents."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Place", "Spool", "Spools"]


@dataclass(frozen=True, slots=True)
class Spool:
    """One person's spool folder on one computer.

    Attributes:
        person: whose it is: the address in the folder's name; empty where the name is none.
        path: of the folder, as it was reached.
        office: the version in the path, such as `16.0`; empty where the path does not show it.
        files: how many files are in it.
        stuck: how many of them are older than the client's timer.
        oldest: the age of the oldest, in seconds; None where there is none.
        newest: likewise of the newest.
        ahead: by how many seconds the clock there is ahead of the one here, at least.
        undated: files whose time lies so far ahead that no age can be told.
        computer: where an inventory was taken; empty where it was looked at from here.
        trouble: why it could not be looked into; empty where it could.
    """

    person: str
    path: str
    office: str = ""
    files: int = 0
    stuck: int = 0
    oldest: float | None = None
    newest: float | None = None
    ahead: float = 0.0
    undated: int = 0
    computer: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where spool folders were looked for.

    Attributes:
        spools: how many were found.
        trouble: why it could not be looked through, or a part of it; empty where it could.
        remedy: what to do about that.
    """

    path: str
    spools: int = 0
    trouble: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Spools:
    """The fact `spools`."""

    found: tuple[Spool, ...]
    places: tuple[Place, ...]
