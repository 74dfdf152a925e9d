"""Packages looked at again (长期保存检测、移交接收检测): those stored, and those handed over."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from certs.errors import MalformedPackageError
from certs.ledger.entries import LedgerName
from certs.packages.bag_info import PackageKind
from certs.packages.files import ISSUE_PROOF, OFD, PDF, RECORD, TRUST_LIST
from certs.packages.jobs import KeptChecks, KeptPackage
from certs.packages.package import ArchivePackage, parse_package
from certs.ports import Clock, ObjectStore, UnitOfWork
from certs.records import known_record
from signing.algorithms import sm3
from verify.archive_checks.registry import run_checks
from verify.archive_checks.results import (
    ArchiveReport,
    CheckResult,
    ItemResult,
    Principle,
    Stage,
    failed,
)
from verify.archive_checks.subjects import (
    CheckSubject,
    Delivery,
    PackageEvidence,
    Registered,
    Verdict,
    VirusScanner,
)
from verify.archiving.capture import encode_report, registered_of
from verify.archiving.evidence import verify_faces
from verify.archiving.issue_times import check_issue_time
from verify.archiving.judged_evidence import EvidenceJudge
from verify.verifier import Verifier

PERIOD: Final = timedelta(days=365)
"""How often each package is looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepingDesk:
    """Looks at packages.

    Attributes:
        packages: Where they lie.
        scanner: Looks for viruses; None where there is none.
        is_evidenced: Whether each package should have an evidence record.
    """

    unit_of_work: Callable[[], UnitOfWork]
    clock: Clock
    packages: ObjectStore
    verifier: Verifier
    scanner: VirusScanner | None = None
    is_evidenced: bool = False

    def look_again(self, limit: int, *, period: timedelta = PERIOD) -> tuple[ArchiveReport, ...]:
        """Look at packages that nobody looked at for so long, oldest first; keep the reports."""
        with self.unit_of_work() as work:
            due = work.archive.due(limit, before=self.clock.now() - period)
        return tuple(self.look_at(kept) for kept in due)

    def look_at(self, kept: KeptPackage) -> ArchiveReport:
        """Look at one stored package, and keep the report."""
        data = self.packages.find(kept.object)
        if data is None:
            report = self._unreadable(kept.subject, Stage.KEEPING, "missing-or-damaged", kept)
        else:
            delivery = Delivery(
                digest=kept.object,
                found=sm3(data).hex(),
                length_bytes=kept.length_bytes,
                found_bytes=len(data),
            )
            report = self._read(data, Stage.KEEPING, delivery, kept)
        self._keep(kept, report)
        return report

    def receive(self, data: bytes, delivery: Delivery) -> ArchiveReport:
        """Look at a package that was handed over, which need not be ours; nothing is kept.

        Args:
            data: The package.
            delivery: What the list of the handover says of it.
        """
        return self._read(data, Stage.TRANSFER, delivery, None)

    def _read(
        self, data: bytes, stage: Stage, delivery: Delivery, kept: KeptPackage | None
    ) -> ArchiveReport:
        try:
            package = parse_package(data)
        except MalformedPackageError as error:
            subject = kept.subject if kept is not None else delivery.digest
            return self._unreadable(subject, stage, error.rule, kept, about=error.about)
        return run_checks(
            CheckSubject(
                package=package,
                verdicts=self._verdicts(package),
                registered=self._registered(package) if kept is not None else None,
                delivery=delivery,
                scanner=self.scanner,
                issue_time=self._issue_time(package),
                is_audited=self._is_audited(package) if kept is not None else None,
                evidence=self._evidence(kept, data) if kept is not None else None,
            ),
            stage=stage,
            checked_at=self.clock.now(),
            package_id=package.package_id,
        )

    def _verdicts(self, package: ArchivePackage) -> dict[str, Verdict]:
        faces = {name: package.files[name].content for name in (PDF, OFD) if name in package.files}
        return {name: item.verdict for name, item in verify_faces(faces, self.verifier).items()}

    def _issue_time(self, package: ArchivePackage) -> CheckResult | None:
        """Check the ledger's proof in a package by the trust of today, or of when it was packed."""
        if ISSUE_PROOF not in package.files or RECORD not in package.files:
            return None
        files, verifier = package.files, self.verifier
        kept = files.get(TRUST_LIST)
        record = known_record(files[RECORD].content)
        then = datetime.combine(package.info.packed_on, time(), tzinfo=UTC)
        return check_issue_time(
            files[ISSUE_PROOF].content,
            record=files[RECORD].sm3,
            region=record.authority.region,
            lists=(
                verifier.trust.current(),
                verifier.history.recognize(kept.content, at=then) if kept is not None else None,
            ),
            witnesses=verifier.witnesses,
        )

    def _registered(self, package: ArchivePackage) -> Registered | None:
        """Return what the register says of what is in a package of ours."""
        if package.info.kind is not PackageKind.LICENSE:
            return None
        with self.unit_of_work() as work:
            license = work.licenses.find(package.info.identifier)
        return registered_of(license) if license is not None else None

    def _is_audited(self, package: ArchivePackage) -> bool:
        with self.unit_of_work() as work:
            return bool(work.ledger.about(LedgerName.ARCHIVE, package.package_id))

    def _evidence(self, kept: KeptPackage, data: bytes) -> PackageEvidence:
        judge = EvidenceJudge(
            unit_of_work=self.unit_of_work,
            verifier=self.verifier,
            clock=self.clock,
            is_evidenced=self.is_evidenced,
        )
        return judge.of(kept.package_id, data)

    def _unreadable(
        self, subject: str, stage: Stage, rule: str, kept: KeptPackage | None, about: str = ""
    ) -> ArchiveReport:
        """Return the report of a package that cannot be read: one item, and it failed."""
        item = ItemResult(
            name=f"{stage}-1-14",
            zh="信息包一致性",
            en="the package as a whole",
            principle=Principle.SOURCE,
            result=failed(rule=rule, file=about),
        )
        return ArchiveReport(
            stage=stage,
            subject=subject,
            package_id=kept.package_id if kept is not None else "",
            checked_at=self.clock.now(),
            items=(item,),
        )

    def _keep(self, kept: KeptPackage, report: ArchiveReport) -> None:
        checks = KeptChecks(
            package_id=kept.package_id,
            stage=report.stage.value,
            checked_at=report.checked_at,
            is_blocked=report.is_blocked,
            report=encode_report(report),
        )
        with self.unit_of_work() as work:
            work.archive.keep_checks(checks)
            work.commit()
