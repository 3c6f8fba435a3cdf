"""The commented deployment file.

`imadmin.yaml` beside this module is the whole of it, with an example in each section; a section that is
described takes the place of its example.
"""

from __future__ import annotations

import re
import sys
from importlib.resources import files
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["template"]

_EXAMPLE = re.compile(r"^#(?P<key>[a-z_]+):.*\Z", re.MULTILINE | re.DOTALL)
"""From the line that is a key without its `#` to the end of the section; prose begins with `# `."""


def template(sections: Mapping[str, object]) -> str:
    """The text of a deployment file with these sections; the others stand there as commented examples."""
    text = files("imadmin.init").joinpath("imadmin.yaml").read_text(encoding="utf-8")
    paragraphs = (_described(paragraph, sections) for paragraph in text.rstrip().split("\n\n"))
    return "\n\n".join(paragraphs) + "\n"


def _described(paragraph: str, sections: Mapping[str, object]) -> str:
    example = _EXAMPLE.search(paragraph)
    if example is None or example["key"] not in sections:
        return paragraph
    return paragraph[: example.start()] + "\n".join(_stated(example["key"], sections[example["key"]]))


def _stated(key: str, value: object) -> Iterator[str]:
    """A section: each entry of a list of mappings, and each credential, on a line of its own."""
    match value:
        case [dict(), *_] as entries:
            yield f"{key}:"
            yield from (f"  - {_flow(entry)}" for entry in entries)
        case dict() if key == "credentials":
            yield f"{key}:"
            yield from (f"  {_flow(name)}: {_flow(entry)}" for name, entry in value.items())
        case _:
            yield f"{key}: {_flow(value)}"


def _flow(value: object) -> str:
    """A value on one line, with the quotes that it needs inside brackets, and so anywhere."""
    plain = _dumped(value, None)
    # What ends a line somewhere in Unicode is folded, unless it is written as an escape.
    return plain if len(plain.splitlines()) == 1 else _dumped(value, '"')


def _dumped(value: object, style: str | None) -> str:
    text = yaml.safe_dump(
        [value],
        default_flow_style=True,
        default_style=style,
        sort_keys=False,
        allow_unicode=True,
        width=sys.maxsize,
    )
    return text.strip("\n")[1:-1]
