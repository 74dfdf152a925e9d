"""Every license type that comes with the program, from a row to a verdict."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from certs.applications import parse_application
from certs.catalogue import LicenseType
from certs.identifiers import LicenseIdentifier
from certs.issuance import issue
from certs.issue_requests import IssueRequest
from certs.licenses import License
from certs.regions import RegionCode
from certs.samples.makers import ROW_MAKERS
from certs.type_folders import shipped_types
from certs.type_imports import sample_rows
from certs.type_parts import HolderCategory
from tests.instances import Country
from tests.sharing import Asker

TYPES = shipped_types()
OF_PEOPLE = [t for t in TYPES if t.cataloguing.holder_category is HolderCategory.PERSON]
UNASKED = [t for t in TYPES if not t.management.lookup_by_number]


def ids(types: Iterable[LicenseType]) -> list[str]:
    return [item.short_name for item in types]


def issued(license_type: LicenseType, row: Mapping[str, str], country: Country) -> License:
    desk = replace(country.wuhu.services.desks[str(license_type.code)], operator="I001")
    application = parse_application(license_type, row)
    (outcome,) = issue([IssueRequest(f"row:{application.number}", application)], desk=desk)
    assert outcome.license is not None
    return outcome.license


def findings_of(report: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = report["findings"]
    return found


@pytest.mark.parametrize("license_type", TYPES, ids=ids(TYPES))
def test_both_faces_of_a_license_of_every_type_pass(
    license_type: LicenseType, country: Country
) -> None:
    """Even with the longest values and rare characters."""
    license = issued(license_type, sample_rows(license_type.folder)[-1], country)

    for kind in ("pdf", "ofd"):
        report = country.wuhu.verify(country.wuhu.file(license.identifier, kind))
        bad = [item["facts"] for item in findings_of(report) if item["outcome"] != "ok"]
        assert (kind, report["conclusion"], bad) == (kind, "passed", []), bad


@pytest.mark.parametrize("license_type", OF_PEOPLE, ids=ids(OF_PEOPLE))
def test_nothing_about_a_person_stands_in_the_identifier(
    license_type: LicenseType, country: Country
) -> None:
    row = ROW_MAKERS[license_type.short_name](RegionCode("340200"), 2, seed=9)[1]

    license = issued(license_type, row, country)

    assert len(LicenseIdentifier.parse(license.identifier).serial) == 20
    assert row["number"] not in license.identifier
    assert license.holder_shown not in row.values()


@pytest.mark.parametrize("license_type", UNASKED, ids=ids(UNASKED))
def test_license_is_not_found_by_its_number_where_the_type_forbids_it(
    license_type: LicenseType, country: Country
) -> None:
    row = ROW_MAKERS[license_type.short_name](RegionCode("340200"), 3, seed=9)[2]
    license = issued(license_type, row, country)
    question = {"certificateNumber": row["number"], "certificateTypeCode": str(license_type.code)}

    answer = Asker(country).answer("zzcx", question)

    assert answer["head"]["status"] != 0
    told = json.dumps(answer, ensure_ascii=False)
    assert license.identifier not in told
    assert parse_application(license_type, row).holder_name not in told
