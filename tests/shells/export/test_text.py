from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imadmin.model import Setting
from imadmin.model.values import Lost, members

if TYPE_CHECKING:
    from tests.shells.export.conftest import Read, Refused

TWO = """

Identity      : Site:A : B
Other         : x
Flag          : True
PSComputerName: not a property
RunspaceId    :

identity : C
FLAG     :



""".replace("PSComputerName: not a property\n", "")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_objects_are_blocks(read: Read, newline: str) -> None:
    assert read(".txt", TWO.replace("\n", newline)) == [
        {"Identity": "Site:A : B", "Flag": "True"},
        {"Identity": "C", "Flag": ""},
    ]


def test_nothing_behind_the_colon_is_null_or_empty_so_a_setting_is_unknown(read: Read) -> None:
    [_, record] = read(".txt", TWO)
    assert Setting.read(record, "Flag") is Setting.UNKNOWN


@pytest.mark.parametrize(
    ("lines", "value"),
    [
        (["{}"], []),
        (["{a}"], ["a"]),
        (["{a, b}"], ["a", "b"]),
        (["{SMTP:a@x.com,", "sip:a@x.com}"], ["SMTP:a@x.com", "sip:a@x.com"]),
        (["{a, b, c, d...}"], Lost("{a, b, c, d...}")),
        (["{a, b, c, d\N{HORIZONTAL ELLIPSIS}}"], Lost("{a, b, c, d\N{HORIZONTAL ELLIPSIS}}")),
        (["{Microsoft", "Office/*}"], Lost("{Microsoft Office/*}")),
        (["{System.Object[]}"], Lost("System.Object[]")),
        (["System.Object[]"], Lost("System.Object[]")),
        (["a long text that", "goes on"], Lost("a long text that goes on")),
    ],
)
def test_lists_and_values_on_several_lines(read: Read, lines: list[str], value: object) -> None:
    text = f"Identity : A\nNames    : {lines[0]}\n" + "".join(f"           {line}\n" for line in lines[1:])
    [record] = read(".txt", f"{text}Flag     : True\n")
    assert record == {"Identity": "A", "Names": value, "Flag": "True"}
    assert members(record, "Names") == (value if isinstance(value, list) else None)


def test_a_blank_line_within_a_value_ends_no_object(read: Read) -> None:
    text = "Identity : A\nOther    : a\n\n           b\nFlag     : True\n\nIdentity : B\n"
    assert read(".txt", text) == [{"Identity": "A", "Flag": "True"}, {"Identity": "B"}]


def test_colours_and_the_prompt_before_the_first_object(read: Read) -> None:
    green = "\x1b[32;1mIdentity : \x1b[0mA\n\x1b[32;1mFlag     : \x1b[0mTrue\n"
    assert read(".txt", f"PS C:\\Users\\me> Get-CsThing | fl\n\n{green}") == [
        {"Identity": "A", "Flag": "True"}
    ]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "is empty"),
        ("\r\n\r\n", "is empty"),
        ("PS C:\\> Get-CsThing | fl\n", "is empty"),
        ("\nIdentity   Flag\n--------   ----\nA          True\n", "is the output of Format-Table"),
        ("**********************\nWindows PowerShell transcript start\n", "is not the output of Format-List"),
        ("WARNING: old\n\nIdentity : A\n", "is not the output of Format-List"),
        ("Identity : A\nGet-CsThing : failed\n", "is not the output of Format-List"),
        ("Identity : A\n\nPS C:\\> exit\n", "is not the output of Format-List"),
        ("    Identity : A\n", "is not the output of Format-List"),
        ("Identity: A\n", "is not the output of Format-List"),
        ("Other : A\n", "holds no object with Identity, Flag, Names"),
        ("Identity : " + "a " * 5_000_000, "longer than"),
        ("Identity : a\n" + "           " * 10_000_000, "longer than"),
    ],
    ids=lambda text: text[:30],
)
def test_what_is_refused(refused: Refused, text: str, what: str) -> None:
    assert what in refused(".txt", text).what


def test_the_remedy_of_a_table_is_a_list(refused: Refused) -> None:
    error = refused(".txt", "\n\nIdentity Flag\n-------- ----\n")
    assert error.where.endswith("Get-CsThing.txt, line 3")
    assert "Get-CsThing | Format-List * | Out-File -Width 4096" in error.remedy


def test_the_prompt_that_waits_behind_the_last_object(read: Read, refused: Refused) -> None:
    shown = "Identity : A\r\nFlag     : True\r\n\r\n\r\nPS C:\\Users\\admin> "
    assert read(".txt", f"{shown}\r\n\r\n") == [{"Identity": "A", "Flag": "True"}]
    assert refused(".txt", f"{shown}\r\nFlag : False\r\n").what == "is not the output of Format-List alone"
    assert refused(".txt", f"{shown}exit\r\n").where.endswith("line 5")
