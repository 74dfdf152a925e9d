"""Columns of a table of rows: which heading names which field, and how that is known."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from itertools import islice
from typing import Final

from openpyxl.utils import get_column_letter

from certs.catalogue import LicenseType
from certs.errors import MalformedSheetError
from certs.field_problems import show_value
from certs.rows.applications import PERIOD_SIGN
from certs.rows.mappings import ColumnMapping
from certs.type_fields import FieldSpec, heading_key

MAX_COLUMNS: Final = 100
"""The most columns."""

HEADING_WITHIN_ROWS: Final = 5
"""The heading row is one of the first so many; titles may stand above it."""

ROW_NUMBER_HEADING: Final = "原行号"
REASON_HEADING: Final = "错误原因"
_OWN_HEADINGS: Final = frozenset({ROW_NUMBER_HEADING, REASON_HEADING})
_LEAST_KNOWN: Final = 2
_MAX_FAULTS: Final = 20


@unique
class Recognition(StrEnum):
    """How a column is known."""

    NAME = "name"
    ALIAS = "alias"
    MAPPING = "mapping"
    IGNORED = "ignored"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column with a heading, as it is kept with the rows: no value stands in it.

    Attributes:
        index: Its place, from 0.
        letter: What spreadsheet programs call it; blank where the source has no letters.
        heading: Its heading as it stands.
        key: The name of its texts in ``RowResult.raw``; blank where it is not read.
    """

    index: int
    letter: str
    heading: str
    key: str

    @property
    def names(self) -> tuple[str, ...]:
        """The field it holds, or the two whose period it holds; none where it is not read."""
        return tuple(self.key.split(PERIOD_SIGN)) if self.key else ()

    @property
    def shown(self) -> str:
        """The heading as messages may show it."""
        return show_value(self.heading)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundColumn(Column):
    """A column as it was found in a table, for somebody to confirm.

    Attributes:
        how: How it is known what it holds.
        sample: The first value in it as it may be shown, masked where it may be personal.
    """

    how: Recognition
    sample: str = ""

    @property
    def kept(self) -> Column:
        """What may be kept of it."""
        return Column(index=self.index, letter=self.letter, heading=self.heading, key=self.key)


class ColumnFinder:
    """Recognises the headings of a license type, by its names and by a mapping."""

    def __init__(self, license_type: LicenseType, mapping: ColumnMapping | None = None) -> None:
        self._type = license_type
        self._mapping = mapping or ColumnMapping()
        self._specs = {key: spec for spec in license_type.fields for key in spec.heading_keys}
        self._by_name = {spec.name: spec for spec in license_type.fields}
        ignored = (*license_type.ignored_headings, *_OWN_HEADINGS)
        self._ignored = {heading_key(heading) for heading in ignored}

    def known(self, headings: Sequence[str]) -> int:
        """Return how many of ``headings`` name a field."""
        return sum(bool(self._recognise(heading)[0]) for heading in headings if heading)

    def find(self, rows: Iterator[Sequence[str]], *, has_letters: bool) -> tuple[FoundColumn, ...]:
        """Return the columns; takes the rows down to the heading row.

        That row is the first of the first five with two known headings.

        Raises:
            MalformedSheetError: There is no such row.
        """
        for texts in islice(rows, HEADING_WITHIN_ROWS):
            if self.known(texts) >= _LEAST_KNOWN:
                return self.columns(texts, has_letters=has_letters)
        raise MalformedSheetError(
            f"前 {HEADING_WITHIN_ROWS} 行中没有「{self._type.name}」的表头行 · "
            f"no heading row of {self._type.name} in the first {HEADING_WITHIN_ROWS} rows"
        )

    def columns(self, headings: Sequence[str], *, has_letters: bool) -> tuple[FoundColumn, ...]:
        """Return the columns with a heading, from left to right."""
        return tuple(
            self._column(index, heading, has_letters=has_letters)
            for index, heading in enumerate(headings)
            if heading
        )

    def faults(self, columns: Sequence[FoundColumn]) -> tuple[str, ...]:
        """Return why the columns do not fit the type; nothing where they do."""
        found = [fault for column in columns if (fault := _fault(column))]
        holders: dict[str, Column] = {}
        for column in columns:
            for name in column.names:
                first = holders.setdefault(name, column)
                if first is not column:
                    found.append(_doubled(self._by_name[name], column, first))
        found += [
            f"缺少必填列「{spec.label_zh}」 · {spec.label_zh} ({spec.label_en}) is missing"
            for spec in free_fields(self._type, columns)
            if spec.is_required and not spec.defaults_to
        ]
        return tuple(found[:_MAX_FAULTS])

    def _column(self, index: int, heading: str, *, has_letters: bool) -> FoundColumn:
        names, how = self._recognise(heading)
        return FoundColumn(
            index=index,
            letter=get_column_letter(index + 1) if has_letters else "",
            heading=heading,
            key=PERIOD_SIGN.join(names),
            how=how,
        )

    def _recognise(self, heading: str) -> tuple[tuple[str, ...], Recognition]:
        key = heading_key(heading)
        names = self._mapping.fields_of(key)
        if names is not None:
            return names, Recognition.MAPPING if names else Recognition.IGNORED
        spec = self._specs.get(key)
        if spec is not None:
            is_name = key in {heading_key(spec.label_zh), heading_key(spec.name)}
            return (spec.name,), Recognition.NAME if is_name else Recognition.ALIAS
        return (), Recognition.IGNORED if key in self._ignored else Recognition.UNKNOWN


def free_fields(license_type: LicenseType, columns: Sequence[Column]) -> tuple[FieldSpec, ...]:
    """Return the fields that no column holds."""
    held = {name for column in columns for name in column.names}
    return tuple(spec for spec in license_type.fields if spec.name not in held)


def _fault(column: FoundColumn) -> str:
    where = f"{column.letter} {column.shown}".strip()
    if column.index >= MAX_COLUMNS:
        return f"{where}：超出 {MAX_COLUMNS} 列 · {where} is beyond column {MAX_COLUMNS}"
    if column.how is Recognition.UNKNOWN:
        return f"无法识别的列 {where} · {where} is unknown"
    return ""


def _doubled(spec: FieldSpec, column: Column, first: Column) -> str:
    here, there = column.letter or column.shown, first.letter or first.shown
    return (
        f"{here} 与 {there} 都是「{spec.label_zh}」 · {here} and {there} both hold {spec.label_zh}"
    )
