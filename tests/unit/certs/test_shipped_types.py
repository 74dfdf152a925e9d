"""What holds for every license type that comes with the program."""

from functools import cache

import pytest

from certs.applications import parse_application
from certs.catalogue import Catalogue, LicenseType
from certs.errors import InvalidApplicationError
from certs.faces.compiled import CompiledFaces
from certs.regions import RegionCode
from certs.samples.makers import ROW_MAKERS
from certs.samples.rows import Row
from certs.statuses import StatusKind
from certs.type_folders import shipped_types
from certs.type_imports import sample_rows
from certs.type_parts import HolderCategory
from certs.type_trials import problems_of

TYPES = shipped_types()
ids = [item.short_name for item in TYPES]
WUHU, BAOJI = RegionCode("340200"), RegionCode("610300")


@cache
def faces() -> CompiledFaces:
    return CompiledFaces()


@pytest.mark.parametrize("license_type", TYPES, ids=ids)
def test_every_sample_row_is_valid_and_can_be_drawn(license_type: LicenseType) -> None:
    """Among the rows are the longest values and rare characters."""
    rows = sample_rows(license_type.folder)

    assert any("𬭛" in value and "㼆" in value for row in rows for value in row.values())
    assert list(problems_of(license_type, rows, faces=faces())) == []


@pytest.mark.parametrize("license_type", TYPES, ids=ids)
def test_row_maker_makes_valid_rows_with_different_numbers(license_type: LicenseType) -> None:
    rows = [
        row
        for region in (WUHU, BAOJI)
        for row in ROW_MAKERS[license_type.short_name](region, 200, seed=1)
    ]
    read = [parse_application(license_type, row) for row in rows]

    assert len({item.number for item in read}) == len(rows)
    assert len({item.holder_name for item in read}) > len(rows) / 4
    assert all("样" in item.holder_name for item in read)


@pytest.mark.parametrize("license_type", TYPES, ids=ids)
def test_the_same_seed_makes_the_same_rows(license_type: LicenseType) -> None:
    def make(seed: int) -> tuple[Row, ...]:
        return ROW_MAKERS[license_type.short_name](WUHU, 5, seed=seed)

    assert make(1) == make(1) != make(2)


def test_every_cross_check_names_a_type_and_field_that_are_there() -> None:
    catalogue = Catalogue.of(TYPES)
    for item in TYPES:
        for check in item.cross_checks:
            other = catalogue.find(check.other_type)
            assert other is not None
            assert check.other_field in other.field_by_name


@pytest.mark.parametrize("license_type", TYPES, ids=ids)
def test_a_suspended_license_can_be_resumed_and_every_license_replaced(
    license_type: LicenseType,
) -> None:
    moves = license_type.allowed_moves

    assert (StatusKind.SUSPENDED in moves) == (StatusKind.ACTIVE in moves)
    assert {StatusKind.RESCINDED, StatusKind.VOID, StatusKind.SUPERSEDED} <= moves


def test_people_s_licenses_are_not_looked_up_and_have_random_serials() -> None:
    of_people = [t for t in TYPES if t.cataloguing.holder_category is HolderCategory.PERSON]

    assert of_people
    for item in of_people:
        assert not item.management.lookup_by_number
        assert item.coding.serial.value == "random"


def test_sole_trader_states_how_the_business_is_composed_and_a_company_its_capital() -> None:
    license_type = next(t for t in TYPES if t.short_name == "business_license")
    rows = ROW_MAKERS["business_license"](WUHU, 60, seed=1)
    trader = next(row for row in rows if row["company_type"] == "个体工商户")
    company = next(row for row in rows if row["company_type"].startswith("有限责任公司"))

    missing = []
    for row, field in ((trader, "composition"), (company, "registered_capital")):
        with pytest.raises(InvalidApplicationError) as caught:
            parse_application(license_type, {**row, field: ""})
        missing += [(item.field, item.code.value) for item in caught.value.problems]

    assert missing == [("composition", "missing-field"), ("registered_capital", "missing-field")]


def test_a_number_that_holds_a_citizen_number_is_personal() -> None:
    of_citizens = [item for item in TYPES if item.coding.number.is_of_citizens]

    assert [item.short_name for item in of_citizens] == ["disability_card", "social_security_card"]
    assert all(item.coding.number_is_personal for item in of_citizens)
