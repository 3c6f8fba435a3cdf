"""What the forms are written from is read again, or known to be lost; nothing in between."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imadmin.model.values import Lost

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.shells.export.conftest import Read

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-32"]
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30) | st.sampled_from(
    ["System.Object[]", "?", "a\N{REPLACEMENT CHARACTER}", "@{", "\N{SNOWMAN}?", " : ", "{a, b}", "/Date(x)/"]
)
LINE = TEXT.filter(lambda text: not set(text) & set("\n\r\x1b") and text[:1] not in {" ", "{"})
ROUND = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def agree(found: Sequence[dict[str, object]], written: Sequence[str]) -> None:
    assert len(found) == len(written)
    for record, text in zip(found, written, strict=True):
        value = record["Identity"]
        assert value == text or value == Lost(text), (value, text)


@pytest.mark.parametrize("encoding", ENCODINGS)
@ROUND
@given(texts=st.lists(TEXT, min_size=1, max_size=4))
def test_json(read: Read, encoding: str, texts: list[str]) -> None:
    whole = json.dumps([{"Identity": text} for text in texts], ensure_ascii=False, indent=2)
    agree(read(".json", whole.encode(encoding)), texts)


@pytest.mark.parametrize("delimiter", ",;\t")
@pytest.mark.parametrize("encoding", ENCODINGS)
@ROUND
@given(texts=st.lists(TEXT, min_size=1, max_size=4))
def test_csv(read: Read, encoding: str, delimiter: str, texts: list[str]) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([["Identity", "Flag"], *([text, "True"] for text in texts)])
    agree(read(".csv", file.getvalue().encode(encoding)), texts)


@pytest.mark.parametrize("encoding", ENCODINGS)
@ROUND
@given(texts=st.lists(LINE, min_size=1, max_size=4))
def test_format_list(read: Read, encoding: str, texts: list[str]) -> None:
    whole = "\n".join(f"Identity : {text}\nFlag     : True\n" for text in texts)
    agree(read(".txt", whole.encode(encoding)), [text.rstrip() for text in texts])
