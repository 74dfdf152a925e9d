"""Lints over values: each finds what it is for, at its field, and nothing in good rows."""

from datetime import timedelta

import pytest

from certs.applications import parse_application
from certs.data_rules import fields_at_fault
from certs.errors import InvalidApplicationError, RefusedValueError
from certs.field_problems import ProblemCode
from certs.field_values import _check_characters, _is_forbidden
from certs.lints.dimensions import Dimension, LintLevel
from certs.lints.figures import percentile
from certs.lints.names import FILE_LINTS, LINTS, lint_of, lints_of
from certs.lints.subjects import LintSubject
from certs.lints.value_lints import LONGEST_TO_STORE
from certs.type_folders import shipped_type, shipped_types
from certs.type_trials import specimen_record
from tests import linted

FOOD = shipped_type("food_business")
CITIZEN = "11010519491231002X"


@pytest.mark.parametrize("short_name", [item.short_name for item in shipped_types()])
def test_nothing_is_found_in_sample_rows_but_what_renewals_keep(short_name: str) -> None:
    license_type = shipped_type(short_name)

    for number in range(len(linted.rows(short_name))):
        application = linted.application(short_name, number)
        record = specimen_record(license_type, application)
        made = LintSubject.of(record, license_type, stored_on=application.issued_on)
        assert linted.found(made) == []


@pytest.mark.parametrize(
    ("short_name", "changes", "expected"),
    [
        ("food_business", {"premises": "无"}, ("completeness.placeholder", "premises")),
        ("food_business", {"hotline": "N/A"}, ("completeness.placeholder", "hotline")),
        (
            "food_business",
            {"business_items": f"热食，联系人{CITIZEN}"},
            ("accuracy.misplaced-number", "business_items"),
        ),
        (
            "birth_certificate",
            {"mother_id_number": "110105194912310021"},
            ("accuracy.citizen-number", "mother_id_number"),
        ),
        (
            "food_business",
            {"number": "JY13402080000019"},
            ("accuracy.region-at-issue", "number"),
        ),
        (
            "food_business",
            {"number": "JY16103020000019"},
            ("consistency.issuer-region", "number"),
        ),
        (
            "food_business",
            {"issued_on": "2026-03-18", "valid_from": "2026-03-17"},
            ("consistency.rule.issued-before-valid", "valid_from"),
        ),
        (
            "road_transport_vehicle",
            {"tonnage": "", "seats": ""},
            ("completeness.rule.load-or-seats", "tonnage"),
        ),
    ],
)
def test_a_wrong_value_is_found_at_its_field(
    short_name: str, changes: dict[str, str], expected: tuple[str, str]
) -> None:
    assert expected in linted.found(linted.subject(short_name, changes))


def test_a_region_is_judged_by_the_day_of_issue() -> None:
    abolished = {"number": "JY13402080000019"}
    early = linted.subject("food_business", {"issued_on": "2020-06-01", **abolished})
    young = {"number": "JY13402100000019", "issued_on": "2018-01-01"}
    not_yet = linted.subject("food_business", young)

    assert "accuracy.region-at-issue" not in dict(linted.found(early))
    assert "accuracy.region-at-issue" in dict(linted.found(not_yet))


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (-1, ["timeliness.issued-ahead"]),
        (0, []),
        (LONGEST_TO_STORE.days, []),
        (LONGEST_TO_STORE.days + 1, ["timeliness.decision-to-store"]),
    ],
)
def test_late_and_early_storing_are_told(days: int, expected: list[str]) -> None:
    issued = linted.subject("food_business").issued_on
    made = linted.subject("food_business", stored_on=issued + timedelta(days=days))

    assert made.days_to_store == days
    assert [name for name, _ in linted.found(made)] == expected


def test_a_citizen_number_in_a_personal_field_or_a_credit_code_is_no_finding() -> None:
    personal = linted.subject("birth_certificate", {"mother_id_number": citizen_number_of_sample()})
    code = linted.subject("food_business", {"premises": "信用代码92340202YX0000009J"})

    assert linted.found(personal) == linted.found(code) == []


