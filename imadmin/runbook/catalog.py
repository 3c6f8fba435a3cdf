"""Which runbooks there are: imadmin's own, those of plugins, and any notebook by its path."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import imadmin
from imadmin.errors import NotebookError, UsageError
from imadmin.runbook.parameters import TAG, declared

if TYPE_CHECKING:
    from imadmin.parameters import Parameter
    from imadmin.plugins import Catalog

__all__ = ["Runbook", "find_runbook", "runbooks"]

SUFFIX = ".ipynb"


@dataclass(frozen=True, slots=True)
class Runbook:
    """A notebook that can be run.

    Attributes:
        origin: `imadmin`, the plugin's name, or the folder.
    """

    name: str
    path: Path
    origin: str

    def cells(self) -> list[dict[str, Any]]:
        """The cells, as they stand in the file.

        Raises:
            NotebookError: it is no notebook.
        """
        try:
            return [_cell(part) for part in json.loads(self.path.read_text(encoding="utf-8"))["cells"]]
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise NotebookError(
                f"is not a notebook: {_reason(error)}",
                where=str(self.path),
                remedy="Open and save it in Jupyter (notebook format 4).",
            ) from error

    @property
    def title(self) -> str:
        """The first heading."""
        for cell in self.cells():
            for line in _source(cell).splitlines():
                if cell.get("cell_type") == "markdown" and line.startswith("#"):
                    return line.lstrip("# ").strip()
        return ""

    def parameters(self) -> dict[str, Parameter]:
        """The parameters that it declares; none where no cell is tagged `parameters`."""
        for cell in self.cells():
            if TAG in cell.get("metadata", {}).get("tags", []):
                return declared(_source(cell), str(self.path))
        return {}


def runbooks(catalog: Catalog) -> list[Runbook]:
    """All runbooks by name; of two with one name imadmin's own counts, then the first plugin's."""
    folders = [("imadmin", _own_folder())]
    folders += [(owned.plugin.name, owned.record) for owned in catalog.runbooks()]
    found: dict[str, Runbook] = {}
    for origin, folder in folders:
        for path in sorted(folder.glob(f"*{SUFFIX}")):
            found.setdefault(path.stem, Runbook(path.stem, path, origin))
    return sorted(found.values(), key=lambda runbook: runbook.name)


def find_runbook(name: str, catalog: Catalog) -> Runbook:
    """The runbook with this name or path.

    Raises:
        UsageError: there is none.
    """
    known = {runbook.name: runbook for runbook in runbooks(catalog)}
    if name in known:
        return known[name]
    path = Path(name)
    if path.suffix == SUFFIX:
        if _is_file(path):
            return Runbook(path.stem, path.resolve(), str(path.resolve().parent))
        raise UsageError("there is no such notebook", where=name, remedy="See: imadmin runbooks")
    close = difflib.get_close_matches(name, known, 1)
    remedy = f"Did you mean {close[0]}?" if close else f"There are: {', '.join(known)}."
    raise UsageError(f"there is no runbook {name!r}", remedy=remedy)


def _own_folder() -> Path:
    """Inside the package where a wheel was installed, beside it in a checkout (see hatch_build.py)."""
    package = Path(imadmin.__file__).parent
    installed = package / "runbooks"
    return installed if installed.is_dir() else package.parent / "runbooks"


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that is too long
        return False


def _cell(part: Any) -> dict[str, Any]:
    metadata = part.get("metadata", {}) if isinstance(part, dict) else None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("tags", []), list):
        raise ValueError("a cell is not what it should be")  # noqa: TRY004 - of the file, not of the caller
    return dict(part)


def _reason(error: Exception) -> str:
    """What is wrong, without the path, which is said already."""
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return "it has no cells" if isinstance(error, KeyError | TypeError) else str(error)


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    return "".join(source) if isinstance(source, list) else str(source)
