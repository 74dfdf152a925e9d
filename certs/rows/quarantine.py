"""Workbooks of refused rows: their texts and what is wrong, to be corrected and read again.

Every cell is text of a workbook, never a formula; the number of the row and the reasons
stand in two columns of their own, which readers pass over. Columns that were not read are
left out. The cells at fault are colored.
"""

import os
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from certs.catalogue import LicenseType
from certs.rows.applications import STRAY_SIGN
from certs.rows.columns import REASON_HEADING, ROW_NUMBER_HEADING, Column
from certs.rows.problems import RowProblem
from certs.rows.tables import RowResult

MAX_QUARANTINED_ROWS: Final = 100_000
"""The most rows in one workbook; readers take twice as many."""

_WIDTH: Final = 22
_REASON_WIDTH: Final = 60
_TEXT_FORMAT: Final = "@"
_TEXT_TYPE: Final = "s"
_FAULT: Final = PatternFill("solid", fgColor="FFD9D9")
_BOLD: Final = Font(bold=True)
_WRAPPED: Final = Alignment(wrap_text=True, vertical="top")
# What XML cannot hold. A private-use character in its place is refused like the one it
# stands for, so that no row turns good on its way through a workbook.
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_UNWRITABLE_SHOWN: Final = "\ue000"


def write_quarantine(
    path: Path,
    license_type: LicenseType,
    columns: Sequence[Column],
    rows: Iterable[RowResult],
) -> tuple[Path, ...]:
    """Write refused rows, as they come, into workbooks that only their owner may read.

    They open with ``open_rows`` as the source did, with the same mapping if it had one.

    Args:
        path: The workbook (.xlsx), which is replaced; of more than 100,000 rows the rest
            goes into ``path`` with -2, -3 … in its name.
        license_type: The type applied for.
        columns: The columns of the table.
        rows: The refused rows.

    Returns:
        The workbooks written; none where there is no row.

    Raises:
        OSError: A workbook cannot be written.
    """
    held = [column for column in columns if column.key]
    written: list[Path] = []
    waiting = iter(rows)
    while (first := next(waiting, None)) is not None:
        chunk = _chained(first, islice(waiting, MAX_QUARANTINED_ROWS - 1))
        part = path if not written else path.with_stem(f"{path.stem}-{len(written) + 1}")
        _write_book(part, license_type, held, chunk)
        written.append(part)
    return tuple(written)


def reason_of(problem: RowProblem) -> str:
    """Return what is wrong in one cell, in Chinese, with the heading it stands under."""
    place = problem.heading or problem.problem.label_zh
    return f"{place or f'{problem.column} 列'}：{problem.problem.zh}"


def _chained(first: RowResult, others: Iterator[RowResult]) -> Iterator[RowResult]:
    yield first
    yield from others


def _write_book(
    path: Path, license_type: LicenseType, columns: Sequence[Column], rows: Iterator[RowResult]
) -> None:
    workbook = Workbook(write_only=True)
    workbook.properties.title = f"{license_type.name}：未通过的行"
    sheet = workbook.create_sheet("未通过的行")
    _lay_out(sheet, len(columns))
    headings = [*(column.heading for column in columns), ROW_NUMBER_HEADING, REASON_HEADING]
    sheet.append([_text_cell(sheet, text, font=_BOLD) for text in headings])
    for row in rows:
        sheet.append(_cells(sheet, columns, row))
    _save_privately(workbook, path)


def _lay_out(sheet: Worksheet, columns: int) -> None:
    sheet.freeze_panes = "A2"
    for index in range(1, columns + 2):
        sheet.column_dimensions[get_column_letter(index)].width = _WIDTH
    sheet.column_dimensions[get_column_letter(columns + 2)].width = _REASON_WIDTH


def _cells(sheet: Worksheet, columns: Sequence[Column], row: RowResult) -> list[Cell]:
    at_fault = {problem.problem.field for problem in row.problems}
    cells = [
        _text_cell(
            sheet,
            row.raw.get(column.key, ""),
            is_at_fault=not at_fault.isdisjoint(column.names),
        )
        for column in columns
    ]
    reasons = "；".join(dict.fromkeys(reason_of(problem) for problem in row.problems))
    cells += [_text_cell(sheet, str(row.row)), _text_cell(sheet, reasons)]
    # A value without heading stays without, and is refused again until somebody removes it.
    strays = [text for key, text in row.raw.items() if key.startswith(STRAY_SIGN)]
    return [*cells, *(_text_cell(sheet, text, is_at_fault=True) for text in strays)]


def _text_cell(
    sheet: Worksheet, text: str, *, is_at_fault: bool = False, font: Font | None = None
) -> Cell:
    cell = WriteOnlyCell(sheet, value=_UNWRITABLE.sub(_UNWRITABLE_SHOWN, text) or None)
    if text:
        # The library makes a formula of what begins with "=", and an error of "#N/A".
        cell.data_type = _TEXT_TYPE
    cell.number_format = _TEXT_FORMAT
    cell.alignment = _WRAPPED
    if is_at_fault:
        cell.fill = _FAULT
    if font is not None:
        cell.font = font
    return cell


def _save_privately(workbook: Workbook, path: Path) -> None:
    """Save a workbook for its owner alone, whole or not at all."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            workbook.save(file)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
