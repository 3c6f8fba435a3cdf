"""A large `Get-CsUser.xml`, made of the objects of the sample folder: the same bytes each time."""

from __future__ import annotations

import codecs
import itertools
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SAMPLE = Path(__file__).resolve().parent.parent / "samples" / "contoso" / "skype" / "Get-CsUser.xml"
ENCODINGS = {"UTF-8": ("utf-8", b""), "UTF-16": ("utf-16-le", codecs.BOM_UTF16_LE)}

_OBJECT = re.compile(r"(?=\r\n {2}<Obj )")
_TYPES = re.compile(r'<TN RefId="(\d+)">.*?</TN>', re.DOTALL)
_NUMBERED = re.compile(r'(<Obj [^>]*RefId=")\d+"')
_END = "\r\n</Objs>"
_NUMBER = "\0"


def write_users(path: Path, users: int, encoding: str) -> None:
    """Write so many objects as Export-Clixml does, each person with a name of his own.

    Args:
        path: where to; its folder is made.
        users: how many objects.
        encoding: one of `ENCODINGS`.
    """
    codec, mark = ENCODINGS[encoding]
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        file.write(mark)
        for text in _document(users):
            file.write(text.encode(codec))


def _document(users: int) -> Iterator[str]:
    head, first, *others = _OBJECT.split(SAMPLE.read_bytes().decode("utf-16").removesuffix(_END))
    yield head + first  # it says what the types are that all others refer to
    templates = itertools.cycle([_template(text) for text in (*others, first)])
    for number, template in zip(range(1, users), templates, strict=False):
        yield template.replace(_NUMBER, str(number))
    yield _END


def _template(text: str) -> str:
    """The object with the place of a number in each RefId, address and distinguished name."""
    digits = itertools.count()
    text = _TYPES.sub(r'<TNRef RefId="\1" />', text)
    text = _NUMBERED.sub(lambda match: f'{match[1]}{_NUMBER}{next(digits)}"', text)
    return text.replace("@contoso.com", f".{_NUMBER}@contoso.com").replace(",OU=", f" {_NUMBER},OU=")
