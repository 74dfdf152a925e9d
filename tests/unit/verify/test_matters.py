from pathlib import Path

import pytest

from certs.regions import RegionCode
from certs.type_folders import shipped_types
from tests.doubles.acceptance_stands import EVERY_RESULT, OWN
from verify.errors import MalformedMatterError, MatterNotFoundError
from verify.matters.catalogue import Matter, MatterCatalogue
from verify.matters.files import load, shipped_matters
from verify.matters.materials import Material, MaterialSource
from verify.matters.ways import LicenseRule, Way

SHIPPED = Path(__file__).parents[3] / "verify" / "shipped_matters" / "open_restaurant_1.toml"


def load_changed(tmp_path: Path, old: str, new: str) -> Matter:
    text = SHIPPED.read_text("utf-8")
    assert old in text
    path = tmp_path / "matter.toml"
    path.write_text(text.replace(old, new), "utf-8")
    (matter,) = load(path, types=shipped_types())
    return matter


def test_the_first_version_asks_for_three_materials_and_spares_the_license() -> None:
    matter = shipped_matters().version("open-restaurant", 1)

    assert matter.name_zh == "开办餐饮店"
    assert [(item.name_zh, item.source, item.way) for item in matter.materials] == [
        ("食品经营许可证", MaterialSource.GOVERNMENT_ISSUED, Way.E_LICENSE),
        ("开办餐饮店申请表", MaterialSource.SELF, Way.NONE),
        ("店面平面布置图", MaterialSource.SELF, Way.NONE),
    ]


def test_the_rule_names_the_shipped_type_and_only_fields_that_it_has() -> None:
    license_type = next(item for item in shipped_types() if item.short_name == "food_business")
    material = shipped_matters().version("open-restaurant", 1).material("food-business-license")

    assert material is not None
    assert material.license_rule is not None
    assert material.license_rule.license_types == (license_type.code,)
    names = {spec.name for spec in license_type.fields}
    assert set(material.license_rule.required_fields) <= names
    assert "第七条" in material.license_rule.legal_basis


def test_a_type_may_be_named_by_its_code_as_well(tmp_path: Path) -> None:
    code = next(item for item in shipped_types() if item.short_name == "food_business").code
    matter = load_changed(tmp_path, '["food_business"]', f'["{code}"]')

    assert matter == shipped_matters().version("open-restaurant", 1)


def test_a_matter_may_belong_to_one_region(tmp_path: Path) -> None:
    matter = load_changed(tmp_path, "version = 1", 'version = 1\nregion = "340200"')

    assert matter.region == RegionCode("340200")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("yinxin.matter/2", "yinxin.matter/1", "schema: must be yinxin.matter/2"),
        ("version = 1", 'version = "1"', "version: must be int"),
        ("version = 1", "version = true", "version: must be int"),
        ("version = 1", "version = 0", "from 1"),
        ("version = 1", "version = 1\nurgent = true", "urgent: is unknown"),
        ("version = 1", 'version = 1\nregion = "3402"', "region: not a region code"),
        ('name_en = "Opening a restaurant"', "", "name_en: is missing"),
        ("开办餐饮店申请表", " ", r"materials\[1\]: name_zh: must be 1 to 500"),
        ("开办餐饮店申请表", "长" * 501, r"materials\[1\]: name_zh: must be 1 to 500"),
        ("open-restaurant", "Open Restaurant", "not a code"),
        ("open-restaurant", "a" * 41, "not a code"),
        ('"floor-plan"', '"application-form"', "each code once"),
        ('"government_issued"', '"government"', r"materials\[0\]: source: must be one of self"),
        ('"government_issued"', '"self"', "belongs to every government-issued"),
        ('way = "e_license"', 'way = "by_post"', "way: must be one of"),
        ('way = "e_license"', 'way = "data_check"', "source: is missing"),
        ('way = "e_license"', 'way = "none"', "leave the rule out"),
        ('["food_business"]', '["driving"]', "license_types: names a type that is not at hand"),
        ('["food_business"]', "[]", "license_types:"),
        ('["food_business"]', "[7]", "license_types:"),
        ('["food_business"]', '["food_business", "food_business"]', "each once"),
        ('"premises"', '"shoe_size"', "required_fields: names a field that food_business lacks"),
        ("min_remaining_days = 30", "min_remaining_days = -1", "must be 0 to 3650"),
        ("[[materials]]", "[materials", "matter.toml"),
    ],
)
def test_a_matter_file_that_breaks_the_schema_is_refused_by_file_and_key(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(MalformedMatterError, match=message) as refused:
        load_changed(tmp_path, old, new)
    assert str(refused.value).startswith("matter.toml: ")


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"a = " + b"[" * 9000, b"#" * 140_000, b"schema = 7"]
)
def test_a_file_of_other_bytes_is_refused_and_nothing_else_is_raised(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "matter.toml"
    path.write_bytes(content)

    with pytest.raises(MalformedMatterError):
        load(path, types=())


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MalformedMatterError, match=r"absent\.toml"):
        load(tmp_path / "absent.toml", types=())


def test_a_government_issued_material_without_a_rule_cannot_be_defined() -> None:
    with pytest.raises(MalformedMatterError, match="government-issued"):
        Material(code="permit", name_zh="证", name_en="P", source=MaterialSource.GOVERNMENT_ISSUED)


def test_a_rule_without_license_types_cannot_be_defined() -> None:
    with pytest.raises(MalformedMatterError, match="license type"):
        LicenseRule(license_types=(), required_fields=(), min_remaining_days=0, legal_basis="")


def test_a_matter_without_materials_cannot_be_defined() -> None:
    with pytest.raises(MalformedMatterError, match="materials"):
        Matter(code="empty", version=1, name_zh="空", name_en="Empty", materials=())


def test_new_cases_take_the_newest_version_and_old_ones_keep_theirs() -> None:
    newer = Matter(code=EVERY_RESULT.code, version=2, name_zh="新", name_en="New", materials=(OWN,))
    catalogue = MatterCatalogue((EVERY_RESULT, newer))

    assert catalogue.latest("every-result") is newer
    assert catalogue.version("every-result", 1) is EVERY_RESULT


def test_an_unknown_matter_and_an_unknown_version_are_said_to_be_missing() -> None:
    catalogue = MatterCatalogue((EVERY_RESULT,))

    with pytest.raises(MatterNotFoundError, match="nothing"):
        catalogue.latest("nothing")
    with pytest.raises(MatterNotFoundError, match="every-result version 2"):
        catalogue.version("every-result", 2)


def test_a_material_is_found_by_its_code_or_not_at_all() -> None:
    assert EVERY_RESULT.material("own") == OWN
    assert EVERY_RESULT.material("valid") != OWN
    assert EVERY_RESULT.material("birth-certificate") is None
