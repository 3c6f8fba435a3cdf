"""The output of a pipeline, kept as it came until somebody takes it."""

from __future__ import annotations

import struct
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING
from weakref import finalize

from imadmin.shells.objects import record

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
            # RefIds begin anew with each object, so that they cannot be decoded as one document.
            yield record(b"<Objs>" + data + b"</Objs>", properties, where)
        self.close()

    def _documents(self) -> Iterator[bytes]:
        while head := self._file.read(_LENGTH.size):
            yield self._file.read(*_LENGTH.unpack(head))
