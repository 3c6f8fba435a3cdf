"""Documents that are truncated, malformed or meant to harm: one kind of error, soon, in little memory."""

from __future__ import annotations

import io
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from imadmin.errors import ClixmlError
from imadmin.shells.clixml import Limits, PSObject, decode, write

if TYPE_CHECKING:
    from pathlib import Path

NESTED = "<Obj><LST>"


def refused(
    xml: str | bytes, limits: Limits | None = None, properties: list[str] | None = None
) -> ClixmlError:
    data = xml.encode() if isinstance(xml, str) else xml
    with pytest.raises(ClixmlError) as caught:
        list(decode(io.BytesIO(data), where="saved.xml", limits=limits or Limits(), properties=properties))
    assert caught.value.where.startswith("saved.xml")
    assert caught.value.remedy
    return caught.value


BILLION_LAUGHS = """<?xml version="1.0"?>
<!DOCTYPE Objs [
  <!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
]>
<Objs><S>&c;</S></Objs>"""
QUADRATIC = f'<!DOCTYPE Objs [<!ENTITY a "{"a" * 100_000}">]><Objs><S>{"&a;" * 10_000}</S></Objs>'
EXTERNAL = '<!DOCTYPE Objs [<!ENTITY x SYSTEM "file:///etc/passwd">]><Objs><S>&x;</S></Objs>'
EXTERNAL_SUBSET = '<!DOCTYPE Objs SYSTEM "http://127.0.0.1:9/evil.dtd"><Objs />'
PARAMETER_ENTITY = '<!DOCTYPE Objs [<!ENTITY % p SYSTEM "file:///etc/passwd">%p;]><Objs />'


@pytest.mark.parametrize("xml", [BILLION_LAUGHS, QUADRATIC, EXTERNAL, EXTERNAL_SUBSET, PARAMETER_ENTITY])
def test_doctype(xml: str) -> None:
    assert "DOCTYPE" in refused(xml).what


def test_entity_without_doctype() -> None:
    assert "not well-formed XML" in refused("<Objs><S>&secret;</S></Objs>").what


@pytest.mark.parametrize("properties", [None, ["Wanted"]])
@pytest.mark.parametrize(
    "xml",
    [
        pytest.param(NESTED * 10_000, id="lists"),
        pytest.param("<Obj><Props><Obj N='Unwanted'>" + NESTED * 10_000, id="below a property"),
        pytest.param("<Obj><Props><PR N='Wanted'>" + "<a>" * 20_000, id="below a progress record"),
        pytest.param(
            "<Obj N='Wanted' RefId='1'><Props><PR N='Wanted'>" * 5_000 + "<Ref RefId='1' />",
            id="alternately wanted and not",
        ),
    ],
)
def test_deep_nesting(xml: str, properties: list[str] | None) -> None:
    error = refused(f"<Objs>{xml}", properties=properties)
    assert error.what == "elements are nested deeper than 100"


def test_depth_is_what_the_limit_says() -> None:
    xml = f"<Objs>{NESTED * 3}{'</LST></Obj>' * 3}</Objs>"
    assert [entry.value for entry in decode(io.BytesIO(xml.encode()), where="x", limits=Limits(depth=7))] == [
        [[[]]]
    ]
    assert "nested deeper than 6" in refused(xml, Limits(depth=6)).what


def test_long_text() -> None:
    xml = "<Objs><S>" + "x" * 20_000_000 + "</S></Objs>"
    error = refused(xml, Limits(text=1_000_000))
    assert error.what == "a text value is longer than 1,000,000 characters"


def test_text_limit_is_exact() -> None:
    xml = "<Objs><S>12345</S></Objs>"
    assert next(decode(io.BytesIO(xml.encode()), where="x", limits=Limits(text=5))).value == "12345"
    assert "longer than 4" in refused(xml, Limits(text=4)).what


@pytest.mark.parametrize("start", ["<Objs><S N='", "<Objs><!--", "<Objs><?p ", "<Objs><"])
def test_endless_markup(start: str) -> None:
    assert refused(start + "x" * 5_000_000).what == "a single tag or comment is too long"


