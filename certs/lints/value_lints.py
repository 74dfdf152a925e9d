"""Lints over the values of one license: one function for each, none of which ever raises."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from functools import lru_cache
from typing import Final, TypeAlias

from certs.data_rules import fields_at_fault
from certs.errors import MalformedIdentifierError
from certs.identifiers import CitizenNumber
from certs.lints.findings import LintFinding
from certs.lints.names import rule_lint
from certs.lints.subjects import LintSubject
from certs.regions import RegionCode, RegionStanding
from certs.type_parts import NumberRule

ValueLint: TypeAlias = Callable[[LintSubject], Iterable[LintFinding]]

LONGEST_TO_STORE: Final = timedelta(days=10)
"""From the decision until the license is stored; 宝鸡 promises hours. Source: ours."""

_PLACEHOLDERS: Final = frozenset(
    {"-", "--", "—", "——", "/", "\\", ".", "。", "?", "*", "x", "xx", "xxx"}
    | {"无", "暂无", "空", "不详", "不明", "未知", "未填", "待补", "待定", "待补充", "同上"}
    | {"n/a", "na", "null", "none", "nan", "test", "测试"}
)
_LONGEST_PLACEHOLDER: Final = max(map(len, _PLACEHOLDERS))
_CITIZEN_SHAPE: Final = re.compile(
    r"(?<![0-9A-Za-z])[1-9][0-9]{5}(?:18|19|20)[0-9]{9}[0-9X](?![0-9A-Za-z])"
)
_CITIZEN_LENGTH: Final = 18
_REGIONS: Final = 4096
_REGION_PLACES: Final = {
    NumberRule.FOOD_BUSINESS: slice(3, 9),
    NumberRule.REGION_AND_SEQUENCE: slice(0, 6),
}


def find_placeholders(subject: LintSubject) -> Iterator[LintFinding]:
    """completeness.placeholder: a required text says nothing (无、/、待补)."""
    values = subject.values
    for name in subject.plan.required_texts:
        if len(values[name]) <= _LONGEST_PLACEHOLDER and values[name].lower() in _PLACEHOLDERS:
            yield LintFinding.named("completeness.placeholder", name)


def find_wrong_citizen_numbers(subject: LintSubject) -> Iterator[LintFinding]:
    """accuracy.citizen-number: a personal field holds 18 digits that are nobody's number.

    Documents of other kinds may have 18 digits too, so that it warns.
    """
    for name in subject.plan.personal:
        value = subject.values[name]
        if (
            len(value) == _CITIZEN_LENGTH
            and _CITIZEN_SHAPE.fullmatch(value)
            and not _is_citizen_number(value)
        ):
            yield LintFinding.named("accuracy.citizen-number", name)


def find_misplaced_numbers(subject: LintSubject) -> Iterator[LintFinding]:
    """accuracy.misplaced-number: a citizen number stands in a text where nothing is masked."""
    values = subject.values
    for name in subject.plan.public_texts:
        if len(values[name]) >= _CITIZEN_LENGTH and any(
            map(_is_citizen_number, _CITIZEN_SHAPE.findall(values[name]))
        ):
            yield LintFinding.named("accuracy.misplaced-number", name)


def find_regions_of_other_times(subject: LintSubject) -> Iterator[LintFinding]:
    """accuracy.region-at-issue: the number's region was abolished, or not there yet.

    A renewed license keeps its number, so that it warns.
    """
    region = _region_in_number(subject)
    if region and region.standing_on(subject.issued_on) is not RegionStanding.IN_USE:
        yield LintFinding.named("accuracy.region-at-issue", subject.plan.number)


def find_foreign_regions(subject: LintSubject) -> Iterator[LintFinding]:
    """consistency.issuer-region: the number's region is not one where its issuer is competent."""
    region = _region_in_number(subject)
    if region and not subject.issuer_region.contains(region):
        yield LintFinding.named("consistency.issuer-region", subject.plan.number)


def find_late_storing(subject: LintSubject) -> Iterator[LintFinding]:
    """timeliness.decision-to-store: more than ten days after the decision."""
    if subject.days_to_store > LONGEST_TO_STORE.days:
        yield LintFinding.named("timeliness.decision-to-store", subject.plan.issued_on)


def find_early_storing(subject: LintSubject) -> Iterator[LintFinding]:
    """timeliness.issued-ahead: stored before the day on which it says it was issued."""
    if subject.days_to_store < 0:
        yield LintFinding.named("timeliness.issued-ahead", subject.plan.issued_on)


def find_broken_rules(subject: LintSubject) -> Iterator[LintFinding]:
    """The rules of the type; those that refuse an application find nothing in what passed it."""
    for rule, name in fields_at_fault(subject.license_type, subject.values):
        yield LintFinding.of(rule_lint(rule), name)


VALUE_LINTS: Final[tuple[ValueLint, ...]] = (
    find_placeholders,
    find_wrong_citizen_numbers,
    find_misplaced_numbers,
    find_regions_of_other_times,
    find_foreign_regions,
    find_late_storing,
    find_early_storing,
    find_broken_rules,
)


def lint_values(subject: LintSubject) -> list[LintFinding]:
    """Return what all lints find in the values of one license."""
    return [finding for lint in VALUE_LINTS for finding in lint(subject)]


def _is_citizen_number(text: str) -> bool:
    try:
        CitizenNumber(text)
    except MalformedIdentifierError:
        return False
    return True


def _region_in_number(subject: LintSubject) -> RegionCode | None:
    place = _REGION_PLACES.get(subject.license_type.coding.number)
    if place is None:
        return None
    return _region_of(subject.values[subject.plan.number][place])


@lru_cache(_REGIONS)
def _region_of(text: str) -> RegionCode | None:
    try:
        return RegionCode(text)
    except MalformedIdentifierError:
        return None  # accuracy.format says so
