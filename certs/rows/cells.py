"""Cells as the text that somebody meant, or the reason why that is lost.

Spreadsheet programs turn long codes into numbers of 15 digits (6.10302E+17), dates into
day counts, and text into formulas. Nothing is guessed back: such cells are refused.
"""

from datetime import date, datetime, time

from certs.errors import RefusedValueError
from certs.field_problems import ProblemCode
from certs.type_fields import FieldKind, FieldSpec

# From twelve digits on, spreadsheet programs show a number in scientific notation.
_SHOWN_IN_FULL_BELOW = 10**11
_FORMULA = "f"
_ERROR = "e"


def read_cell(spec: FieldSpec, value: object, data_type: str = "") -> str:
    """Return the text of a cell.

    Args:
        spec: The field of the cell's column.
        value: What openpyxl read, or the value in a line of JSON.
        data_type: openpyxl's letter for the kind of cell.

    Raises:
        RefusedValueError: The cell does not hold what was typed, or nothing that the
            field can hold.
    """
    if data_type == _FORMULA:
        raise RefusedValueError(ProblemCode.FORMULA_CELL)
    if data_type == _ERROR:
        raise RefusedValueError(ProblemCode.ERROR_CELL)
    match value:
        case None:
            return ""
        case str():
            return value.strip()
        case bool():
            raise RefusedValueError(ProblemCode.BOOLEAN_CELL)
        case int() | float():
            return _number(spec, value)
        case date():
            return read_date(spec, value)
        case dict() | list() | bytes():
            raise RefusedValueError(ProblemCode.NESTED_VALUE)
        case _:
            raise RefusedValueError(ProblemCode.DATE_CELL)


def show_cell(value: object) -> str:
    """Return a cell's value much as the spreadsheet program shows it; short where nested."""
    match value:
        case bool():
            return str(value).upper()
        case int() | float():
            return _show_number(value)
        case None:
            return ""
        case dict() | list() | bytes():
            return "…"
        case _:
            text = getattr(value, "text", None)  # an array formula
            return text if isinstance(text, str) else str(value)


def _number(spec: FieldSpec, value: float) -> str:
    is_short = isinstance(value, int) and 0 <= value < _SHOWN_IN_FULL_BELOW
    match spec.kind:
        case FieldKind.NUMBER if is_short or 0 <= value < _SHOWN_IN_FULL_BELOW:
            return f"{value}"
        case FieldKind.TEXT | FieldKind.DATE if is_short:
            # 12315 as a hotline, 20260318 as a date: no digit can have been lost.
            return f"{value}"
        case _ if abs(value) >= _SHOWN_IN_FULL_BELOW:
            raise RefusedValueError(ProblemCode.SCIENTIFIC_NOTATION)
        case _:
            raise RefusedValueError(ProblemCode.NUMBER_CELL)


def _show_number(value: float) -> str:
    if abs(value) < _SHOWN_IN_FULL_BELOW:
        return f"{value:.11g}"
    try:
        mantissa, exponent = f"{float(value):.5E}".split("E")
    except (OverflowError, ValueError):  # beyond a double, infinite or no number
        return "#NUM!"
    return f"{mantissa.rstrip('0').rstrip('.')}E{exponent}"


def read_date(spec: FieldSpec, value: date) -> str:
    """Return a real date as YYYY-MM-DD.

    Raises:
        RefusedValueError: The field takes no date, or there is an hour besides.
    """
    if spec.kind is not FieldKind.DATE:
        raise RefusedValueError(ProblemCode.DATE_CELL)
    if not isinstance(value, datetime):
        return value.isoformat()
    if value.time() != time(0):
        raise RefusedValueError(ProblemCode.DATE_CELL)
    return value.date().isoformat()
