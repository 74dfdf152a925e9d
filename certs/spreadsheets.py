"""Spreadsheets (.xlsx) of license applications, read row by row.

One heading row, then one license a row, on the first visible sheet. A bad row is refused
with row, column, value and reason, and the others go on.
"""

import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, TypeVar

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from certs.applications import LicenseApplication, MissingCharacters, parse_application
from certs.catalogue import LicenseType
from certs.element_names import Element
from certs.errors import InvalidApplicationError, MalformedSheetError, RefusedValueError
from certs.field_problems import FieldProblem, ProblemCode
from certs.spreadsheet_cells import read_cell, show_cell
from certs.spreadsheet_headings import MAX_COLUMNS, Cells, Heading, find_headings
from certs.workbook_bounds import MAX_ROWS, check_workbook

_LAST_ROW = 1_048_576
# What openpyxl raises on damaged workbooks; it has no error of its own.
_READING_ERRORS = (
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


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetProblem:
    """A problem and its place, as the spreadsheet program shows it.

    ``column`` and ``heading`` are blank where the sheet has no column for the field.
    """

    row: int
    column: str
    heading: str
    problem: FieldProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One row: its number, the texts by field name, and the cells that were refused."""

    number: int
    raw: Mapping[str, str] = field(repr=False)
    problems: tuple[SheetProblem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RowResult:
    """What became of a row: an application, or else at least one problem."""

    row: int
    application: LicenseApplication | None
    problems: tuple[SheetProblem, ...]


class Sheet:
    """An open sheet; its rows are read as they are asked for, and only once."""

    def __init__(
        self,
        license_type: LicenseType,
        headings: Mapping[int, Heading],
        rows: Iterator[tuple[int, Cells]],
    ) -> None:
        self._type = license_type
        self._headings = headings
        self._rows = rows

    @property
    def headings(self) -> tuple[Heading, ...]:
        """The headings, from left to right."""
        return tuple(self._headings.values())

    def rows(self) -> Iterator[SheetRow]:
        """Yield the rows that are not blank.

        Raises:
            MalformedSheetError: The sheet is damaged from here on, or has too many rows.
        """
        count = 0
        for number, cells in self._rows:
            row = self._read_row(number, cells)
            if not (any(row.raw.values()) or row.problems):
                continue
            count += 1
            if count > MAX_ROWS:
                raise MalformedSheetError(f"more than {MAX_ROWS} rows; split the workbook")
            yield row

    def results(
        self, *, missing_characters: MissingCharacters = lambda _text: ""
    ) -> Iterator[RowResult]:
        """Yield, for each row, the application or everything that is wrong with it.

        A license number that a good row above has is refused too.

        Raises:
            MalformedSheetError: As ``rows``.
        """
        first_rows: dict[str, int] = {}
        for row in self.rows():
            result = self._apply(row, missing_characters)
            if result.application is not None:
                number = result.application.number
                first_row = first_rows.setdefault(number, row.number)
                if first_row != row.number:
                    problem = self._repeated(row.number, number, first_row)
                    result = RowResult(row=row.number, application=None, problems=(problem,))
            yield result

    def _read_row(self, number: int, cells: Cells) -> SheetRow:
        raw: dict[str, str] = {}
        problems: list[SheetProblem] = []
        for index, cell in enumerate(cells):
            heading = self._headings.get(index)
            if heading is None:
                if cell.value is not None and show_cell(cell.value).strip():
                    problems.append(_stray_cell(number, index, cell.value))
            elif heading.spec is not None:
                try:
                    raw[heading.spec.name] = read_cell(heading.spec, cell.value, cell.data_type)
                except RefusedValueError as refused:
                    problem = FieldProblem.of(
                        refused.code,
                        field=heading.spec.name,
                        label_zh=heading.spec.label_zh,
                        value=show_cell(cell.value),
                        is_personal=heading.spec.is_personal,
                    )
                    problems.append(self._locate(number, problem))
        return SheetRow(number=number, raw=MappingProxyType(raw), problems=tuple(problems))

    def _apply(self, row: SheetRow, missing_characters: MissingCharacters) -> RowResult:
        application, found = None, row.problems
        try:
            application = parse_application(
                self._type, row.raw, missing_characters=missing_characters
            )
        except InvalidApplicationError as error:
            # A refused cell left no text, but its field is not missing.
            refused = {problem.problem.field for problem in row.problems}
            others = [problem for problem in error.problems if problem.field not in refused]
            found += tuple(self._locate(row.number, problem) for problem in others)
        return RowResult(row=row.number, application=None if found else application, problems=found)

    def _repeated(self, row: int, number: str, first_row: int) -> SheetProblem:
        spec = next(spec for spec in self._type.fields if spec.element is Element.NUMBER)
        problem = FieldProblem.of(
            ProblemCode.DUPLICATE_NUMBER,
            field=spec.name,
            label_zh=spec.label_zh,
            value=number,
            is_personal=spec.is_personal,
            facts={"row": first_row},
        )
        return self._locate(row, problem)

    def _locate(self, row: int, problem: FieldProblem) -> SheetProblem:
        for heading in self._headings.values():
            if heading.spec is not None and heading.spec.name == problem.field:
                return SheetProblem(
                    row=row, column=heading.column, heading=heading.text, problem=problem
                )
        return SheetProblem(row=row, column="", heading="", problem=problem)


def _stray_cell(row: int, index: int, value: object) -> SheetProblem:
    problem = FieldProblem.of(
        ProblemCode.UNKNOWN_COLUMN,
        field="",
        label_zh="",
        value=show_cell(value),
        is_personal=True,  # nobody has said what it holds
    )
    column = get_column_letter(index + 1)
    return SheetProblem(row=row, column=column, heading="", problem=problem)


@contextmanager
def open_sheet(source: Path | bytes, license_type: LicenseType) -> Iterator[Sheet]:
    """Open the first visible sheet of a workbook.

    Args:
        source: The file, or its bytes.
        license_type: Whose fields the columns hold.

    Raises:
        MalformedSheetError: Not a workbook, out of bounds, or its headings are unknown,
            doubled or missing.
    """
    try:
        file: BinaryIO = BytesIO(source) if isinstance(source, bytes) else source.open("rb")
    except OSError as error:
        raise MalformedSheetError(f"the file cannot be opened: {error.strerror}") from error
    with file:
        check_workbook(file)
        workbook = _guard(lambda: load_workbook(file, read_only=True, keep_links=False))
        visible = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
        if not visible:
            raise MalformedSheetError("the workbook has no visible sheet")
        # Explicit bounds: the sheet's own claim about its size may be false.
        cells = visible[0].iter_rows(min_row=1, max_row=_LAST_ROW, max_col=MAX_COLUMNS + 1)
        rows = _numbered(cells)
        headings = find_headings(license_type, (row for _, row in rows))
        yield Sheet(license_type, headings, rows)


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
