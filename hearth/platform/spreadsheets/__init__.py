"""Everything that moves by spreadsheet: reading, checking, reporting and writing.

A room declares a ``SheetSpec`` for each import; ``load`` gives its rows typed, with every bad cell
found; ``write_xlsx`` and ``write_csv`` write tables back; ``template`` makes what users fill in.
The formats are those of the project's exchange formats, section "Everywhere".
"""

from hearth.platform.spreadsheets.archive import Limits
from hearth.platform.spreadsheets.cells import CellFault, UnreadableFile
from hearth.platform.spreadsheets.columns import Column, ColumnType
from hearth.platform.spreadsheets.formats import Link, Table
from hearth.platform.spreadsheets.reading import Sheet, Source, open_sets, open_sheets
from hearth.platform.spreadsheets.report import (
    ERROR_COLUMNS,
    CellError,
    ImportReport,
    Problems,
)
from hearth.platform.spreadsheets.sheet import (
    Parsed,
    Progress,
    Row,
    SheetSpec,
    load,
    load_sets,
    report_of,
)
from hearth.platform.spreadsheets.templates import template
from hearth.platform.spreadsheets.writing import sheet_name, write_csv, write_xlsx

__all__ = [
    "ERROR_COLUMNS",
    "CellError",
    "CellFault",
    "Column",
    "ColumnType",
    "ImportReport",
    "Limits",
    "Link",
    "Parsed",
    "Problems",
    "Progress",
    "Row",
    "Sheet",
    "SheetSpec",
    "Source",
    "Table",
    "UnreadableFile",
    "load",
    "load_sets",
    "open_sets",
    "open_sheets",
    "report_of",
    "sheet_name",
    "template",
    "write_csv",
    "write_xlsx",
]
