"""Workbooks of refused rows: inert, private, and the same rows when they are read again."""

import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import load_workbook

from certs.rows.columns import Column
from certs.rows.mappings import ColumnMapping
from certs.rows.opening import open_rows
from certs.rows.quarantine import write_quarantine
from certs.rows.sources import FileSource, SourceKind
from certs.rows.tables import RowResult
from tests.unit.certs.rows.text_builder import codes_of, csv_of, json_lines_of, sheet_of
from tests.unit.certs.rows.workbook_builder import FOOD, LABELS, ROWS, values_of, workbook_of


def read_all(
    source: FileSource, mapping: ColumnMapping | None = None
) -> tuple[tuple[Column, ...], list[RowResult]]:
    kind = None if isinstance(source, Path) or source[:2] == b"PK" else SourceKind.CSV
    with open_rows(source, FOOD, kind=kind, mapping=mapping) as table:
        return table.columns, list(table.results())


def quarantine_of(
    folder: Path, source: FileSource, mapping: ColumnMapping | None = None
) -> tuple[Path, list[RowResult]]:
    columns, results = read_all(source, mapping)
    refused = [result for result in results if result.application is None]
    (path,) = write_quarantine(folder / "refused.xlsx", FOOD, columns, refused)
    return path, refused


def parts_of(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist()}