def citizen_number_of_sample() -> str:
    return linted.rows("birth_certificate")[0]["mother_id_number"]


def test_a_broken_rule_refuses_an_application_beside_its_other_problems() -> None:
    row = dict(linted.rows("business_license")[0])
    other = linted.rows("business_license")[1]["credit_code"]

    with pytest.raises(InvalidApplicationError) as caught:
        parse_application(shipped_type("business_license"), row | {"number": other, "domicile": ""})

    assert [(item.field, item.code.value) for item in caught.value.problems] == [
        ("domicile", "missing-field"),
        ("credit_code", "broken-rule"),
    ]
    assert caught.value.problems[-1].zh == "证照编号应为统一社会信用代码"


def test_a_rule_says_nothing_of_values_that_could_not_be_read() -> None:
    row = dict(linted.rows("business_license")[0]) | {"number": "X"}

    with pytest.raises(InvalidApplicationError) as caught:
        parse_application(shipped_type("business_license"), row)

    assert [item.code.value for item in caught.value.problems] == ["malformed-code"]


def test_a_rule_that_warns_refuses_nothing() -> None:
    application = linted.application(
        "food_business", issued_on="2026-03-18", valid_from="2026-01-01", valid_to="2030-12-31"
    )

    assert application.valid_from < application.issued_on


def test_a_sum_of_what_is_no_number_is_broken_and_raises_nothing() -> None:
    values = dict(linted.subject("drainage_permit").values) | {"total_volume": "十"}

    broken = {
        rule.name: name for rule, name in fields_at_fault(shipped_type("drainage_permit"), values)
    }

    assert broken["outlets-add-up"] == "total_volume"


def test_the_field_at_fault_is_the_one_to_look_at() -> None:
    def fault(short_name: str, **changes: str) -> dict[str, str]:
        values = {**linted.subject(short_name).values, **changes}
        return {rule.name: name for rule, name in fields_at_fault(shipped_type(short_name), values)}

    dates = {"established_on": "2026-01-01", "valid_from": "2026-01-02", "valid_to": "2026-01-01"}
    assert fault("business_license", **dates)["established-before-valid"] == "valid_to"
    dates = {"established_on": "2026-01-03", "valid_from": "2026-01-02", "valid_to": "2026-01-04"}
    assert fault("business_license", **dates)["established-before-valid"] == "valid_from"


def test_every_problem_of_an_application_belongs_to_a_lint_that_refuses() -> None:
    assert {lint_of(code).level for code in ProblemCode} == {LintLevel.REFUSE}


def test_every_lint_is_named_by_its_dimension_and_has_words_in_both_languages() -> None:
    lints = lints_of(shipped_types())

    assert {lint.dimension for lint in lints.values()} == set(Dimension)
    assert all(lint.zh and lint.en.isascii() for lint in lints.values())
    assert FILE_LINTS < set(LINTS) < set(lints)


def test_characters_are_refused_as_their_categories_say_in_the_whole_basic_plane() -> None:
    """The fast way through gives every character the answer of the slow one."""
    letters = [chr(number) for number in range(0x10000)]

    assert [item for item in letters if _is_refused(item) != _is_forbidden(item)] == []


def _is_refused(text: str) -> bool:
    try:
        _check_characters(text)
    except RefusedValueError:
        return True
    return False


@pytest.mark.parametrize(
    ("counts", "expected"),
    [({}, (None, None)), ({3: 1}, (3, 3)), ({0: 9, 40: 1}, (0, 0)), ({0: 8, 7: 1, 40: 1}, (0, 7))],
)
def test_percentiles_come_from_counts(
    counts: dict[int, int], expected: tuple[int | None, int | None]
) -> None:
    assert (percentile(counts, 50), percentile(counts, 90)) == expected
