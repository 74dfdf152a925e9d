"""One license captured (收集、整理、清点): files, history, verification, and its package."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from certs.errors import MalformedPackageError
from certs.license_files import find_file
from certs.licenses import License
from certs.packages.envelopes import parse_envelope
from certs.packages.events import EventType, PackageEvent
from certs.packages.files import (
    CONTENT,
    ENVELOPE,
    ISSUE_PROOF,
    OFD,
    PDF,
    RECEIPT,
    RECORD,
    SIGNATURE,
    PackageFile,
)
from certs.packages.license_packages import (
    ArchiveTerms,
    CapturedLicense,
    checked_package,
    draft_package,
)
from certs.packages.package import ArchivePackage
from certs.packages.rules import PackageRule
from certs.ports import ObjectStore
from certs.records import known_record
from certs.statuses import StatusEvent
from verify.archive_checks.registry import run_checks
from verify.archive_checks.results import ArchiveReport, CheckOutcome, Stage
from verify.archive_checks.subjects import CheckSubject, Registered, VirusScanner
from verify.archiving.evidence import ReportJson, Verified, evidence_files, verify_faces
from verify.archiving.issue_times import NO_LEDGER, IssueTimes
from verify.errors import PackageRefusedError
from verify.receipt_issuing import ReceiptDesk
from verify.verifier import Verifier

_FACES: Final = (PDF, OFD)
PROGRAM: Final = "yinxin"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureTools:
    """What capturing needs.

    Attributes:
        objects: Where the files of licenses lie.
        report_json: Puts reports into their public form.
        receipts: Gives receipts of verdicts; None where the instance gives none.
        issue_times: Knows by when licenses stood in the ledger; None where there is none.
        scanner: Looks for viruses; None where there is none.
    """

    objects: ObjectStore
    verifier: Verifier
    terms: ArchiveTerms
    report_json: ReportJson
    receipts: ReceiptDesk | None = None
    issue_times: IssueTimes | None = None
    scanner: VirusScanner | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """A license captured.

    Attributes:
        archive_number: 档号.
        report: What the checks at capture found; with an item that failed there is no package.
    """

    license: License
    package: ArchivePackage
    archive_number: str
    report: ArchiveReport


def capture(  # noqa: PLR0913 - what is known of a license
    license: License,
    events: tuple[StatusEvent, ...],
    *,
    tools: CaptureTools,
    now: datetime,
    supersedes: str = "",
    notes: tuple[PackageEvent, ...] = (),
    repeated: Callable[[str, str], bool],
) -> Captured:
    """Put a license into a package, and look at the four properties of it.

    Args:
        license: The license.
        events: What became of it.
        tools: What it takes.
        now: When this is.
        supersedes: The id of the package in whose place this one comes.
        notes: What else happened to it, at this moment.
        repeated: Tells whether the package of anything but a subject has an archive number.

    Raises:
        MalformedRecordError: Its record cannot be read.
        MalformedPackageError: Something cannot be written into a package.
    """
    content = _content(license, tools.objects)
    faces = {name: content[name].content for name in _FACES if name in content}
    verified = verify_faces(faces, tools.verifier, tools.receipts)
    times = tools.issue_times
    proof = (_proof_heard(verified) or times.proof(license)) if times is not None else b""
    draft = draft_package(
        CapturedLicense(
            record=known_record(content[RECORD].content),
            content=content,
            events=(*_events(license, events, verified, now), *notes),
            evidence=_evidence(verified, tools) | ({ISSUE_PROOF: proof} if proof else {}),
            supersedes=supersedes,
        ),
        terms=tools.terms,
        packed_at=now,
    )
    values = parse_envelope(draft.files[ENVELOPE].content).values
    number = values.get("档号/档号", "")
    again = (number,) if repeated(number, license.identifier) else ()
    report = run_checks(
        CheckSubject(
            package=draft,
            verdicts={name: item.verdict for name, item in verified.items()},
            registered=registered_of(license, repeated=again),
            scanner=tools.scanner,
            issue_time=times.check(proof, record=license.files.record) if times else NO_LEDGER,
        ),
        stage=Stage.CAPTURE,
        checked_at=now,
    )
    return Captured(
        license=license,
        package=checked_package(draft, encode_report(report)),
        archive_number=number,
        report=report,
    )


def registered_of(license: License, *, repeated: tuple[str, ...] = ()) -> Registered:
    """Return what the register says of a license, as checks compare it."""
    files = license.files
    digests = {RECORD: files.record, SIGNATURE: files.signature, PDF: files.pdf, OFD: files.ofd}
    return Registered(
        identifier=license.identifier,
        digests={name: digest for name, digest in digests.items() if digest},
        repeated=repeated,
    )


def check_case(
    draft: ArchivePackage,
    *,
    repeated: tuple[str, ...],
    scanner: VirusScanner | None,
    now: datetime,
) -> bytes:
    """Look at the package of a case before it is archived; return the report.

    Args:
        draft: The package without the report.
        repeated: Numbers of it that another package has.
        scanner: Looks for viruses; None where there is none.
        now: When this is.

    Raises:
        PackageRefusedError: It does not pass.
    """
    registered = Registered(
        identifier=draft.info.identifier,
        digests={name: file.sm3 for name, file in draft.files.items() if name.startswith(CONTENT)},
        repeated=repeated,
    )
    report = run_checks(
        CheckSubject(package=draft, registered=registered, scanner=scanner),
        stage=Stage.CAPTURE,
        checked_at=now,
    )
    if report.is_blocked:
        raise PackageRefusedError(report.named(CheckOutcome.FAIL))
    return encode_report(report)


def encode_report(report: ArchiveReport) -> bytes:
    """Return a report of checks as it is stored."""
    return json.dumps(report.as_json(), ensure_ascii=False, sort_keys=True).encode()


def _content(license: License, objects: ObjectStore) -> dict[str, PackageFile]:
    """Return the content files; each was just compared with its digest."""
    digests = registered_of(license).digests
    content: dict[str, PackageFile] = {}
    for name, digest in digests.items():
        found = find_file(objects, license.files, digest)
        if found is None:
            raise MalformedPackageError(PackageRule.MISSING, "not stored, or damaged", about=name)
        content[name] = PackageFile(content=found, known_sm3=digest)
    return content


def _proof_heard(verified: Mapping[str, Verified]) -> bytes:
    """Return the proof that the verification went by, if it asked for one."""
    heard = (item.report.grounds.ledger_proofs for item in verified.values())
    return next((proof for proofs in heard for _, proof in proofs if proof), b"")


def _evidence(verified: Mapping[str, Verified], tools: CaptureTools) -> dict[str, bytes]:
    files = evidence_files(verified, report_json=tools.report_json)
    for item in verified.values():
        if item.receipt:
            files[RECEIPT] = item.receipt
    return files


def _events(
    license: License,
    events: tuple[StatusEvent, ...],
    verified: Mapping[str, Verified],
    now: datetime,
) -> Iterator[PackageEvent]:
    """Yield what happened to a license until it is packed, in the order of time."""
    issuer = license.issuer_code
    yield _event(EventType.CREATION, "制证", license.sealed_at, issuer)
    yield _event(EventType.SIGNING, "用印", license.sealed_at, issuer)
    for event in sorted(events, key=lambda item: item.recorded_at):
        at = max(event.recorded_at, license.sealed_at)
        yield _event(EventType.STATUS_CHANGE, "状态变更", at, issuer, detail=event.kind.value)
    for step in ("收集", "整理", "清点"):
        yield _event(EventType.INGESTION, step, now, PROGRAM)
    for name, item in verified.items():
        said = item.report.conclusion_at_sealing.value
        yield _event(EventType.VALIDATION, "验签", now, PROGRAM, outcome=said, detail=name)
    yield _event(EventType.MESSAGE_DIGEST, "生成校验信息", now, PROGRAM, detail="SM3, SHA-512")


def _event(  # noqa: PLR0913, PLR0917 - the parts of an event
    type: EventType,  # noqa: A002 - eventType
    step: str,
    at: datetime,
    agent: str,
    outcome: str = "success",
    detail: str = "",
) -> PackageEvent:
    return PackageEvent(type=type, step=step, at=at, agent=agent, outcome=outcome, detail=detail)
