"""The output of a pipeline, kept as it came until somebody takes it."""

from __future__ import annotations

import struct
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING
from weakref import finalize

from imadmin.errors import ClixmlError, SourceError
from imadmin.shells.clixml import PSObject, decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin.shells.base import Record

__all__ = ["Spool"]

_IN_MEMORY = 8 * 1024 * 1024
_LENGTH = struct.Struct(">I")


class Spool:
    """Objects one after the other, in memory or, where they are many, in a temporary file.

    They are taken in while the connection is busy and decoded when it is free again, so that whoever takes
    his time with them keeps nobody else from asking.
    """

    def __init__(self, in_memory: int = _IN_MEMORY) -> None:
        """Up to *in_memory* bytes are held in memory."""
        self._file = SpooledTemporaryFile(max_size=in_memory)  # noqa: SIM115 - closed by `close`
        self._end = finalize(self, self._file.close)

    def add(self, documents: list[str]) -> None:
        """Append objects, each an XML document."""
        for document in documents:
            data = document.encode()
            self._file.write(_LENGTH.pack(len(data)))
            self._file.write(data)

    def close(self) -> None:
        """Forget them; also done when nobody holds the spool any longer."""
        self._end()

    def records(self, properties: tuple[str, ...], where: str) -> Iterator[Record]:
        """Decode the objects, once; the spool closes behind the last one.

        Raises:
            SourceError: one is no object, or not CLIXML.
        """
        self._file.seek(0)
        for data in self._documents():
            yield _decoded(data, properties, where)
        self.close()

    def _documents(self) -> Iterator[bytes]:
        while head := self._file.read(_LENGTH.size):
            yield self._file.read(*_LENGTH.unpack(head))


def _decoded(data: bytes, properties: tuple[str, ...], where: str) -> Record:
    # RefIds begin anew with each object, so that they cannot be decoded as one document.
    file = BytesIO(b"<Objs>" + data + b"</Objs>")
    try:
        values = [entry.value for entry in decode(file, where=where, properties=properties)]
    except ClixmlError as error:
        raise SourceError(f"sent an object that cannot be read: {error.what}", where=where) from error
    match values:
        case [PSObject() as record]:
            return record
    kinds = ", ".join(type(value).__name__ for value in values)
    raise SourceError(f"sent values and no objects: {kinds or 'nothing'}", where=where)