def test_many_elements() -> None:
    few = f"<Obj><LST>{'<Nil />' * 8}</LST></Obj>"
    xml = f"<Objs>{few * 3}{'<Nil />' * 30}</Objs>"
    assert len(list(decode(io.BytesIO(xml.encode()), where="x", limits=Limits(elements=10)))) == 33
    error = refused(xml, Limits(elements=9))
    assert error.what == "an object has more than 9 elements"


def test_many_elements_that_nobody_wants() -> None:
    xml = f"<Objs><Obj><Props><Obj N='x'><LST>{'<Nil />' * 50_000}</LST></Obj></Props></Obj></Objs>"
    assert "more than 1,000 elements" in refused(xml, Limits(elements=1_000), properties=[]).what


def test_elements_without_a_value_do_not_add_up() -> None:
    references = "<Ref RefId='1' />" * 20
    progress = "<PR><a /></PR>" * 20
    xml = f"<Objs><Obj RefId='1'><LST /></Obj>{references}{progress}</Objs>"
    assert len(list(decode(io.BytesIO(xml.encode()), where="x", limits=Limits(elements=5)))) == 21


def test_many_types() -> None:
    xml = "".join(f"<Obj><TN RefId='{number}'><T>a</T></TN></Obj>" for number in range(100_001))
    assert "more than 100,000 types" in refused(f"<Objs>{xml}</Objs>").what


@pytest.mark.parametrize(
    "piece",
    [
        pytest.param("<Obj RefId='1'><Props><S N='a'>text</S></Props></Obj>", id="objects"),
        pytest.param("<S>text</S>", id="texts"),
        pytest.param("<!-- nothing -->", id="comments"),
    ],
)
def test_memory_is_bounded(tmp_path: Path, piece: str) -> None:
    path = tmp_path / "large.xml"
    path.write_text(f"<Objs>{piece * (3_000_000 // len(piece))}</Objs>", encoding="ascii")
    with path.open("rb") as file:
        tracemalloc.start()
        try:
            for _ in decode(file, where="large.xml"):
                pass
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 5_000_000  # one piece of the file at a time; all values would be more than 20 MB


def test_unfinished_references_do_not_take_long() -> None:
    assert "truncated" in refused("<Objs><S>" + "&lt;Ref " * 10).what
    assert "not well-formed" in refused("<Objs>" + "<Ref " * 400_000).what


def sample() -> bytes:
    file = io.BytesIO()
    write(file, [PSObject({"Name": "Ж", "On": True}, type_names=("A",)), "x"], encoding="utf-8")
    return file.getvalue()


@pytest.mark.parametrize("data", [sample(), b"#< CLIXML\r\n" + sample(), sample().decode().encode("utf-16")])
def test_truncated_anywhere(data: bytes) -> None:
    for length in range(len(data)):
        error = refused(data[:length])
        assert any(word in error.what for word in ("truncated", "empty", "not CLIXML", "not valid"))


def test_truncated_gives_what_is_complete_first() -> None:
    found = decode(io.BytesIO(b"<Objs>\n<S>a</S>\n<S>b</S>\n<S>c"), where="saved.xml")
    assert [next(found).value, next(found).value] == ["a", "b"]
    with pytest.raises(ClixmlError) as caught:
        next(found)
    assert caught.value.what == "the file is truncated: it ends after 2 complete objects"
    assert caught.value.where == "saved.xml, line 4"
    assert caught.value.remedy == "Save it again with Export-Clixml."


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "the file is empty"),
        (b"\xff\xfe", "the file is empty"),
        (b"  \r\n", "the file is empty"),
        (b"#< CLIXML", "the file is empty"),
        (b"#< CLIXML\r\n", "the file is empty"),
        (b'{"Identity": "Global"}', "this is not CLIXML"),
        (b"\r\nIdentity : Global\r\n", "this is not CLIXML"),
        ("\nIdentity : Глобально\n".encode("utf-16"), "this is not CLIXML"),
        (b"PK\x03\x04\x14\0\x06\0", "this is not CLIXML"),
        (b"<html><body>Sign in</body></html>", "this is not CLIXML: its root element is <html>"),
        (b"<Obj />", "this is not CLIXML"),
    ],
)
def test_not_clixml(data: bytes, what: str) -> None:
    error = refused(data)
    assert what in error.what
    assert error.remedy == "Save it again with Export-Clixml."


