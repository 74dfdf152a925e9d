"""Values of database drivers: exact ones become texts, all others are refused."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from certs.errors import InvalidApplicationError, MalformedSheetError
from certs.rows.applications import application_of
from certs.rows.opening import open_rows
from tests.doubles.records import MemoryRecords
from tests.unit.certs.rows.text_builder import codes_of
from tests.unit.certs.rows.workbook_builder import FOOD, LABELS, NAMES, ROWS, values_of

MIDNIGHT = datetime(2026, 3, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("hotline", 610302199001011234, "610302199001011234"),
        ("hotline", Decimal(610302199001011234), "610302199001011234"),
        ("hotline", Decimal("1E+3"), "1000"),
        ("issued_on", date(2026, 3, 18), "2026-03-18"),
        ("issued_on", MIDNIGHT, "2026-03-18"),
        ("operator", " 样例小吃店 ", "样例小吃店"),
        ("supervisors", None, ""),
    ],
)
def test_exact_values_become_texts(field: str, value: object, text: str) -> None:
    records = MemoryRecords(LABELS, [values_of(ROWS[0], **{field: value})])

    with open_rows(records, FOOD) as table:
        (result,) = table.results()

    assert result.application is not None
    assert result.raw[field] == text


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("credit_code", 6.1e17, "scientific-notation"),
        ("operator", True, "boolean-cell"),
        ("operator", b"\x00\x01", "nested-value"),
        ("operator", [1], "nested-value"),
        ("operator", time(9), "nested-value"),
        ("operator", MIDNIGHT, "date-cell"),
        ("issued_on", datetime(2026, 3, 18, 9, 30, tzinfo=UTC), "date-cell"),
        ("operator", Decimal("NaN"), "number-cell"),
        ("operator", Decimal("1E+1000000"), "number-cell"),
        ("operator", "=A1", "formula-cell"),
    ],
)
def test_values_that_say_nothing_certain_are_refused(field: str, value: object, code: str) -> None:
    records = MemoryRecords(NAMES, [values_of(ROWS[0], **{field: value})])

    with open_rows(records, FOOD) as table:
        (result,) = table.results()

    assert codes_of(result) == [code]
    (located,) = result.problems
    assert (located.row, located.column, located.heading) == (1, "", field)


def test_record_columns_are_bounded_and_named() -> None:
    for columns in ([*NAMES, " "], [*NAMES, *map(str, range(100))]):
        with (
            pytest.raises(MalformedSheetError, match="without a name"),
            open_rows(MemoryRecords(columns, []), FOOD),
        ):
            pass


def test_text_beyond_all_measure_is_refused_at_its_place() -> None:
    records = MemoryRecords(NAMES, [values_of(ROWS[0], operator="样" * 32_768)])

    with (
        open_rows(records, FOOD) as table,
        pytest.raises(MalformedSheetError, match="row 1, operator"),
    ):
        list(table.results())


def test_staged_row_of_a_field_that_the_type_no_longer_has_is_refused() -> None:
    for key in ("nothing", "nothing+valid_to"):
        with pytest.raises(InvalidApplicationError) as caught:
            application_of(FOOD, {**ROWS[0], key: "x"})
        assert [problem.code.value for problem in caught.value.problems] == ["unknown-field"]
