"""Workbooks of figures: sheets of texts and numbers, in which nothing is a formula."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.worksheet.worksheet import Worksheet

Figure: TypeAlias = str | int | None
_TEXT_TYPE: Final = "s"


def write_figures(
    path: Path, sheets: Mapping[str, Iterable[Sequence[Figure]]], *, title: str
) -> None:
    """Write sheets, row by row; a file that is there is replaced.

    Raises:
        OSError: The workbook cannot be written.
    """
    workbook = Workbook(write_only=True)
    workbook.properties.title = title
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append([_cell(sheet, value) for value in row])
    workbook.save(path)


def _cell(sheet: Worksheet, value: Figure) -> Cell:
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str) and value:
        # The library would make a formula of a name that begins with "=".
        cell.data_type = _TEXT_TYPE
    return cell
