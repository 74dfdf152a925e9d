import re
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from openpyxl import load_workbook

from certs.errors import MalformedSheetError
from certs.field_problems import ProblemCode
from certs.rows.opening import open_rows
from certs.rows.problems import repeated_number
from certs.samples.workbooks import write_sheet
from certs.type_fields import FieldFormat, FieldSpec, Obligation
from tests.unit.certs.rows.workbook_builder import (
    FOOD,
    LABELS,
    NAMES,
    ROWS,
    read,
    values_of,
    with_sheet,
    workbook_of,
)


def test_good_rows_are_read_from_a_file_with_their_numbers(tmp_path: Path) -> None:
    write_sheet(tmp_path / "rows.xlsx", FOOD, ROWS)

    with open_rows(tmp_path / "rows.xlsx", FOOD) as sheet:
        results = list(sheet.results())

    assert [result.row for result in results] == [2, 3, 4]
    assert [result.application.number for result in results if result.application] == [
        row["number"] for row in ROWS
    ]


def test_headings_are_found_by_alias_in_any_order_below_a_title() -> None:
    labels = ["  统一社会信用代码\n（必填）" if label == LABELS[1] else label for label in LABELS]
    labels[0] = "CZZT"
    order = [*reversed(range(len(labels)))]
    content = workbook_of(
        ["2026年食品经营许可证发证清单"],
        [],
        ["序号", *(labels[n] for n in order)],
        [1, *(values_of(ROWS[0])[n] for n in order)],
    )

    (result,) = read(content)

    assert result.row == 4
    assert result.application is not None
    assert result.application.holder_name == ROWS[0]["operator"]


def test_blank_rows_are_passed_over_and_numbers_stay_those_of_the_sheet() -> None:
    content = workbook_of(LABELS, [], values_of(ROWS[0]), [" ", None], values_of(ROWS[1]))

    assert [result.row for result in read(content)] == [3, 5]


@pytest.mark.parametrize(
    ("field", "value", "code", "shown"),
    [
        ("credit_code", 6.10302199001011e17, "scientific-notation", "6.10302E+17"),
        ("credit_code", 610302199001011234, "scientific-notation", "6.10302E+17"),
        ("credit_code", "6.10302E+17", "scientific-notation", "6.10302E+17"),
        ("credit_code", 12345, "number-cell", "12345"),
        ("number", -1.5, "number-cell", "-1.5"),
        ("operator", 1e300, "scientific-notation", "1E+300"),
        ("operator", 0.5, "number-cell", "0.5"),
        ("operator", True, "boolean-cell", "TRUE"),
        ("operator", "=A1&A2", "formula-cell", "=A1&A2"),
        ("operator", datetime(2026, 3, 18, tzinfo=UTC).replace(tzinfo=None), "date-cell", None),
        ("issued_on", datetime(2026, 3, 18, 9, 30), "date-cell", None),  # noqa: DTZ001
        ("issued_on", "=TODAY()", "formula-cell", "=TODAY()"),
        ("issued_on", 46099.5, "number-cell", None),
        ("operator", time(9, 30), "date-cell", None),
        ("operator", "#N/A", "error-cell", "#N/A"),
    ],
)
def test_cell_that_lost_what_was_typed_is_refused_with_its_place(
    field: str, value: object, code: str, shown: str | None
) -> None:
    content = workbook_of(LABELS, values_of(ROWS[0]), values_of(ROWS[1], **{field: value}))

    good, bad = read(content)

    assert good.application is not None
    assert bad.application is None
    (located,) = bad.problems
    assert (located.row, located.column) == (3, "ABCDEFGHIJKLMNO"[NAMES.index(field)])
    assert located.heading == LABELS[NAMES.index(field)]
    assert located.problem.code.value == code
    assert shown is None or located.problem.value == shown


