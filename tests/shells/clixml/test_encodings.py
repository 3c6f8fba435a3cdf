"""Whatever Export-Clixml, an editor or a copy made of the bytes."""

from __future__ import annotations

import io

import pytest

from imadmin.errors import ClixmlError
from imadmin.shells.clixml import decode

XML = "<Objs>\r\n  <S>Звонок 😀</S>\r\n</Objs>"


def values(data: bytes) -> list[object]:
    return [entry.value for entry in decode(io.BytesIO(data), where="saved.xml")]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(XML.encode(), id="utf-8"),
        pytest.param(XML.encode("utf-8-sig"), id="utf-8 with mark"),
        pytest.param(b"\xff\xfe" + XML.encode("utf-16-le"), id="utf-16-le with mark"),
        pytest.param(b"\xfe\xff" + XML.encode("utf-16-be"), id="utf-16-be with mark"),
        pytest.param(XML.encode("utf-16-le"), id="utf-16-le"),
        pytest.param(XML.encode("utf-16-be"), id="utf-16-be"),
        pytest.param(b"\xff\xfe\0\0" + XML.encode("utf-32-le"), id="utf-32-le with mark"),
        pytest.param(b"\0\0\xfe\xff" + XML.encode("utf-32-be"), id="utf-32-be with mark"),
        pytest.param(f'<?xml version="1.0" encoding="utf-8"?>{XML}'.encode(), id="declared utf-8"),
        pytest.param(f'<?xml version="1.0" encoding="UTF-16"?>{XML}'.encode("utf-16"), id="declared utf-16"),
        pytest.param(f"<?xml version='1.0' encoding='utf-16'?>{XML}".encode(), id="wrongly declared utf-16"),
        pytest.param(f'<?xml version="1.0"?>\n{XML}'.encode(), id="declared without encoding"),
        pytest.param(f"#< CLIXML\r\n{XML}".encode(), id="leading line"),
        pytest.param(f"#< CLIXML\r\n{XML}".encode("utf-16"), id="leading line in utf-16"),
        pytest.param(f"#< CLIXML\n<?xml version='1.0'?>{XML}".encode(), id="leading line, then declared"),
        pytest.param(f"\r\n \r\n{XML}\r\n".encode(), id="blank lines"),
    ],
)
def test_encoding(data: bytes) -> None:
    assert values(data) == ["Звонок 😀"]


def test_declared_single_byte_encoding() -> None:
    xml = '<?xml version="1.0" encoding="windows-1251"?><Objs><S>Звонок</S></Objs>'
    assert values(xml.encode("cp1251")) == ["Звонок"]


def test_characters_across_the_border_of_two_pieces() -> None:
    text = "Ж" * 100_000
    for padding in ("", "x"):
        assert values(f"<Objs><S>{padding}{text}</S></Objs>".encode()) == [padding + text]
        assert values(f"<Objs><S>{padding}{text}</S></Objs>".encode("utf-16")) == [padding + text]


def test_reads_of_a_few_bytes() -> None:
    class Slow(io.BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            return super().read(1)

    slow = Slow(f"#< CLIXML\r\n{XML}".encode("utf-16"))
    assert [entry.value for entry in decode(slow, where="saved.xml")] == ["Звонок 😀"]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        pytest.param(XML.encode("cp1251", "replace"), "not valid UTF-8", id="cp1251"),
        pytest.param("Звонок".encode("cp1251"), "not valid UTF-8", id="cp1251 from the first byte"),
        pytest.param(b"\xef\xbb\xbf<Objs><S>\xc3\x28</S></Objs>", "not valid UTF-8", id="utf-8 with mark"),
        pytest.param(
            b"\xff\xfe" + "<Objs><S>".encode("utf-16-le") + b"\x00\xd8A\0",
            "not valid UTF-16",
            id="half a pair",
        ),
        pytest.param(
            "<?xml version='1.0' encoding='us-ascii'?><Objs><S>é</S></Objs>".encode(),
            "not valid US-ASCII",
            id="not what it declares",
        ),
    ],
)
def test_bytes_that_do_not_fit(data: bytes, what: str) -> None:
    with pytest.raises(ClixmlError, match=what) as caught:
        values(data)
    assert "Export-Clixml" in caught.value.remedy
    assert "encoding" in caught.value.remedy


@pytest.mark.parametrize("name", ["zlib", "hex", "unicode_escape", "utf-7", "iso-8859-99", "nonsense"])
def test_encoding_that_is_not_supported(name: str) -> None:
    with pytest.raises(ClixmlError, match="is not supported"):
        values(f'<?xml version="1.0" encoding="{name}"?>{XML}'.encode())


def test_values_before_the_wrong_bytes_come_first() -> None:
    found = decode(io.BytesIO(b"<Objs>\n<S>good</S>\n<S>\xcf</S></Objs>"), where="saved.xml")
    assert next(found).value == "good"
    with pytest.raises(ClixmlError, match=r"saved\.xml, line 3"):
        next(found)


def test_eight_bit_text_appended_to_utf_16() -> None:
    data = XML.encode("utf-16") + b"Get-CsUser : error\r\n"
    with pytest.raises(ClixmlError):
        values(data)
