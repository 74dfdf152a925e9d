"""A department's messy list, from its first reading to the corrected rest."""

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from certs.errors import MalformedSheetError
from certs.rows.mappings import read_mapping
from certs.rows.opening import open_rows
from certs.rows.quarantine import write_quarantine
from certs.rows.text_encodings import Certainty
from tests import messy_stock
from tests.unit.certs.rows.text_builder import codes_of
from tests.unit.certs.rows.workbook_builder import FOOD

MAPPING = read_mapping(messy_stock.MAPPING, FOOD)


def test_stored_list_is_what_its_script_writes() -> None:
    for path, content in messy_stock.messy_files().items():
        assert path.read_bytes() == content, path.name


def test_every_row_becomes_what_it_must() -> None:
    with open_rows(messy_stock.LIST, FOOD, mapping=MAPPING) as table:
        found = [
            {
                "row": result.row,
                "number": result.application.number if result.application else None,
                "problems": codes_of(result),
            }
            for result in table.results()
        ]
        assert table.encoding is not None
        assert table.encoding.certainty is Certainty.GUESSED

    assert found == json.loads(messy_stock.EXPECTED.read_bytes())


def test_without_its_mapping_no_row_is_read() -> None:
    with (
        open_rows(messy_stock.LIST, FOOD) as table,
        pytest.raises(MalformedSheetError, match=r"经营者全称 is unknown.*有效期 is unknown"),
    ):
        next(table.results())


def test_refused_rows_come_back_when_they_are_corrected(tmp_path: Path) -> None:
    with open_rows(messy_stock.LIST, FOOD, mapping=MAPPING) as table:
        results = list(table.results())
        refused = [result for result in results if result.application is None]
        (path,) = write_quarantine(tmp_path / "refused.xlsx", FOOD, table.columns, refused)
    workbook = load_workbook(path)
    good = next(result for result in results if result.application is not None)
    for cells in workbook.worksheets[0].iter_rows(min_row=2):
        for cell, key in zip(cells, good.raw, strict=False):
            if cell.fill.fgColor.rgb == "00FFD9D9":
                cell.value = good.raw[key]
        for stray in cells[len(good.raw) + 2 :]:
            stray.value = None
    workbook.save(path)

    with open_rows(path, FOOD, mapping=MAPPING) as table:
        again = list(table.results())

    assert len(again) == len(refused) == 8
    assert [codes_of(result) for result in again] == [[]] * 8
