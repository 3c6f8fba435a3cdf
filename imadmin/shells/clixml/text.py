"""From a file's bytes to the text of its XML: encodings and the ``#< CLIXML`` line."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, BinaryIO, Final

from imadmin.shells.clixml.faults import DocumentError
from imadmin.shells.marks import marked

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["CHUNK", "read_text"]

CHUNK: Final = 64 * 1024

_HEAD = 512  # bytes that are enough to tell the encoding

_DECLARED = re.compile(rb"""\s*<\?xml\s[^<>]{0,200}?encoding\s*=\s*["']([^"'<>]{1,40})["']""")
_UTF = re.compile(r"utf-?(8|16)|unicode", re.IGNORECASE)
_SINGLE_BYTE = re.compile(r"us-ascii|iso-8859-\d{1,2}|windows-125\d", re.IGNORECASE)
_PREAMBLE = re.compile(r"\s*(?:#< CLIXML)?\s*")
_DEFAULT_ENCODING = "Save it again with Export-Clixml in its default encoding, without -Encoding."


def read_text(file: BinaryIO) -> Iterator[str]:
    """The XML text of *file* from its first ``<`` on, in pieces.

    Raises:
        DocumentError: the file is empty, is not XML, or its bytes do not fit its encoding.
    """
    head = _head(file)
    codec, mark = _encoding(head)
    pieces = _decoded(file, head[mark:], codec)
    first = next(pieces, "")
    preamble = _PREAMBLE.match(first)
    body = first[preamble.end() :] if preamble else first
    if not body:
        raise DocumentError("the file is empty")
    if not body.startswith("<"):
        raise DocumentError("this is not CLIXML: it does not begin with an XML element")
    # The line numbers stay right, but an XML declaration must come first of all.
    yield body if body.startswith("<?xml") else "\n" * first.count("\n", 0, len(first) - len(body)) + body
    yield from pieces


def _head(file: BinaryIO) -> bytes:
    """A first piece large enough to tell the encoding, however little one read gives."""
    head = b""
    while len(head) < _HEAD and (data := file.read(CHUNK)):
        head += data
    return head


def _encoding(head: bytes) -> tuple[str, int]:
    """The codec and how many bytes its mark takes."""
    codec, mark = marked(head)
    return codec or _declared(head), mark


def _declared(head: bytes) -> str:
    match = _DECLARED.match(head)
    name = match[1].decode("ascii", "replace") if match else "utf-8"
    if _UTF.fullmatch(name):  # an 8-bit text that claims UTF-16 was converted without its declaration
        return "utf-8"
    if not _SINGLE_BYTE.fullmatch(name) or not _known(name):
        raise DocumentError(f"the encoding {name!r} is not supported", _DEFAULT_ENCODING)
    return name


def _known(name: str) -> bool:
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True


def _decoded(file: BinaryIO, data: bytes, codec: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(codec)()
    while data:
        try:
            text, wrong = decoder.decode(data), False
        except UnicodeDecodeError as error:
            text, wrong = error.object[: error.start].decode(codec), True
        if text:
            yield text
        if wrong:
            raise DocumentError(f"its bytes are not valid {codec.upper()}", _DEFAULT_ENCODING)
        data = file.read(CHUNK)
    # Half a character at the very end is left to the XML parser, which knows whether the file is truncated.
