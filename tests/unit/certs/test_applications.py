from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from certs.applications import LicenseApplication, parse_application
from certs.catalogue import LicenseType
from certs.element_names import Element
from certs.errors import InvalidApplicationError
from certs.field_problems import FieldProblem
from certs.holder_codes import HolderCode, HolderCodeType
from certs.regions import RegionCode
from certs.samples.food_business import food_business_rows
from certs.samples.road_transport_operation import road_transport_operation_rows
from certs.type_fields import Condition, FieldFormat, FieldSpec, Obligation
from certs.type_folders import shipped_type
from certs.validity_ranges import ValidityRange

FOOD = shipped_type("food_business")
GOOD: Mapping[str, str] = {
    **food_business_rows(RegionCode("340200"), 1, seed=1)[0],
    "issued_on": "2026-03-18",
    "valid_from": "2026-03-18",
    "valid_to": "2031-03-17",
}


def apply(license_type: LicenseType = FOOD, **changes: str) -> LicenseApplication:
    return parse_application(license_type, {**GOOD, **changes})


def problems_of(license_type: LicenseType = FOOD, **changes: str) -> tuple[FieldProblem, ...]:
    with pytest.raises(InvalidApplicationError) as caught:
        apply(license_type, **changes)
    return caught.value.problems


def test_good_values_become_an_application() -> None:
    application = apply()

    assert application.type_code == FOOD.code
    assert application.holder_name == GOOD["operator"]
    assert application.holder == HolderCode(
        code_type=HolderCodeType.SOCIAL_CREDIT_CODE, code=GOOD["credit_code"]
    )
    assert application.number == GOOD["number"]
    assert application.valid_to == date(2031, 3, 17)


def test_base_elements_are_not_repeated_among_the_fields() -> None:
    assert set(apply().fields) == {
        "legal_representative",
        "domicile",
        "premises",
        "business_form",
        "business_items",
        "supervising_agency",
        "supervisors",
        "hotline",
        "signatory",
    }


def test_optional_field_may_be_left_out() -> None:
    assert "supervisors" not in apply(supervisors=" \u00a0").fields


@pytest.mark.parametrize("text", ["2026-03-18", "2026年3月18日", "2026年03月18日", "20260318"])
def test_date_may_be_written_in_three_ways(text: str) -> None:
    assert apply(issued_on=text).issued_on == date(2026, 3, 18)


def test_spaces_around_a_value_go_and_codes_become_capitals() -> None:
    assert apply(credit_code=f"\u00a0{GOOD['credit_code'].lower()}\u3000") == apply()


def test_choice_may_have_a_detail_in_parentheses() -> None:
    form = "集中用餐单位食堂（学校食堂）"

    assert apply(business_form=form).fields["business_form"] == form


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("operator", " ", "missing-field"),
        ("credit_code", "92340202YX0000000X", "wrong-check-character"),
        ("credit_code", "ABC", "malformed-code"),
        ("credit_code", "9.13402E+17", "scientific-notation"),
        ("credit_code", "9.13402020000000E+17", "scientific-notation"),
        ("credit_code", "９２340202YX00000000", "full-width"),  # noqa: RUF001
        ("credit_code", "9" * 19, "too-long"),
        ("number", "JY23402020000010", "wrong-check-character"),
        ("number", "皖食许字1号", "malformed-code"),
        ("issued_on", "2026-02-30", "impossible-date"),
        ("issued_on", "20261301", "impossible-date"),
        ("issued_on", "0001-01-01", "impossible-date"),
        ("issued_on", "9999-12-31", "impossible-date"),
        ("issued_on", "18/3/2026", "malformed-date"),
        ("issued_on", "2026-3-18", "malformed-date"),
        ("issued_on", "２０２６-03-18", "full-width"),  # noqa: RUF001
        ("issued_on", "长期", "malformed-date"),
        ("valid_to", "长期", "permanent-not-allowed"),
        ("valid_to", "2026-03-17", "date-order"),
        ("valid_to", "2031-03-19", "validity-too-long"),
        ("business_form", "流动摊贩", "not-in-list"),
        ("business_form", "食品销售经营者（）", "not-in-list"),
        ("business_form", "流动摊贩（食品销售经营者）", "not-in-list"),
        ("business_items", "食" * 241, "too-long"),
        ("domicile", "样例路\u202e1号", "forbidden-character"),
        ("domicile", "样例路\n1号", "forbidden-character"),
        ("domicile", "样例路\u200b1号", "forbidden-character"),
        ("domicile", "样例路\u00a01号", "forbidden-character"),
        ("domicile", "样例路\ue000号", "forbidden-character"),
        ("domicile", "样例路\ud800号", "forbidden-character"),
        ("domicile", "样例路\ufffe号", "forbidden-character"),
    ],
)
def test_bad_value_is_the_only_problem_and_named(field: str, value: str, code: str) -> None:
    (problem,) = problems_of(FOOD, **{field: value})

    assert (problem.field, problem.code.value) == (field, code)
    assert problem.zh
    assert problem.en
    assert "{" not in problem.zh + problem.en


