"""Elements under their two spellings, and values that say the same."""

import pytest

from api.sharing_spellings import (
    Spelling,
    read_name,
    same_value,
    spelling_of,
    write_name,
)
from certs.element_names import BASE, OTHER_NAMES, PINYIN, names_of
from certs.type_folders import shipped_type
from tests import sealed

FOOD = shipped_type("food_business")
RECORD = sealed.record()


def test_the_base_elements_are_those_of_records() -> None:
    flat = set(RECORD.elements()) - set(RECORD.fields)

    assert set(BASE) == flat


@pytest.mark.parametrize("element", BASE)
def test_every_name_of_an_element_is_read_as_it(element: str) -> None:
    for name in names_of(element):
        assert read_name(name, FOOD) == element
        assert read_name(name, None) == element


def test_no_name_stands_for_two_elements() -> None:
    names = [name for element in BASE for name in names_of(element)]

    assert len(names) == len(set(names))
    assert PINYIN.keys() | OTHER_NAMES.keys() <= set(BASE)


@pytest.mark.parametrize("spelling", Spelling)
def test_what_is_written_can_be_read_back(spelling: Spelling) -> None:
    for name in RECORD.elements():
        assert read_name(write_name(name, spelling, FOOD), FOOD) == name


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("KZ_FDDBR", "legal_representative"),
        ("KZ_法定代表人", "legal_representative"),
        ("法定代表人", "legal_representative"),
        ("legal_representative", "legal_representative"),
        ("KZ_XKZBH", "certificateNumber"),
        ("经营者名称", "certificateHolderName"),
        ("certificateIssuingAuthortiyCode", "certificateIssuingAuthorityCode"),
        ("KZ_NOTHING", None),
        ("", None),
        ("salt", None),
        ("schema", None),
    ],
)
def test_fields_of_a_type_go_by_all_their_names(key: str, name: str | None) -> None:
    assert read_name(key, FOOD) == name


def test_fields_of_a_type_are_written_with_their_initials() -> None:
    assert write_name("legal_representative", Spelling.PINYIN, FOOD) == "KZ_FDDBR"
    assert write_name("legal_representative", Spelling.ENGLISH, FOOD) == "legal_representative"
    assert write_name("certificateVersion", Spelling.PINYIN, FOOD) == "certificateVersion"


def test_a_question_is_in_pinyin_if_any_of_it_is() -> None:
    assert spelling_of(["useCause", "ZZBS"]) is Spelling.PINYIN
    assert spelling_of(["KZ_FDDBR"]) is Spelling.PINYIN
    assert spelling_of(["certificateIdentifier", "useCause"]) is Spelling.ENGLISH
    assert spelling_of([]) is Spelling.ENGLISH


@pytest.mark.parametrize(
    ("name", "given", "recorded", "is_same"),
    [
        ("certificateExpiringDate", "2031年02月28日", "2031-02-28", True),
        ("certificateExpiringDate", "20310228", "2031-02-28", True),
        ("certificateExpiringDate", "2031-03-01", "2031-02-28", False),
        ("certificateExpiringDate", "长期", "长期", True),
        ("certificateExpiringDate", "长期", "2031-02-28", False),
        ("certificateHolderName", "样例（芜湖）餐饮店", "样例(芜湖)餐饮店", True),
        ("certificateHolderName", " 样例 餐饮店", "样例餐饮店", True),
        ("certificateHolderName", "样例餐饮店2", "样例餐饮店", False),
        ("certificateHolderCode", "92340202yx0000009j", "92340202YX0000009J", True),
        ("certificateHolderCode", "", "92340202YX0000009J", False),
        ("certificateNumber", "2031-02-28", "20310228", False),
    ],
)
def test_values_are_compared_as_people_mean_them(
    name: str, given: str, recorded: str, *, is_same: bool
) -> None:
    assert same_value(name, given, recorded, FOOD) is is_same
