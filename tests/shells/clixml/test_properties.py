"""Decoding only the properties that somebody wants."""

from __future__ import annotations

import io

import pytest

from imadmin.shells.clixml import PSObject, decode

USER = """
<Obj RefId="0">
  <TN RefId="0"><T>Deserialized.User</T></TN>
  <ToString>CN=A</ToString>
  <Props>
    <S N="Identity">CN=A</S>
    <B N="EnableOfflineIM">true</B>
    <Obj N="Pool" RefId="1">
      <TN RefId="1"><T>Deserialized.Pool</T></TN>
      <Props>
        <S N="EnableOfflineIM">not this one</S>
        <Obj N="Deep" RefId="2"><LST><S>deep</S></LST></Obj>
      </Props>
    </Obj>
    <Nil N="ClientPolicy" />
    <I32 N="Last">7</I32>
  </Props>
  <MS><S N="PSComputerName">pool01</S></MS>
</Obj>
"""


def records(xml: str, properties: list[str]) -> list[PSObject]:
    file = io.BytesIO(f"<Objs>{xml}</Objs>".encode())
    found = [entry.value for entry in decode(file, where="saved.xml", properties=properties)]
    assert all(isinstance(value, PSObject) for value in found)
    return [value for value in found if isinstance(value, PSObject)]


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        (["Identity", "Last"], {"Identity": "CN=A", "Last": 7}),
        (["EnableOfflineIm"], {"EnableOfflineIm": True}),
        (["clientpolicy", "Absent"], {"clientpolicy": None}),
        (["PSComputerName"], {"PSComputerName": "pool01"}),
        (["Pool"], {"Pool": {"EnableOfflineIM": "not this one", "Deep": ["deep"]}}),
        ([], {}),
    ],
)
def test_wanted(properties: list[str], expected: dict[str, object]) -> None:
    (found,) = records(USER, properties)
    assert found == expected
    assert (found.type_names, found.to_string) == (("User",), "CN=A")


def test_escaped_name_is_compared_as_it_reads() -> None:
    (found,) = records('<Obj><MS><S N="Display_x0020_Name">x</S><S N="y">z</S></MS></Obj>', ["display name"])
    assert found == {"display name": "x"}


def test_object_inside_an_unwanted_property_is_there_for_others() -> None:
    second = '<Obj RefId="3"><TNRef RefId="0" /><Props><Ref N="Deep" RefId="2" /></Props></Obj>'
    assert records(USER + second, ["Deep", "Last"]) == [{"Last": 7}, {"Deep": ["deep"]}]


def test_unwanted_property_is_there_for_others() -> None:
    second = '<Obj RefId="3"><Props><Ref N="Home" RefId="1" /></Props></Obj>'
    _, found = records(USER + second, ["Home"])
    assert found == {"Home": {"EnableOfflineIM": "not this one", "Deep": ["deep"]}}


def test_types_inside_an_unwanted_property_are_known() -> None:
    (_, found) = records(USER + '<Obj RefId="3"><TNRef RefId="1" /></Obj>', ["Identity"])
    assert found.type_names == ("Pool",)


def test_unwanted_reference_is_not_resolved() -> None:
    assert records('<Obj><Props><Ref N="X" RefId="404" /><S N="A">a</S></Props></Obj>', ["A"]) == [{"A": "a"}]


def test_dictionaries_and_primitives_are_not_filtered() -> None:
    entry = '<En><S N="Key">k</S><S N="Value">v</S></En>'
    file = io.BytesIO(f"<Objs><S>x</S><Obj><DCT>{entry}</DCT></Obj></Objs>".encode())
    assert [found.value for found in decode(file, where="saved.xml", properties=["A"])] == ["x", {"k": "v"}]


def test_every_reference_is_found_wherever_the_file_is_cut_into_pieces() -> None:
    # 64 KiB at a time: the reference at the end moves over the border between two pieces.
    for padding in range(65_300, 65_560, 4):
        filler = f"<S>{'x' * padding}</S>"
        xml = f'<Objs><Obj RefId="9"><LST /></Obj>{filler}<Ref N="Name" RefId="9" /></Objs>'
        *_, last = decode(io.BytesIO(xml.encode()), where="saved.xml")
        assert last.value == []


def test_many_different_names() -> None:
    xml = "".join(f'<Obj><MS><S N="P{number}">x</S></MS></Obj>' for number in range(10_100))
    assert records(xml, ["p10050"])[10_050] == {"p10050": "x"}
