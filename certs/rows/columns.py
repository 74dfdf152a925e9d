"""Columns of a table of rows: which heading names which field, and how that is known."""

from collections.abc import Iterator, Mapping, Sequence
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
    """A column with a heading.

    Attributes:
        index: Its place, from 0.
        letter: What spreadsheet programs call it; blank where the source has no letters.
        heading: Its heading as it stands.
        specs: The field it holds, or the two whose period it holds; none where ignored.
        how: How that is known.
        sample: The first value in it as it may be shown, masked where it may be personal.
    """

    index: int
    letter: str
    heading: str
    specs: tuple[FieldSpec, ...]
    how: Recognition
    sample: str = ""

    @property
    def key(self) -> str:
        """The name of its texts in ``RowResult.raw``; blank where it is not read."""
        return PERIOD_SIGN.join(spec.name for spec in self.specs)

    @property
    def shown(self) -> str:
        """The heading as messages may show it."""
        return show_value(self.heading)

    @property
    def is_personal(self) -> bool:
        """Whether values are masked: also where nobody has said what they are."""
        return not self.specs or any(spec.is_personal for spec in self.specs)


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

    def find(self, rows: Iterator[Sequence[str]], *, has_letters: bool) -> tuple[Column, ...]:
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

    def columns(self, headings: Sequence[str], *, has_letters: bool) -> tuple[Column, ...]:
        """Return the columns with a heading, from left to right."""
        return tuple(
            self._column(index, heading, has_letters=has_letters)
            for index, heading in enumerate(headings)
            if heading
        )

    def faults(self, columns: Sequence[Column]) -> tuple[str, ...]:
        """Return why the columns do not fit the type; nothing where they do."""
        found = [fault for column in columns if (fault := _fault(column))]
        holders: dict[str, Column] = {}
        for column in columns:
            for spec in column.specs:
                first = holders.setdefault(spec.name, column)
                if first is not column:
                    found.append(_doubled(spec, column, first))
        found += [
            f"缺少必填列「{spec.label_zh}」 · {spec.label_zh} ({spec.label_en}) is missing"
            for spec in missing_fields(self._type, columns)
        ]
        return tuple(found[:_MAX_FAULTS])

    def _column(self, index: int, heading: str, *, has_letters: bool) -> Column:
        specs, how = self._recognise(heading)
        letter = get_column_letter(index + 1) if has_letters else ""
        return Column(index=index, letter=letter, heading=heading, specs=specs, how=how)

    def _recognise(self, heading: str) -> tuple[tuple[FieldSpec, ...], Recognition]:
        key = heading_key(heading)
        names = self._mapping.fields_of(key)
        if names is not None:
            specs = tuple(self._by_name[name] for name in names)
            return specs, Recognition.MAPPING if specs else Recognition.IGNORED
        spec = self._specs.get(key)
        if spec is not None:
            is_name = key in {heading_key(spec.label_zh), heading_key(spec.name)}
            return (spec,), Recognition.NAME if is_name else Recognition.ALIAS
        return (), Recognition.IGNORED if key in self._ignored else Recognition.UNKNOWN


def missing_fields(license_type: LicenseType, columns: Sequence[Column]) -> tuple[FieldSpec, ...]:
    """Return the required fields that no column holds, and that no other field fills."""
    held = {spec.name for column in columns for spec in column.specs}
    return tuple(
        spec
        for spec in license_type.fields
        if spec.is_required and not spec.defaults_to and spec.name not in held
    )


def restored_column(license_type: LicenseType, stored: Mapping[str, str]) -> Column:
    """Return a column from what ``stored_column`` kept, to write refused rows long afterwards.

    Raises:
        MalformedSheetError: The type has no such field.
    """
    by_name = {spec.name: spec for spec in license_type.fields}
    names = [name for name in stored["key"].split(PERIOD_SIGN) if name]
    if any(name not in by_name for name in names):
        raise MalformedSheetError(f"{license_type.name} 没有字段 · has no field {stored['key']}")
    return Column(
        index=int(stored["index"]),
        letter=stored["letter"],
        heading=stored["heading"],
        specs=tuple(by_name[name] for name in names),
        how=Recognition(stored["how"]),
    )


def stored_column(column: Column) -> dict[str, str]:
    """Return what is kept of a column: texts only, and no sample of its values."""
    return {
        "index": str(column.index),
        "letter": column.letter,
        "heading": column.heading,
        "key": column.key,
        "how": column.how.value,
    }


def _fault(column: Column) -> str:
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
