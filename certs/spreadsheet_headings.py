"""The heading row of a spreadsheet: which column holds which field."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

from openpyxl.utils import get_column_letter

from certs.catalogue import LicenseType
from certs.errors import MalformedSheetError
from certs.field_problems import show_value
from certs.type_fields import FieldSpec, heading_key

MAX_COLUMNS = 100
"""The most columns."""

Cells: TypeAlias = tuple[Any, ...]
"""A row as openpyxl reads it; its cells are of two unrelated classes."""

_WITHIN_ROWS = 5
_LEAST_KNOWN = 2
_MAX_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The heading of a column: its letter, its text, and the field it names.

    ``spec`` is None for columns that are not part of the license.
    """

    column: str
    text: str
    spec: FieldSpec | None


def find_headings(license_type: LicenseType, rows: Iterable[Cells]) -> dict[int, Heading]:
    """Return the headings by column, from 0; takes the rows down to the heading row.

    That row is the first of the first five with two known headings, so that a title may
    stand above it.

    Raises:
        MalformedSheetError: No such row; or headings that are unknown, doubled, missing
            or beyond column 100: the message names them all.
    """
    specs = license_type.field_by_heading
    for cells in islice(rows, _WITHIN_ROWS):
        texts = [cell.value.strip() if isinstance(cell.value, str) else "" for cell in cells]
        if sum(heading_key(text) in specs for text in texts) >= _LEAST_KNOWN:
            return _headings(license_type, specs, texts)
    raise MalformedSheetError(
        f"no heading row of {license_type.name} in the first {_WITHIN_ROWS} rows"
    )


def _headings(
    license_type: LicenseType, specs: Mapping[str, FieldSpec], texts: list[str]
) -> dict[int, Heading]:
    ignored = {heading_key(text) for text in license_type.ignored_headings}
    headings: dict[int, Heading] = {}
    columns: dict[str, str] = {}
    wrong: list[str] = []
    for index, text in enumerate(texts):
        column = get_column_letter(index + 1)
        spec = specs.get(heading_key(text))
        if not text:
            continue
        if index >= MAX_COLUMNS:
            wrong.append(f"{column} is beyond column {MAX_COLUMNS}")
        elif spec is None and heading_key(text) not in ignored:
            wrong.append(f"{column} {show_value(text)} is unknown")
        elif spec is not None and spec.name in columns:
            wrong.append(f"{column} and {columns[spec.name]} both hold {spec.label_zh}")
        headings[index] = Heading(column=column, text=show_value(text), spec=spec)
        if spec is not None:
            columns.setdefault(spec.name, column)
    wrong += [
        f"{spec.label_zh} ({spec.label_en}) is missing"
        for spec in license_type.fields
        if spec.is_required and not spec.defaults_to and spec.name not in columns
    ]
    if wrong:
        raise MalformedSheetError("headings: " + "; ".join(wrong[:_MAX_SHOWN]))
    return headings
