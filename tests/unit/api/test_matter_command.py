"""``yinxin matter``: the list of matters, and what one asks for in a situation."""

from pathlib import Path

import pytest

from api.console import USAGE
from api.matter_words import SOURCES, WAYS, notice_lines
from tests.unit.api.test_cli import good, run
from verify.matters.files import shipped_matters
from verify.matters.materials import MaterialSource
from verify.matters.notices import Notice
from verify.matters.ways import Way


def test_matters_are_listed_without_an_instance(tmp_path: Path) -> None:
    listed = good("matter", "list", "--json", "--home", tmp_path / "none").json
    words = good("matter", "list").out

    restaurant = next(item for item in listed if item["code"] == "open-restaurant")
    assert (restaurant["version"], restaurant["one_thing"]) == (2, "开办餐饮店")
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