@pytest.mark.parametrize(
    ("children", "what"),
    [
        ("<S>a</B>", "not well-formed XML: mismatched tag"),
        ("<S>\x00</S>", "not well-formed"),
        ("</Objs><Objs>", "not well-formed XML: junk after document element"),
        ("<I32>ten</I32>", "<I32> holds 'ten', which is not a value of its type"),
        ("<I32>1_000</I32>", "<I32>"),
        ("<I32>\N{ARABIC-INDIC DIGIT ONE}</I32>", "<I32>"),
        ("<I32 />", "<I32>"),
        (f"<I64>{'9' * 5000}</I64>", "<I64>"),
        ("<Db>1_0</Db>", "<Db>"),
        (f"<Db>{'9' * 5000}</Db>", "<Db>"),
        ("<D>1E999999999</D>", "<D>"),
        ("<D>NaN</D>", "<D>"),
        ("<B>yes</B>", "<B> holds 'yes'"),
        ("<C>65536</C>", "<C>"),
        ("<C>-1</C>", "<C>"),
        ("<C>99999999999999999999</C>", "<C>"),
        ("<BA>not base64!</BA>", "<BA>"),
        ("<BA>Ж</BA>", "<BA>"),
        ("<S>a<B>true</B></S>", "<B> stands inside <S>"),
        ("<Nil><S>a</S></Nil>", "<S> stands inside <Nil>"),
        ("<Obj><Props><S>a</S></Props></Obj>", "a property has no name"),
        ("<Obj><DCT><S>a</S></DCT></Obj>", "dictionary's entry"),
        ('<Obj><DCT><En><S N="Key">a</S></En></DCT></Obj>', "one key and one value"),
        ('<Obj><DCT><En><Obj N="Key"><LST /></Obj><Nil N="Value" /></En></DCT></Obj>', "key is a collection"),
        ('<Ref RefId="7" />', "<Ref> names object '7'"),
        ("<Ref />", "<Ref> names object None"),
        ('<Obj><LST><Ref RefId="1" /></LST></Obj><Obj RefId="1" />', "<Ref> names object '1'"),
        ('<Obj><TNRef RefId="7" /></Obj>', "<TNRef> names type '7'"),
        ("<Obj><TNRef /></Obj>", "<TNRef> names type None"),
    ],
)
def test_malformed(children: str, what: str) -> None:
    error = refused(f"<Objs>\n<S>good</S>\n{children}</Objs>")
    assert what in error.what
    assert error.where == "saved.xml, line 3"
    assert len(error.what) < 200


def test_child_of_text_is_refused_even_if_nobody_wants_it() -> None:
    xml = "<Objs><Obj><Props><S N='A'>a<S N='B'>b</S></S></Props></Obj></Objs>"
    assert "stands inside" in refused(xml, properties=["A"]).what


def test_lines_are_those_of_the_file() -> None:
    assert refused("#< CLIXML\n\n<Objs>\n<B>x</B></Objs>").where == "saved.xml, line 4"


def test_references_do_not_multiply() -> None:
    level = "<Obj RefId='{}'><LST>" + "<Ref RefId='{}' />" * 10 + "</LST></Obj>"
    levels = "".join(level.format(number, *[number - 1] * 10) for number in range(1, 1000))
    xml = f'<Objs><Obj RefId="0"><LST><S>lol</S></LST></Obj>{levels}</Objs>'
    assert len(list(decode(io.BytesIO(xml.encode()), where="x"))) == 1000
