"""What every shell offers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from imadmin.records import Cmdlet

__all__ = ["Record", "Result", "Shell"]

Record: TypeAlias = "Mapping[str, object]"
"""A decoded object: property name, spelt as it was asked for, to value; an absent property has no key."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a cmdlet gave.

    Attributes:
        records: the objects, one by one, decoded as they are asked for; taking them may raise `SourceError`.
        errors: its non-terminating errors, whole once *records* has been taken.
        warnings: likewise.
    """

    records: Iterator[Record]
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


class Shell(Protocol):
    """Runs a management cmdlet."""

    def run(self, cmdlet: Cmdlet) -> Result:
        """Run *cmdlet*.

        Raises:
            SourceError: it could not be run.
        """
        ...

    def change(self, cmdlet: Cmdlet) -> Result:
        """Run a *cmdlet* that changes something, once; it is not asked to confirm.

        When this returns, the server has said that it is done. What was changed should be read again all the
        same: servers tell each other of changes with a delay.

        Raises:
            InDoubtError: it was sent, and its end is not known, or it went on after an error. It may have
                been done, or may still be: read what it changes, and do not send it again before that. The
                shell can be used for it.
            SourceError: any other: it was not sent, or the server ended it by an error.
        """
        ...

    def variants(self, cmdlet: Cmdlet) -> list[Cmdlet]:
        """The outputs of *cmdlet* that can be had, one for each variant; nobody is asked.

        Of a variant that is a file there are those that were saved, perhaps none. A live shell has all,
        and of the variant `*` one: that of the server which answers, named as far as its name is known.

        Raises:
            SourceError: the folder cannot be looked into.
        """
        ...

    def close(self) -> None:
        """End its connection, if it has one; results that were given before can still be taken."""
        ...
