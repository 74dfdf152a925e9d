"""What is registered for a matter follows from its rules, and from nothing else."""

from dataclasses import replace
from datetime import date, timedelta

from certs.catalogue import LicenseType
from certs.element_names import BASE
from certs.type_folders import shipped_type, shipped_types
from verify.matters.catalogue import Matter
from verify.matters.files import shipped_matters
from verify.matters.ways import LicenseRule, Term
from verify.prefill.forms import shipped_forms
from verify.releases.registered_uses import FILES, registered_fields

FOOD = shipped_type("food_business")
MATTER = shipped_matters().latest("open-restaurant")
DAY = date(2026, 3, 18)


def _with_term(matter: Matter, term: Term) -> Matter:
    materials = tuple(
        replace(
            item,
            rules=tuple(
                replace(rule, term=term) if isinstance(rule, LicenseRule) else rule
                for rule in item.rules
            ),
        )
        for item in matter.materials
    )
    return replace(matter, materials=materials)


def test_the_register_is_the_union_of_what_rules_and_the_form_name() -> None:
    named = {
        source.name
        for field in shipped_forms().of(MATTER)
        for source in field.sources
        if source.license_type == FOOD.code
    } | {
        name
        for item in MATTER.materials
        if item.license_rule and FOOD.code in item.license_rule.license_types
        for name in item.license_rule.required_fields
    }
    elements = {
        spec.element.value if spec.element else spec.name
        for spec in FOOD.fields
        if spec.name in named
    }

    assert elements
    assert registered_fields(MATTER, FOOD, DAY) == elements | set(BASE) | set(FILES)


def test_of_a_type_that_no_rule_names_nothing_is_registered() -> None:
    assert registered_fields(MATTER, shipped_type("birth_certificate"), DAY) == frozenset()


def test_a_rule_registers_only_while_it_is_in_force() -> None:
    ended = _with_term(MATTER, Term(last=DAY - timedelta(days=1)))
    current = _with_term(MATTER, Term(last=DAY))

    assert registered_fields(ended, FOOD, DAY) == frozenset()
    assert registered_fields(current, FOOD, DAY) == registered_fields(MATTER, FOOD, DAY)


def test_every_shipped_matter_registers_fields_that_its_types_have() -> None:
    def known(item: LicenseType) -> set[str]:
        specs = {spec.element.value if spec.element else spec.name for spec in item.fields}
        return specs | {*BASE, *FILES}

    for matter in shipped_matters().matters:
        for item in shipped_types():
            assert registered_fields(matter, item, DAY) <= known(item), (matter.code, item.name)


def test_what_the_form_is_filled_in_from_may_be_seen_and_no_more() -> None:
    matter = shipped_matters().latest("open-restaurant")
    license_type = next(item for item in shipped_types() if item.short_name == "business_license")

    fields = registered_fields(matter, license_type, date(2026, 3, 18))

    assert "established_on" in fields
    assert "business_scope" in fields
    assert "composition" not in fields
