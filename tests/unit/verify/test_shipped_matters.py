"""The matters that ship: their lists in each situation, and that paper is the last resort."""

import re
from collections.abc import Iterator
from itertools import combinations

import pytest

from certs.type_fields import Obligation
from certs.type_folders import shipped_types
from verify.matters.catalogue import Audience, Matter
from verify.matters.definitions import types_by_name
from verify.matters.encoding import decode_matter, encode_matter
from verify.matters.files import shipped_matters
from verify.matters.materials import Material, MaterialSource
from verify.matters.parties import APPLICANT
from verify.matters.situations import NO_ANSWERS, Answers, Question
from verify.matters.ways import DataRule, DepartmentRule, LicenseRule, Way

CATALOGUE = shipped_matters()
LATEST = tuple(map(CATALOGUE.latest, CATALOGUE.codes()))
ISSUED = [
    pytest.param(material, id=f"{matter.code}-{material.code}")
    for matter in LATEST
    for material in matter.materials
    if material.source is MaterialSource.GOVERNMENT_ISSUED
]
LICENSED = [
    pytest.param(material.license_rule, id=f"{matter.code}-{material.code}")
    for matter in CATALOGUE.matters
    for material in matter.materials
    if material.license_rule is not None
]
NATIONAL = {
    *("企业信息变更", "开办运输企业", "开办餐饮店", "水电气网联合报装", "信用修复"),
    *("企业上市合法合规信息核查", "企业破产信息核查", "企业注销登记", "新生儿出生", "教育入学"),
    *("社会保障卡居民服务", "残疾人服务", "退休"),
}
"""The first "一件事" of 2024."""
DEEP = ("open-restaurant", "open-transport-company", "newborn", "social-card-services")

_CITED = re.compile(r"《[^《》]+》|〔\d{4}〕\d+号|第[0-9一二三四五六七八九十]+号|待核")
_OPEN_WORDS = re.compile(r"什么|哪|多少|有无|谁|如何|何时")

every_matter = pytest.mark.parametrize("matter", LATEST, ids=[item.code for item in LATEST])


def situations(matter: Matter, answers: Answers = NO_ANSWERS) -> Iterator[Answers]:
    """Every way to answer all questions of a matter."""
    questions = matter.situations.open_under(answers)
    if not questions:
        yield answers
        return
    for choice in questions[0].choices:
        yield from situations(matter, {**answers, questions[0].code: choice.code})


def lists(matter: Matter, question: Question, choice: str) -> set[tuple[str, ...]]:
    """What is asked for, in every situation in which a question has one answer."""
    return {
        tuple(item.code for item in matter.asked_for(answers))
        for answers in situations(matter)
        if answers.get(question.code) == choice
    }


# The list ------------------------------------------------------------------------------------


def test_thirty_matters_or_more_ship_and_each_version_stands_once() -> None:
    versions = [(matter.code, matter.version) for matter in CATALOGUE.matters]

    assert len(CATALOGUE.codes()) >= 30
    assert len(set(versions)) == len(versions)
    assert len({matter.name_zh for matter in LATEST}) == len(LATEST)


def test_the_first_thirteen_one_things_are_there_by_name() -> None:
    assert {matter.name_zh for matter in LATEST} >= NATIONAL
    assert len(NATIONAL) == 13
    for matter in LATEST:
        if matter.name_zh in NATIONAL:
            assert matter.one_thing == matter.name_zh


def test_a_matter_belongs_to_a_one_thing_that_is_there_or_to_none() -> None:
    assert {matter.one_thing for matter in LATEST} <= NATIONAL | {""}


def test_opening_a_restaurant_is_there_in_both_versions() -> None:
    first = CATALOGUE.version("open-restaurant", 1)
    latest = CATALOGUE.latest("open-restaurant")

    assert (first.version, latest.version) == (1, 3)
    assert (len(first.materials), len(latest.materials)) == (3, 14)


def test_no_matter_asks_for_what_another_asks_for() -> None:
    asked = [frozenset(item.name_zh for item in matter.materials) for matter in LATEST]

    for one, other in combinations(asked, 2):
        assert len(one & other) <= len(one | other) / 2


@every_matter
def test_the_register_of_the_population_is_asked_about_people(matter: Matter) -> None:
    asked = [
        item.party
        for item in matter.materials
        if any(isinstance(rule, DataRule) and rule.source == "population" for rule in item.rules)
    ]

    assert matter.audience is not Audience.ENTERPRISE or APPLICANT not in asked


# Situations ----------------------------------------------------------------------------------


@every_matter
def test_every_answer_changes_the_list(matter: Matter) -> None:
    for question in matter.situations.questions:
        for one, other in combinations(question.choices, 2):
            assert lists(matter, question, one.code) != lists(matter, question, other.code)


@every_matter
def test_every_material_is_asked_for_in_some_situation_and_something_in_each(
    matter: Matter,
) -> None:
    asked = [{item.code for item in matter.asked_for(found)} for found in situations(matter)]

    assert set().union(*asked) == {item.code for item in matter.materials}
    assert all(asked)


@pytest.mark.parametrize("code", DEEP)
def test_the_four_deep_matters_have_many_situations_and_eight_to_fourteen_materials(
    code: str,
) -> None:
    matter = CATALOGUE.latest(code)
    asked = {tuple(matter.asked_for(found)) for found in situations(matter)}

    assert 8 <= len(matter.materials) <= 15
    assert len(asked) >= 30


