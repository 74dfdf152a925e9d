"""Delimited text: each encoding and delimiter, and what spreadsheet programs do to it."""

from datetime import date

import pytest

from certs.errors import MalformedSheetError
from certs.rows.opening import open_rows
from certs.rows.sources import SourceKind
from certs.rows.text_encodings import Certainty
from tests.unit.certs.rows.text_builder import (
    applied,
    codes_of,
    csv_of,
    numbers_of,
    read_csv,
    read_one,
    sheet_of,
)
from tests.unit.certs.rows.workbook_builder import FOOD, LABELS, NAMES, ROWS, values_of

NUMBERS = [row["number"] for row in ROWS]


@pytest.mark.parametrize(
    ("encoding", "certainty"),
    [
        ("utf-8", Certainty.CERTAIN),
        ("utf-8-sig", Certainty.CERTAIN),
        ("utf-16", Certainty.CERTAIN),
        ("gb18030", Certainty.GUESSED),
        ("gbk", Certainty.GUESSED),
        ("gb2312", Certainty.GUESSED),
    ],
)
def test_each_encoding_is_found_and_a_guess_is_called_one(
    encoding: str, certainty: Certainty
) -> None:
    # 湾沚 is younger than GB 2312.
    rows = [{key: text.replace("沚", "样") for key, text in row.items()} for row in ROWS]
    content = sheet_of(*rows, encoding=encoding)

    with open_rows(content, FOOD, kind=SourceKind.CSV) as table:
        assert numbers_of(list(table.results())) == NUMBERS
        found = table.encoding

    assert found is not None
    assert found.certainty is certainty
    assert found.sample[0] == tuple(LABELS)


def test_sample_for_confirmation_shows_no_whole_personal_value() -> None:
    with open_rows(sheet_of(*ROWS, encoding="gbk"), FOOD, kind=SourceKind.CSV) as table:
        found, columns = table.encoding, table.columns

    assert found is not None
    shown = {text for row in found.sample[1:] for text in row} | {item.sample for item in columns}
    assert ROWS[0]["operator"] in shown
    assert ROWS[0]["legal_representative"] not in shown
    assert f"{ROWS[0]['legal_representative'][0]}**" in shown
    assert "operator" not in repr(found)
    assert ROWS[0]["operator"] not in repr(found)


def test_rare_characters_survive_gb18030() -> None:
    row = {**ROWS[0], "operator": "样例𬭛㼆小吃店"}

    (result,) = read_csv(sheet_of(row, encoding="gb18030"))

    assert applied(result).holder_name == "样例𬭛㼆小吃店"


def test_declared_encoding_is_taken_at_its_word() -> None:
    content = sheet_of(*ROWS, encoding="utf-16-le")

    assert numbers_of(read_csv(content, encoding="UTF-16LE")) == NUMBERS
    with pytest.raises(MalformedSheetError, match="line 1: not utf-8-sig"):
        read_csv(sheet_of(*ROWS, encoding="gbk"), encoding="utf-8")
    with pytest.raises(MalformedSheetError, match="unknown encoding"):
        read_csv(content, encoding="latin-1")


def test_byte_that_is_no_text_is_named_by_its_line() -> None:
    content = sheet_of(*ROWS, end="\n").replace(b"12315", b"12\xff15", 1)

    with pytest.raises(MalformedSheetError, match="near line 2: not utf-8"):
        read_csv(content)


def test_utf_16_without_its_mark_is_refused_and_not_guessed() -> None:
    with pytest.raises(MalformedSheetError, match="save the file as UTF-8"):
        read_csv(sheet_of(*ROWS, encoding="utf-16-le"))


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "\uff5c", "|"])
def test_delimiter_is_seen_in_the_heading_row_below_a_title(delimiter: str) -> None:
    head = csv_of(["发证清单,2026;上半年"], [], delimiter=delimiter)

    results = read_csv(head + sheet_of(*ROWS, delimiter=delimiter))

    assert numbers_of(results) == NUMBERS
    assert [result.row for result in results] == [4, 5, 6]


def test_quotes_line_breaks_and_each_kind_of_line_end_are_read() -> None:
    items = '热食类食品制售；"自制"饮品,冷食'
    for end in ("\n", "\r\n", "\r"):
        (result,) = read_csv(sheet_of({**ROWS[0], "business_items": items}, end=end))
        assert applied(result).fields["business_items"] == items


def test_line_break_within_a_value_is_a_problem_of_that_value_only() -> None:
    first = {**ROWS[0], "operator": "样例\n小吃店"}

    bad, good = read_csv(sheet_of(first, ROWS[1]))

    assert codes_of(bad) == ["forbidden-character"]
    assert (good.row, applied(good).number) == (3, ROWS[1]["number"])


