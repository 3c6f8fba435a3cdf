"""Cells: the objects of a cmdlet as rows that SQL reads, for facts that grow with the organisation.

What a property holds is one cell, and what is known of it another, so that a fact's query treats a value that
was lost on its way as `imadmin.model.values.read` does. Saved CSV is read by DuckDB itself, without a Python
object for any row; every other source is read record by record. Both give the same cells.
"""

from imadmin.cells.names import is_known, setting, state, text
from imadmin.cells.relations import Gather, Output, relations

__all__ = ["Gather", "Output", "is_known", "relations", "setting", "state", "text"]
