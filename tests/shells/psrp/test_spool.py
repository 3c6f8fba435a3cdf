"""Output that waits for somebody to take it."""

from __future__ import annotations

import gc
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imadmin.errors import SourceError
from imadmin.shells.clixml import PSObject, write
from imadmin.shells.psrp.spool import Spool

PAIR = (
    '<Obj RefId="0"><TN RefId="0"><T>Pair</T></TN><MS><Obj N="A" RefId="1"><MS><S N="x">{0}</S></MS></Obj>'
    '<Ref N="B" RefId="1" /></MS></Obj>'
)
texts = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=50)


def sent(value: object) -> str:
    """An object as the wire has it: without the root element."""
    file = BytesIO()
    write(file, [value])
    text = file.getvalue().decode("utf-16")
    return text[text.index(">") + 1 : text.rindex("</Objs>")]


@settings(deadline=None)
@given(st.lists(texts, max_size=8), st.sampled_from([1, 1 << 20]))
def test_what_went_in_comes_out_in_memory_or_in_a_file(values: list[str], in_memory: int) -> None:
    spool = Spool(in_memory)
    spool.add([sent(PSObject({"Name": value, "Other": 1})) for value in values])
    assert list(spool.records(("name",), "here")) == [{"name": value} for value in values]


def test_each_object_has_references_of_its_own() -> None:
    spool = Spool()
    spool.add([PAIR.format("one"), PAIR.format("two")])
    records = list(spool.records(("A", "B"), "here"))
    assert records == [{"A": {"x": name}, "B": {"x": name}} for name in ("one", "two")]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("<S>text</S>", "no objects: str"),
        ("<Nil />", "no objects: NoneType"),
        ("", "no objects: nothing"),
        (PAIR * 2, "no objects: PSObject, PSObject"),
        ("<Obj", "cannot be read"),
        ("<!DOCTYPE x><S/>", "cannot be read"),
        ("not XML", "no objects|cannot be read"),
    ],
)
def test_what_is_no_object(document: str, message: str) -> None:
    spool = Spool()
    spool.add([document])
    with pytest.raises(SourceError, match=f"^here: sent .*({message})") as caught:
        list(spool.records((), "here"))
    assert "Export-Clixml" not in str(caught.value)


@pytest.mark.parametrize("take", [0, 1])
def test_what_nobody_takes_to_the_end_leaves_no_file_open(take: int) -> None:
    spool = Spool(in_memory=1)
    spool.add([PAIR, PAIR])
    records = spool.records(("A",), "here")
    assert sum(1 for _, _ in zip(range(take), records, strict=False)) == take
    del spool, records
    gc.collect()
