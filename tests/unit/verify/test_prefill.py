"""Transforms, sources and filling, each by itself."""

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from certs.type_folders import shipped_types
from tests.form_applicants import TODAY, Everybody, TestApplicant, enterprise, person
from tests.unit.verify.test_prefill_rate import desk_for
from verify.acceptance.records import Applicant
from verify.decision_errors import FieldLockedError, FieldUnknownError, FieldValueError
from verify.errors import MalformedMatterError, MatterNotFoundError
from verify.matters.files import shipped_matters
from verify.outcomes.results import shipped_results
from verify.prefill.facts import Facts
from verify.prefill.filling import FilledField, entries_of, filled, rate_of
from verify.prefill.forms import Editable, FieldKind, FormField, load_forms, shipped_forms
from verify.prefill.sources import Source, SourceKind
from verify.prefill.transforms import Transform, transformed

CITIZEN = "340202199003070013"
CREDIT = "11340200MB9TXY014H"
T = Transform
TYPES = {item.short_name: item for item in shipped_types()}


@pytest.mark.parametrize(
    ("transform", "text", "made"),
    [
        (T.AS_IS, " 样例 ", "样例"),
        (T.AS_IS, " ", None),
        (T.ISO_DATE, "2026年5月1日", "2026-05-01"),
        (T.ISO_DATE, "20260501", "2026-05-01"),
        (T.ISO_DATE, "2026-05-01", "2026-05-01"),
        (T.ISO_DATE, "2026-02-30", None),
        (T.ISO_DATE, "长期", None),
        (T.CHINESE_DATE, "2026-05-01", "2026年5月1日"),
        (T.YEAR, "2026-05-01", "2026"),
        (T.FOUR_YEARS, "2026-05-01", "2030-04-30"),
        (T.FIVE_YEARS, "2026-05-01", "2031-04-30"),
        (T.FIVE_YEARS, "2024-02-29", "2029-02-28"),
        (T.FOUR_YEARS, "2024-01-01", "2027-12-31"),
        (T.BIRTH_DATE, "C", None),
        (T.SEX, "C", None),
        (T.ORGANIZATION_CODE, CREDIT, "MB9TXY01-4"),
        (T.ORGANIZATION_CODE, "MB9TXY01-4", None),
        (T.REGISTERED_REGION, CREDIT, "340200"),
        (T.CODE_TYPE_NAME, "111", "公民身份号码"),
        (T.CODE_TYPE_NAME, "998", None),
        (T.DOCUMENT_NAME, "111", "居民身份证"),
        (T.DOCUMENT_NAME, "999", None),
        (T.PROVINCE, "安徽省芜湖市镜湖区样例路1号", "安徽省"),
        (T.CITY, "安徽省芜湖市镜湖区样例路1号", "芜湖市"),
        (T.DISTRICT, "芜湖市镜湖区样例路1号", "镜湖区"),
        (T.STREET, "芜湖市镜湖区样例路1号", "样例路1号"),
        (T.PROVINCE, "样例路1号", None),
        (T.STREET, "样例路1号", "样例路1号"),
        (T.WITHOUT_DETAIL, "食品销售经营者（网络经营）", "食品销售经营者"),
        (T.FIRST_ITEM, "热食类；冷食类", "热食类"),
    ],
)
def test_transforms_read_what_licenses_write(transform: T, text: str, made: str | None) -> None:
    assert transformed(text, transform, today=TODAY) == made


