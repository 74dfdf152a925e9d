"""Tables of rows from any source: columns to be confirmed, then one result a row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from types import MappingProxyType
from typing import Final

from openpyxl.utils import get_column_letter

from certs.applications import LicenseApplication, MissingCharacters
from certs.catalogue import LicenseType
from certs.errors import InvalidApplicationError, MalformedSheetError, RefusedValueError
from certs.field_problems import show_value
from certs.rows.applications import STRAY_SIGN, application_of
from certs.rows.columns import Column, ColumnFinder, FoundColumn
from certs.rows.mappings import ColumnMapping
from certs.rows.problems import RowProblem, locate
from certs.rows.sources import Cells, Source
from certs.rows.text_encodings import FoundEncoding
from certs.rows.texts import MAX_CELL_CHARACTERS, refused_text

_SAMPLE_ROWS: Final = 20
_SHOWN_ROWS: Final = 3
_MAX_STRAYS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RowResult:
    """What became of a row: an application, or else at least one problem.

    Attributes:
        row: Its number, as the person sees it in their file.
        raw: Its texts by field name, as they stood; ``application_of`` reads them again.
        application: The application, None where it is refused.
        problems: Everything wrong with it, each at its place.
    """

    row: int
    raw: Mapping[str, str] = field(repr=False)
    application: LicenseApplication | None = field(repr=False)
    problems: tuple[RowProblem, ...]


class RowTable:
    """An open table; its rows are read as they are asked for, and only once."""

    def __init__(
        self, source: Source, license_type: LicenseType, mapping: ColumnMapping | None = None
    ) -> None:
        """Find the columns, and look at the first rows for samples of values.

        Raises:
            MalformedSheetError: There is no heading row, or the source is damaged.
        """
        self._source = source
        self._type = license_type
        self._specs = {spec.name: spec for spec in license_type.fields}
        finder = ColumnFinder(license_type, mapping)
        columns = self._find_columns(finder)
        head = list(islice(source.rows, _SAMPLE_ROWS))
        self._rows = chain(head, source.rows)
        self._columns = tuple(replace(item, sample=self._sample(item, head)) for item in columns)
        self._faults = finder.faults(self._columns)
        self._by_index = {column.index: column for column in self._columns}
        self._encoding = self._with_sample(head)

    @property
    def columns(self) -> tuple[FoundColumn, ...]:
        """The columns with a heading, from left to right."""
        return self._columns

    @property
    def faults(self) -> tuple[str, ...]:
        """Why the columns do not fit; with any, no row is read."""
        return self._faults

    @property
    def encoding(self) -> FoundEncoding | None:
        """How the text was encoded; None where the source leaves no doubt."""
        return self._encoding

    def results(
        self, *, missing_characters: MissingCharacters = lambda _text: ""
    ) -> Iterator[RowResult]:
        """Yield, for each row that is not blank, the application or all that is wrong with it.

        Whether a license number comes twice is for those to find who see all the rows.

        Raises:
            MalformedSheetError: The columns do not fit, or the source is damaged from here on.
        """
        for number, raw in self.texts():
            yield judged(self._type, self._columns, number, raw, missing_characters)

    def texts(self) -> Iterator[tuple[int, Mapping[str, str]]]:
        """Yield number and texts of each row that is not blank; they say all that is judged.

        Raises:
            MalformedSheetError: The columns do not fit, or the source is damaged from here on.
        """
        if self._faults:
            raise MalformedSheetError("表头 headings: " + "; ".join(self._faults))
        for number, cells in self._rows:
            raw = self._raw(number, cells)
            if any(raw.values()):
                yield number, raw

    def _find_columns(self, finder: ColumnFinder) -> tuple[FoundColumn, ...]:
        source = self._source
        if source.names is not None:
            names = [name.strip() for name in source.names]
            return finder.columns(names, has_letters=source.has_letters)
        texts = ([source.show(cell).strip() for cell in cells] for _, cells in source.rows)
        return finder.find(texts, has_letters=source.has_letters)

    def _raw(self, number: int, cells: Cells) -> Mapping[str, str]:
        raw: dict[str, str] = {}
        strays: dict[str, str] = {}
        for index, cell in enumerate(cells):
            column = self._by_index.get(index)
            if column is None:
                text = self._source.show(cell).strip()
                if text and len(strays) < _MAX_STRAYS:
                    strays[STRAY_SIGN + get_column_letter(index + 1)] = text[:MAX_CELL_CHARACTERS]
            elif column.key:
                raw[column.key] = self._text(number, column, cell)
        return MappingProxyType(raw | strays)

    def _text(self, number: int, column: Column, cell: object) -> str:
        try:
            text = self._source.read(self._specs[column.names[0]], cell)
        except RefusedValueError as refused:
            return refused_text(refused.code, self._source.show(cell))
        if len(text) > MAX_CELL_CHARACTERS:
            raise MalformedSheetError(
                f"第 {number} 行「{column.shown}」过长 · row {number}, {column.shown}: "
                f"more than {MAX_CELL_CHARACTERS} characters"
            )
        return text

    def _sample(self, column: Column, head: Sequence[tuple[int, Cells]]) -> str:
        texts = (self._shown(column, cells) for _, cells in head)
        return next((text for text in texts if text), "")

    def _shown(self, column: Column, cells: Cells) -> str:
        text = self._source.show(cells[column.index]).strip() if column.index < len(cells) else ""
        return show_value(text, is_personal=self._is_personal(column))

    def _is_personal(self, column: Column) -> bool:
        """Whether values are masked: also where nobody has said what they are."""
        return not column.key or any(self._specs[name].is_personal for name in column.names)

    def _with_sample(self, head: Sequence[tuple[int, Cells]]) -> FoundEncoding | None:
        if self._source.encoding is None:
            return None
        headings = tuple(column.shown for column in self._columns)
        rows = [
            tuple(self._shown(column, cells) for column in self._columns)
            for _, cells in head[:_SHOWN_ROWS]
        ]
        return replace(self._source.encoding, sample=(headings, *rows))


def judged(
    license_type: LicenseType,
    columns: Sequence[Column],
    number: int,
    raw: Mapping[str, str],
    missing_characters: MissingCharacters,
) -> RowResult:
    """Return the application that a row's texts are, or all that is wrong with it."""
    try:
        application = application_of(license_type, raw, missing_characters=missing_characters)
    except InvalidApplicationError as error:
        problems = tuple(locate(columns, number, item) for item in error.problems)
        return RowResult(row=number, raw=raw, application=None, problems=problems)
    return RowResult(row=number, raw=raw, application=application, problems=())
