"""Reading CLIXML: the one way from Export-Clixml's files and the wire to Python values."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO
from xml.parsers.expat import ErrorString, ExpatError

from imadmin.errors import ClixmlError
from imadmin.shells.clixml.builder import Builder
from imadmin.shells.clixml.document import Entry
from imadmin.shells.clixml.faults import LIMITS, SAVE_AGAIN, DocumentError, Limits
from imadmin.shells.clixml.known import Known
from imadmin.shells.clixml.names import Names
from imadmin.shells.clixml.references import referenced
from imadmin.shells.clixml.text import read_text
from imadmin.shells.clixml.trimming import trimmed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

__all__ = ["Entry", "Limits", "decode"]


def decode(
    file: BinaryIO,
    *,
    where: str,
    properties: Collection[str] | None = None,
    limits: Limits = LIMITS,
) -> Iterator[Entry]:
    """The top-level values of a CLIXML document, each as soon as it is complete.

    The encoding is detected; a line ``#< CLIXML`` may come first. A truncated or malformed document gives
    the values before the bad place, then raises.

    Args:
        file: what to read. If it is seekable it is read twice, and objects are kept in memory only where
            others refer to them.
        where: the name of the document in errors.
        properties: which properties of top-level objects to decode, in any case; records have them
            spelt as given here. An absent property is an absent key. None is all properties, spelt as in
            the document. Objects in a top-level collection may have others besides.
        limits: what a document may cost.

    Raises:
        ClixmlError: the document is not CLIXML, truncated, malformed, hostile or too large.
    """
    refs = referenced(file)
    builder = Builder(Known(refs), None if properties is None else Names(properties), limits)
    problem: DocumentError | ExpatError | None = None
    try:
        for text in _texts(file, properties if refs == set() else None):
            builder.feed(text)
            yield from builder.take()
        builder.finish()
    except (DocumentError, ExpatError) as error:
        problem = error
    yield from builder.take()
    if problem is not None:
        raise _explained(problem, where, builder.line) from problem


def _texts(file: BinaryIO, properties: Collection[str] | None) -> Iterator[str]:
    """The text of the document; with the *properties* given, as far as it matters to them."""
    texts = read_text(file)
    return texts if properties is None else trimmed(texts, properties)


def _explained(problem: DocumentError | ExpatError, where: str, line: int) -> ClixmlError:
    place = f"{where}, line {line}" if line else where
    if isinstance(problem, DocumentError):
        return ClixmlError(problem.what, where=place, remedy=problem.remedy)
    what = f"it is not well-formed XML: {ErrorString(problem.code)}"
    return ClixmlError(what, where=place, remedy=SAVE_AGAIN)
