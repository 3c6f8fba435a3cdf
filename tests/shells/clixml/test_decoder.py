"""What a CLIXML document becomes."""

from __future__ import annotations

import copy
import io
import math
import pickle
from decimal import Decimal
from typing import Any, cast

import pytest

from imadmin.shells.clixml import SECRET, Entry, EnumValue, PSObject, decode

NAMESPACE = "http://schemas.microsoft.com/powershell/2004/04"


def document(*children: str) -> bytes:
    return f'<Objs Version="1.1.0.1" xmlns="{NAMESPACE}">{"".join(children)}</Objs>'.encode()


def entries(data: bytes, properties: list[str] | None = None) -> list[Entry]:
    return list(decode(io.BytesIO(data), where="saved.xml", properties=properties))


def values(*children: str, properties: list[str] | None = None) -> list[object]:
    return [entry.value for entry in entries(document(*children), properties)]


def record(*children: str, properties: list[str] | None = None) -> PSObject:
    (value,) = values(*children, properties=properties)
    assert isinstance(value, PSObject)
    return value


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        ("<S>a &lt; b &amp; c</S>", "a < b & c"),
        ("<S></S>", ""),
        ("<S>  two  spaces </S>", "  two  spaces "),
        ("<S>line_x000D__x000A_next</S>", "line\r\nnext"),
        ("<S>a<!-- not text -->b<![CDATA[<c>]]></S>", "ab<c>"),
        ("<C>1046</C>", "Ж"),
        ("<C>55357</C>", "�"),
        ("<B>true</B>", True),
        ("<B>False</B>", False),
        ("<B>1</B>", True),
        ("<By>254</By>", 254),
        ("<SB>-127</SB>", -127),
        ("<I16>-32767</I16>", -32767),
        ("<U16>65535</U16>", 65535),
        ("<I32>-2147483648</I32>", -2147483648),
        ("<U32>4294967295</U32>", 4294967295),
        ("<I64> 9223372036854775807 </I64>", 9223372036854775807),
        ("<U64>18446744073709551615</U64>", 18446744073709551615),
        ("<Sg>12.5</Sg>", 12.5),
        ("<Db>1.5E+300</Db>", 1.5e300),
        ("<Db>-INF</Db>", -math.inf),
        ("<D>1234.50</D>", Decimal("1234.50")),
        ("<BA>AAEC\n/w==</BA>", b"\x00\x01\x02\xff"),
        ("<BA />", b""),
        ("<G>792e5b37-4505-47ef-b7d2-8711bb7affa8</G>", "792e5b37-4505-47ef-b7d2-8711bb7affa8"),
        ("<DT>2016-06-15T12:00:00+03:00</DT>", "2016-06-15T12:00:00+03:00"),
        ("<TS>PT9.0269026S</TS>", "PT9.0269026S"),
        ("<URI>https://contoso.com/</URI>", "https://contoso.com/"),
        ("<Version>6.0.9319.259</Version>", "6.0.9319.259"),
        ("<XD>&lt;a /&gt;</XD>", "<a />"),
        ("<SBK>Get-Date</SBK>", "Get-Date"),
        ("<Nil />", None),
        ("<Novelty>text</Novelty>", "text"),
    ],
)
def test_primitive(element: str, expected: object) -> None:
    (value,) = values(element)
    assert value == expected
    assert type(value) is type(expected)


def test_not_a_number() -> None:
    (value,) = values("<Db>NaN</Db>")
    assert math.isnan(cast("float", value))


def test_secure_string_is_never_decoded() -> None:
    (value,) = values("<SS>01000000d08c9ddf0115d1118c7a00c04fc297eb</SS>")
    assert value is SECRET
    assert str(value) == repr(value) == "***"
    assert copy.deepcopy(value) is value
    assert pickle.loads(pickle.dumps(value)) is value  # noqa: S301


def test_record_merges_adapted_and_extended_properties() -> None:
    found = record(
        '<Obj RefId="0"><TN RefId="0"><T>Deserialized.Contoso.Policy</T><T>System.Object</T></TN>'
        "<ToString>Global</ToString>"
        '<Props><S N="Identity">Global</S><Nil N="Auto" /><I32 N="Both">1</I32></Props>'
        '<MS><I32 N="Both">2</I32><S N="PS_x0020_Name">x</S></MS></Obj>'
    )
    assert found == {"Identity": "Global", "Auto": None, "Both": 2, "PS Name": "x"}
    assert list(found) == ["Identity", "Auto", "Both", "PS Name"]
    assert found.type_names == ("Contoso.Policy", "System.Object")
    assert found.to_string == "Global"
    assert repr(found) == "<PSObject Contoso.Policy with 4 properties>"


def test_record_survives_pickle_and_copy() -> None:
    found = record('<Obj RefId="0"><TN RefId="0"><T>A</T></TN><ToString>t</ToString></Obj>')
    for twin in (pickle.loads(pickle.dumps(found)), copy.deepcopy(found)):  # noqa: S301
        assert isinstance(twin, PSObject)
        assert (twin.type_names, twin.to_string) == (("A",), "t")


def test_object_cut_off_by_depth_keeps_its_text() -> None:
    found = record("<Obj><ToString>cut off</ToString></Obj>")
    assert found == {}
    assert found.to_string == "cut off"
    assert repr(found) == "<PSObject object with 0 properties>"


def test_type_reference() -> None:
    first, second = values(
        '<Obj RefId="0"><TN RefId="0"><T>Deserialized.A</T></TN></Obj>',
        '<Obj RefId="1"><TNRef RefId="0" /></Obj>',
    )
    assert isinstance(first, PSObject)
    assert isinstance(second, PSObject)
    assert first.type_names == second.type_names == ("A",)


