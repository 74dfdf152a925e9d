"""Write sample rows as an issuing department would keep them: an .xlsx workbook."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from certs.catalogue import LicenseType
from certs.samples.bad_rows import CellValue
from certs.type_fields import FieldKind, FieldSpec

_WIDTHS = {FieldKind.CODE: 24, FieldKind.DATE: 14, FieldKind.NUMBER: 12, FieldKind.CHOICE: 30}
_TEXT_WIDTH = 36
_SHORT_TEXT_WIDTH = 18
_SHORT_TEXT_LENGTH = 60


def write_sheet(
    path: Path, license_type: LicenseType, rows: Iterable[Mapping[str, CellValue]]
) -> None:
    """Write ``rows`` under the type's Chinese headings, replacing the file.

    Text and codes get cells of text, so that no digit is lost; dates are real dates.
    """
    workbook = Workbook(write_only=True)
    workbook.properties.title = f"{license_type.name}（合成样例数据）"
    workbook.properties.description = "合成数据，不涉及任何真实个人或单位。Synthetic data."
    sheet = workbook.create_sheet(license_type.name)
    sheet.freeze_panes = "B2"
    for index, spec in enumerate(license_type.fields, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = _width(spec)
    sheet.append([_heading(sheet, spec) for spec in license_type.fields])
    for row in rows:
        sheet.append([_cell(sheet, spec, row.get(spec.name, "")) for spec in license_type.fields])
    workbook.save(path)


def _width(spec: FieldSpec) -> int:
    is_short = spec.kind is FieldKind.TEXT and spec.max_length <= _SHORT_TEXT_LENGTH
    return _SHORT_TEXT_WIDTH if is_short else _WIDTHS.get(spec.kind, _TEXT_WIDTH)


def _heading(sheet: Worksheet, spec: FieldSpec) -> Cell:
    cell = WriteOnlyCell(sheet, value=spec.label_zh)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: Worksheet, spec: FieldSpec, value: CellValue) -> Cell:
    cell = WriteOnlyCell(sheet, value=_value(spec, value))
    cell.number_format = "yyyy-mm-dd" if cell.is_date else "@" if isinstance(value, str) else "0"
    return cell


def _value(spec: FieldSpec, value: CellValue) -> CellValue | datetime | None:
    """Return what the cell holds: a real date where ``value`` writes one."""
    if spec.kind is FieldKind.DATE and isinstance(value, str):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return value
    return None if value == "" else value