def test_number_and_date_cells_that_lost_nothing_are_read() -> None:
    row = values_of(
        ROWS[0],
        hotline=12315,
        issued_on=date(2026, 3, 18),
        valid_from=20260318,
        valid_to="2031年3月17日",
    )

    (result,) = read(workbook_of(LABELS, row))

    assert result.application is not None
    assert result.application.fields["hotline"] == "12315"
    assert result.application.issued_on == result.application.valid_from == date(2026, 3, 18)


def test_number_field_takes_number_cells() -> None:
    seats = FieldSpec(
        name="seats",
        label_zh="座位数",
        label_en="Seats",
        obligation=Obligation.MANDATORY,
        format=FieldFormat.parse("N..8.2"),
        initials="ZWS",
    )
    counting = replace(FOOD, fields=(*FOOD.fields, seats))
    rows = [[*values_of(row), cell] for row, cell in zip(ROWS, (40, 2.5, 1e12), strict=True)]

    with open_rows(workbook_of([*LABELS, "座位数"], *rows), counting) as sheet:
        whole, half, huge = sheet.results()

    assert whole.application is not None
    assert half.application is not None
    assert whole.application.fields["seats"] == "40"
    assert half.application.fields["seats"] == "2.5"
    assert [located.problem.code.value for located in huge.problems] == ["scientific-notation"]


def test_headings_can_be_looked_at_before_the_rows() -> None:
    with open_rows(workbook_of(["序号", *LABELS]), FOOD) as sheet:
        assert [column.letter for column in sheet.columns][:2] == ["A", "B"]
        assert [column.heading for column in sheet.columns] == ["序号", *LABELS]


def test_row_with_several_faults_names_them_all() -> None:
    row = values_of(ROWS[0], operator="=A1", credit_code=1e17, signatory=None, valid_to="x")

    (result,) = read(workbook_of(LABELS, row))

    assert sorted(located.problem.code.value for located in result.problems) == [
        "formula-cell",
        "malformed-date",
        "missing-field",
        "scientific-notation",
    ]


def test_value_below_no_heading_is_not_dropped_silently() -> None:
    (result,) = read(workbook_of(LABELS, [*values_of(ROWS[0]), None, "遗漏"]))

    (located,) = result.problems
    assert (located.column, located.problem.code.value) == ("Q", "unknown-column")


def test_a_repeated_number_is_told_at_its_place_with_the_first_row() -> None:
    with open_rows(workbook_of(LABELS, values_of(ROWS[0]), values_of(ROWS[0])), FOOD) as table:
        problem = repeated_number(FOOD, table.columns, 3, number=ROWS[0]["number"], first_row=2)

    assert (problem.row, problem.column, problem.heading) == (3, "H", "许可证编号")
    assert problem.problem.code is ProblemCode.DUPLICATE_NUMBER
    assert "第 2 行" in problem.problem.zh


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (LABELS[1:], "经营者名称 .* is missing"),
        ([*LABELS, "星座"], "P 星座 is unknown"),
        ([*LABELS, "编号"], "P and H both hold 许可证编号"),
        ([*LABELS, *[None] * 85, "备注"], "CW 备注 is beyond column 100"),
        (["甲", "乙"], "no heading row"),
        ([], "no heading row"),
    ],
)
def test_wrong_headings_are_named(labels: list[str], message: str) -> None:
    with pytest.raises(MalformedSheetError, match=message):
        read(workbook_of(labels, values_of(ROWS[0])))


def test_hidden_sheets_are_passed_over(tmp_path: Path) -> None:
    write_sheet(tmp_path / "rows.xlsx", FOOD, ROWS)
    workbook = load_workbook(tmp_path / "rows.xlsx")
    workbook.create_sheet("字典", 0).sheet_state = "hidden"
    workbook.save(tmp_path / "rows.xlsx")

    with open_rows(tmp_path / "rows.xlsx", FOOD) as sheet:
        assert len(list(sheet.results())) == 3


def test_sheet_that_lies_about_its_size_is_read_whole() -> None:
    content = with_sheet(
        lambda xml: re.sub(rb'<dimension ref="[^"]+"', b'<dimension ref="A1"', xml)
    )

    assert all(result.application for result in read(content))
