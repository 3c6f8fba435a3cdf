"""Putting lines of styled text onto a stream: with colours or without, in whatever it can encode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.reports.layout import paragraph
from imadmin.reports.safe import spelt_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import TextIO

    from imadmin.reports.layout import Line

__all__ = ["encoding_of", "plain", "put_page"]

_UNWRITABLE = "A question mark may stand for a letter that this console cannot show"


def encoding_of(stream: TextIO) -> str:
    """What *stream* encodes in."""
    return getattr(stream, "encoding", None) or "utf-8"


def plain(line: Line) -> str:
    """The line without its styles."""
    return "".join(span.text for span in line).rstrip()


def put_page(lines: Sequence[Line], stream: TextIO, *, color: bool, width: int) -> None:
    """Write lines; what the stream cannot encode becomes question marks, and that is said.

    Args:
        lines: of the page.
        stream: a terminal, a pipe, or text in memory.
        color: whether to send colours; the caller knows of NO_COLOR and of pipes.
        width: of the remark about question marks.
    """
    page, encoding = list(lines), encoding_of(stream)
    whole = "".join(map(plain, page))
    if spelt_in(whole, encoding) != whole:
        page += [(), *paragraph(f"{_UNWRITABLE} ({encoding}).", width, style="dim")]
    if color:
        _paint(page, stream, encoding)
    else:
        stream.write("".join(spelt_in(plain(line), encoding) + "\n" for line in page))


def _paint(page: Iterable[Line], stream: TextIO, encoding: str) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(
        file=stream, force_terminal=True, color_system="standard", no_color=False, highlight=False
    )
    for line in page:
        text = Text.assemble(*((spelt_in(span.text, encoding), span.style) for span in line))
        console.print(text, soft_wrap=True)
