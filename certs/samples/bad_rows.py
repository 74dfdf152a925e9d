"""Rows that must be refused, each labelled with the problem that must be found."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from typing import TypeAlias

from certs.field_problems import ProblemCode
from certs.license_numbers import FoodLicenseNumber
from certs.regions import RegionCode
from certs.samples.codes import citizen_number, with_wrong_check
from certs.samples.food_business import food_business_rows
from certs.samples.rows import Row

CellValue: TypeAlias = str | int | float | bool
"""What a sample puts into a cell; text that begins with = becomes a formula."""

_FIRST_SEQUENCE = 900_001


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row with one fault.

    Attributes:
        cells: The values by field name.
        field: The field at fault.
        code: The problem that must be found there.
        needs_fonts: Whether only the face's fonts can tell.
    """

    cells: Mapping[str, CellValue]
    field: str
    code: ProblemCode
    needs_fonts: bool = False


def bad_rows(region: RegionCode, good_row: Row, *, seed: int) -> tuple[BadRow, ...]:
    """Return one row for each fault that departments' spreadsheets really have.

    Args:
        region: As for ``food_business_rows``.
        good_row: A row that stands above these in the sheet; one repeats its number.
        seed: Chooses what else they hold.
    """
    random = Random(f"bad/{region}/{seed}")  # noqa: S311 - repeatable samples, no secrets
    faults = _faults(random, good_row)
    rows = food_business_rows(region, len(faults), seed=seed + 1)
    bad = []
    for sequence, (row, (field, code, value)) in enumerate(zip(rows, faults, strict=True)):
        number = FoodLicenseNumber.of(
            kind=1, region=region, sequence=_FIRST_SEQUENCE + sequence
        ).value
        cells: dict[str, CellValue] = {**row, "number": number, field: value}
        needs_fonts = code is ProblemCode.MISSING_GLYPH
        bad.append(
            BadRow(cells=MappingProxyType(cells), field=field, code=code, needs_fonts=needs_fonts)
        )
    return tuple(bad)


def _faults(random: Random, good_row: Row) -> list[tuple[str, ProblemCode, CellValue]]:
    # As a spreadsheet program keeps a citizen number typed into a cell of numbers.
    district = FoodLicenseNumber(good_row["number"]).region
    rounded_number = float(citizen_number(random, district)[:17] + "0")
    credit_code = good_row["credit_code"]
    return [
        ("credit_code", ProblemCode.WRONG_CHECK_CHARACTER, with_wrong_check(credit_code)),
        ("number", ProblemCode.WRONG_CHECK_CHARACTER, with_wrong_check(good_row["number"])),
        ("legal_representative", ProblemCode.MISSING_FIELD, ""),
        ("valid_from", ProblemCode.IMPOSSIBLE_DATE, "2026-02-30"),
        ("valid_to", ProblemCode.DATE_ORDER, "2020-01-01"),
        ("valid_to", ProblemCode.PERMANENT_NOT_ALLOWED, "长期"),
        ("credit_code", ProblemCode.SCIENTIFIC_NOTATION, rounded_number),
        ("credit_code", ProblemCode.SCIENTIFIC_NOTATION, "6.10302E+17"),
        ("credit_code", ProblemCode.FULL_WIDTH, _full_width(credit_code)),
        ("premises", ProblemCode.FORMULA_CELL, '=CONCATENATE("样例东路",8,"号")'),
        ("business_form", ProblemCode.NOT_IN_LIST, "流动摊贩"),
        ("operator", ProblemCode.TOO_LONG, "样例" * 60),
        ("operator", ProblemCode.FORBIDDEN_CHARACTER, "样例\ue000小吃店"),
        ("supervising_agency", ProblemCode.FORBIDDEN_CHARACTER, "样例\u202e所"),
        # An unassigned place of Extension I's plane: no font can have it.
        ("legal_representative", ProblemCode.MISSING_GLYPH, "王样\U0002fffd"),
        ("number", ProblemCode.DUPLICATE_NUMBER, good_row["number"]),
    ]  # fmt: skip


def _full_width(code: str) -> str:
    """Return ``code`` with its digits full-width, as an input method types them."""
    return "".join(chr(ord(letter) + 0xFEE0) if letter.isdigit() else letter for letter in code)
