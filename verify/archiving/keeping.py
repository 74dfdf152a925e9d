"""Packages looked at again (长期保存检测、移交接收检测): those stored, and those handed over."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from certs.ledger.entries import LedgerName
from certs.packages.bag_info import PackageKind
from certs.packages.jobs import KeptChecks, KeptPackage
from certs.packages.package import ArchivePackage
from certs.ports import Clock, ObjectStore, UnitOfWork
from signing.algorithms import sm3
from verify.archive_checks.results import ArchiveReport, Stage
from verify.archive_checks.subjects import Delivery, VirusScanner
from verify.archiving.capture import encode_report, registered_of
from verify.archiving.inspection import MISSING, Inspector, Known
from verify.archiving.judged_evidence import EvidenceJudge
from verify.verifier import Verifier

PERIOD: Final = timedelta(days=365)
"""How often each package is looked at."""
_TO_PUBLISH: Final = timedelta(minutes=10)
"""How long the publisher of the ledger may take."""


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

    @property
    def inspector(self) -> Inspector:
        """Who looks at one package."""
        return Inspector(verifier=self.verifier, clock=self.clock, scanner=self.scanner)

    def look_again(self, limit: int, *, period: timedelta = PERIOD) -> tuple[ArchiveReport, ...]:
        """Look at packages that nobody looked at for so long, oldest first; keep the reports."""
        with self.unit_of_work() as work:
            due = work.archive.due(limit, before=self.clock.now() - period)
        return tuple(self.look_at(kept) for kept in due)

    def look_at(self, kept: KeptPackage) -> ArchiveReport:
        """Look at one stored package, and keep the report."""
        data = self.packages.find(kept.object)
        if data is None:
            report = self.inspector.unreadable(
                kept.subject, Stage.KEEPING, MISSING, package_id=kept.package_id
            )
        else:
            report = self.inspector.look(
                data,
                stage=Stage.KEEPING,
                delivery=Delivery(
                    digest=kept.object,
                    found=sm3(data).hex(),
                    length_bytes=kept.length_bytes,
                    found_bytes=len(data),
                ),
                name=kept.subject,
                package_id=kept.package_id,
                known=lambda package: self._known(package, kept, data),
            )
        self._keep(kept, report)
        return report

    def receive(self, data: bytes, delivery: Delivery) -> ArchiveReport:
        """Look at a package that was handed over, which need not be ours; nothing is kept.

        Args:
            data: The package.
            delivery: What the list of the handover says of it.
        """
        return self.inspector.look(
            data, stage=Stage.TRANSFER, delivery=delivery, name=delivery.digest
        )

    def _known(self, package: ArchivePackage, kept: KeptPackage, data: bytes) -> Known:
        """Return what register and ledger say of a package of ours, and what evidence it has."""
        judge = EvidenceJudge(
            unit_of_work=self.unit_of_work,
            verifier=self.verifier,
            clock=self.clock,
            is_evidenced=self.is_evidenced,
        )
        with self.unit_of_work() as work:
            license = (
                work.licenses.find(package.info.identifier)
                if package.info.kind is PackageKind.LICENSE
                else None
            )
            is_audited = self._is_audited(work, kept)
        return Known(
            registered=registered_of(license) if license is not None else None,
            is_audited=is_audited,
            evidence=judge.of(kept.package_id, data),
        )

    def _is_audited(self, work: UnitOfWork, kept: KeptPackage) -> bool:
        """Tell whether the ledger has a package, or is just about to."""
        if work.ledger.about(LedgerName.ARCHIVE, kept.package_id):
            return True
        is_young = self.clock.now() - kept.archived_at < _TO_PUBLISH
        return is_young and bool(work.ledger.noted(LedgerName.ARCHIVE, kept.package_id))

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
