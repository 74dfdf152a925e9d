"""Licenses of other regions under agreements (授信约定): who is asked, and who is named instead."""

from dataclasses import replace
from datetime import timedelta

import pytest

from certs.identifiers import LicenseTypeCode
from certs.regions import RegionCode
from tests.doubles.acceptance import APPLICANT, BAOJI, NOON, RULE, TYPE, WUHU, FakeFinder, a_license
from verify.acceptance.reach import Recognition, reach_of
from verify.acceptance.reasons import LookupResult
from verify.acceptance.search import SearchResult, search
from verify.matters.ways import LicenseRule
from verify.mutual_recognition import MutualRecognition, Power

HEFEI = RegionCode("340100")
OTHER_TYPE = LicenseTypeCode("11100000MB9TXY0149002")
NEEDY = replace(RULE, needs_agreement=True)
AGREEMENT = MutualRecognition(
    id="wuhu-baoji",
    accepting=frozenset({WUHU}),
    issuing=frozenset({BAOJI}),
    types=frozenset({TYPE}),
    matters=frozenset({"newborn"}),
    powers=frozenset({Power.VERIFY, Power.EXEMPT}),
    basis="样本约定",
    valid_from=NOON - timedelta(days=1),
    valid_to=NOON + timedelta(days=1),
)


def under(*agreements: MutualRecognition) -> Recognition:
    return Recognition(accepting=WUHU, matter="newborn", agreements=agreements, at=NOON)


def find(
    rule: LicenseRule, recognition: Recognition, *finders: FakeFinder
) -> tuple[SearchResult, list[FakeFinder]]:
    found = search(rule, APPLICANT, finders=finders, recognition=recognition, now=NOON)
    return found, [item for item in finders if item.questions]


def test_a_license_under_an_agreement_serves() -> None:
    baoji = FakeFinder(BAOJI, [a_license()])

    found, _ = find(NEEDY, under(AGREEMENT), FakeFinder(WUHU), baoji)

    assert (found.result, found.outside) == (LookupResult.VALID, ())


@pytest.mark.parametrize(
    "agreement",
    [
        replace(AGREEMENT, powers=frozenset({Power.VERIFY, Power.OBTAIN})),
        replace(AGREEMENT, matters=frozenset({"open-restaurant"})),
        replace(AGREEMENT, types=frozenset({OTHER_TYPE})),
        replace(AGREEMENT, accepting=frozenset({HEFEI})),
        replace(AGREEMENT, issuing=frozenset({HEFEI})),
        replace(AGREEMENT, valid_to=NOON),
        replace(AGREEMENT, valid_from=NOON + timedelta(seconds=1)),
    ],
)
def test_a_region_outside_an_agreement_is_not_asked_but_named(
    agreement: MutualRecognition,
) -> None:
    baoji = FakeFinder(BAOJI, [a_license()])

    found, asked = find(NEEDY, under(agreement), FakeFinder(WUHU), baoji)

    assert (found.result, found.outside) == (LookupResult.NONE, (BAOJI,))
    assert baoji not in asked


def test_the_own_region_needs_no_agreement() -> None:
    found, _ = find(NEEDY, under(), FakeFinder(WUHU, [a_license(region=WUHU)]))

    assert (found.result, found.outside) == (LookupResult.VALID, ())


def test_a_rule_that_needs_no_agreement_asks_everybody_and_names_nobody() -> None:
    found, asked = find(RULE, under(), FakeFinder(WUHU), FakeFinder(BAOJI, [a_license()]))

    assert (found.result, found.outside, len(asked)) == (LookupResult.VALID, (), 2)


def test_only_the_types_of_the_agreement_are_asked_for() -> None:
    rule = replace(NEEDY, license_types=(OTHER_TYPE, TYPE))
    baoji = FakeFinder(BAOJI)

    found, _ = find(rule, under(AGREEMENT), FakeFinder(WUHU), baoji)

    assert [license_type for _, license_type in baoji.questions] == [TYPE]
    assert found.outside == (BAOJI,)


def test_own_region_first_then_agreements_then_the_others() -> None:
    finders = [FakeFinder(code) for code in (HEFEI, WUHU, BAOJI)]

    reach = reach_of(RULE, finders, under(AGREEMENT))

    assert [item.finder.region for item in reach.asked] == [WUHU, BAOJI, HEFEI]


def test_of_two_valid_licenses_the_one_under_an_agreement_speaks() -> None:
    hefei = FakeFinder(HEFEI, [a_license(region=HEFEI)])
    baoji = FakeFinder(BAOJI, [a_license()])

    found, _ = find(RULE, under(AGREEMENT), FakeFinder(WUHU), hefei, baoji)

    assert found.license is not None
    assert found.license.region == BAOJI


def test_a_silent_region_outside_an_agreement_makes_nothing_silent() -> None:
    found, _ = find(NEEDY, under(), FakeFinder(WUHU), FakeFinder(BAOJI, is_silent=True))

    assert (found.result, found.silent, found.outside) == (LookupResult.NONE, (), (BAOJI,))


def test_a_silent_region_is_named_with_what_lies_outside() -> None:
    found, _ = find(
        NEEDY,
        under(AGREEMENT),
        FakeFinder(WUHU),
        FakeFinder(BAOJI, is_silent=True),
        FakeFinder(HEFEI),
    )

    assert (found.result, found.silent) == (LookupResult.SOURCE_DOWN, ("610300",))
    assert found.outside == (HEFEI,)


def test_a_region_that_is_the_only_one_allowed_is_asked_within_the_budget() -> None:
    rule = replace(RULE, regions=(BAOJI,))

    found = search(
        rule,
        APPLICANT,
        finders=(FakeFinder(WUHU), FakeFinder(BAOJI, [a_license()])),
        recognition=under(),
        now=NOON,
        budget=timedelta(0),
    )

    assert found.silent == ("610300",)