def test_blank_rows_count_as_they_do_on_the_screen() -> None:
    content = csv_of(LABELS, [], ["", " "], values_of(ROWS[0]))

    (result,) = read_csv(content)

    assert result.row == 4


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("operator", '=HYPERLINK("http://x.invalid","样例")', "formula-cell"),
        ("operator", "+样例", "formula-cell"),
        ("operator", "-样例", "formula-cell"),
        ("operator", "@样例", "formula-cell"),
        ("operator", "\uff1d样例", "formula-cell"),
        ("operator", "'=1+1", "formula-cell"),
        ("operator", '="=1+1"', "formula-cell"),
        ("operator", "\t=1+1", "formula-cell"),
        ("credit_code", "6.10302E+17", "scientific-notation"),
        ("operator", "6.10302E+17", "scientific-notation"),
        ("hotline", "1.2E+10", "scientific-notation"),
        ("operator", "⟦数字格式⟧12", "number-cell"),
        ("operator", "'⟦数字格式⟧12", "number-cell"),
    ],
)
def test_text_that_a_spreadsheet_program_made_or_would_run_is_refused(
    field: str, text: str, code: str
) -> None:
    result = read_one(**{field: text})

    assert codes_of(result) == [code]
    (located,) = result.problems
    assert located.heading == LABELS[NAMES.index(field)]


@pytest.mark.parametrize("wrapped", ['="{}"', "'{}", "\ufeff{}"[1:]])
def test_tricks_that_keep_a_text_a_text_say_what_they_hold(wrapped: str) -> None:
    number = ROWS[0]["number"]

    result = read_one(number=wrapped.format(number))

    assert applied(result).number == number
    assert result.raw["number"] == wrapped.format(number)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-02",
        "2026-1-2",
        "2026/1/2",
        "2026/01/02",
        "2026.1.2",
        "2026.01.02",
        "2026年1月2日",
        "20260102",
        "2026/1/2 0:00:00",
        "2026-01-02 00:00:00.000",
        "2026-01-02T00:00",
    ],
)
def test_dates_are_read_as_departments_write_them(text: str) -> None:
    result = read_one(issued_on=text, valid_from=text, valid_to="2030-12-31")

    assert applied(result).issued_on == date(2026, 1, 2)


@pytest.mark.parametrize("text", ["2026/1-2", "26/1/2", "2026/1/2 8:30", "2026.1", "45292"])
def test_dates_that_could_mean_several_days_are_refused(text: str) -> None:
    assert codes_of(read_one(issued_on=text)) == ["malformed-date"]


def test_value_below_no_heading_is_not_dropped_silently() -> None:
    (result,) = read_csv(csv_of(LABELS, [*values_of(ROWS[0]), "", "遗漏"]))

    assert codes_of(result) == ["unknown-column"]
    (located,) = result.problems
    assert (located.column, located.heading) == ("Q", "")


@pytest.mark.parametrize(
    ("tail", "message"),
    [
        ('"样例"小吃店,x\r\n'.encode(), "line 5: ',' expected after"),
        (b'"open\r\n' + b"x\r\n" * 200, "line 5: a quote is not closed"),
        (b'"open\r\n' + b"x\r\n" * 5, "line 5-10: unexpected end"),
        (b"x" * 1_000_001, "line 5 is far too long"),
        (b"x" * 40_000 + b"\r\n", "row 5, 经营者名称: more than 32767"),
        (b"x" * 140_000, "line 5: field larger than"),
        (b",".join([b'"' + b"x" * 20_000 + b'\r\n"'] * 60), "line 5: a quote is not closed"),
        (b"," * 150 + b"x", "row 5: more than 100 columns"),
    ],
    ids=["quote", "open", "end", "line", "cell", "field", "row", "columns"],
)
def test_hostile_text_is_refused_at_its_place(tail: bytes, message: str) -> None:
    with pytest.raises(MalformedSheetError, match=message):
        read_csv(sheet_of(*ROWS) + tail)


def test_rows_above_the_damage_have_been_read() -> None:
    content = sheet_of(*ROWS * 10) + b'"open'

    with open_rows(content, FOOD, kind=SourceKind.CSV) as table:
        results = table.results()
        assert [next(results).row for _ in range(30)] == [*range(2, 32)]
        with pytest.raises(MalformedSheetError, match="line 32: unexpected end"):
            next(results)


def test_text_without_a_heading_row_is_refused() -> None:
    for content in (b"", b"\r\n" * 10, csv_of(["甲", "乙"], ["1", "2"])):
        with pytest.raises(MalformedSheetError, match="no heading row"):
            read_csv(content)
