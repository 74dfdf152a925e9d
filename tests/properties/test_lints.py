"""Lints over anything: they never raise, hold no value, and agree with what was applied for."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from certs.applications import parse_application, read_values
from certs.catalogue import LicenseType
from certs.data_rules import broken_rules
from certs.errors import InvalidApplicationError
from certs.lints import stock
from certs.lints.names import lints_of
from certs.lints.subjects import LintSubject, values_of
from certs.lints.value_lints import lint_values
from certs.records import LicenseRecord
from certs.type_folders import shipped_types
from certs.type_trials import specimen_record
from tests import linted

TYPES = shipped_types()
NAMES = frozenset(lints_of(TYPES))
_TEXTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["", "无", "长期", "2026-02-30", "2026年3月18日", "11010519491231002X", "0.1", "1e5", "NaN"]
    ),
)
_TYPE = st.sampled_from(TYPES)


@settings(max_examples=60)
@given(_TYPE, st.integers(0, 39), st.data())
def test_a_row_that_passes_still_passes_when_its_record_is_read_again(
    license_type: LicenseType, number: int, data: st.DataObject
) -> None:
    row = dict(linted.rows(license_type.short_name)[number])
    changed = data.draw(st.dictionaries(st.sampled_from(sorted(row)), _TEXTS, max_size=3))
    try:
        application = parse_application(license_type, row | changed)
    except InvalidApplicationError:
        return
    record = specimen_record(license_type, application)

    read = LicenseRecord.parse(record.encode())
    again = values_of(read, license_type)

    values, problems = read_values(license_type, again)
    assert problems == []
    assert parse_application(license_type, values) == application
    assert all(rule.level == "warn" for rule in broken_rules(license_type, values))


@settings(max_examples=80)
@given(_TYPE, st.integers(0, 39), st.integers(-40_000, 40_000), st.data())
def test_lints_never_raise_and_never_hold_a_value(
    license_type: LicenseType, number: int, days: int, data: st.DataObject
) -> None:
    application = linted.application(license_type.short_name, number)
    names = [spec.name for spec in license_type.fields if spec.element is None]
    fields = data.draw(st.dictionaries(st.sampled_from([*names, "stranger"]), _TEXTS))
    record = specimen_record(license_type, application)
    harmed = replace(record, fields=fields, number=data.draw(_TEXTS))
    stored_on = date.fromordinal(max(1, application.issued_on.toordinal() + days))
    subject = LintSubject.of(harmed, license_type, stored_on=stored_on)

    found = [*lint_values(subject), *stock._read_again(harmed, license_type)]

    assert {item.lint for item in found} <= NAMES
    assert {item.field for item in found} <= {"stranger", *license_type.field_by_name}
