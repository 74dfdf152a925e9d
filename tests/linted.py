"""Records under the lints: of sample rows, changed as a test wants them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache

from certs.applications import LicenseApplication, parse_application
from certs.element_names import Element
from certs.lints.findings import LintFinding
from certs.lints.subjects import LintSubject
from certs.lints.value_lints import lint_values
from certs.regions import RegionCode
from certs.samples.makers import ROW_MAKERS
from certs.type_folders import shipped_type
from certs.type_trials import specimen_record

WUHU = RegionCode("340200")


@cache
def rows(short_name: str, count: int = 40) -> tuple[Mapping[str, str], ...]:
    return ROW_MAKERS[short_name](WUHU, count, seed=3)


def application(short_name: str, number: int = 0, **changes: str) -> LicenseApplication:
    return parse_application(shipped_type(short_name), {**rows(short_name)[number], **changes})


def subject(
    short_name: str, changes: Mapping[str, str] | None = None, *, stored_on: date | None = None
) -> LintSubject:
    """A sample license whose record says these values instead, however wrong they are."""
    values = changes or {}
    license_type = shipped_type(short_name)
    record = specimen_record(license_type, application(short_name))
    made = LintSubject.of(record, license_type, stored_on=stored_on or record.issued_on)
    spec = license_type.field_of(Element.ISSUED_ON)
    assert spec is not None
    issued_on = date.fromisoformat(values.get(spec.name, record.issued_on.isoformat()))
    return replace(
        made,
        values={**made.values, **values},
        issued_on=issued_on,
        stored_on=stored_on or issued_on,
    )


def found(subject: LintSubject) -> list[tuple[str, str]]:
    """What lints find in values, as names and fields."""
    return [(item.lint, item.field) for item in lint_values(subject)]


def named(findings: list[LintFinding] | tuple[LintFinding, ...]) -> list[tuple[str, str]]:
    return [(item.lint, item.field) for item in findings]
