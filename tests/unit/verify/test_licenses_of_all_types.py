"""Licenses of every type that comes with the program: issued, sealed twice, and verified."""

import atexit
from dataclasses import dataclass, replace
from functools import cache

import pytest

from certs.applications import LicenseApplication, parse_application
from certs.faces.compiled import CompiledFaces
from certs.issuance import IssueRequest, issue
from certs.records import LicenseRecord
from certs.type_folders import shipped_type, shipped_types
from certs.type_imports import sample_rows
from certs.type_parts import SerialRule
from tests import desks
from tests.doubles.issuing import MemoryObjects
from tests.doubles.register import MemoryDatabase
from tests.sealed import Regions, judge, trust, trusted_region
from tests.unit.certs.faces.ofd.sealed_ofd import ofd_faces
from verify.checks import Check, Outcome
from verify.conclusions import Conclusion
from verify.report import Report

TYPES = [item.short_name for item in shipped_types()]


@dataclass(frozen=True)
class Issued:
    """A license as it left the desk."""

    short_name: str
    application: LicenseApplication
    record: LicenseRecord
    pdf: bytes
    ofd: bytes


@cache
def faces() -> CompiledFaces:
    made = CompiledFaces()
    atexit.register(made.close)
    return made


@cache
def issued(short_name: str) -> Issued:
    """The license of the last sample row, which has the longest values and rare characters."""
    license_type = shipped_type(short_name)
    objects, database = MemoryObjects(), MemoryDatabase()
    desk = replace(
        desks.desk(database.unit_of_work, objects),
        license_type=license_type,
        renderer=faces(),
        ofd=ofd_faces(),
    )
    application = parse_application(license_type, sample_rows(license_type.folder)[-1])
    (outcome,) = issue([IssueRequest("one", application)], desk=desk)
    assert outcome.license is not None
    files = outcome.license.files
    return Issued(
        short_name=short_name,
        application=application,
        record=LicenseRecord.parse(objects.get(files.record)),
        pdf=objects.get(files.pdf),
        ofd=objects.get(files.ofd),
    )


def report_on(license: Issued, data: bytes) -> Report:
    """The verdict of a verifier that trusts the issuer with every type."""
    region = trusted_region()
    (issuer,) = region.issuers
    entitled = replace(issuer, types=frozenset(item.code for item in shipped_types()))
    trusted = trust(replace(region, issuers=(entitled,)))
    return judge(data, trusted=trusted, regions=Regions(digest=license.record.digest.hex()))


@pytest.mark.parametrize("short_name", TYPES)
@pytest.mark.parametrize("kind", ["pdf", "ofd"])
def test_face_with_the_longest_values_is_strict_and_passes(short_name: str, kind: str) -> None:
    license = issued(short_name)

    report = report_on(license, getattr(license, kind))

    outcomes = {finding.check: finding.outcome for finding in report.findings}
    assert report.conclusion is Conclusion.PASSED
    assert {outcomes[check] for check in (Check.FILE_STRICT, Check.RECORD_PAGE)} == {Outcome.OK}


@pytest.mark.parametrize("short_name", TYPES)
def test_identifier_holds_the_number_of_an_organization_alone(short_name: str) -> None:
    license = issued(short_name)
    is_of_number = shipped_type(short_name).coding.serial is SerialRule.NUMBER
    is_told = is_of_number and license.application.holder.code_type.is_organization

    assert (license.record.identifier.serial == license.application.number) == is_told


def test_numbers_that_hold_a_citizen_number_are_personal_and_in_no_identifier() -> None:
    of_citizens = [name for name in TYPES if shipped_type(name).coding.number.is_of_citizens]

    assert of_citizens == ["disability_card", "social_security_card"]
    for license in map(issued, of_citizens):
        assert shipped_type(license.short_name).coding.number_is_personal
        assert license.application.holder.code not in str(license.record.identifier)