def test_all_problems_are_reported_at_once() -> None:
    problems = problems_of(operator="", credit_code="1", issued_on="x", business_form="y", z="1")

    assert [(problem.field, problem.code.value) for problem in problems] == [
        ("operator", "missing-field"),
        ("credit_code", "malformed-code"),
        ("business_form", "not-in-list"),
        ("issued_on", "malformed-date"),
        ("z", "unknown-field"),
    ]


def test_license_may_not_end_before_it_is_issued() -> None:
    (problem,) = problems_of(issued_on="2026-03-18", valid_from="2020-01-01", valid_to="2024-12-31")

    assert (problem.code.value, problem.zh) == ("date-order", "早于发证日期")


def test_anniversary_is_the_last_permitted_day() -> None:
    assert apply(valid_to="2031-03-18").valid_to == date(2031, 3, 18)


def test_permanent_license_has_no_last_day_where_the_type_says_so() -> None:
    catalogued = replace(FOOD.cataloguing, validity_ranges=(ValidityRange("长期"),))
    permanent = replace(FOOD, cataloguing=catalogued)

    assert apply(permanent, valid_to="长期").valid_to is None


def test_missing_characters_are_named_with_their_code_points() -> None:
    with pytest.raises(InvalidApplicationError) as caught:
        parse_application(
            FOOD,
            {**GOOD, "domicile": "𫚭路"},
            missing_characters=lambda text: "𫚭" if "𫚭" in text else "",
        )

    (problem,) = caught.value.problems
    assert problem.en == "no font has these characters: 𫚭 U+2B6AD"


def test_personal_values_are_masked_in_problems() -> None:
    (problem,) = problems_of(legal_representative="王样安\ue000")

    assert problem.value == "王***"


def test_citizen_number_in_any_field_is_not_repeated_by_a_problem() -> None:
    (problem,) = problems_of(credit_code="11010519491231002X")
    (unknown,) = problems_of(extra="11010519491231002X")
    (choice,) = problems_of(business_form="张11010519491231002X")

    for shown in (problem, unknown, choice):
        assert "19491231" not in repr(shown)


def test_long_values_are_shown_short() -> None:
    (problem,) = problems_of(business_items="食" * 5000)

    assert len(problem.value) == 60


def test_unknown_fields_are_bounded() -> None:
    problems = problems_of(FOOD, **{f"x{n}": "1" for n in range(1000)})

    assert len(problems) == 20


def test_representation_of_an_application_shows_no_personal_field() -> None:
    assert GOOD["legal_representative"] not in repr(apply())


def person_type() -> LicenseType:
    """Return the shipped type, changed so that people may hold its licenses too."""
    code_type = FieldSpec(
        name="code_type",
        label_zh="证件类型",
        label_en="Kind of code",
        obligation=Obligation.MANDATORY,
        format=FieldFormat.parse("an3"),
        element=Element.HOLDER_CODE_TYPE,
    )
    types = (HolderCodeType.SOCIAL_CREDIT_CODE, HolderCodeType.CITIZEN_NUMBER)
    catalogued = replace(FOOD.cataloguing, holder_code_types=types)
    return replace(FOOD, cataloguing=catalogued, fields=(*FOOD.fields, code_type))


