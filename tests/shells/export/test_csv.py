from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imadmin.model import Setting
from imadmin.model.values import ABSENT, Lost, members
from imadmin.model.values import read as property_of

if TYPE_CHECKING:
    from tests.shells.export.conftest import Read, Refused

PLAIN = [{"Identity": "A", "Flag": "True"}, {"Identity": "B", "Flag": "False"}]


@pytest.mark.parametrize(
    "text",
    [
        '"Identity","Flag"\r\n"A","True"\r\n"B","False"\r\n',
        '#TYPE Microsoft.Rtc.X\r\n"Identity","Flag"\r\n"A","True"\r\n"B","False"\r\n',
        '#TYPE Deserialized.X\n"PSComputerName","identity","FLAG"\n"fe01","A","True"\n"fe01","B","False"\n',
        '"#TYPE Selected.X","",""\n"Identity","Flag"\n"A","True"\n"B","False"\n',
        'sep=;\r\nIdentity;Flag\r\nA;True\r\n"B";"False"',
        "sep=|\nIdentity|Flag\nA|True\nB|False\n",
        '"Identity";"Flag";"Other"\n"A";"True";"1,5,6"\n"B";"False";"x, y"\n',
        "Identity\tFlag\nA\tTrue\nB\tFalse\n",
        "\n\nIdentity,Flag\n\nA,True\n\nB,False\n\n",
    ],
)
def test_header_lines_and_delimiters(read: Read, text: str) -> None:
    assert read(".csv", text) == PLAIN


def test_a_value_can_hold_anything(read: Read) -> None:
    text = '"Identity","Other","Flag"\r\n"a ""b"", c\r\n\r\nd","\u2028\x0b","True"\r\n"B","",""\r\n'
    assert read(".csv", text) == [
        {"Identity": 'a "b", c\r\n\r\nd', "Flag": "True"},
        {"Identity": "B", "Flag": ""},
    ]


@pytest.mark.parametrize("cell", ["", '""'])
def test_null_and_empty_are_the_same_so_a_setting_is_unknown(read: Read, cell: str) -> None:
    [record] = read(".csv", f'"Identity","Flag","Names"\n"A",{cell},{cell}\n')
    assert Setting.read(record, "Flag") is Setting.UNKNOWN
    assert members(record, "Names") == []


@pytest.mark.parametrize(
    "cell",
    [
        "System.String[]",
        "System.Collections.Generic.List`1[System.String]",
        "Microsoft.Rtc.Management.Xds.XdsList+Inner",
        "Deserialized.System.Collections.ArrayList",
        "@{Name=x}",
        "M\N{REPLACEMENT CHARACTER}nchen",
    ],
)
def test_a_collection_and_an_object_are_lost(read: Read, cell: str) -> None:
    [record] = read(".csv", f'Identity,Names\nA,"{cell}"\n')
    assert record["Names"] == Lost(cell)
    assert property_of(record, "Names") is ABSENT
    assert members(record, "Names") is None


@pytest.mark.parametrize(
    "cell", ["Site:Redmond", "sip:a@x.com", "Microsoft Office/*", "system.x", "[a]", "a.b"]
)
def test_what_is_a_value_stays_one(read: Read, cell: str) -> None:
    assert read(".csv", f'Identity\n"{cell}"\n') == [{"Identity": cell}]


def test_a_question_mark_may_be_a_letter_that_ascii_does_not_have(read: Read) -> None:
    """Export-Csv of 5.1 writes ASCII: two sites that differ may look the same."""
    text = "Identity,Flag\nSite:M?nchen,True\n"
    assert read(".csv", text)[0]["Identity"] == Lost("Site:M?nchen")
    assert read(".csv", text.encode("utf-8-sig"))[0]["Identity"] == "Site:M?nchen"
    assert read(".csv", text.encode("utf-16"))[0]["Identity"] == "Site:M?nchen"
    assert read(".csv", f"{text}M\xfcnchen,True\n")[0]["Identity"] == "Site:M?nchen"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "is empty"),
        ("#TYPE X\r\n\r\n", "is empty"),
        ("Identity,Flag\nA,True\nB\n", "is cut off, or no table: 1 cells below 2 headers"),
        ("Identity,Flag\nA,True,False\n", "3 cells below 2 headers"),
        ('"Identity","Flag"\n"A","True"\n"B","Fa', "is cut off"),
        ('"Identity","Flag"\n"A"x,"True"\n', "is not CSV"),
        ("Identity,Flag,identity\nA,True,A\n", "has the column Identity twice"),
        ("Other\n1\n", "holds no object with Identity, Flag, Names"),
        ('"ClassId2e4f51ef21dd47e99d3c952918aff9cd","Identity"\n"x","A"\n', "formatted output"),
        ('Identity\n"' + "x" * 200_000, "is not CSV, or is cut off"),
        ("Identity\n" + '"\n",' * 3_000_000, "longer than"),
        ("Identity," * 1_000_000, "longer than"),
    ],
    ids=lambda text: text[:30],
)
def test_what_is_refused(refused: Refused, text: str, what: str) -> None:
    assert what in refused(".csv", text).what


def test_the_line_of_an_error_counts_line_breaks_in_values(refused: Refused) -> None:
    where = refused(".csv", 'Identity,Flag\n"a\nb\nc",True\nB\n').where
    assert where.endswith("Get-CsThing.csv, line 5")


def test_several_runs_one_after_the_other(read: Read) -> None:
    one, two = '"Identity","Flag"\r\n"A","True"\r\n', '"Identity","Flag"\r\n"B","False"\r\n'
    assert [record["Identity"] for record in read(".csv", one + two)] == ["A", "B"]
