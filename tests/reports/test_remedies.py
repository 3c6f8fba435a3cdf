from __future__ import annotations

import time

import pytest

from imadmin.reports.remedies import Step, steps, words


@pytest.mark.parametrize(
    ("remedy", "found"),
    [
        ("", []),
        ("Update the client: File > Account.", [Step("Update the client: File > Account.")]),
        ("Set-CsX -Identity 'a' -Y $true", [Step(command="Set-CsX -Identity 'a' -Y $true")]),
        ("Set-CsX -Y $true   (ask first)", [Step(command="Set-CsX -Y $true", after="(ask first)")]),
        ("To make sure: Set-CsX -Y $true", [Step("To make sure:", "Set-CsX -Y $true")]),
        ("Set-CsX -Identity 'two  blanks'", [Step(command="Set-CsX -Identity 'two  blanks'")]),
        ("Set-CsX -Identity 'it''s'  note", [Step(command="Set-CsX -Identity 'it''s'", after="note")]),
        ("Get-CsUser | Export-Clixml u.xml", [Step(command="Get-CsUser | Export-Clixml u.xml")]),
        ("Get-CsUser shows what applies.", [Step("Get-CsUser shows what applies.")]),
        ("Set-CsX -A\n\n  Set-CsX -B\n", [Step(command="Set-CsX -A"), Step(command="Set-CsX -B")]),
        ("Set-CsX -Identity 'a\nSet-CsY -B'", [Step(command="Set-CsX -Identity 'a\nSet-CsY -B'")]),
    ],
)
def test_a_command_is_told_from_the_words_around_it(remedy: str, found: list[Step]) -> None:
    assert steps(remedy) == found


def test_a_cmdlet_within_words_keeps_its_parameters() -> None:
    assert words("Run Get-CsX without a filter;  Get-CsY -Identity 'a b' shows\nit.") == [
        *("Run", "Get-CsX", "without", "a", "filter;"),
        "Get-CsY -Identity 'a b'",
        *("shows", "it."),
    ]


@pytest.mark.parametrize("piece", ["'", "' ", "A", "Get-A -b '", "  ", "a: ", "''"])
def test_a_hostile_remedy_takes_no_long_time(piece: str) -> None:
    begin = time.perf_counter()
    steps(piece * 20_000)
    words(piece * 20_000)
    assert time.perf_counter() - begin < 5
