"""A case asks each register once for all that it needs of it, and nobody for more than before."""

from dataclasses import replace
from datetime import timedelta

import pytest

from certs.type_folders import shipped_type
from tests.doubles.acceptance import (
    APPLICANT,
    BAOJI,
    NO_AGREEMENTS,
    NOON,
    RULE,
    WUHU,
    FakeFinder,
    a_license,
)
from verify.acceptance.budgets import Deadline
from verify.acceptance.gathering import AnsweredFinder, Need, gather
from verify.acceptance.reach import reach_of
from verify.acceptance.search import search
from verify.errors import SourceSilentError
from verify.matters.ways import LicenseRule

OTHER = replace(RULE, license_types=(shipped_type("business_license").code,))


def gathered(
    *finders: FakeFinder, rules: tuple[LicenseRule, ...] = (RULE, OTHER)
) -> tuple[AnsweredFinder, ...]:
    needs = [
        Need(rule=rule, owner=APPLICANT, reach=reach_of(rule, finders, NO_AGREEMENTS))
        for rule in rules
    ]
    return gather(
        needs, finders, is_served=lambda _need, found: bool(found), deadline=Deadline.after()
    )


def test_each_register_hears_one_question_about_all_types() -> None:
    home, away = FakeFinder(WUHU), FakeFinder(BAOJI)

    gathered(home, away)

    types = [*RULE.license_types, *OTHER.license_types]
    assert home.questions == away.questions == [(APPLICANT.code, item) for item in types]


def test_other_regions_are_not_asked_for_what_is_at_home() -> None:
    home, away = FakeFinder(WUHU, [a_license(region=WUHU)]), FakeFinder(BAOJI)

    gathered(home, away)

    assert away.questions == [(APPLICANT.code, item) for item in OTHER.license_types]


def test_nobody_else_is_asked_where_all_is_at_home() -> None:
    home, away = FakeFinder(WUHU, [a_license(region=WUHU)]), FakeFinder(BAOJI)

    gathered(home, away, rules=(RULE,))

    assert away.questions == []


def test_a_search_among_answers_comes_to_what_the_registers_said() -> None:
    home, away = FakeFinder(WUHU), FakeFinder(BAOJI, [a_license(region=BAOJI)])

    by_answers, asked = (
        search(RULE, APPLICANT, finders=finders, recognition=NO_AGREEMENTS, now=NOON)
        for finders in (gathered(home, away), (home, away))
    )

    assert by_answers == asked
    assert by_answers.license is not None


def test_a_silent_register_stays_silent_about_everything() -> None:
    finders = gathered(FakeFinder(WUHU), FakeFinder(BAOJI, is_silent=True))

    for rule in (RULE, OTHER):
        with pytest.raises(SourceSilentError):
            finders[1].find(APPLICANT.code, rule.license_types)


def test_what_was_not_asked_is_silence_and_never_none() -> None:
    (home,) = gathered(FakeFinder(WUHU), rules=(RULE,))

    with pytest.raises(SourceSilentError):
        home.find(APPLICANT.code, OTHER.license_types)


def test_whoever_is_late_is_silent() -> None:
    finders = (FakeFinder(WUHU), FakeFinder(BAOJI))
    need = Need(rule=RULE, owner=APPLICANT, reach=reach_of(RULE, finders, NO_AGREEMENTS))

    _, away = gather(
        [need], finders, is_served=lambda *_: False, deadline=Deadline.after(timedelta())
    )

    with pytest.raises(SourceSilentError):
        away.find(APPLICANT.code, RULE.license_types)
