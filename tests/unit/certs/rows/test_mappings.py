"""Columns, mapping files and their drafts: nothing is read until every column is decided."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from certs.errors import MalformedSheetError
from certs.rows.columns import Column, Recognition
from certs.rows.mapping_drafts import write_mapping_draft
from certs.rows.mappings import ColumnMapping, read_mapping
from certs.rows.opening import open_rows
from certs.rows.sources import SourceKind
from tests.unit.certs.rows.text_builder import applied, codes_of, csv_of, read_csv
from tests.unit.certs.rows.workbook_builder import FOOD, LABELS, NAMES, ROWS, values_of

PERIOD = ["valid_from", "valid_to"]
WITHOUT_PERIOD = [n for n, name in enumerate(NAMES) if name not in PERIOD]


def period_sheet(text: str) -> bytes:
    labels = [LABELS[n] for n in WITHOUT_PERIOD]
    values = [values_of(ROWS[0], issued_on="2026-01-01")[n] for n in WITHOUT_PERIOD]
    return csv_of([*labels, "有效期限"], [*values, text])


def test_each_column_says_how_it_is_known() -> None:
    labels = ["序号", *LABELS, "星座", "备用"]
    labels[1] = "CZZT"
    content = csv_of(labels, ["1", *values_of(ROWS[0]), "双鱼", ""])
    mapping = ColumnMapping.of({"备用": ""}, FOOD)

    with open_rows(content, FOOD, kind=SourceKind.CSV, mapping=mapping) as table:
        known = {column.heading: column.how for column in table.columns}
        samples = {column.heading: column.sample for column in table.columns}
        faults = table.faults

    assert known["序号"] is known["备用"] is Recognition.IGNORED
    assert known["CZZT"] is Recognition.ALIAS
    assert known["住所"] is Recognition.NAME
    assert known["星座"] is Recognition.UNKNOWN
    assert samples["住所"] == ROWS[0]["domicile"]
    assert samples["星座"] == "双*"
    assert [fault for fault in faults if "星座" not in fault] == []


def test_required_fields_without_a_column_are_named() -> None:
    with open_rows(csv_of(LABELS[2:]), FOOD, kind=SourceKind.CSV) as table:
        assert [fault[:12] for fault in table.faults] == [
            f"缺少必填列「{label}」"[:12] for label in LABELS[:2]
        ]
        with pytest.raises(MalformedSheetError, match=r"经营者名称 .* is missing"):
            next(table.results())


def test_draft_asks_about_each_unknown_column_and_decides_nothing(tmp_path: Path) -> None:
    labels = [*LABELS, '星"座\n', '星"座']
    labels[0], labels[3] = "经营者全称", "住所地址"
    draft = tmp_path / "mapping.toml"
    with open_rows(csv_of(labels, values_of(ROWS[0])), FOOD, kind=SourceKind.CSV) as table:
        asked = write_mapping_draft(draft, FOOD, table.columns)

    text = draft.read_text(encoding="utf-8")
    assert asked == ("经营者全称", "住所地址", '星"座', '星"座')
    assert tomllib.loads(text) == dict.fromkeys(asked, "?")
    assert "perhaps: operator 经营者名称" in text
    assert "perhaps: domicile 住所" in text
    assert draft.stat().st_mode & 0o777 == 0o600
    with pytest.raises(MalformedSheetError, match=r"经营者全称.*name a field"):
        read_mapping(draft, FOOD)
    with pytest.raises(MalformedSheetError, match="cannot be written"):
        write_mapping_draft(draft, FOOD, table.columns)


def test_decided_draft_lets_the_rows_through(tmp_path: Path) -> None:
    labels = [*LABELS, "星座"]
    labels[0] = "经营者全称"
    content = csv_of(labels, [*values_of(ROWS[0]), "双鱼"])
    path = tmp_path / "mapping.toml"
    with open_rows(content, FOOD, kind=SourceKind.CSV) as table:
        write_mapping_draft(path, FOOD, table.columns)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('= "?"', '= "operator"', 1).replace('= "?"', '= ""'), "utf-8")

    with open_rows(content, FOOD, kind=SourceKind.CSV, mapping=read_mapping(path, FOOD)) as table:
        (result,) = table.results()

    assert applied(result).holder_name == ROWS[0]["operator"]
    assert "双鱼" not in result.raw.values()


def test_draft_suggests_both_ends_for_a_column_of_periods(tmp_path: Path) -> None:
    with open_rows(period_sheet(""), FOOD, kind=SourceKind.CSV) as table:
        write_mapping_draft(tmp_path / "m.toml", FOOD, table.columns)

    text = (tmp_path / "m.toml").read_text("utf-8")
    (line,) = [line for line in text.splitlines() if line.startswith('"有效期限"')]
    assert "valid_from" in line
    assert "valid_to" in line


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-01至2030-12-31",
        "2026-01-01 至 2030-12-31",
        "2026/1/1-2030/12/31",
        "2026-01-01-2030-12-31",
        "2026.1.1~2030.12.31",
        "2026.01.01\uff5e2030.12.31",
        "2026年1月1日—2030年12月31日",
        "2026年1月1日——2030年12月31日",
        "自2026年1月1日起至2030年12月31日止",
        "20260101到20301231",
    ],
)
def test_one_column_gives_both_ends_of_a_period(text: str) -> None:
    (result,) = read_csv(period_sheet(text), mapping={"有效期限": PERIOD})

    application = applied(result)
    assert (application.valid_from, application.valid_to) == (
        date(2026, 1, 1),
        date(2030, 12, 31),
    )
    assert result.raw["valid_from+valid_to"] == text


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("2026-01-01", ["malformed-period"]),
        ("五年", ["malformed-period"]),
        ("=A1", ["formula-cell"]),
        ("2026-02-30至2030-12-31", ["impossible-date"]),
        ("2026-01-01至2020-12-31", ["date-order"]),
        ("2026-01-01至长期", ["permanent-not-allowed"]),
        ("", ["missing-field"]),
    ],
)
def test_period_that_is_none_is_refused_under_its_own_heading(text: str, codes: list[str]) -> None:
    (result,) = read_csv(period_sheet(text), mapping={"有效期限": PERIOD})

    assert codes_of(result) == codes
    assert {located.heading for located in result.problems} == {"有效期限"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('"甲" = "nothing"', "no such field"),
        ('"甲" = 5', "no such field"),
        ('"甲" = ["valid_from"]', "two fields of dates"),
        ('"甲" = ["valid_from", "valid_from"]', "two fields of dates"),
        ('"甲" = ["operator", "domicile"]', "two fields of dates"),
        ('"甲" = "operator"\n"甲 " = ""', "comes twice"),
        ('"甲" = ', "not TOML"),
        ("x = 1 #" + "甲" * 50_000, "128 KiB"),
        ("x" + " = [" * 5_000, "not TOML"),
    ],
)
def test_mapping_that_does_not_fit_is_refused(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(MalformedSheetError, match=message):
        read_mapping(path, FOOD)


def test_absent_mapping_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MalformedSheetError, match="cannot be opened"):
        read_mapping(tmp_path / "none.toml", FOOD)


def test_what_is_kept_of_a_column_says_no_value() -> None:
    mapping = ColumnMapping.of({"有效期限": PERIOD}, FOOD)
    content = period_sheet("2026-01-01至2030-12-31")
    with open_rows(content, FOOD, kind=SourceKind.CSV, mapping=mapping) as table:
        *_, found = table.columns

    assert found.sample == "2026-01-01至2030-12-31"
    assert found.names == tuple(PERIOD)
    assert found.kept == Column(
        index=found.index, letter=found.letter, heading="有效期限", key="valid_from+valid_to"
    )
