"""The run's tables: what grows with the organisation lives in one in-process DuckDB database.

A fact that grows hands over a `Table`; a people check is a query over it (`Table.judge`), whose rows never
become Python objects. DuckDB is imported when the first table is made.
"""

from imadmin.tables.database import Database, Table
from imadmin.tables.layout import Layout
from imadmin.tables.names import identifier, literal
from imadmin.tables.rows import Row, Schema

__all__ = ["Database", "Layout", "Row", "Schema", "Table", "identifier", "literal"]
