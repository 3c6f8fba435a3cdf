"""What PowerShell wrote: the lines of the answer among whatever else is there."""

from __future__ import annotations

import base64
import binascii
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, NamedTuple
from weakref import finalize

from imadmin.errors import ClixmlError
from imadmin.shells.clixml import decode
from imadmin.shells.objects import record, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin.shells.base import Record

__all__ = ["Answer", "Transcript"]

_LONGEST = 64 * 1024 * 1024  # bytes of a line; an object is one line


class Answer(NamedTuple):
    """The answer but for its objects.

    Attributes:
        begun: whether PowerShell came so far as to run the cmdlet.
        whole: whether it says that this is all, and as many objects are there as it says.
        errors: messages, each with its id.
        warnings: messages.
        unprepared: why what the cmdlet needs could not be loaded, with the error's id.
        failed: what ended the cmdlet.
    """

    begun: bool
    whole: bool
    errors: list[tuple[str, str]]
    warnings: list[str]
    unprepared: tuple[str, str] | None
    failed: tuple[str, str] | None


class Transcript:
    """A file that a child process writes, and that is read when it has ended.

    Attributes:
        file: for the child's standard output.
    """

    def __init__(self, mark: str, where: str) -> None:
        """Lines that count hold *mark*; *where* they come from, for messages."""
        self.file: IO[bytes] = TemporaryFile()  # noqa: SIM115 - closed by `close`
        self._mark = mark.encode()
        self._where = where
        self._end = finalize(self, self.file.close)

    def close(self) -> None:
        """Forget it; also done when nobody holds it any longer."""
        self._end()

    @property
    def undecided(self) -> bool:
        """Whether PowerShell came so far as to run the cmdlet, and no error of the cmdlet has ended it."""
        kinds = {kind for kind, _ in self._lines()}
        return b"begin" in kinds and b"failed" not in kinds

    def answer(self) -> Answer:
        """Everything but the objects.

        Raises:
            SourceError: a line is damaged.
        """
        found: dict[str, list[object]] = {}
        count = 0
        for kind, payload in self._lines():
            if kind == b"output":
                count += 1
            else:
                found.setdefault(kind.decode("ascii", "replace"), []).append(self._value(payload))
        return Answer(
            begun="begin" in found,
            whole=found.get("end") == [count],
            errors=[_complaint(value) for value in found.get("error", [])],
            warnings=[str(value) for value in found.get("warning", [])],
            unprepared=next(map(_complaint, found.get("unprepared", [])), None),
            failed=next(map(_complaint, found.get("failed", [])), None),
        )

    def records(self, properties: tuple[str, ...]) -> Iterator[Record]:
        """Decode the objects, once, as they are asked for; the file closes behind the last one.

        Raises:
            SourceError: one is no object, or damaged.
        """
        for kind, payload in self._lines():
            if kind == b"output":
                yield record(self._unpacked(payload), properties, self._where)
        self.close()

    def _lines(self) -> Iterator[tuple[bytes, bytes]]:
        """Kind and payload; what stands before the mark came without a line's end."""
        self.file.seek(0)
        for line in _bounded(self.file):
            _, mark, rest = line.rpartition(self._mark)
            if mark:
                kind, _, payload = rest.strip().partition(b" ")
                yield kind, payload

    def _unpacked(self, payload: bytes) -> bytes:
        try:
            return base64.b64decode(payload, validate=True)
        except binascii.Error as error:
            raise unreadable(error, self._where) from error

    def _value(self, payload: bytes) -> object:
        document = BytesIO(self._unpacked(payload))
        try:
            return next((entry.value for entry in decode(document, where=self._where)), None)
        except ClixmlError as error:
            raise unreadable(error.what, self._where) from error


def _bounded(file: IO[bytes]) -> Iterator[bytes]:
    """The lines; of one that is too long the beginning."""
    while line := file.readline(_LONGEST):
        yield line
        while line and not line.endswith(b"\n"):
            line = file.readline(_LONGEST)


def _complaint(value: object) -> tuple[str, str]:
    known = value if isinstance(value, dict) else {"Message": value}
    return " ".join(str(known.get("Message", "")).split()), str(known.get("Id") or "")
