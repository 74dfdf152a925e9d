"""Registered uses (请求方登记): which fields of which licenses a matter may see, and no others."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Final

from certs.catalogue import LicenseType
from certs.element_names import BASE
from certs.identifiers import LicenseTypeCode
from certs.releases import Basis, BasisKind
from verify.acceptance.notices import CaseView
from verify.matters.catalogue import Matter
from verify.matters.ways import LicenseRule, Way
from verify.prefill.forms import FormCatalogue, shipped_forms
from verify.prefill.sources import SourceKind

FILES: Final = ("license.pdf", "license.ofd", "license.json", "license.p7s")
"""The license itself; it takes the place of the paper, so whoever accepts it may see it."""


def registered_fields(matter: Matter, license_type: LicenseType, day: date) -> frozenset[str]:
    """Return what of a license of one type a matter may see on a day.

    That is what every license has, the license itself, the fields that the matter's rules name,
    and those that its form is filled in from. Of a type that no rule names it is nothing.

    Args:
        matter: The matter, in the version that counts.
        license_type: The type; fields that fill an element go by the element's name.
        day: The day on which rules have to be in force.
    """
    fields = _asked_for(matter, day).get(license_type.code)
    if fields is None:
        return frozenset()
    names = fields | _filled_from(matter, license_type.code)
    return frozenset({*BASE, *FILES, *(_as_recorded(name, license_type) for name in names)})


def case_basis(view: CaseView, license_type: LicenseType) -> Basis:
    """Return what a case may see of a license that it found (办件依据)."""
    matter, case = view.matter, view.case
    return Basis(
        kind=BasisKind.CASE,
        permitted=registered_fields(matter, license_type, case.opened_on),
        purpose=f"{matter.name_zh}（{case.id}）",
        matter=matter.code,
        department=matter.department_zh,
        case_id=case.id,
        duty=_duty(matter, license_type.code, case.opened_on),
    )


def _duty(matter: Matter, code: LicenseTypeCode, day: date) -> str:
    """Return the clause by which a matter sees licenses of a type; empty where no rule does."""
    rules = (material.rule_for(Way.E_LICENSE, day) for material in matter.materials)
    found = (
        rule.legal_basis
        for rule in rules
        if isinstance(rule, LicenseRule) and code in rule.license_types
    )
    return next(found, "")


def _asked_for(matter: Matter, day: date) -> Mapping[LicenseTypeCode, frozenset[str]]:
    """Return the fields that rules in force name, by the type of license."""
    found: dict[LicenseTypeCode, frozenset[str]] = {}
    for material in matter.materials:
        rule = material.rule_for(Way.E_LICENSE, day)
        if isinstance(rule, LicenseRule):
            for code in rule.license_types:
                found[code] = found.get(code, frozenset()) | frozenset(rule.required_fields)
    return MappingProxyType(found)


def _filled_from(matter: Matter, code: LicenseTypeCode) -> frozenset[str]:
    return frozenset(
        source.name
        for field in _forms().of(matter)
        for source in field.sources
        if source.kind is SourceKind.LICENSE and source.license_type == code
    )


@cache
def _forms() -> FormCatalogue:
    """Return the shipped forms, read once a process: each release asks for them."""
    return shipped_forms()


def _as_recorded(name: str, license_type: LicenseType) -> str:
    spec = license_type.field_by_name.get(name)
    return spec.element.value if spec is not None and spec.element is not None else name
