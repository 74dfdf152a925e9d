"""Every license type that comes with the program, from a row to a verdict."""

import json
from dataclasses import replace
from typing import Any

import pytest

from certs.applications import parse_application
from certs.catalogue import LicenseType
from certs.identifiers import LicenseIdentifier
from certs.issuance import IssueRequest, issue
from certs.licenses import License
from certs.regions import RegionCode
from certs.samples.makers import ROW_MAKERS
from certs.samples.rows import Row
from certs.type_folders import shipped_types
from tests.instances import Country
from tests.sharing import Asker

TYPES = shipped_types()


def issued(license_type: LicenseType, row: Row, country: Country) -> License:
    desk = replace(country.wuhu.services.desks[str(license_type.code)], operator="I001")
    application = parse_application(license_type, row)
    (outcome,) = issue([IssueRequest(f"row:{application.number}", application)], desk=desk)
    assert outcome.license is not None
    return outcome.license


def findings_of(report: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = report["findings"]
    return found


@pytest.mark.parametrize("license_type", TYPES, ids=[item.short_name for item in TYPES])
def test_both_faces_of_a_license_of_every_type_pass(
    license_type: LicenseType, country: Country
) -> None:
    (row,) = ROW_MAKERS[license_type.short_name](RegionCode("340200"), 1, seed=8)
    license = issued(license_type, row, country)

    for kind in ("pdf", "ofd"):
        report = country.wuhu.verify(country.wuhu.file(license.identifier, kind))
        bad = [item["facts"] for item in findings_of(report) if item["outcome"] != "ok"]
        assert (kind, report["conclusion"], bad) == (kind, "passed", []), bad


def test_nothing_about_the_newborn_stands_in_the_identifier(country: Country) -> None:
    birth = next(item for item in TYPES if item.short_name == "birth_certificate")
    rows = ROW_MAKERS["birth_certificate"](RegionCode("340200"), 2, seed=9)

    license = issued(birth, rows[1], country)

    assert len(LicenseIdentifier.parse(license.identifier).serial) == 20
    assert rows[1]["number"] not in license.identifier
    assert license.holder_shown != rows[1]["child_name"]


def test_birth_certificate_is_not_found_by_its_number(country: Country) -> None:
    birth = next(item for item in TYPES if item.short_name == "birth_certificate")
    rows = ROW_MAKERS["birth_certificate"](RegionCode("340200"), 3, seed=9)
    issued(birth, rows[2], country)
    question = {"certificateNumber": rows[2]["number"], "certificateTypeCode": str(birth.code)}

    answer = Asker(country).answer("zzcx", question)

    assert answer["head"]["status"] != 0
    assert rows[2]["child_name"] not in json.dumps(answer, ensure_ascii=False)
