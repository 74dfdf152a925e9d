"""What lints look at: the values of one license, as its record says them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from certs.applications import LicenseApplication
from certs.catalogue import LicenseType
from certs.element_names import Element
from certs.lints.plans import LintPlan, plan_of
from certs.records import LicenseRecord
from certs.regions import RegionCode
from certs.validity_ranges import PERMANENT


@dataclass(frozen=True, slots=True, kw_only=True)
class LintSubject:
    """One license under the lints.

    Attributes:
        license_type: Its type, in the version that it was made by.
        plan: What lints look at in licenses of the type.
        values: By field name, of all fields of the type; blank where the record has none.
        issued_on: 证照颁发日期.
        stored_on: The civil day on which it was stored.
        issuer_region: Where its issuer is competent.
    """

    license_type: LicenseType
    plan: LintPlan = field(repr=False)
    values: Mapping[str, str] = field(repr=False)
    issued_on: date
    stored_on: date
    issuer_region: RegionCode

    @classmethod
    def of(cls, record: LicenseRecord, license_type: LicenseType, *, stored_on: date) -> Self:
        """Return the subject that a record is."""
        return cls(
            license_type=license_type,
            plan=plan_of(license_type),
            values=values_of(record, license_type),
            issued_on=record.issued_on,
            stored_on=stored_on,
            issuer_region=record.authority.region,
        )

    @property
    def days_to_store(self) -> int:
        """Days from the decision until it was stored; below 0 where it was stored before."""
        return (self.stored_on - self.issued_on).days


def values_of(
    record: LicenseRecord | LicenseApplication, license_type: LicenseType
) -> dict[str, str]:
    """Return what a record, or an application, says by the field names of its type."""
    end = record.valid_to
    of_element = {
        Element.HOLDER_CODE_TYPE: record.holder.code_type.value,
        Element.HOLDER_CODE: record.holder.code,
        Element.HOLDER_NAME: record.holder_name,
        Element.NUMBER: record.number,
        Element.ISSUED_ON: record.issued_on.isoformat(),
        Element.VALID_FROM: record.valid_from.isoformat(),
        Element.VALID_TO: PERMANENT if end is None else end.isoformat(),
    }
    said = record.fields
    return {
        name: of_element[element] if element else said.get(name, "")
        for name, element in plan_of(license_type).sources
    }
