"""The plugins' own sections of a deployment file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from imadmin.deployment import from_folder, read_deployment, settled, with_sections
from imadmin.errors import ConfigError, PluginError


@dataclass(frozen=True)
class Ticket:
    queue: str
    since: datetime | None = None


@dataclass(frozen=True)
class Settings:
    name: str = ""
    most: int = 3
    loud: bool = False
    files: tuple[Path, ...] = ()
    tickets: tuple[Ticket, ...] = ()
    day: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    @classmethod
    def from_folder(cls, folder: Path) -> Settings:
        return cls(files=tuple(folder.iterdir()))


TYPES: dict[str, type] = {"acme": Settings}


def read(tmp_path: Path, text: str, types: dict[str, type] = TYPES) -> object:
    file = tmp_path / "imadmin.yaml"
    file.write_text(f"deployment: contoso\n{text}\n", encoding="utf-8")
    return settled(read_deployment(file), types).settings.get("acme")


def test_a_section(tmp_path: Path) -> None:
    text = "acme: {name: x, most: 5, loud: true, files: [a, /b], tickets: [{queue: q}], day: 2026-11-20}"
    assert read(tmp_path, text) == Settings(
        "x",
        5,
        loud=True,
        files=(tmp_path / "a", Path("/b")),
        tickets=(Ticket("q"),),
        day=datetime(2026, 11, 20, tzinfo=UTC),
    )
    assert read(tmp_path, "") is None


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("acne: {}", "line 2: acne: unknown key\nDid you mean acme?"),
        ("acme: {nam: x}", "line 2: acme.nam: unknown key\nDid you mean name?"),
        ("acme: {most: many}", "acme.most: should be a whole number"),
        ("acme: {files: a}", "acme.files: should be a list"),
        ("acme: {tickets: [{}]}", "lacks the key queue"),
        ("acme: {day: monday}", "acme.day: 'monday' is not a time"),
        ('acme: {files: ["a\\0b"]}', "holds a NUL character"),
        ("acme: 1", "acme: should be a mapping"),
    ],
)
def test_a_section_that_is_not_right(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text)
    assert what in str(caught.value)


def test_without_plugins_it_is_nobodys(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="unknown key"):
        read(tmp_path, "acme: {}", {})
    file = tmp_path / "imadmin.yaml"
    with pytest.raises(ConfigError, match="unknown key"):
        read_deployment(file, strict=True)
    assert settled(read_deployment(file), {}, frozenset({"acme"})).settings == {}


def test_a_type_that_cannot_be_read(tmp_path: Path) -> None:
    @dataclass
    class Strange:
        number: float = 0.0

    with pytest.raises(PluginError, match="which is not read from a file"):
        read(tmp_path, "acme: {number: 1.5}", {"acme": Strange})


def test_given_besides(tmp_path: Path) -> None:
    """What is given replaces key by key what the file says."""
    file = tmp_path / "imadmin.yaml"
    file.write_text("acme: {name: x, most: 5}\n", encoding="utf-8")
    deployment = settled(read_deployment(file), TYPES)
    moment = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
    given = {"acme": {"most": 7, "tickets": [{"queue": "q", "since": "2026-11-20T08:30Z"}]}}
    found = with_sections(deployment, TYPES, given, tmp_path).settings["acme"]
    assert found == Settings("x", 7, tickets=(Ticket("q", moment),))
    with pytest.raises(ConfigError, match=r"acme\.most: should be a whole number"):
        with_sections(deployment, TYPES, {"acme": {"most": "7"}}, tmp_path)


def test_a_subfolder_of_saved_output(tmp_path: Path) -> None:
    (tmp_path / "Acme").mkdir()
    (tmp_path / "Acme" / "a.csv").write_text("")
    found = from_folder(tmp_path, {}, TYPES)
    assert found.settings == {"acme": Settings(files=(tmp_path / "Acme" / "a.csv",))}
