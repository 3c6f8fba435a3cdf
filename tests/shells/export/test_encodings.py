"""The encodings of the files: found out, told by the deployment, or refused; never guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.shells.export.conftest import Read, Refused

NAME = "Site:M\xfcnchen \u2013 \u041c\u043e\u0441\u043a\u0432\u0430 \U0001f600"
FORMS = {
    ".json": '{"Identity": "%s"}',
    ".csv": "Identity\n%s\n",
    ".txt": "Identity : %s\n",
}


@pytest.mark.parametrize("suffix", FORMS)
@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "cp1251", "cp866"],
)
def test_every_form_in_every_encoding(read: Read, suffix: str, encoding: str) -> None:
    """A code page has not every character; the deployment names it."""
    name = NAME.encode(encoding, "ignore").decode(encoding).strip()
    content = (FORMS[suffix] % name).encode(encoding)
    assert read(suffix, content, encoding if encoding.startswith("cp") else "") == [{"Identity": name}]


def test_what_is_utf_8_is_not_read_in_the_code_page(read: Read) -> None:
    assert read(".csv", f"Identity\n{NAME}\n", "cp1252") == [{"Identity": NAME}]


@pytest.mark.parametrize("suffix", FORMS)
def test_a_code_page_that_nobody_names(refused: Refused, suffix: str) -> None:
    content = (FORMS[suffix] % "M\xfcnchen").encode("cp1252")
    error = refused(suffix, content)
    assert error.what == f"is neither UTF-8 nor marked as UTF-16 (byte {content.index(0xFC)})"
    assert "encoding: cp1252" in error.remedy


@pytest.mark.parametrize(
    ("content", "encoding", "what"),
    [
        (b"Identity\n\xff\x81\n", "cp1252", "is not valid CP1252 (byte 10)"),
        (b"Identity\n\xff\n", "cp0", "there is no encoding 'cp0'"),
        (b"Identity\n\xff\n", "hex", "there is no encoding 'hex'"),
        (b"Identity\n\xff\n", "undefined", "there is no encoding 'undefined'"),
        ("Identity\nA\n".encode("utf-16")[:-1], "", "is not valid UTF-16-LE (byte 22)"),
        ("Identity\nA\n".encode("utf-16") + b"B\n!", "", "is not valid UTF-16-LE (byte 26)"),
        (b"\xef\xbb\xbfIdentity\n\xff\n", "cp1252", "is not valid UTF-8 (byte 12)"),
        (b"Identity\nA\n" + "B\n".encode("utf-16-le"), "", "holds NUL characters"),
        (b"Identity\n" + b"x" * 100_000 + b"\xff", "", "(byte 100009)"),
        (b"Identity\n" + b"x" * 65_526 + "\u20ac".encode()[:2], "", "(byte 65535)"),
    ],
)
def test_what_does_not_fit(refused: Refused, content: bytes, encoding: str, what: str) -> None:
    assert what in refused(".csv", content, encoding).what
