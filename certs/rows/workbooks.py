"""Rows of a workbook (.xlsx): those of its first visible sheet, below one heading row."""

import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from openpyxl import load_workbook

from certs.errors import MalformedSheetError
from certs.rows.cells import read_cell, show_cell
from certs.rows.columns import MAX_COLUMNS
from certs.rows.sources import Cells, FileSource, Source, open_binary
from certs.rows.workbook_bounds import check_workbook
from certs.type_fields import FieldSpec

_LAST_ROW: Final = 1_048_576
# What openpyxl raises on damaged workbooks; it has no error of its own.
_READING_ERRORS: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)

_T = TypeVar("_T")


@contextmanager
def visible_sheets(
    source: FileSource,
) -> Iterator[Iterator[tuple[str, Iterator[tuple[int, Cells]]]]]:
    """Open a workbook; yields the names of its visible sheets with their rows.

    Raises:
        MalformedSheetError: Not a workbook, or out of bounds.
    """
    with open_binary(source) as file:
        check_workbook(file)
        workbook = _guard(lambda: load_workbook(file, read_only=True, keep_links=False))
        yield (
            # Explicit bounds: the sheet's own claim about its size may be false.
            (
                sheet.title,
                _numbered(sheet.iter_rows(min_row=1, max_row=_LAST_ROW, max_col=MAX_COLUMNS + 1)),
            )
            for sheet in workbook.worksheets
            if sheet.sheet_state == "visible"
        )


@contextmanager
def open_workbook(source: FileSource) -> Iterator[Source]:
    """Open the first visible sheet of a workbook.

    Raises:
        MalformedSheetError: Not a workbook, or out of bounds.
    """
    with visible_sheets(source) as sheets:
        first = next(sheets, None)
        if first is None:
            raise MalformedSheetError("工作簿没有可见的工作表 · the workbook has no visible sheet")
        yield Source(rows=first[1], read=_read, show=_show)


def _read(spec: FieldSpec, cell: Any) -> str:  # noqa: ANN401 - openpyxl's cells share no class
    return read_cell(spec, cell.value, cell.data_type)


def _show(cell: Any) -> str:  # noqa: ANN401 - as above
    return show_cell(cell.value)


def _numbered(rows: Iterator[Cells]) -> Iterator[tuple[int, Cells]]:
    """Yield rows with their numbers; damage anywhere in the sheet raises our error."""
    number = 0
    while (cells := _guard(lambda: next(rows, None))) is not None:
        number += 1
        yield number, cells


def _guard(read: Callable[[], _T]) -> _T:
    """Return what ``read`` returns; openpyxl's warnings about styles say nothing to us."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return read()
    except _READING_ERRORS as error:
        raise MalformedSheetError("the workbook is damaged") from error
