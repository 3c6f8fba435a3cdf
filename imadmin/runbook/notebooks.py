"""Reading a notebook that is to be executed, and setting its parameters."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import nbformat
import nbformat.v4
from nbformat.validator import normalize

from imadmin.errors import NotebookError
from imadmin.runbook.parameters import INJECTED_TAG, TAG, injected_source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from nbformat import NotebookNode

__all__ = ["inject", "read"]

NBFORMAT = 4
MINOR = 5
_NO_NOTEBOOK = (ValueError, LookupError, TypeError, AttributeError, nbformat.ValidationError)
_LONGEST = 200


def read(path: Path) -> NotebookNode:
    """The notebook in a form in which every cell has an id.

    Raises:
        NotebookError: it is none that can be executed.
    """
    try:
        notebook: NotebookNode = nbformat.v4.reads(  # type: ignore[no-untyped-call]
            path.read_text(encoding="utf-8")
        )
        _check_format(notebook)
        notebook.nbformat_minor = max(MINOR, notebook.nbformat_minor)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that an id is missing is what is mended here
            _, notebook = normalize(notebook)
        nbformat.validate(notebook)
    except (OSError, RecursionError, *_NO_NOTEBOOK) as error:
        lacks = "it lacks " if isinstance(error, LookupError | AttributeError) else ""
        what = f"is not a notebook that can be executed: {lacks}{' '.join(str(error).split())[:_LONGEST]}"
        raise NotebookError(what, where=str(path), remedy="Open and save it in Jupyter.") from error
    return notebook


def _check_format(notebook: NotebookNode) -> None:
    version = notebook.get("nbformat"), notebook.get("nbformat_minor")
    if version[0] != NBFORMAT or not isinstance(version[1], int):
        raise ValueError(f"its format is {version[0]}.{version[1]}, not {NBFORMAT}.x")


def inject(notebook: NotebookNode, values: Mapping[str, object]) -> None:
    """Add a cell that sets the parameters, behind the one that declares them."""
    if not values:
        return
    cell = nbformat.v4.new_code_cell(  # type: ignore[no-untyped-call]
        injected_source(values), metadata={"tags": [INJECTED_TAG]}
    )
    places = [i for i, c in enumerate(notebook.cells) if TAG in c.metadata.get("tags", [])]
    notebook.cells.insert(places[0] + 1 if places else 0, cell)
