"""Which objects of a document something refers to, found before it is decoded."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO

from imadmin.shells.clixml.faults import DocumentError
from imadmin.shells.clixml.text import CHUNK, read_text

if TYPE_CHECKING:
    from collections.abc import Container

__all__ = ["referenced"]

_REF = re.compile(r"""<Ref\s[^<]*?RefId\s*=\s*["'](\w{1,20})["']""")


class _Everything:
    def __contains__(self, ref: object) -> bool:
        return True


def referenced(file: BinaryIO) -> Container[str]:
    """The RefIds that a ``<Ref>`` in *file* names; all there are, if the file can be read only once."""
    if not file.seekable():
        return _Everything()
    start = file.tell()
    try:
        return _scan(file)
    finally:
        file.seek(start)


def _scan(file: BinaryIO) -> set[str]:
    found: set[str] = set()
    tail = ""
    with suppress(DocumentError):  # whatever is wrong with the text is reported when it is decoded
        for piece in read_text(file):
            text = tail + piece
            if "<Ref" in text:
                found.update(_REF.findall(text))
            last = text.rfind("<")
            tail = text[last:] if last >= 0 and len(text) - last < CHUNK else ""
    return found
