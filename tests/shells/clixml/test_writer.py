"""What is written is what Export-Clixml writes."""

from __future__ import annotations

import datetime as dt
import io
import itertools
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

import pytest

from imadmin.shells.clixml import SECRET, EnumValue, PSObject, decode, write

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04"'
POLICY = PSObject(
    {
        "Identity": "Global",
        "EnableIMAutoArchiving": None,
        "EnableOfflineIM": True,
        "Timeout": 20,
        "Scope": EnumValue(1, "Global", "Contoso.Scope"),
        "Entries": ["a", 2**40],
        "PSComputerName": "pool01",
    },
    type_names=("Deserialized.Contoso.Policy", "Deserialized.System.Object"),
    to_string="Global",
)
EXPECTED = f"""{ROOT}>
  <Obj RefId="0">
    <TN RefId="0">
      <T>Deserialized.Contoso.Policy</T>
      <T>Deserialized.System.Object</T>
    </TN>
    <ToString>Global</ToString>
    <Props>
      <S N="Identity">Global</S>
      <Nil N="EnableIMAutoArchiving" />
      <B N="EnableOfflineIM">true</B>
      <I32 N="Timeout">20</I32>
      <Obj N="Scope" RefId="1">
        <TN RefId="1">
          <T>Contoso.Scope</T>
          <T>System.Enum</T>
          <T>System.ValueType</T>
          <T>System.Object</T>
        </TN>
        <ToString>Global</ToString>
        <I32>1</I32>
      </Obj>
      <Obj N="Entries" RefId="2">
        <TN RefId="2">
          <T>System.Collections.ArrayList</T>
          <T>System.Object</T>
        </TN>
        <LST>
          <S>a</S>
          <I64>1099511627776</I64>
        </LST>
      </Obj>
    </Props>
    <MS>
      <S N="PSComputerName">pool01</S>
    </MS>
  </Obj>
  <Obj RefId="3">
    <TNRef RefId="0" />
    <Props>
      <Obj N="Empty" RefId="4">
        <TNRef RefId="2" />
        <LST />
      </Obj>
    </Props>
  </Obj>
  <Obj RefId="5">
    <TN RefId="3">
      <T>System.Collections.Hashtable</T>
      <T>System.Object</T>
    </TN>
    <DCT>
      <En>
        <S N="Key">k</S>
        <B N="Value">false</B>
      </En>
    </DCT>
  </Obj>
</Objs>""".replace("\n", "\r\n")


def written(*values: object, encoding: Literal["utf-8", "utf-16"] = "utf-8") -> bytes:
    file = io.BytesIO()
    write(file, values, encoding=encoding)
    return file.getvalue()


def lines(*values: object) -> list[str]:
    return [line.strip() for line in written(*values).decode().split("\r\n")[1:-1]]


def test_form_of_powershell_7() -> None:
    another = PSObject({"Empty": []}, type_names=POLICY.type_names)
    assert written(POLICY, another, {"k": False}).decode() == EXPECTED


def test_form_of_windows_powershell() -> None:
    assert written("x", encoding="utf-16") == b"\xff\xfe" + written("x").decode().encode("utf-16-le")


def test_nothing_to_write() -> None:
    assert written().decode() == f"{ROOT} />"


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("", "<S></S>"),
        ('a<b>&"c"\r\n', '<S>a&lt;b&gt;&amp;"c"_x000D__x000A_</S>'),
        (True, "<B>true</B>"),
        (2**31 - 1, "<I32>2147483647</I32>"),
        (2**31, "<I64>2147483648</I64>"),
        (-(2**63), "<I64>-9223372036854775808</I64>"),
        (2**63, "<U64>9223372036854775808</U64>"),
        (1.0, "<Db>1</Db>"),
        (-0.5, "<Db>-0.5</Db>"),
        (1e20, "<Db>1E+20</Db>"),
        (float("inf"), "<Db>INF</Db>"),
        (float("-inf"), "<Db>-INF</Db>"),
        (float("nan"), "<Db>NaN</Db>"),
        (Decimal("12.50"), "<D>12.50</D>"),
        (Decimal("1E+3"), "<D>1000</D>"),
        (b"\x00\xff", "<BA>AP8=</BA>"),
        (None, "<Nil />"),
        (SECRET, "<SS />"),
        (PSObject(), '<Obj RefId="0" />'),
    ],
)
def test_value(value: object, line: str) -> None:
    assert lines(value) == [line]


def test_property_name_is_escaped() -> None:
    assert '<Nil N="a&quot;&lt;\'_x000A_" />' in lines(PSObject({"a\"<'\n": None}))


@pytest.mark.parametrize(
    "type_names", [(), ("Selected.X", "System.Management.Automation.PSCustomObject", "System.Object")]
)
def test_properties_of_custom_objects_are_extended(type_names: tuple[str, ...]) -> None:
    found = lines(PSObject({"A": 1}, type_names=type_names))
    assert "<MS>" in found
    assert "<Props>" not in found


def test_same_object_twice_is_a_reference() -> None:
    shared = ["a"]
    found = lines([shared, shared])
    assert found.count('<Ref RefId="1" />') == 1


def test_cycle() -> None:
    value = PSObject()
    value["Self"] = value
    (entry,) = decode(io.BytesIO(written(value)), where="written")
    assert isinstance(entry.value, PSObject)
    assert entry.value["Self"] is entry.value


@pytest.mark.parametrize("value", [dt.date(2016, 6, 15), object(), {1, 2}, 1j])
def test_no_clixml_form(value: object) -> None:
    with pytest.raises(TypeError, match="has no CLIXML form"):
        written(value)


@pytest.mark.parametrize(
    "value",
    [
        2**64,
        -(2**63) - 1,
        Decimal("NaN"),
        Decimal("1E+29"),
        Decimal("1E-29"),
        Decimal(2**96),
        Decimal("1E+999999"),
    ],
)
def test_number_that_does_not_fit(value: object) -> None:
    with pytest.raises(ValueError, match=r"for \.NET"):
        written(value)


@pytest.mark.parametrize(("levels", "fits"), [(49, True), (50, False)])
def test_depth_is_what_the_decoder_accepts(levels: int, *, fits: bool) -> None:
    value: list[object] = []
    for _ in range(levels - 1):
        value = [value]
    if fits:
        assert [entry.value for entry in decode(io.BytesIO(written(value)), where="written")] == [value]
    else:
        with pytest.raises(ValueError, match="nested deeper"):
            written(value)


def test_values_are_written_as_they_come() -> None:
    file = io.BytesIO()
    sizes = []

    def made() -> Iterator[object]:
        for number in itertools.count():
            if number == 3:
                return
            sizes.append(file.tell())
            yield PSObject({"Number": number})

    write(file, made())
    assert sizes == sorted(set(sizes))


def test_refused_value_leaves_no_part_of_itself() -> None:
    file = io.BytesIO()
    with pytest.raises(TypeError):
        write(file, ["good", ["half", object()]], encoding="utf-8")
    assert file.getvalue().decode().endswith("<S>good</S>")
