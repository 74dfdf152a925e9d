"""Archiving: building a package, and minting with verification, checks and package."""

import secrets
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final

from api.benches.evidence import bench_evidence
from api.benches.measuring import Measurement, rates
from api.benches.minting_offices import MintingOffice, minting_office
from api.status_publishing import publish_now
from certs.applications import parse_application
from certs.issuance import CHUNK, issue
from certs.issue_requests import IssueRequest
from certs.packages.events import parse_events
from certs.packages.files import CAPTURE_CHECKS, CONTENT, ENVELOPE, EVENTS, PDF, PackageFile
from certs.packages.license_packages import (
    ArchiveTerms,
    CapturedLicense,
    checked_package,
    draft_package,
)
from certs.packages.package import ArchivePackage, parse_package
from certs.records import LicenseRecord
from certs.samples.food_business import food_business_rows
from signing.algorithms import sm3
from verify.archiving.desk import ArchiveDesk
from verify.examination import Examination, examine

_PDF_BYTES: Final = 200_000
_BUILT: Final = 400
_MINTED: Final = 30
_LICENSES: Final = 200
_REPEATS: Final = 100


class _InProcess:
    """Examines where the processor time of this process shows it."""

    def examine(self, data: bytes, content: bytes | None = None) -> Examination:
        """Return the examination."""
        return examine(data, content=content)


def bench_archive() -> list[Measurement]:
    """Measure building alone, everything from application to package, and a day's evidence."""
    with minting_office() as office:
        verifier = replace(office.archive.tools.verifier, examiner=_InProcess())
        desk = replace(
            office.archive,
            tools=replace(office.archive.tools, verifier=verifier),
            patience=timedelta(),
        )
        _archived(office, desk, range(CHUNK))
        numbers = range(CHUNK, CHUNK + _LICENSES)
        started = time.process_time()
        packages = _archived(office, desk, numbers)
        rate = packages / (time.process_time() - started)
        return [
            _wanted("mint PDF and OFD, verify, check and package", rate, _MINTED),
            *_built(_sample(desk), desk.tools.terms),
            *bench_evidence(),
        ]


def _archived(office: MintingOffice, desk: ArchiveDesk, numbers: range) -> int:
    """Issue licenses and archive them; return how many packages there are now of them."""
    rows = food_business_rows(office.region, numbers.stop, seed=3)
    license_type = office.desk.license_type
    requests = [
        IssueRequest(f"archive:{number}", parse_application(license_type, rows[number]))
        for number in numbers
    ]
    for first in range(0, len(requests), CHUNK):
        issue(requests[first : first + CHUNK], desk=office.desk)
    # As a served region does meanwhile: what is archived is on its status list.
    publish_now(office.publisher)
    packed = 0
    while (run := desk.run()).has_moved:
        packed += len(run.archived)
        if run.stopped:
            raise RuntimeError(f"not archived: {run.stopped[0]}")
    return packed


def _sample(desk: ArchiveDesk) -> ArchivePackage:
    with desk.unit_of_work() as work:
        (kept,) = work.archive.packages(1)
    return parse_package(desk.packages.get(kept.object))


def _built(sample: ArchivePackage, terms: ArchiveTerms) -> Iterator[Measurement]:
    """Build the package of a license whose PDF is as large as real ones are."""
    files = {name: file.content for name, file in sample.files.items()}
    pdf = secrets.token_bytes(_PDF_BYTES)
    content = {name: files[name] for name in files if name.startswith(CONTENT)} | {PDF: pdf}
    # The store has just compared each with its digest.
    digests = {name: sm3(data).hex() for name, data in content.items()}
    known = {ENVELOPE, EVENTS, CAPTURE_CHECKS, *content}
    evidence = {name: data for name, data in files.items() if name not in known}
    record = LicenseRecord.parse(content["data/content/license.json"])
    events = parse_events(files[EVENTS])

    def build() -> str:
        captured = CapturedLicense(
            record=record,
            content={
                name: PackageFile(content=data, known_sm3=digests[name])
                for name, data in content.items()
            },
            events=events,
            evidence=evidence,
        )
        draft = draft_package(captured, terms=terms, packed_at=events[-1].at)
        return sm3(checked_package(draft, files[CAPTURE_CHECKS]).encode()).hex()

    (rate,) = rates((build, _REPEATS))
    yield _wanted("package a license, PDF of 200 kB, build only", rate, _BUILT)


def _wanted(name: str, rate: float, at_least: float) -> Measurement:
    return Measurement(
        name=f"{name}, per core-second",
        per_second=rate,
        reference="wanted",
        reference_per_second=at_least,
        at_least=1,
    )