def test_holder_code_is_judged_by_the_code_type_beside_it() -> None:
    application = apply(person_type(), code_type="111", credit_code="11010519491231002x")

    assert application.holder.code_type is HolderCodeType.CITIZEN_NUMBER
    assert application.holder.code == "11010519491231002X"


def counting_type() -> LicenseType:
    """Return the shipped type with a field that holds a number."""
    seats = FieldSpec(
        name="seats",
        label_zh="座位数",
        label_en="Seats",
        obligation=Obligation.MANDATORY,
        format=FieldFormat.parse("N..8.2"),
        initials="ZWS",
    )
    return replace(FOOD, fields=(*FOOD.fields, seats))


def test_number_is_kept_as_it_is_written() -> None:
    assert apply(counting_type(), seats="12.50").fields["seats"] == "12.50"


@pytest.mark.parametrize(
    ("text", "code"),
    [("many", "malformed-number"), ("1E5", "scientific-notation"), ("-1", "malformed-number")],
)
def test_text_that_is_no_number_is_refused(text: str, code: str) -> None:
    (problem,) = problems_of(counting_type(), seats=text)

    assert problem.code.value == code


def test_code_type_that_the_license_type_does_not_take_is_refused() -> None:
    problems = problems_of(person_type(), code_type="414")

    assert [(problem.field, problem.code.value) for problem in problems] == [
        ("code_type", "not-in-list")
    ]


def conditional_type() -> LicenseType:
    """Return the shipped type with a permit that only restaurants need."""
    permit = FieldSpec(
        name="permit",
        label_zh="排水许可",
        label_en="Drainage permit",
        obligation=Obligation.CONDITIONAL,
        required_if=Condition(field="business_form", values=("餐饮服务经营者",)),
        format=FieldFormat.parse("an8"),
        shape="PS@#####",
        initials="PSXK",
    )
    return replace(FOOD, fields=(*FOOD.fields, permit))


def test_conditional_field_is_required_where_its_condition_holds_and_nowhere_else() -> None:
    found = [
        [(problem.field, problem.code.value) for problem in problems_of(conditional_type(), **row)]
        for row in (
            {"business_form": "餐饮服务经营者"},
            {"business_form": "餐饮服务经营者（含网络经营）"},
        )
    ]

    assert found == [[("permit", "missing-field")]] * 2
    assert "permit" not in apply(conditional_type(), business_form="食品销售经营者").fields


@pytest.mark.parametrize("text", ["PSA1234", "PS123456", "XXA12345"])
def test_code_of_another_shape_is_refused(text: str) -> None:
    (problem,) = problems_of(conditional_type(), permit=text)

    assert problem.code.value == "malformed-code"


def test_code_of_a_list_is_kept_as_its_label() -> None:
    assert apply(business_form="2").fields["business_form"] == "餐饮服务经营者"


def test_blank_field_takes_the_value_it_defaults_to() -> None:
    assert apply(valid_from="").valid_from == apply().issued_on


def test_decimals_beyond_the_format_are_refused() -> None:
    (problem,) = problems_of(counting_type(), seats="1.234")

    assert problem.code.value == "too-many-decimals"


def test_blank_code_type_counts_as_the_one_that_it_stands_for() -> None:
    """Else the record would say what the row was never asked about."""
    transport = shipped_type("road_transport_operation")
    row = next(
        row
        for row in road_transport_operation_rows(RegionCode("340200"), 40, seed=1)
        if row["holder_code_type"] == transport.holder_code_types[0]
    )

    with pytest.raises(InvalidApplicationError) as caught:
        parse_application(transport, {**row, "holder_code_type": "", "legal_representative": ""})

    (problem,) = caught.value.problems
    assert (problem.field, problem.code) == ("legal_representative", "missing-field")
    application = parse_application(transport, {**row, "holder_code_type": ""})
    assert application == parse_application(transport, row)
