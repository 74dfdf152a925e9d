"""Rows survive every container, and a second reading of their texts says what the first said."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certs.errors import InvalidApplicationError, MalformedSheetError
from certs.field_problems import FieldProblem
from certs.regions import RegionCode
from certs.rows.applications import application_of
from certs.rows.opening import open_rows
from certs.rows.quarantine import write_quarantine
from certs.rows.sources import SourceKind
from certs.rows.tables import RowResult
from certs.samples.food_business import food_business_rows
from tests.desks import food_business
from tests.doubles.records import MemoryRecords

FOOD = food_business()
NAMES = [spec.name for spec in FOOD.fields]
LABELS = [spec.label_zh for spec in FOOD.fields]
GOOD = list(food_business_rows(RegionCode("340200"), 1, seed=1)[0].values())
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "gb18030")
# Departments' own letters and signs, and whatever else text can hold.
TEXTS = st.one_of(
    st.text("样例店号（）〇𬭛㼆=+-@'\"#;,\t\uff5c|⟦⟧E0123456789. \r\n数字格式", max_size=12),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12),
)
VALUES = st.one_of(
    TEXTS,
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.dates(),
    st.datetimes(),
    st.binary(max_size=4),
)
CHANGES = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4)


def row_of(changes: dict[str, object]) -> list[object]:
    return [changes.get(name, good) for name, good in zip(NAMES, GOOD, strict=True)]


def results_of(rows: list[list[object]]) -> list[RowResult]:
    with open_rows(MemoryRecords(LABELS, rows), FOOD) as table:
        return list(table.results())


def verdict(result: RowResult) -> list[FieldProblem]:
    return [located.problem for located in result.problems]


@given(
    rows=st.lists(st.lists(TEXTS, min_size=15, max_size=15), max_size=4),
    encoding=st.sampled_from(ENCODINGS),
    delimiter=st.sampled_from(",;\t"),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_texts_survive_delimited_text_in_every_encoding(
    rows: list[list[str]], encoding: str, delimiter: str, end: str
) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([LABELS, *rows])
    content = file.getvalue().encode(encoding)

    with open_rows(content, FOOD, kind=SourceKind.CSV) as table:
        found = [dict(result.raw) for result in table.results()]

    meant = [[text.strip() for text in row] for row in rows]
    assert found == [dict(zip(NAMES, row, strict=True)) for row in meant if any(row)]


@given(changes=CHANGES)
def test_second_reading_of_a_row_says_what_the_first_said(changes: dict[str, object]) -> None:
    for result in results_of([row_of(changes)]):
        if result.application is not None:
            assert application_of(FOOD, dict(result.raw)) == result.application
            continue
        with pytest.raises(InvalidApplicationError) as caught:
            application_of(FOOD, dict(result.raw))
        assert list(caught.value.problems) == verdict(result)


@settings(max_examples=30)
@given(rows=st.lists(CHANGES.map(row_of), min_size=1, max_size=4))
def test_refused_rows_stay_refused_for_their_reasons_through_a_workbook(
    rows: list[list[object]],
) -> None:
    refused = [result for result in results_of(rows) if result.application is None]
    with TemporaryDirectory() as folder, open_rows(MemoryRecords(LABELS, []), FOOD) as table:
        paths = write_quarantine(Path(folder) / "q.xlsx", FOOD, table.columns, refused)
        again: list[RowResult] = []
        for path in paths:
            with open_rows(path, FOOD) as opened:
                again = list(opened.results())

    assert [[problem.code for problem in verdict(item)] for item in again] == [
        [problem.code for problem in verdict(item)] for item in refused
    ]


@given(content=st.binary(max_size=300), kind=st.sampled_from(SourceKind))
def test_any_bytes_are_a_table_or_refused(content: bytes, kind: SourceKind) -> None:
    headed = ",".join(LABELS).encode() + b"\n" + content if kind is SourceKind.CSV else content
    try:
        with open_rows(headed, FOOD, kind=kind) as table:
            list(table.results())
    except MalformedSheetError:
        pass


def test_values_cover_what_drivers_return() -> None:
    # The strategies above must not silently stop making what they are there for.
    row = row_of({"operator": Decimal("1.5"), "issued_on": date(2026, 3, 18)})
    (result,) = results_of([row])
    assert result.application is not None
    (refused,) = results_of([row_of({"issued_on": datetime(2026, 3, 18, 9)})])  # noqa: DTZ001
    assert refused.application is None
