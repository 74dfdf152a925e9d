"""``yinxin matter``: the list of matters, and what one asks for in a situation."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.console import OK, USAGE
from api.matter_words import SOURCES, WAYS, notice_lines
from tests.unit.api.test_cli import good, own_country, run
from verify.matters.files import shipped_matters
from verify.matters.materials import MaterialSource
from verify.matters.notices import Notice
from verify.matters.ways import Way


def test_matters_are_listed_without_an_instance(tmp_path: Path) -> None:
    listed = good("matter", "list", "--json", "--home", tmp_path / "none").json
    words = good("matter", "list").out

    restaurant = next(item for item in listed if item["code"] == "open-restaurant")
    assert (restaurant["version"], restaurant["one_thing"]) == (3, "开办餐饮店")
    assert [item["code"] for item in listed] == sorted(shipped_matters().codes())
    assert all(item["name"] in words for item in listed)


def test_a_matter_is_shown_with_what_is_still_to_be_answered() -> None:
    shown = good("matter", "show", "newborn", "--answer", "born=elsewhere", "--json").json

    assert shown["answers"] == {"born": "elsewhere"}
    assert [item["code"] for item in shown["open_questions"]] == [
        *("parents", "household", "card", "claims"),
    ]
    asked, depending = ([item["code"] for item in shown[key]] for key in ("materials", "depending"))
    assert "birth-statement" in asked
    assert "marriage-certificate" in depending
    assert "birth-certificate" not in asked + depending


def test_people_read_ways_legal_bases_and_open_questions() -> None:
    out = good("matter", "show", "open-restaurant", "--answer", "stage=licensed").out

    assert "电子证照 e-license：食品经营许可证 Food Business License；经营者名称" in out
    assert "至少还有效 30 天" in out
    assert "（国务院令第716号）第七条" in out
    assert "--answer" in out
    assert "rented　租用或借用 · Rented or lent" in out
    assert "平面布置" not in out


def test_a_settled_situation_leaves_nothing_open() -> None:
    answers = ("service=first", "person=resident", "who=holder")
    given = [part for answer in answers for part in ("--answer", answer)]

    shown = good("matter", "show", "social-card-services", *given, "--json").json
    out = good("matter", "show", "social-card-services", *given).out

    assert (shown["open_questions"], shown["depending"]) == ([], [])
    assert "请先回答" not in out
    assert "视情形" not in out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("fly",), "yinxin matter list"),
        (("newborn", "--answer", "born=at-sea"), "known: hospital, elsewhere"),
        (("newborn", "--answer", "color=red"), "known: born, parents, household, card, claims"),
        (("open-transport-company", "--answer", "parking=owned"), "known: business, company"),
        (("newborn", "--answer", "born"), "question=choice"),
        (("newborn", "--answer", "born=hospital", "--answer", "born=elsewhere"), "born=elsewhere"),
    ],
)
def test_a_mistake_is_answered_with_what_to_write_instead(
    arguments: tuple[str, ...], told: str
) -> None:
    done = run("matter", "show", *arguments)

    assert (done.code, done.out) == (USAGE, "")
    assert told in done.err


def test_every_shipped_matter_is_put_into_words() -> None:
    for code in shipped_matters().codes():
        lines = list(notice_lines(Notice.of(shipped_matters().latest(code), {})))
        assert len(lines) > 5
    assert (set(WAYS), set(SOURCES)) == (set(Way), set(MaterialSource))


OWN = """
schema = "yinxin.matter/2"
code = "street-stall"
version = 1
name_zh = "样例：设摊登记"
name_en = "Sample: a street stall"

[[materials]]
code = "business-license"
name_zh = "营业执照"
name_en = "Business license"
source = "government_issued"

[[materials.rules]]
way = "e_license"
license_types = ["business_license"]
legal_basis = "样例"
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with own_country(tmp_path_factory) as country:
        yield country.wuhu


def test_a_matter_of_the_instance_is_checked_imported_listed_and_shown(
    home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "stall.toml"
    file.write_text(OWN, "utf-8")

    checked = good("matter", "import", file, "--check", "--home", home, "--json").json
    first = good("matter", "import", file, "--home", home, "--json").json
    again = good("matter", "import", file, "--home", home, "--json").json

    stall = {"code": "street-stall", "version": 1}
    assert checked == {"read": [stall], "imported": []}
    assert first == {"read": [stall], "imported": [stall]}
    assert again == {"read": [stall], "imported": []}
    assert "street-stall" in good("matter", "list", "--home", home).out
    assert "样例：设摊登记" in good("matter", "show", "street-stall", "--home", home).out
    old = good("matter", "show", "open-restaurant", "--version", "1", "--home", home, "--json")
    assert old.json["version"] == 1


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ("street-stall", "open-restaurant", "随程序发布"),
        ("business_license", "unheard_of", "stall.toml: materials[0]: rules[0]: license_types"),
        ('name_zh = "营业执照"', 'name_zh = "执照"', "请提高版本号"),
    ],
)
def test_what_cannot_be_imported_is_told_with_the_place_and_nothing_is_kept(
    home: Path, tmp_path: Path, was: str, now: str, told: str
) -> None:
    file = tmp_path / "stall.toml"
    file.write_text(OWN, "utf-8")
    good("matter", "import", file, "--home", home)
    before = good("matter", "list", "--home", home).out
    file.write_text(OWN.replace(was, now), "utf-8")

    refused = run("matter", "import", file, "--home", home)

    assert (refused.code, told in refused.err) == (USAGE, True), refused.err
    assert good("matter", "list", "--home", home).out == before


def test_an_older_version_than_the_one_kept_is_refused(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "booth.toml"
    for version, code in ((2, OK), (1, USAGE)):
        text = OWN.replace("street-stall", "booth").replace("version = 1", f"version = {version}")
        file.write_text(text, "utf-8")
        assert run("matter", "import", file, "--home", home).code == code


def test_a_file_that_is_not_there_is_told(home: Path, tmp_path: Path) -> None:
    refused = run("matter", "import", tmp_path / "none.yaml", "--home", home)

    assert (refused.code, "没有文件" in refused.err) == (USAGE, True)