@pytest.mark.parametrize(
    ("code", "answers", "materials"),
    [
        pytest.param(
            "open-restaurant",
            "licensed rented other building no",
            "application-form identity-card business-license food-business-license lease",
            id="a licensed restaurant only rents",
        ),
        pytest.param(
            "open-restaurant",
            "new owned public own yes",
            "application-form identity-card name-approval floor-plan food-safety-rules"
            " health-certificates property-title fire-safety-opinion drainage-permit sign-design"
            " sign-consent",
            id="a new restaurant in its own house needs everything",
        ),
        pytest.param(
            "open-restaurant",
            "registered rented public building no",
            "application-form identity-card business-license floor-plan food-safety-rules"
            " health-certificates lease fire-safety-opinion",
            id="a company opens a rented public venue",
        ),
        pytest.param(
            "open-transport-company",
            "freight-light new planned",
            "application-form manager-identity purchase-commitment light-vehicle-qualifications",
            id="light trucks yet to be bought need little",
        ),
        pytest.param(
            "open-transport-company",
            "dangerous registered used owned",
            "application-form manager-identity business-license vehicle-licenses"
            " former-vehicle-certificate technical-report driver-qualifications safety-rules"
            " parking-title tank-inspection carrier-insurance",
            id="dangerous goods with vehicles of another operator",
        ),
        pytest.param(
            "open-transport-company",
            "passenger registered new",
            "application-form manager-identity business-license vehicle-licenses technical-report"
            " driver-qualifications safety-rules carrier-insurance",
            id="passengers in new vehicles",
        ),
        pytest.param(
            "newborn",
            "hospital married family no no",
            "application-form birth-certificate mother-identity father-identity"
            " marriage-certificate household-register birth-permit",
            id="married parents, born in hospital",
        ),
        pytest.param(
            "newborn",
            "elsewhere mother collective yes yes",
            "application-form birth-statement parentage-report mother-identity household-register"
            " collective-consent birth-permit child-photo delivery-bills maternity-insurance",
            id="a mother alone, born at home",
        ),
        pytest.param(
            "newborn",
            "hospital unmarried family no no",
            "application-form birth-certificate mother-identity father-identity"
            " parentage-statement household-register birth-permit",
            id="parents who are not married",
        ),
        pytest.param(
            "social-card-services",
            "first resident holder",
            "application-form identity-card photo household-copy",
            id="a first card",
        ),
        pytest.param(
            "social-card-services",
            "replace lost resident agent",
            "application-form identity-card loss-statement agent-identity authorization",
            id="a lost card, by an agent",
        ),
        pytest.param(
            "social-card-services",
            "replace changed resident holder",
            "application-form identity-card old-card change-record",
            id="a changed name",
        ),
        pytest.param(
            "social-card-services",
            "close hmt guardian",
            "application-form residence-permit current-card guardian-identity guardianship"
            " closing-proof",
            id="closing the card of a ward from Hong Kong",
        ),
    ],
)
def test_the_answers_settle_the_list(code: str, answers: str, materials: str) -> None:
    matter = CATALOGUE.latest(code)
    given: dict[str, str] = {}
    for choice in answers.split():
        given[matter.situations.open_under(given)[0].code] = choice

    assert [item.code for item in matter.asked_for(given)] == materials.split()


# Rules ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("material", ISSUED)
def test_the_department_is_asked_before_paper_unless_nobody_needs_it(material: Material) -> None:
    ways = {rule.way for rule in material.rules}

    assert Way.DEPARTMENT_CHECK in ways or ways == {Way.EXEMPT}


@pytest.mark.parametrize("rule", LICENSED)
def test_a_license_rule_rests_on_fields_that_every_license_of_its_types_holds(
    rule: LicenseRule,
) -> None:
    types = {item.code: item for item in shipped_types()}

    assert rule.required_fields
    for code in rule.license_types:
        spec = types[code].fields
        held = {item.name for item in spec if item.obligation is Obligation.MANDATORY}
        assert set(rule.required_fields) <= held


@every_matter
def test_a_question_to_a_register_or_department_is_answered_by_yes_or_no(matter: Matter) -> None:
    for material in matter.materials:
        for rule in material.rules:
            if isinstance(rule, DataRule | DepartmentRule):
                assert rule.question_zh.count("是否") == 1
                assert rule.question_zh.endswith("？")
                assert not _OPEN_WORDS.search(rule.question_zh)
                assert rule.question_en.endswith("?")


@every_matter
def test_every_legal_basis_names_a_text_or_says_that_it_is_unconfirmed(matter: Matter) -> None:
    bases = [matter.legal_basis]
    bases += [rule.legal_basis for item in matter.materials for rule in item.rules]
    bases += [found.legal_zh for item in matter.materials for found in item.exceptions]

    assert bases
    for basis in bases:
        assert _CITED.search(basis), basis


def test_every_way_of_sparing_paper_is_used_and_every_statutory_reason_too() -> None:
    materials = [material for matter in LATEST for material in matter.materials]

    assert {rule.way for item in materials for rule in item.rules} == set(Way) - {Way.NONE}
    assert {found.reason for item in materials for found in item.exceptions} == {"P09", "P10"}


@pytest.mark.parametrize(
    "matter", CATALOGUE.matters, ids=lambda item: f"{item.code}-{item.version}"
)
def test_a_shipped_matter_comes_back_from_its_bytes(matter: Matter) -> None:
    assert decode_matter(encode_matter(matter), types_by_name(shipped_types())) == matter
