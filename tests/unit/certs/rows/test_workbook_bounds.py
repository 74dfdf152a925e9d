import hashlib
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from certs.errors import MalformedSheetError
from certs.rows.opening import open_rows
from tests.unit.certs.rows.workbook_builder import (
    FOOD,
    LABELS,
    ROWS,
    SHEET,
    read,
    values_of,
    with_shared_strings,
    with_sheet,
    workbook_of,
)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not an .xlsx"),
        (b"PK\x05\x06" + bytes(18), "damaged"),
        (b"%PDF-1.7" + bytes(5000), "not an .xlsx"),
        (workbook_of(LABELS)[:-40], "not an .xlsx"),
        (workbook_of(LABELS) + b"\x00", "not an .xlsx"),
        (b"PK\x05\x06" + bytes(8) + b"\xff\xff\xff\x7f" + bytes(6), "directory"),
    ],
    ids=["empty", "hollow", "pdf", "truncated", "longer", "directory"],
)
def test_file_that_is_no_workbook_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(MalformedSheetError, match=message):
        read(content)


def test_absent_file_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(MalformedSheetError, match="cannot be opened"),
        open_rows(tmp_path / "none.xlsx", FOOD),
    ):
        pass


def test_every_cut_in_the_archive_is_a_verdict_and_no_stack_trace() -> None:
    content = workbook_of(LABELS, values_of(ROWS[0]))
    for place in range(0, len(content), 97):
        damaged = content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :]
        try:
            results = read(damaged)
        except MalformedSheetError:
            continue
        assert len(results) == 1


def add_rows_out_of_order(xml: bytes) -> bytes:
    return xml.replace(b'<row r="3"', b'<row r="2"')


def add_far_row(xml: bytes) -> bytes:
    return xml.replace(b'<row r="4"', b'<row r="2000000000"')


def add_endless_row(xml: bytes) -> bytes:
    return xml.replace(
        b"</sheetData>", b'<row r="9">' + b"<c/>" * 5_000_000 + b"</row></sheetData>"
    )


def add_unpacking_row(xml: bytes) -> bytes:
    return xml.replace(b"</sheetData>", b" " * 100_000_000 + b"</sheetData>")


def add_many_rows(xml: bytes) -> bytes:
    rows = b"".join(b'<row r="%d"/>' % number for number in range(5, 200_011))
    return xml.replace(b"</sheetData>", rows + b"</sheetData>")


def add_entities(xml: bytes) -> bytes:
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    return entities + xml.replace(b"<worksheet", b"<worksheet", 1)


def break_number(xml: bytes) -> bytes:
    return re.sub(rb'<c r="A2"[^>]*>.*?</c>', b'<c r="A2"><v>abc</v></c>', xml)


def break_string_index(xml: bytes) -> bytes:
    return re.sub(rb'<c r="A2"[^>]*>.*?</c>', b'<c r="A2" t="s"><v>99999</v></c>', xml)


def break_xml(xml: bytes) -> bytes:
    return xml.replace(b"</sheetData>", b"</sheetDat>")


@pytest.mark.parametrize("digits", [b"1E999", b"9" * 400, b"-1E999"])
def test_number_beyond_all_numbers_is_one_cells_problem(digits: bytes) -> None:
    cell = b'<c r="A2"><v>%s</v></c>' % digits

    bad, *good = read(with_sheet(lambda xml: re.sub(rb'<c r="A2".*?</c>', cell, xml)))

    (located,) = bad.problems
    assert located.problem.code.value == "scientific-notation"
    assert located.problem.value == "#NUM!"
    assert all(result.application for result in good)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (add_rows_out_of_order, "out of order"),
        (add_far_row, "out of order"),
        (add_endless_row, "far too long|far too much"),
        (add_unpacking_row, "far too long|far too much"),
        (add_many_rows, "more than 200000 rows"),
        (add_entities, "damaged"),
        (break_number, "damaged"),
        (break_string_index, "damaged"),
        (break_xml, "damaged"),
    ],
)
def test_hostile_sheet_is_refused(change: Callable[[bytes], bytes], message: str) -> None:
    with pytest.raises(MalformedSheetError, match=message):
        read(with_sheet(change))


def test_shared_texts_are_read_as_excel_writes_them() -> None:
    results = read(with_shared_strings())

    assert [result.application is not None for result in results] == [True] * 3


def test_shared_text_beyond_all_measure_is_refused() -> None:
    # Random enough that the ratio of packing does not betray it.
    noise = hashlib.shake_128(b"noise").hexdigest(20_000).encode()

    with pytest.raises(MalformedSheetError, match="far too long"):
        read(with_shared_strings(b"<si><t>" + noise * 450 + b"</t></si>"))


def test_archive_with_one_name_twice_is_refused() -> None:
    content = workbook_of(LABELS)
    file = io.BytesIO(content)
    with (
        pytest.warns(UserWarning, match="Duplicate name"),
        zipfile.ZipFile(file, "a") as archive,
    ):
        archive.writestr(SHEET, b"<worksheet/>")

    with pytest.raises(MalformedSheetError, match="one name"):
        read(file.getvalue())


def test_archive_of_very_many_parts_is_refused() -> None:
    file = io.BytesIO(workbook_of(LABELS))
    with zipfile.ZipFile(file, "a") as archive:
        for number in range(1001):
            archive.writestr(f"x{number}", b"")

    with pytest.raises(MalformedSheetError, match="parts"):
        read(file.getvalue())


def test_file_beyond_the_limit_is_not_opened(tmp_path: Path) -> None:
    with (tmp_path / "big.xlsx").open("wb") as file:
        file.truncate(50_000_001)

    with (
        pytest.raises(MalformedSheetError, match="larger than 50 MB"),
        open_rows(tmp_path / "big.xlsx", FOOD),
    ):
        pass
