from pathlib import Path
from random import Random

import pytest
from openpyxl import load_workbook

from certs.applications import parse_application
from certs.field_problems import ProblemCode
from certs.identifiers import CitizenNumber, SocialCreditCode
from certs.regions import RegionCode
from certs.rows.opening import open_rows
from certs.samples.bad_rows import bad_rows
from certs.samples.codes import citizen_number
from certs.samples.food_business import food_business_rows
from certs.samples.workbooks import write_sheet
from certs.type_folders import shipped_type

FOOD = shipped_type("food_business")
CITIES = [RegionCode("340200"), RegionCode("610300"), RegionCode("340100")]


def missing_from_fonts(text: str) -> str:
    """Stand in for the fonts of the face: they have nothing beyond the ideographs."""
    return "".join(letter for letter in text if ord(letter) > 0xFFFF)


@pytest.mark.parametrize("city", CITIES, ids=str)
def test_every_sample_row_is_a_valid_application_in_its_region(city: RegionCode) -> None:
    for row in food_business_rows(city, 200, seed=3):
        application = parse_application(FOOD, row)

        assert city.contains(SocialCreditCode(application.holder.code).region)
        assert application.fields["domicile"].startswith(city.name or "?")


def test_rows_follow_from_the_seed() -> None:
    city = CITIES[0]

    assert food_business_rows(city, 5, seed=1) == food_business_rows(city, 5, seed=1)
    assert food_business_rows(city, 5, seed=1) != food_business_rows(city, 5, seed=2)


def test_numbers_of_a_sample_do_not_repeat() -> None:
    rows = food_business_rows(CITIES[1], 500, seed=1)

    assert len({row["number"] for row in rows}) == 500
    assert len({row["credit_code"] for row in rows}) == 500


def test_samples_say_that_they_are_samples() -> None:
    for row in food_business_rows(CITIES[2], 50, seed=1):
        assert "样例" in row["operator"]
        assert row["legal_representative"][1] == "样"
        assert row["credit_code"][8:10] == "YX"


def test_sample_citizen_numbers_are_valid_and_too_old_for_anybody() -> None:
    random = Random(1)  # noqa: S311 - repeatable samples, no secrets
    number = CitizenNumber(citizen_number(random, RegionCode("610302")))

    assert number.birth_date.year == 1900


@pytest.mark.parametrize("city", CITIES, ids=str)
@pytest.mark.parametrize("seed", range(5))
def test_each_bad_row_has_exactly_the_problem_on_its_label(
    tmp_path: Path, city: RegionCode, seed: int
) -> None:
    good = food_business_rows(city, 2, seed=seed)
    bad = bad_rows(city, good[0], seed=seed)
    write_sheet(tmp_path / "rows.xlsx", FOOD, [*good, *(row.cells for row in bad)])

    with open_rows(tmp_path / "rows.xlsx", FOOD) as sheet:
        results = list(sheet.results(missing_characters=missing_from_fonts))

    assert all(result.application for result in results[:2])
    found = [
        [(located.problem.field, located.problem.code) for located in result.problems]
        for result in results[2:]
    ]
    # A repeated number is found by those who see all the rows.
    assert found == [
        [(row.field, row.code)] if row.code is not ProblemCode.DUPLICATE_NUMBER else []
        for row in bad
    ]


def test_bad_rows_cover_what_departments_get_wrong() -> None:
    row = food_business_rows(CITIES[0], 1, seed=1)[0]

    assert {bad.code for bad in bad_rows(CITIES[0], row, seed=1)} >= {
        ProblemCode.WRONG_CHECK_CHARACTER,
        ProblemCode.MISSING_FIELD,
        ProblemCode.IMPOSSIBLE_DATE,
        ProblemCode.SCIENTIFIC_NOTATION,
        ProblemCode.FORMULA_CELL,
        ProblemCode.MISSING_GLYPH,
        ProblemCode.FORBIDDEN_CHARACTER,
        ProblemCode.TOO_LONG,
        ProblemCode.DUPLICATE_NUMBER,
    }


def test_workbook_keeps_codes_as_text_and_dates_as_dates(tmp_path: Path) -> None:
    row = food_business_rows(CITIES[0], 1, seed=1)[0]
    write_sheet(tmp_path / "rows.xlsx", FOOD, [row])

    workbook = load_workbook(tmp_path / "rows.xlsx")
    sheet = workbook.worksheets[0]

    assert (sheet["B2"].value, sheet["B2"].number_format) == (row["credit_code"], "@")
    assert sheet["K2"].data_type == "s"
    assert sheet["M2"].is_date
    assert "Synthetic" in (workbook.properties.description or "")
