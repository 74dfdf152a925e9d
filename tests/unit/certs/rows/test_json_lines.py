"""JSON lines: one object a line, its values handled like cells."""

import json

import pytest

from certs.errors import MalformedSheetError
from certs.rows.opening import open_rows
from certs.rows.sources import SourceKind
from tests.unit.certs.rows.text_builder import (
    applied,
    codes_of,
    json_lines_of,
    numbers_of,
    read_json,
)
from tests.unit.certs.rows.workbook_builder import FOOD, LABELS, NAMES, ROWS


def test_objects_are_rows_under_field_names_or_labels() -> None:
    labelled = dict(zip(LABELS, (ROWS[1][name] for name in NAMES), strict=True))

    assert numbers_of(read_json(json_lines_of(dict(ROWS[0]), dict(ROWS[2])))) == [
        ROWS[0]["number"],
        ROWS[2]["number"],
    ]
    assert numbers_of(read_json(json_lines_of(labelled))) == [ROWS[1]["number"]]


def test_names_may_be_left_out_and_come_late_and_blank_lines_count() -> None:
    without = {key: text for key, text in ROWS[0].items() if key != "supervisors"}

    first, second = read_json(json_lines_of(without) + b"\n\n" + json_lines_of(dict(ROWS[1])))

    assert "supervisors" not in applied(first).fields
    assert applied(second).fields["supervisors"] == ROWS[1]["supervisors"]
    assert (first.row, second.row) == (1, 3)


@pytest.mark.parametrize(
    ("field", "value", "codes"),
    [
        ("credit_code", 610302199001011234, ["scientific-notation"]),
        ("credit_code", ROWS[1]["credit_code"], []),
        ("hotline", 12315, []),
        ("operator", 0.5, ["number-cell"]),
        ("operator", True, ["boolean-cell"]),
        ("supervisors", None, []),
        ("operator", None, ["missing-field"]),
        ("operator", {"name": "样例"}, ["nested-value"]),
        ("supervisors", ["王样安"], ["nested-value"]),
        ("operator", "=A1", ["formula-cell"]),
        ("operator", "样例\ud800", ["forbidden-character"]),
        ("operator", 10**400, ["scientific-notation"]),
    ],
)
def test_values_are_handled_like_cells(field: str, value: object, codes: list[str]) -> None:
    content = json.dumps({**ROWS[0], field: value}).encode()

    (result,) = read_json(content)

    assert codes_of(result) == codes
    assert (result.application is None) == bool(codes)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"[1]", "line 2: not an object"),
        (b"{", r"line 2: not proper JSON \(malformed\)"),
        (b'{"a": NaN}', "NaN or Infinity"),
        (b'{"operator": "x", "operator": "y"}', "a name comes twice"),
        (b'{"operator": {"x": 1, "x": 2}}', "a name comes twice"),
        (b'{" ": 1}', "a name is blank"),
        (b"[" * 500_000, "line 2: not proper JSON"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "line 2: not proper JSON"),
        (b'"' + b"x" * 1_000_001, "line 2 is far too long"),
        (json.dumps(dict.fromkeys(map(str, range(200)))).encode(), "line 2: more than 100 names"),
    ],
    ids=["list", "cut", "nan", "twice", "nested", "blank", "deep", "digits", "long", "names"],
)
def test_line_that_is_no_plain_object_is_refused_before_any_row(line: bytes, message: str) -> None:
    with (
        pytest.raises(MalformedSheetError, match=message),
        open_rows(json_lines_of(dict(ROWS[0])) + b"\n" + line, FOOD, kind=SourceKind.JSON_LINES),
    ):
        pass


def test_text_beyond_all_measure_is_refused_at_its_place() -> None:
    with pytest.raises(MalformedSheetError, match="row 1, operator: more than 32767"):
        read_json(json_lines_of({**ROWS[0], "operator": "样" * 32_768}))


def test_refused_message_quotes_no_value() -> None:
    with pytest.raises(MalformedSheetError) as caught:
        read_json(b'{"operator": "' + "王样安".encode() + b'" oops}')

    assert "王样安" not in str(caught.value)


def test_name_that_no_field_has_is_a_fault_of_the_columns() -> None:
    content = json_lines_of(dict(ROWS[0]), {**ROWS[1], "星座": "x"})

    with open_rows(content, FOOD, kind=SourceKind.JSON_LINES) as table:
        assert table.faults == ("无法识别的列 星座 · 星座 is unknown",)
        with pytest.raises(MalformedSheetError, match="星座 is unknown"):
            next(table.results())