def test_enumeration() -> None:
    element = (
        '<Obj RefId="0"><TN RefId="0"><T>Deserialized.Contoso.Scope</T><T>System.Enum</T></TN>'
        "<ToString>Global</ToString><I32>3</I32></Obj>"
    )
    (value,) = values(element)
    assert value == EnumValue(3, "Global", "Contoso.Scope")
    assert str(value) == "Global"


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        ('<Obj RefId="0"><S>text</S><MS><S N="Note">n</S></MS></Obj>', "text"),
        ('<Obj RefId="0"><I32>5</I32><MS><S N="Note">n</S></MS></Obj>', 5),
        ('<Obj RefId="0"><ToString>on</ToString><B>true</B></Obj>', True),
        ('<Obj RefId="0"><Nil /></Obj>', None),
    ],
)
def test_primitive_with_properties_is_the_primitive(element: str, expected: object) -> None:
    assert values(element) == [expected]


@pytest.mark.parametrize("tag", ["LST", "IE", "QUE", "STK"])
def test_list(tag: str) -> None:
    items = f"<{tag}><S>a</S><Nil /><Obj><LST /></Obj></{tag}>"
    assert values(f'<Obj RefId="0">{items}<MS><S N="PSComputerName">h</S></MS></Obj>') == [["a", None, []]]


def test_list_with_properties_is_the_list() -> None:
    assert values('<Obj><Props><I32 N="Count">1</I32></Props><LST><S>a</S></LST></Obj>') == [["a"]]


def test_dictionary() -> None:
    entry = '<En><{0} N="Key">{1}</{0}><I32 N="Value">{2}</I32></En>'
    body = entry.format("S", "a", 1) + entry.format("I32", 7, 2)
    by_object = '<En><Obj N="Key"><ToString>o</ToString></Obj><S N="Value">v</S></En>'
    assert values(f"<Obj><DCT>{body}{by_object}</DCT></Obj>") == [{"a": 1, 7: 2, "o": "v"}]


def test_nested_objects() -> None:
    found = record('<Obj><Props><Obj N="Inner"><Props><S N="Name">x</S></Props></Obj></Props></Obj>')
    assert found == {"Inner": {"Name": "x"}}


def test_reference_gives_the_same_object() -> None:
    first, second = values(
        '<Obj RefId="0"><Props><Obj N="Pool" RefId="1"><LST><S>a</S></LST></Obj></Props></Obj>',
        '<Obj RefId="2"><Props><Ref N="Pool" RefId="1" /><Ref N="Other" RefId="0" /></Props></Obj>',
    )
    assert isinstance(first, PSObject)
    assert isinstance(second, PSObject)
    assert second["Pool"] is first["Pool"]
    assert second["Other"] is first


def test_reference_at_the_top_level() -> None:
    first, second = values('<Obj RefId="0"><LST /></Obj>', '<Ref RefId="0" />')
    assert first is second


@pytest.mark.parametrize(
    ("element", "key"),
    [
        ('<Obj RefId="0"><Props><Ref N="Self" RefId="0" /></Props></Obj>', "Self"),
        ('<Obj RefId="0"><LST><Ref RefId="0" /></LST></Obj>', 0),
        ('<Obj RefId="0"><DCT><En><S N="Key">k</S><Ref N="Value" RefId="0" /></En></DCT></Obj>', "k"),
    ],
)
def test_cycle(element: str, key: Any) -> None:
    (value,) = values(element)
    assert isinstance(value, (dict, list))
    assert value[key] is value


def test_reference_to_an_unfinished_primitive() -> None:
    assert values('<Obj RefId="0"><S>x</S><MS><Ref N="Self" RefId="0" /></MS></Obj>') == ["x"]


def test_reference_as_the_content_of_its_own_object() -> None:
    (value,) = values('<Obj RefId="0"><Ref RefId="0" /></Obj>')
    assert value == {}


def test_reference_in_an_unseekable_stream() -> None:
    class Wire(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise io.UnsupportedOperation

    data = document(
        '<Obj RefId="0"><Props><Obj N="Far" RefId="1"><LST /></Obj></Props></Obj>',
        '<Obj RefId="2"><Props><Ref N="Near" RefId="1" /></Props></Obj>',
    )
    _, second = decode(Wire(data), where="wire", properties=["Near"])
    assert second.value == {"Near": []}


def test_position_of_the_file_is_the_beginning() -> None:
    file = io.BytesIO(b"before" + document("<S>x</S>"))
    file.seek(6)
    assert [entry.value for entry in decode(file, where="saved.xml")] == ["x"]


def test_streams() -> None:
    data = document('<S S="Error">bad</S>', '<S S="verbose">talk</S>', "<S>out</S>", '<Obj S="Warning" />')
    assert [entry.stream for entry in entries(data)] == ["error", "verbose", "output", "warning"]


def test_progress_records_are_left_out() -> None:
    progress = '<PR N="Record"><AV>Preparing</AV><AI>0</AI><Nil /><PI>-1</PI><PC>100</PC><T>x</T></PR>'
    found = entries(document(f'<Obj S="progress" RefId="0"><MS>{progress}</MS></Obj>', progress, "<S>x</S>"))
    assert found == [Entry("progress", {}), Entry("output", "x")]


def test_no_objects() -> None:
    assert entries(document()) == []


def test_large_text_in_many_pieces() -> None:
    text = "Идентификатор &amp; " * 20_000
    assert values(f"<S>{text}</S>") == [text.replace("&amp;", "&")]
