"""What PowerShell wrote to standard error, as far as it can be read."""

from __future__ import annotations

import locale
import sys
from io import BytesIO
from typing import TYPE_CHECKING

from imadmin.errors import ClixmlError
from imadmin.shells.clixml import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["excerpt"]

_CLIXML = b"#< CLIXML"
_LONGEST = 300


def excerpt(said: bytes) -> str:
    """The beginning of it on one line: errors where it is CLIXML, else the text, in whatever code page."""
    text = " ".join(_errors(said)) if said.lstrip().startswith(_CLIXML) else _text(said)
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


def _errors(said: bytes) -> Iterator[str]:
    """Progress and its like tell nothing; what follows a place that is cut off is lost."""
    try:
        for entry in decode(BytesIO(said), where="stderr"):
            if entry.stream == "error":
                yield str(entry.value)
    except ClixmlError:
        return


def _text(said: bytes) -> str:
    try:
        return said.decode()
    except UnicodeDecodeError:
        page = "oem" if sys.platform == "win32" else locale.getencoding()
        return said.decode(page, "replace")
