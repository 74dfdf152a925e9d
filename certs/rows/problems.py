"""Problems of rows, each at the place where a person will look for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from certs.catalogue import LicenseType
from certs.element_names import Element
from certs.field_problems import FieldProblem, ProblemCode
from certs.rows.applications import STRAY_SIGN
from certs.rows.columns import Column


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """A problem and its place, as the program that shows the rows names it.

    ``column`` is blank where the source has no letters; it and ``heading`` are blank where
    no column holds the field.
    """

    row: int
    column: str
    heading: str
    problem: FieldProblem


def locate(columns: Sequence[Column], row: int, problem: FieldProblem) -> RowProblem:
    """Return the problem at its place in a row."""
    for column in columns:
        if problem.field in column.names:
            return RowProblem(row=row, column=column.letter, heading=column.shown, problem=problem)
    letter = problem.field.removeprefix(STRAY_SIGN)
    is_stray = letter != problem.field
    return RowProblem(row=row, column=letter if is_stray else "", heading="", problem=problem)


def number_problem(  # noqa: PLR0913 - a problem has that many sides
    code: ProblemCode,
    license_type: LicenseType,
    columns: Sequence[Column],
    row: int,
    *,
    number: str,
    facts: Mapping[str, object] | None = None,
) -> RowProblem:
    """Return a problem of a row's license number (证照编号) that only the register can tell."""
    spec = next(spec for spec in license_type.fields if spec.element is Element.NUMBER)
    problem = FieldProblem.of(
        code,
        field=spec.name,
        label_zh=spec.label_zh,
        value=number,
        is_personal=spec.is_personal,
        facts=facts,
    )
    return locate(columns, row, problem)


def repeated_number(
    license_type: LicenseType,
    columns: Sequence[Column],
    row: int,
    *,
    number: str,
    first_row: int,
) -> RowProblem:
    """Return the problem of a row whose license number ``first_row`` has already."""
    return number_problem(
        ProblemCode.DUPLICATE_NUMBER,
        license_type,
        columns,
        row,
        number=number,
        facts={"row": first_row},
    )
