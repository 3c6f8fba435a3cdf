from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from imadmin.model import Setting
from imadmin.model.values import Lost, members

if TYPE_CHECKING:
    from tests.shells.export.conftest import Read, Refused

WRAPPED = '{"value": ["a", "b"], "Count": 2}'
TWICE = '{"Identity": "A", "IDENTITY": "%s"}'


@pytest.mark.parametrize(
    ("text", "identities"),
    [
        ('[{"Identity": "A"}, {"identity": "B", "Other": {"Identity": "C"}}]', ["A", "B"]),
        ('{"IDENTITY": "A"}', ["A"]),
        ('{"Identity": "A"}\n{"Identity": "B"}\n', ["A", "B"]),
        ('[{"Identity": "A"}]\r\n[\r\n]\r\n{"Identity": "B"}', ["A", "B"]),
        ('{"value": [{"Identity": "A"}, {"Identity": "B"}], "Count": 2}', ["A", "B"]),
        ('[[{"Identity": "A"}], [{"Identity": "B"}]]', ["A", "B"]),
        ("[]", []),
        ("[\r\n\r\n]", []),
    ],
)
def test_an_array_an_object_and_one_after_the_other(read: Read, text: str, identities: list[str]) -> None:
    assert [record["Identity"] for record in read(".json", text)] == identities


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("null", None),
        ('""', ""),
        ("true", True),
        ("2147483648", 2147483648),
        ("123456789012345678901234567890", 123456789012345678901234567890),
        ('"True"', "True"),
        (r'"\u003ca\u0026b\u0027"', "<a&b'"),
        (r'"\/Date(1478000000000)\/"', "2016-11-01T11:33:20+00:00"),
        (r'"\/Date(999999999999999)\/"', "/Date(999999999999999)/"),
        (
            r'{"value": "\/Date(0)\/", "DisplayHint": 2, "DateTime": "today"}',
            "1970-01-01T00:00:00+00:00",
        ),
        ('"2016-11-01T11:33:20Z"', "2016-11-01T11:33:20Z"),
        ('{"Name": "n", "Inner": {"A": 1}}', {"Name": "n", "Inner": {"A": 1}}),
        ('{"value": "alone"}', {"value": "alone"}),
        ("[]", []),
        (WRAPPED, ["a", "b"]),
        (f"[{WRAPPED}, null]", [["a", "b"], None]),
        ("NaN", Lost("NaN")),
        ("-Infinity", Lost("-Infinity")),
    ],
)
def test_a_value(read: Read, text: str, value: object) -> None:
    assert read(".json", f'{{"Flag": {text}}}') == [{"Flag": value}]


@pytest.mark.parametrize(
    "text",
    [
        "@{Name=Redmond; Id=}",
        "System.Object[]",
        "System.Collections.Hashtable",
        "Deserialized.Microsoft.Rtc.Management.Xds.DisplaySite",
        "Microsoft.Exchange.Data.MultiValuedProperty`1[System.String]",
        "Contoso.Thing[]",
    ],
)
def test_what_was_beyond_the_depth_is_lost(read: Read, text: str) -> None:
    shown = json.dumps(text)
    [record] = read(".json", f'{{"Flag": {shown}, "Names": ["a", {shown}]}}')
    assert record == {"Flag": Lost(text), "Names": Lost(text)}
    assert Setting.read(record, "Flag") is Setting.UNKNOWN
    assert members(record, "Names") is None


def test_a_list_that_became_one_text_has_no_known_members(read: Read) -> None:
    [record] = read(".json", '{"Names": "SMTP:a@x.com sip:a@x.com"}')
    assert members(record, "Names") is None


def test_a_name_that_is_there_twice(read: Read) -> None:
    assert read(".json", TWICE % "A") == [{"Identity": "A"}]
    [record] = read(".json", TWICE % "B")
    assert isinstance(record["Identity"], Lost)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_objects_across_the_pieces_of_a_file(read: Read, encoding: str) -> None:
    """Windows PowerShell indents deeply: an object can be longer than what is read at once."""
    long = {"Other": ["\N{CYRILLIC SMALL LETTER ZHE}" * 1000] * 90, "Identity": "A"}
    text = json.dumps([{"Identity": str(n)} for n in range(9000)] + [long] * 3, ensure_ascii=False, indent=4)
    found = [record["Identity"] for record in read(".json", text.encode(encoding))]
    assert found == [*map(str, range(9000)), "A", "A", "A"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "is empty"),
        (" \r\n", "is empty"),
        ('[{"Identity": "A"}', "is cut off: it ends after 1 complete objects"),
        ('[{"Identity": "A"},', "is cut off: it ends after 1 complete objects"),
        ('[{"Identity": "A"}, {"Identity": "B', "is cut off: it ends after 1 complete objects"),
        ('[{"Identity": "A"} {"Identity": "B"}]', "no comma between two members"),
        ('[{"Identity": "A"},]', "is not JSON"),
        ('[{"Identity": "A"}]]', "is not JSON"),
        ("WARNING: Resulting JSON is truncated", "is not JSON"),
        ('["@{Identity=A}"]', "holds text, not the objects of Get-CsThing"),
        ("3", "holds a bare value"),
        ('[[["A"]]]', "holds a list"),
        ("[" * 100_000, "is nested too deeply"),
        ('{"Names":' * 200 + "1" + "}" * 200, "nested deeper than 100"),
        ('{"Flag": ' + "9" * 5000 + "}", "too many digits"),
        ('{"Other": "' + "x" * 9_000_000, "longer than"),
        ('[{"ClassId2e4f51ef21dd47e99d3c952918aff9cd": "x"}]', "formatted output"),
        ('[{"Other": 1}]', "holds no object with Identity, Flag, Names"),
    ],
    ids=lambda text: text[:30],
)
def test_what_is_refused(refused: Refused, text: str, what: str) -> None:
    assert what in refused(".json", text).what


def test_the_line_of_an_error_is_that_of_the_file(refused: Refused) -> None:
    text = "[\n" + '{"Identity": "A"},\n' * 20_000 + '{"Identity": }]'
    assert refused(".json", text).where.endswith("Get-CsThing.json, line 20002")
