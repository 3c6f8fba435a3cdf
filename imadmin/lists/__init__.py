"""Lists of registered clients and of licenses: CSV files as the usual scripts and spreadsheets write them.

DuckDB reads the rows; what it cannot know is found out here: encoding, delimiter, and the lines before the
header (`#TYPE …` of Export-Csv, `sep=;` of a spreadsheet).
"""

from __future__ import annotations

from imadmin.lists.client_list import ClientList
from imadmin.lists.dialects import marked
from imadmin.lists.files import files_of
from imadmin.lists.loading import Lists, list_headers

__all__ = ["ClientList", "Lists", "files_of", "list_headers", "marked"]
