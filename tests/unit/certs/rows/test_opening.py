"""What a file is: by its content first, then by its name, or as it is said to be."""

import os
from pathlib import Path

import pytest

from certs.errors import MalformedSheetError
from certs.rows.opening import open_rows
from certs.rows.sources import SourceKind
from tests.unit.certs.rows.text_builder import json_lines_of, numbers_of, sheet_of
from tests.unit.certs.rows.workbook_builder import FOOD, LABELS, ROWS, values_of, workbook_of

BOOK = workbook_of(LABELS, *(values_of(row) for row in ROWS))
LINES = json_lines_of(*(dict(row) for row in ROWS))
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1_000)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", BOOK),
        ("a.csv", BOOK),
        ("a", BOOK),
        ("a.csv", sheet_of(*ROWS)),
        ("a.CSV", sheet_of(*ROWS, encoding="gbk")),
        ("a.tsv", sheet_of(*ROWS, delimiter="\t")),
        ("a.txt", sheet_of(*ROWS, encoding="utf-16", delimiter="\t")),
        ("a.jsonl", LINES),
        ("a.ndjson", LINES),
    ],
)
def test_each_kind_of_file_gives_the_same_rows(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with open_rows(path, FOOD) as table:
        results = list(table.results())

    assert numbers_of(results) == [row["number"] for row in ROWS]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.xls", OLD, "an old .xls or a workbook with a password"),
        ("a.xlsx", OLD, "save it as .xlsx"),
        ("a.csv", OLD, "save it as .xlsx"),
        ("a.xlsx", sheet_of(*ROWS), "not an .xlsx"),
        ("a.pdf", b"%PDF-1.7", "say xlsx, csv or jsonl"),
        ("a.csv", bytes(100), "near line 1"),
        ("a.jsonl", sheet_of(*ROWS), "line 1: not proper JSON"),
    ],
)
def test_file_that_is_something_else_is_refused_with_what_to_do(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(MalformedSheetError, match=message), open_rows(path, FOOD):
        pass


def test_bytes_without_a_name_need_to_be_called_something() -> None:
    with pytest.raises(MalformedSheetError, match="say xlsx"), open_rows(sheet_of(*ROWS), FOOD):
        pass
    with open_rows(sheet_of(*ROWS), FOOD, kind=SourceKind.CSV) as table:
        assert len(list(table.results())) == 3


def test_absent_file_and_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with (
            pytest.raises(MalformedSheetError, match="cannot be opened"),
            open_rows(path, FOOD),
        ):
            pass


def test_pipe_is_refused_as_it_cannot_be_read_twice() -> None:
    reading, writing = os.pipe()
    try:
        with (
            pytest.raises(MalformedSheetError, match="a pipe"),
            open_rows(Path(f"/proc/self/fd/{reading}"), FOOD, kind=SourceKind.CSV),
        ):
            pass
    finally:
        os.close(reading)
        os.close(writing)
