"""The data of one license against the rules of its type."""

from pathlib import Path

import pytest

from certs.applications import parse_application
from certs.data_rules import broken_rules
from certs.errors import InvalidApplicationError, MalformedTypeError
from certs.regions import RegionCode
from certs.samples.makers import ROW_MAKERS
from certs.type_folders import load_type, shipped_type, shipped_types
from tests.unit.certs.test_catalogue import write_type

TYPES = shipped_types()
WUHU, BAOJI = RegionCode("340200"), RegionCode("610300")


def row_of(short_name: str, **wanted: str) -> dict[str, str]:
    """The first sample row with the wanted values."""
    rows = ROW_MAKERS[short_name](WUHU, 100, seed=2)
    return dict(next(row for row in rows if wanted.items() <= row.items()))


def broken(short_name: str, values: dict[str, str]) -> list[str]:
    return [rule.name for rule in broken_rules(shipped_type(short_name), values)]


@pytest.mark.parametrize("short_name", [item.short_name for item in TYPES])
def test_sample_rows_keep_to_the_rules_of_their_type(short_name: str) -> None:
    for region in (WUHU, BAOJI):
        for row in ROW_MAKERS[short_name](region, 100, seed=2):
            assert broken(short_name, dict(row)) == []


@pytest.mark.parametrize(
    ("short_name", "changes", "names"),
    [
        ("food_business", {"issued_on": "2031-01-01"}, ["issued-before-valid"]),
        ("social_security_card", {"number": "11010519491231002X"}, ["number-is-citizen-number"]),
        ("disability_card", {"born_on": "1900-12-31"}, ["born-as-in-citizen-number"]),
        ("disability_card", {"born_on": "2049-12-31"}, ["born-before-issue", "born-as-in-"]),
        ("disability_card", {"guardian": "李样安"}, ["guardian-can-be-reached"]),
        ("real_estate_title", {"use_to": "1999-01-01"}, ["use-begins-before-it-ends"]),
        ("real_estate_title", {"use_to": ""}, ["use-has-begin-and-end"]),
        (
            "real_estate_title",
            {"land_area": "", "house_area": "", "other_facts": ""},
            ["land-or-house"],
        ),
        ("nurse_practice", {"born_on": "2049-01-01"}, ["born-before-issue"]),
        ("special_equipment_use", {"next_inspection_on": "1999-01-01"}, ["issued-before-next-"]),
        ("drainage_permit", {"total_volume": "0.1"}, ["outlets-add-up"]),
        ("drainage_permit", {"outlet1_number": "WS-002"}, ["outlets-differ"]),
        ("drainage_permit", {"outlet2_place": ""}, ["outlet-two-is-whole"]),
    ],
)
def test_broken_rule_is_named(short_name: str, changes: dict[str, str], names: list[str]) -> None:
    wanted = {
        "real_estate_title": {"land_use": "城镇住宅用地", "house_nature": "市场化商品房"},
        "disability_card": {"category": "肢体"},
        "drainage_permit": {"outlet2_number": "WS-002"},
    }
    row = row_of(short_name, **wanted.get(short_name, {})) | changes

    found = broken(short_name, row)

    assert len(found) == len(names)
    assert all(name.startswith(begin) for name, begin in zip(found, names, strict=True))


def test_number_of_a_disability_card_agrees_with_person_kind_and_grade() -> None:
    row = row_of("disability_card", category="肢体", grade="二级")
    citizen = row["holder_code"]

    assert row["number"] == f"{citizen}42"
    assert broken("disability_card", row | {"number": f"{citizen}42B1"}) == []
    for changed in ({"category": "视力"}, {"grade": "三级"}, {"number": f"{citizen}24"}):
        assert broken("disability_card", row | changed) == ["number-of-person-category-and-grade"]


def test_code_of_equipment_agrees_with_its_kind() -> None:
    lift = row_of("special_equipment_use", kind="电梯")

    assert broken("special_equipment_use", lift | {"kind": "锅炉"}) == ["code-of-this-kind"]
    assert broken("special_equipment_use", lift | {"device_code": ""}) == []


def test_sum_is_exact_in_decimals() -> None:
    row = row_of("drainage_permit", outlet2_number="WS-002") | {"outlet3_volume": ""}
    volumes = {"total_volume": "0.3", "outlet1_volume": "0.1", "outlet2_volume": "0.2"}

    assert "outlets-add-up" not in broken("drainage_permit", row | volumes)


def test_license_without_end_ends_after_every_day() -> None:
    row = row_of("social_security_card", generation="第一代")

    assert row["valid_to"] == "长期"
    assert broken("social_security_card", row) == []


@pytest.mark.parametrize(
    ("kind", "field"), [("date-order", "hotline"), ("sum", "business_items"), ("sum", "issued_on")]
)
def test_rule_about_days_or_sums_names_fields_that_hold_them(
    tmp_path: Path, kind: str, field: str
) -> None:
    folder = write_type(
        tmp_path,
        ('kind = "date-order"', f'kind = "{kind}"'),
        ('fields = ["issued_on", "valid_from"', f'fields = ["{field}", "valid_from"'),
    )

    with pytest.raises(MalformedTypeError, match=rf"rules\[0\]: fields: {field} is no"):
        load_type(folder)


@pytest.mark.parametrize(
    ("short_name", "number"),
    [
        ("real_estate_title", "皖（2026）芜湖市不动产权第000001号"),
        ("real_estate_title", "芜（2026）芜湖市不动产权第0000001号"),
        ("real_estate_title", "皖(2026)芜湖市不动产权第0000001号"),
        ("special_equipment_use", "梯11皖B0001(26)"),
        ("special_equipment_use", "船11皖B00001(26)"),
        ("medical_institution", "YX000001X34020211A1003"),
        ("medical_institution", "YX000001X94020211A1001"),
        ("social_security_card", "11010519491231002"),
        ("disability_card", "11010519491231002X85"),
        ("disability_card", "11010519491231002X4"),
        ("nurse_practice", "19003400000A"),
        ("drainage_permit", "040202202500001"),
    ],
)
def test_number_of_another_form_is_refused(short_name: str, number: str) -> None:
    license_type = shipped_type(short_name)
    row = row_of(short_name) | {"number": number}

    with pytest.raises(InvalidApplicationError) as caught:
        parse_application(license_type, row)

    assert [problem.field for problem in caught.value.problems] == ["number"]
    assert number not in str(caught.value)