HOSTILE = (
    '=HYPERLINK("http://x.invalid","样例")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "#N/A",
    "#REF!",
    "\t=1+1",
    '="=1"',
    "'=1",
    "{=1}",
    "=1\x00\x07\r\n+2",
    "<f>1</f>",
    "_x003D_1",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_every_cell_is_inert_text(tmp_path: Path, text: str) -> None:
    heading = [f"{label}" for label in LABELS]
    mapping = ColumnMapping.of({"=cmd": "operator"}, FOOD)
    heading[0] = "=cmd"
    content = json_lines_of(
        dict(zip(heading, values_of(ROWS[0], operator=text, number=""), strict=True))
    )
    with open_rows(content, FOOD, kind=SourceKind.JSON_LINES, mapping=mapping) as table:
        (path,) = write_quarantine(tmp_path / "q.xlsx", FOOD, table.columns, table.results())

    parts = parts_of(path)
    sheets = [name for name in parts if name.startswith("xl/worksheets/")]
    assert sheets == ["xl/worksheets/sheet1.xml"]
    xml = parts[sheets[0]]
    assert re.search(r"<f[\s>/]", xml) is None
    # A cell without text has no type but the default one, and no value.
    assert set(re.findall(r'<c [^>]*?t="(\w+)"', xml)) == {"inlineStr", "n"}
    assert "<v>" not in xml.replace("<v />", "").replace("<v/>", "")
    assert not [name for name in parts if re.search("macro|vba|external|calc", name, re.IGNORECASE)]
    rows = list(load_workbook(path).worksheets[0].iter_rows())
    assert {cell.data_type for row in rows for cell in row if cell.value is not None} <= {"s"}
    assert rows[0][0].value == "=cmd"


def test_refused_rows_keep_headings_texts_number_and_reasons(tmp_path: Path) -> None:
    labels = [*LABELS, "序号"]
    labels[1] = "社会信用代码"
    rows = (
        [*values_of(ROWS[0]), "1"],
        [*values_of(ROWS[1], operator="", credit_code="6.10302E+17"), "2"],
    )

    path, _ = quarantine_of(tmp_path, csv_of(labels, *rows))

    heading, row = load_workbook(path).worksheets[0].iter_rows()
    assert [cell.value for cell in heading] == [*labels[:-1], "原行号", "错误原因"]
    values = [cell.value or "" for cell in row]
    assert values[:-2] == rows[1][:-1]
    assert values[-2] == "3"
    reasons = str(values[-1]).split("；")
    assert "经营者名称：必填项为空" in reasons
    assert "社会信用代码：表格软件把号码变成了科学计数，末位数字已丢失" in reasons
    colored = [cell.column for cell in row if cell.fill.fgColor.rgb == "00FFD9D9"]
    assert colored == [1, 2]
    assert all(cell.number_format == "@" for cell in row)


def test_only_the_owner_may_read_it_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    old = tmp_path / "refused.xlsx"
    old.write_bytes(b"old")
    old.chmod(0o644)

    path, _ = quarantine_of(tmp_path, sheet_of({**ROWS[0], "operator": ""}))

    assert path == old
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_failure_on_the_way_leaves_nothing_behind(tmp_path: Path) -> None:
    columns, results = read_all(sheet_of({**ROWS[0], "operator": ""}))
    (tmp_path / "q.xlsx").mkdir()

    with pytest.raises(OSError, match=r"q\.xlsx"):
        write_quarantine(tmp_path / "q.xlsx", FOOD, columns, results)

    assert list(tmp_path.iterdir()) == [tmp_path / "q.xlsx"]


def test_without_refused_rows_there_is_no_workbook(tmp_path: Path) -> None:
    columns, _ = read_all(sheet_of(ROWS[0]))

    assert write_quarantine(tmp_path / "q.xlsx", FOOD, columns, []) == ()
    assert list(tmp_path.iterdir()) == []


def test_texts_of_a_field_that_the_type_has_no_more_are_written_all_the_same(
    tmp_path: Path,
) -> None:
    columns = [Column(index=0, letter="A", heading="旧信息项", key="gone")]
    row = RowResult(row=2, raw={"gone": "样例"}, application=None, problems=())

    (path,) = write_quarantine(tmp_path / "q.xlsx", FOOD, columns, [row])

    written = [[cell.value for cell in cells] for cells in load_workbook(path).worksheets[0]]
    assert written == [["旧信息项", "原行号", "错误原因"], ["样例", "2", None]]


def test_very_many_rows_go_into_several_workbooks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("certs.rows.quarantine.MAX_QUARANTINED_ROWS", 2)
    columns, results = read_all(sheet_of(*({**row, "operator": ""} for row in ROWS)))

    paths = write_quarantine(tmp_path / "q.xlsx", FOOD, columns, results)

    assert [path.name for path in paths] == ["q.xlsx", "q-2.xlsx"]
    assert [len(read_all(path)[1]) for path in paths] == [2, 1]


def problems_of(results: Sequence[RowResult]) -> list[list[str]]:
    return [codes_of(result) for result in results]


def test_uncorrected_rows_are_refused_again_for_the_same_reasons(tmp_path: Path) -> None:
    formula_like: tuple[object, ...] = ("=A1", "+86", "6.10302E+17", "'=1", "#REF!")
    lost: tuple[object, ...] = (0.5, True, 6.10302e17, 1e300)
    content = workbook_of(
        LABELS,
        *(values_of(ROWS[0], operator=value) for value in (*formula_like, *lost)),
        values_of(ROWS[0], credit_code=12345),
        values_of(ROWS[0], valid_to="2020/1/1"),
        [*values_of(ROWS[0]), None, "遗漏"],
    )

    path, refused = quarantine_of(tmp_path, content)

    assert len(refused) == 12
    again = read_all(path)[1]
    assert problems_of(again) == problems_of(refused)
    assert [row.raw for row in again[:-1]] == [row.raw for row in refused[:-1]]


def test_unwritable_characters_do_not_turn_good_on_the_way(tmp_path: Path) -> None:
    path, refused = quarantine_of(tmp_path, sheet_of({**ROWS[0], "operator": "样例\x07店"}))

    assert problems_of(refused) == [["forbidden-character"]]
    assert problems_of(read_all(path)[1]) == [["forbidden-character"]]


def test_corrected_rows_are_taken_as_they_are(tmp_path: Path) -> None:
    rows = [{**ROWS[0], "number": ""}, ROWS[1], {**ROWS[2], "issued_on": "2026年"}]
    path, _ = quarantine_of(tmp_path, sheet_of(*rows, encoding="gbk"))
    workbook = load_workbook(path)
    sheet = workbook.worksheets[0]
    sheet["H2"] = ROWS[0]["number"]
    sheet["M3"] = ROWS[2]["issued_on"]
    file = io.BytesIO()
    workbook.save(file)

    _, (first, third) = read_all(file.getvalue())

    assert first.application is not None
    assert third.application is not None
    assert first.application.number == ROWS[0]["number"]
    assert third.application.holder_name == ROWS[2]["operator"]


def test_period_in_one_column_stays_one_column(tmp_path: Path) -> None:
    labels = [*LABELS[:-2], "有效期"]
    mapping = ColumnMapping.of({"有效期": ["valid_from", "valid_to"]}, FOOD)
    content = csv_of(labels, [*values_of(ROWS[0])[:-2], "2026-01-01起五年"])

    path, refused = quarantine_of(tmp_path, content, mapping)
    _, again = read_all(path, mapping)

    assert problems_of(again) == problems_of(refused) == [["malformed-period"]]
    assert again[0].raw == refused[0].raw
