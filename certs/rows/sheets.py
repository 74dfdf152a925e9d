"""Several sheets of one workbook, each a table of texts below a heading row.

For tables that people keep about our own things, such as matters; rows of licenses are read
field by field (``certs/rows/workbooks.py``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from certs.errors import MalformedSheetError
from certs.rows.sources import FileSource
from certs.rows.workbooks import visible_sheets

MAX_SHEET_ROWS: Final = 50_000
_MAX_CELL: Final = 4_000
_FORMULA: Final = "f"
_ERROR: Final = "e"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """A row below the heading.

    Attributes:
        number: As the person sees it, from 1.
        texts: By heading; empty cells are left out.
    """

    number: int
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet.

    Attributes:
        headings: From left to right.
    """

    name: str
    headings: tuple[str, ...]
    rows: tuple[SheetRow, ...]


def read_sheets(source: FileSource) -> tuple[Sheet, ...]:
    """Return the visible sheets of a workbook, in their order; empty ones are left out.

    Raises:
        MalformedSheetError: Not a workbook, out of bounds, or a cell holds no text; the message
            names sheet and row.
    """
    with visible_sheets(source) as sheets:
        read = (_sheet(name, rows) for name, rows in sheets)
        return tuple(sheet for sheet in read if sheet is not None)


def _sheet(name: str, rows: Iterator[tuple[int, Sequence[Any]]]) -> Sheet | None:
    first = next(((number, cells) for number, cells in rows if _has_text(cells)), None)
    if first is None:
        return None
    headings = tuple(_text(cell, name, first[0]) for cell in first[1])
    named = [heading for heading in headings if heading]
    if len(set(named)) != len(named):
        raise MalformedSheetError(f"{name}：两列同名 · two columns of one name")
    found: list[SheetRow] = []
    for number, cells in rows:
        texts = {
            heading: text
            for heading, cell in zip(headings, cells, strict=False)
            if (text := _text(cell, name, number))
        }
        if "" in texts:
            raise MalformedSheetError(f"{name} 第 {number} 行：列无标题 · a column has no heading")
        if texts:
            found.append(SheetRow(number=number, texts=texts))
        if len(found) > MAX_SHEET_ROWS:
            raise MalformedSheetError(f"{name}：超过 {MAX_SHEET_ROWS} 行 · too many rows")
    return Sheet(name=name, headings=tuple(named), rows=tuple(found))


def _has_text(cells: Sequence[Any]) -> bool:
    return any(cell.value not in (None, "") for cell in cells)


def _text(cell: Any, sheet: str, row: int) -> str:  # noqa: ANN401 - openpyxl's cells share no class
    value = cell.value
    if cell.data_type in {_FORMULA, _ERROR}:
        raise MalformedSheetError(f"{sheet} 第 {row} 行：单元格是公式或错误 · a formula")
    match value:
        case None:
            return ""
        case str():
            text = value.strip()
        case bool():
            text = "是" if value else "否"
        case int():
            text = str(value)
        case datetime() if value.time() == time(0):
            text = value.date().isoformat()
        case date() if not isinstance(value, datetime):
            text = value.isoformat()
        case _:
            raise MalformedSheetError(f"{sheet} 第 {row} 行：单元格不是文本 · a cell holds no text")
    if len(text) > _MAX_CELL:
        raise MalformedSheetError(f"{sheet} 第 {row} 行：内容过长 · a cell is too long")
    return text
