from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imadmin.model import ClientPolicy, ImConfiguration, Scope, Setting
from imadmin.model.values import ABSENT, Lost, members, quoted, read, text_of, texts_of
from imadmin.shells.clixml import SECRET, EnumValue, PSObject

QUOTES = "'\u2018\u2019\u201a\u201b"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (ABSENT, ""),
        (Lost("System.Object[]"), ""),
        ("", ""),
        (" x ", "x"),
        (0, "0"),
        (False, "False"),
        (1.5, "1.5"),
        (EnumValue(3, "UserMailbox"), "UserMailbox"),
        (PSObject(to_string=" pool01 "), "pool01"),
        (PSObject({"Identity": "Site:X"}, to_string="shown"), "shown"),
        (PSObject({"Identity": "Site:X"}, to_string=""), "Site:X"),
        (PSObject({"Name": "n", "Identity": "i", "FriendlyName": "f"}), "f"),
        (PSObject({"FriendlyName": "", "Fqdn": None, "Name": " n "}), "n"),
        (PSObject({"Identity": PSObject({"Name": "inner"})}), "inner"),
        (PSObject({"Other": "x"}), ""),
        (PSObject(), ""),
        ({"Value": 7}, "7"),
        (["a"], ""),
    ],
)
def test_a_value_as_text(value: object, text: str) -> None:
    assert text_of(value) == text


def test_a_value_without_end_has_no_text_and_takes_no_time() -> None:
    inner: dict[str, object] = {"Name": ""}
    for _ in range(200):
        inner = {"FriendlyName": inner, "Fqdn": inner, "Identity": inner, "Name": inner, "Value": inner}
    assert text_of(inner) == ""
    endless: dict[str, object] = {}
    endless["Identity"] = endless
    assert text_of(endless) == ""


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        (None, []),
        (ABSENT, []),
        ("x", ["x"]),
        (["a", None, "", " b ", PSObject(to_string="c")], ["a", "b", "c"]),
        (PSObject({"Name": "n"}), ["n"]),
    ],
)
def test_a_collection_as_texts(value: object, texts: list[str]) -> None:
    assert texts_of(value) == texts


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        (None, []),
        ("", []),
        ([], []),
        (["a", None, " b "], ["a", "b"]),
        (ABSENT, None),
        (Lost("{a, b, c, d...}"), None),
        (["a", Lost("@{b=c}")], None),
        (["a", {"Prefix": "SMTP"}], None),
        ("a b", None),
        (PSObject({"Name": "n"}), None),
    ],
)
def test_the_members_of_a_collection_are_known_or_not(value: object, texts: list[str] | None) -> None:
    assert members({"Names": value}, "Names") == texts


def test_what_was_lost_is_as_unknown_as_what_is_absent() -> None:
    record = {"a": Lost("System.Object[]")}
    assert read(record, "a") is ABSENT
    assert Setting.read(record, "a") is Setting.UNKNOWN


def test_what_is_not_there_is_not_null() -> None:
    assert read({"a": None}, "a") is None
    assert read({"a": None}, "b") is ABSENT
    assert not ABSENT
    assert repr(ABSENT) == "ABSENT"


@pytest.mark.parametrize(
    ("value", "setting"),
    [
        (True, Setting.TRUE),
        (False, Setting.FALSE),
        ("True", Setting.TRUE),
        (" FALSE ", Setting.FALSE),
        (None, Setting.NULL),
        (PSObject(to_string="True"), Setting.TRUE),
        (EnumValue(0, "False"), Setting.FALSE),
        ("", Setting.UNKNOWN),
        ("yes", Setting.UNKNOWN),
        (1, Setting.UNKNOWN),
        (0, Setting.UNKNOWN),
        (SECRET, Setting.UNKNOWN),
        ([], Setting.UNKNOWN),
        ([True], Setting.UNKNOWN),
        (ABSENT, Setting.UNKNOWN),
    ],
)
def test_a_setting(value: object, setting: Setting) -> None:
    assert Setting.read({"Name": value}, "Name") is setting


def test_a_setting_that_is_not_there_is_unknown_and_not_null() -> None:
    assert Setting.read({}, "Name") is Setting.UNKNOWN


def test_a_configuration_and_a_policy_from_an_object() -> None:
    record = {"Identity": "Site:Redmond", "EnableOfflineIm": False, "EnableIMAutoArchiving": None}
    assert ImConfiguration.read(record) == (Scope("site", "Redmond"), Setting.FALSE)
    unknown = (Setting.UNKNOWN, Setting.UNKNOWN)
    assert ClientPolicy.read(record) == (Scope("site", "Redmond"), Setting.NULL, *unknown)


def powershell_reads(literal: str) -> str:
    """What PowerShell makes of a single-quoted literal; any two of the five quotes stand for one."""
    match = re.fullmatch(f"[{QUOTES}]((?:[^{QUOTES}]|[{QUOTES}][{QUOTES}])*)[{QUOTES}]", literal, re.DOTALL)
    assert match is not None, "the literal ends before its end"
    return re.sub(f"([{QUOTES}])[{QUOTES}]", r"\1", match[1])


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("Global", "'Global'"),
        ("", "''"),
        ("O'Brien", "'O''Brien'"),
        ("\u2019; Remove-Item C:\\ ; \u2018", "'\u2019\u2019; Remove-Item C:\\ ; \u2018\u2018'"),
        ("\u201a\u201b", "'\u201a\u201a\u201b\u201b'"),
        ('$(x) `n "y"', "'$(x) `n \"y\"'"),
    ],
)
def test_a_literal(text: str, literal: str) -> None:
    assert quoted(text) == literal


@given(st.text() | st.text(alphabet=QUOTES + "a;$"))
def test_nothing_gets_out_of_a_literal(text: str) -> None:
    assert powershell_reads(quoted(text)) == text
