"""Rows of a database: exact numbers and dates as texts, the column names as headings."""

from datetime import date
from decimal import Decimal
from typing import Final

from certs.errors import MalformedSheetError, RefusedValueError
from certs.field_problems import ProblemCode
from certs.rows.cells import read_cell, read_date, show_cell
from certs.rows.columns import MAX_COLUMNS
from certs.rows.sources import RecordCursor, RecordValue, Source
from certs.type_fields import FieldSpec

_MAX_DIGITS: Final = 100


def open_records(cursor: RecordCursor) -> Source:
    """Return the records of ``cursor`` as a source; they are numbered from 1.

    Raises:
        MalformedSheetError: There are too many columns, or columns without a name.
    """
    names = cursor.columns
    if len(names) > MAX_COLUMNS or not all(name.strip() for name in names):
        raise MalformedSheetError(
            f"查询的列超过 {MAX_COLUMNS} 个或没有列名 · "
            f"more than {MAX_COLUMNS} columns, or one without a name"
        )
    return Source(
        rows=enumerate(cursor, start=1),
        read=_read,
        show=_show,
        names=tuple(names),
        has_letters=False,
    )


def _read(spec: FieldSpec, value: RecordValue) -> str:
    """Return a value as text; unlike a spreadsheet's, whole numbers of any length are exact."""
    match value:
        case None | str() | bool() | float():
            return read_cell(spec, value)
        case int() | Decimal():
            return _exact(value)
        case date():
            return read_date(spec, value)
        case _:
            raise RefusedValueError(ProblemCode.NESTED_VALUE)


def _exact(value: int | Decimal) -> str:
    number = Decimal(value)
    if not number.is_finite() or abs(number.adjusted()) > _MAX_DIGITS:
        raise RefusedValueError(ProblemCode.NUMBER_CELL)
    return f"{number:f}"


def _show(value: RecordValue) -> str:
    match value:
        case str() | float() | bool() | None | date():
            return show_cell(value)
        case int() | Decimal() if len(digits := str(value)) <= _MAX_DIGITS:
            return digits
        case _:
            return "…"
