from __future__ import annotations

import re
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imadmin.document import dumps, loads
from imadmin.records import Status
from imadmin.reports.html import is_link, render
from imadmin.run import Person

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy

    from imadmin.records import Finding
    from imadmin.run import CheckResult, Run

Tag = tuple[str, dict[str, str | None]]
MARKUP_TO_PRIVATE_USE = {ord(character): 0xE000 + ord(character) for character in "<>&"}
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


class _Page(HTMLParser):
    """The start tags and the text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[Tag] = []
        self.pieces: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.pieces).split())

    def names(self) -> set[tuple[str, str]]:
        return {(tag, name) for tag, attributes in self.tags for name in ("", *attributes)}

    def values(self, tag: str, name: str) -> list[str | None]:
        return [attributes.get(name) for each, attributes in self.tags if each == tag]


@pytest.fixture(scope="session")
def template() -> _Page:
    source = files("imadmin.reports").joinpath("templates", "report.html.j2").read_text(encoding="utf-8")
    return _Page(re.sub(r"\{\{.*?\}\}|\{%.*?%\}", " ", source, flags=re.DOTALL))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_text_becomes_markup(data: Any, template: _Page, runs: SearchStrategy[Run]) -> None:
    run = data.draw(runs)
    page = _Page(render(run))
    tame = _Page(render(loads(dumps(run).translate(MARKUP_TO_PRIVATE_USE))))
    assert [tag for tag, _ in page.tags] == [tag for tag, _ in tame.tags]
    assert page.names() <= template.names()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_nothing_is_loaded_and_links_lead_to_the_web_or_within(data: Any, runs: SearchStrategy[Run]) -> None:
    page = _Page(render(data.draw(runs)))
    assert not {tag for tag, _ in page.tags} & {"script", "img", "iframe", "object", "base", "form"}
    assert page.values("link", "href") == ["data:,"]
    for target in page.values("a", "href"):
        assert target
        assert re.match(r"#cause-\d+\Z|https?://", target, re.IGNORECASE)
    styles = [attributes["style"] for _, attributes in page.tags if "style" in attributes]
    assert all(re.fullmatch(r"flex-grow: \d+", style or "") for style in styles)


def test_a_name_that_is_markup_is_shown_as_text(
    run_of: Callable[..., Run], finding: Callable[..., Finding], result: Callable[..., CheckResult]
) -> None:
    name = "<script>alert('x')</script>"
    run = run_of(result(finding(name, message=name, remedy=name)), people=(Person(name, "cannot"),))
    page = _Page(render(run))
    assert page.text.count(name) == 4  # the message, whom it concerns, the remedy, the table of people
    assert "script" not in {tag for tag, _ in page.tags}


def test_the_style_loads_nothing() -> None:
    style = files("imadmin.reports").joinpath("templates", "report.css").read_text(encoding="utf-8")
    assert not re.search(r"url\(|@import|https?:", style)


def test_the_page_forbids_what_it_does_not_need(mixed: Run) -> None:
    page = _Page(render(mixed))
    policies = [a["content"] for tag, a in page.tags if a.get("http-equiv") == "Content-Security-Policy"]
    assert policies == [POLICY]


def test_the_page_can_be_walked_without_seeing_it(mixed: Run) -> None:
    page = _Page(render(mixed))
    tags = [tag for tag, _ in page.tags]
    assert page.values("html", "lang") == ["en"]
    assert (tags.count("main"), tags.count("h1"), tags.count("title")) == (1, 1, 1)
    levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(attributes.get("scope") in {"col", "row"} for tag, attributes in page.tags if tag == "th")
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    labels = [a["aria-labelledby"] for _, a in page.tags if "aria-labelledby" in a]
    inner = [target[1:] for target in page.values("a", "href") if target and target.startswith("#")]
    assert {*labels, *inner} <= set(ids)


def test_the_page_has_the_answer_the_causes_and_the_facts_of_the_run(mixed: Run) -> None:
    text = _Page(render(mixed)).text
    for said in (
        "2 of 4 people cannot.",
        "✗ FAIL policy.auto-archiving 2 people, all for this reason alone",
        "Set-CsClientPolicy -Identity 'Tag:Legal' -EnableIMAutoArchiving $true",
        "No plugin has a check for ews. Without it nobody can be said to be able to.",
        "h@x.com · unknown nothing stands against it; ews was not examined",
        "plugin foo (foo 1.0): ImportError: no bar",
        "Is disabled for Skype for Business (1 person): g@x.com",
        "20261120-114445-9a93b8",
        "imadmin check",
        "2026-11-20 11:44 UTC",
    ):
        assert said in text


def test_long_lists_can_be_unfolded_and_what_the_run_cut_is_said(
    run_of: Callable[..., Run], finding: Callable[..., Finding], result: Callable[..., CheckResult]
) -> None:
    names = [f"p{number:02}@x.com" for number in range(20)]
    cut = _Page(render(run_of(result(finding(*names, people_count=3000)), people=(Person("a", "cannot"),))))
    assert "and 2,992 more" in cut.text
    assert "(and 2,980 whom this run does not name)" in cut.text


def test_a_person_is_led_to_the_cause_that_names_them(
    run_of: Callable[..., Run], finding: Callable[..., Finding], result: Callable[..., CheckResult]
) -> None:
    found = result(finding("a@x.com", "b@x.com", remedy="one"), finding("c@x.com", remedy="two"))
    run = run_of(found, people=(Person("c@x.com", "cannot", (found.check,)),))
    assert "#cause-2" in _Page(render(run)).values("a", "href")


def test_a_status_is_never_colour_alone(
    run_of: Callable[..., Run], finding: Callable[..., Finding], result: Callable[..., CheckResult]
) -> None:
    findings = [finding("a@x.com", status=status) for status in Status]
    text = _Page(render(run_of(result(*findings), can=1))).text
    for word in ("✗ FAIL", "? UNKNOWN", "! WARN", "~ WAIVED"):
        assert word in text


@pytest.mark.parametrize(
    ("reference", "link"),
    [
        ("https://learn.microsoft.com/x", True),
        ("HTTP://intranet/rule", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//evil.example/x", False),
        (" https://x", False),
        ("https://x\nhttps://y", False),
        ("docs/our-standard.md", False),
    ],
)
def test_only_web_addresses_become_links(reference: str, link: bool) -> None:  # noqa: FBT001
    assert is_link(reference) is link
