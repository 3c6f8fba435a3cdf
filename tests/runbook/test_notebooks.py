"""The runbooks in the tree: as they are to be kept, without what a run leaves in them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from imadmin.runbook.parameters import declared

FOLDER = Path(__file__).parents[2] / "runbooks"
PATHS = sorted(FOLDER.rglob("*.ipynb"))
ABSOLUTE = re.compile(r"""(?<![\w.:/])/(?:home|root|tmp|Users|mnt|work|var)/|\b[A-Z]:\\""")


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def notebook(request: pytest.FixtureRequest) -> Any:
    return json.loads(request.param.read_text(encoding="utf-8"))


def source_of(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def test_there_are_some() -> None:
    assert "readiness" in [path.stem for path in PATHS]


def test_it_is_valid(notebook: Any) -> None:
    assert notebook["nbformat"] == 4
    nbformat.validate(notebook)


def test_it_holds_nothing_of_a_run(notebook: Any) -> None:
    for cell in notebook["cells"]:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
        assert cell["metadata"].keys() <= {"tags"}


def test_its_cells_have_ids_of_their_own(notebook: Any) -> None:
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[\w-]{1,64}", name) for name in ids)


def test_it_opens_with_any_python(notebook: Any) -> None:
    assert notebook["metadata"].keys() == {"kernelspec", "language_info"}
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert notebook["metadata"]["language_info"] == {"name": "python"}


def test_it_begins_with_its_title(notebook: Any) -> None:
    first = notebook["cells"][0]
    assert first["cell_type"] == "markdown"
    title, blank, words, *_ = source_of(first).splitlines()
    assert re.match(r"# \S", title)
    assert (blank, bool(words)) == ("", True)


def test_its_parameters_can_be_read(notebook: Any) -> None:
    (cell,) = [cell for cell in notebook["cells"] if "parameters" in cell["metadata"].get("tags", [])]
    found = declared(source_of(cell), "")
    assert found["source"].default == ""
    assert "injected-parameters" not in json.dumps(notebook)


def test_it_runs_everywhere(notebook: Any) -> None:
    for cell in notebook["cells"]:
        source = source_of(cell)
        assert not ABSOLUTE.search(source)
        if cell["cell_type"] == "code":
            assert source.strip()
            assert not re.search(r"^\s*[!%?]|get_ipython", source, re.MULTILINE)
            compile(source, "cell", "exec")


@pytest.mark.parametrize("text", ["open('/home/a/x')", r"'C:\saved'", "/tmp/x"])  # noqa: S108 - looked for
def test_an_absolute_path_would_be_seen(text: str) -> None:
    assert ABSOLUTE.search(text)
    assert not ABSOLUTE.search("https://learn.microsoft.com/home/x and saved/skype")
