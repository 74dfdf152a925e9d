"""Records under the lints: of sample rows, changed as a test wants them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache

from certs.applications import LicenseApplication, parse_application
from certs.catalogue import LicenseType
from certs.element_names import Element
from certs.identifiers import LicenseIdentifier, SocialCreditCode
from certs.lints.findings import LintFinding
from certs.lints.subjects import LintSubject
from certs.lints.value_lints import lint_values
from certs.records import IssuingAuthority, LicenseRecord
from certs.regions import RegionCode
from certs.samples.makers import ROW_MAKERS
from certs.status_indexes import StatusIndex
from certs.type_folders import shipped_type
from tests.desks import ISSUER

WUHU = RegionCode("340200")
AUTHORITY = IssuingAuthority(
    code=SocialCreditCode(ISSUER), name="芜湖市市场监督管理局（样例）", region=WUHU
)


@cache
def rows(short_name: str, count: int = 40) -> tuple[Mapping[str, str], ...]:
    return ROW_MAKERS[short_name](WUHU, count, seed=3)


def application(short_name: str, number: int = 0, **changes: str) -> LicenseApplication:
    return parse_application(shipped_type(short_name), {**rows(short_name)[number], **changes})


def record_of(
    application: LicenseApplication, license_type: LicenseType, *, serial: str = "LINTED1"
) -> LicenseRecord:
    return LicenseRecord(
        identifier=LicenseIdentifier(
            type_code=license_type.code, issuer_code=AUTHORITY.code, serial=serial
        ),
        type_name=license_type.name,
        number=application.number,
        authority=AUTHORITY,
        holder=application.holder,
        holder_name=application.holder_name,
        issued_on=application.issued_on,
        valid_from=application.valid_from,
        valid_to=application.valid_to,
        fields=application.fields,
        status_uri="http://127.0.0.1:8000/api/v1/status-lists/0",
        status_index=StatusIndex(list_number=0, index=1),
        salt=b"s" * 16,
    )


def subject(
    short_name: str, changes: Mapping[str, str] | None = None, *, stored_on: date | None = None
) -> LintSubject:
    """A sample license whose record says these values instead, however wrong they are."""
    values = changes or {}
    license_type = shipped_type(short_name)
    record = record_of(application(short_name), license_type)
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