def citizen(body: str) -> str:
    """A citizen number with its check character."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


@pytest.mark.parametrize(
    ("transform", "made"),
    [
        (T.BIRTH_DATE, "1990-03-19"),
        (T.SEX, "男"),
        (T.AGE, "35"),
        (T.HOME_REGION, "340202"),
    ],
)
def test_citizen_number_tells_birth_sex_age_and_region(transform: T, made: str) -> None:
    number = citizen("34020219900319001")

    assert transformed(number, transform, today=date(2026, 3, 18)) == made
    assert transformed(number[:-1] + "?", transform, today=TODAY) is None


def test_age_turns_on_the_birthday() -> None:
    number = citizen("34020219900319002")

    assert transformed(number, T.AGE, today=date(2026, 3, 19)) == "36"
    assert transformed(number, T.SEX, today=TODAY) == "女"
    assert transformed(number, T.AGE, today=date(1980, 1, 1)) is None


@pytest.mark.parametrize(
    "text",
    [
        "license",
        "license:business_license",
        "license:business_license.nothing",
        "license:nothing.name",
        "identity:phone",
        "identity",
        "previous:name",
        "wish:name",
        "identity:code | __import__('os')",
        "identity:code | shout",
        "identity:code|sex",
    ],
)
def test_what_names_no_source_is_refused(text: str) -> None:
    with pytest.raises(MalformedMatterError):
        Source.parse(text, TYPES)


def test_source_is_kind_name_and_transform() -> None:
    source = Source.parse("license:business_license.domicile | street", TYPES)

    assert (source.kind, source.name, source.transform) == (
        SourceKind.LICENSE,
        "domicile",
        T.STREET,
    )
    assert source.license_type == TYPES["business_license"].code


# Filling -------------------------------------------------------------------------------------


@cache
def company() -> TestApplicant:
    return enterprise()


@cache
def facts() -> Facts:
    """A restaurant that has its business license and its food license, and owns its rooms."""
    situation = {
        "stage": "licensed",
        "premises": "owned",
        "venue": "other",
        "drainage": "building",
        "sign": "no",
    }
    matter = shipped_matters().latest("open-restaurant")
    license = company().records[TYPES["business_license"].code]
    operator = Applicant(code=person().code, name=str(license.fields["legal_representative"]))
    view = desk_for(matter, Everybody({"enterprise": company()})).open_case(
        matter.code,
        company().applicant,
        operator="window",
        situation=situation,
        parties={"operator": operator},
    )
    return Facts(view=view, licenses=company().attached(view), today=TODAY)


def one(code: str, known: Facts | None = None, **answers: str) -> FilledField:
    known = known or facts()
    shown = shipped_forms().shown(known.view.matter, known.view.case.situation)
    fields = [item for item in shown if item.code == code]
    (found,) = filled(fields, known, answers or None)
    return found


def test_value_tells_where_it_comes_from() -> None:
    field = one("established-on")

    record = company().records[TYPES["business_license"].code]
    assert field.prefill is not None
    assert field.value == record.fields["established_on"]
    assert field.prefill.origin.zh == "来自 营业执照 · 2026-03-18 · 有效"
    assert field.prefill.origin.license == str(record.identifier)
    assert field.value not in repr(field)


def test_what_two_licenses_say_differently_stands_side_by_side() -> None:
    field = one("legal-representative")

    said = [(item.value, item.origin.title_zh) for item in field.differing]
    records = company().records
    assert said == [
        (
            records[TYPES[name].code].fields["legal_representative"],
            records[TYPES[name].code].type_name,
        )
        for name in ("business_license", "food_business")
    ]
    assert entries_of([field], {"legal-representative": said[1][0]})[0].value == said[1][0]
    with pytest.raises(FieldLockedError):
        entries_of([field], {"legal-representative": "另一人（样例）"})


def test_locked_field_says_what_the_license_says_and_nothing_else() -> None:
    field = one("established-on")

    for other in ("2001-01-01", ""):
        with pytest.raises(FieldLockedError):
            entries_of([field], {"established-on": other})
    (entry,) = entries_of([field], {"established-on": field.value})
    assert (entry.is_changed, rate_of([entry]).authoritative) == (False, 1)


def test_nothing_is_locked_where_nobody_vouches() -> None:
    without = replace(facts(), licenses=())
    field = one("established-on", without)

    (entry,) = entries_of([field], {"established-on": "2001-01-01"})

    assert (entry.value, entry.origin) == ("2001-01-01", None)
    assert rate_of([entry]).authoritative == 0


def test_changed_and_earlier_answers_do_not_count_as_filled() -> None:
    known = replace(facts(), previous={"phone": "0553-0000000"})
    changed = entries_of([one("premises", known)], {"premises": "样例路2号"})
    earlier = entries_of([one("phone", known)], {})

    rate = rate_of([*changed, *earlier])

    assert (rate.shown, rate.authoritative, rate.previous, rate.changed) == (2, 0, 1, 1)


def test_identity_counts_once_somebody_else_confirms_it() -> None:
    case = facts().view
    alone = replace(
        facts(),
        licenses=(),
        view=replace(case, materials=tuple(replace(item, lookups=()) for item in case.materials)),
    )

    confirmed, claimed = (one("code", known).prefill for known in (facts(), alone))

    assert confirmed is not None
    assert claimed is not None
    assert (confirmed.origin.is_authoritative, claimed.origin.is_authoritative) == (True, False)


def test_field_that_the_situation_does_not_show_is_not_answered() -> None:
    shown = filled(shipped_forms().shown(facts().view.matter, facts().view.case.situation), facts())

    with pytest.raises(FieldUnknownError):
        entries_of(shown, {"lease-until": "2030-01-01"})


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (FieldKind.DATE, "morgen"),
        (FieldKind.NUMBER, "1.2.3"),
        (FieldKind.NUMBER, "\uff11"),
        (FieldKind.CHOICE, "c"),
        (FieldKind.TEXT, "a\x00b"),
        (FieldKind.TEXT, "x" * 11),
    ],
)
def test_value_of_another_kind_is_refused_and_not_repeated(kind: FieldKind, value: str) -> None:
    choices = ("a", "b") if kind is FieldKind.CHOICE else ()
    field = FormField(code="f", zh="字段", en="F", kind=kind, choices=choices, max_length=10)

    with pytest.raises(FieldValueError) as refused:
        field.check(value)
    assert value not in str(refused.value)
    field.check("")


# Files ---------------------------------------------------------------------------------------

FORM = """schema = "yinxin.form/1"
matter = "open-restaurant"
[[fields]]
code = "name"
zh = "名称"
en = "Name"
"""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("yinxin.form/1", "yinxin.form/0"), "schema"),
        (('en = "Name"', 'en = "Name"\nsources = ["given"]'), "for results alone"),
        (('en = "Name"', 'en = "Name"\neditable = "locked"'), "nothing to lock"),
        (('en = "Name"', 'en = "Name"\nkind = "choice"'), "has choices"),
        (('en = "Name"', 'en = "Name"\nwhen = { moon = ["full"] }'), "not asked before"),
        (('en = "Name"', 'en = "Name"\ncolor = "red"'), "unknown"),
        (('en = "Name"', 'en = "Name"\nmax_length = 9999'), "max_length"),
        (("[[fields]]", '[[fields]]\ncode = "name"\nzh = "a"\nen = "b"\n[[fields]]'), "once"),
    ],
)
def test_form_that_cannot_be_is_refused_by_file_and_reason(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    path = tmp_path / "form.toml"
    path.write_text(FORM.replace(*change), "utf-8")

    with pytest.raises(MalformedMatterError, match=rf"form\.toml.*{said}"):
        load_forms([path], types=shipped_types(), matters=shipped_matters())


def test_form_of_no_matter_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "form.toml"
    path.write_text(FORM.replace("open-restaurant", "fly"), "utf-8")

    with pytest.raises(MatterNotFoundError):
        load_forms([path], types=shipped_types(), matters=shipped_matters())


def test_four_deep_matters_have_their_own_forms_and_all_others_the_common_one() -> None:
    forms, matters = shipped_forms(), shipped_matters()

    own = {code for code in matters.codes() if forms.has_own(code)}
    assert own == {
        "newborn",
        "open-restaurant",
        "open-transport-company",
        "social-card-services",
    }
    assert all(forms.of(matters.latest(code)) for code in matters.codes())


def test_results_take_from_forms_only_fields_that_these_have() -> None:
    forms, matters = shipped_forms(), shipped_matters()
    for rule in shipped_results().rules:
        matter = matters.latest(rule.matter)
        known = {field.code for field in forms.of(matter)}
        named = {
            source.name
            for sources in rule.fields.values()
            for source in sources
            if source.kind is SourceKind.FORM
        }
        assert named <= known, (rule.matter, named - known)


def test_every_locked_field_of_shipped_forms_has_somebody_who_vouches() -> None:
    forms = shipped_forms()
    vouching = {SourceKind.LICENSE, SourceKind.IDENTITY, SourceKind.PARTY}
    for fields in (*forms.forms.values(), forms.common):
        for field in fields:
            if field.editable is Editable.LOCKED:
                assert vouching & {source.kind for source in field.sources}, field.code
