"""Packages taken in from elsewhere (导入): looked at, and then kept like our own.

1. read strictly, and every item looked at; what fails is not kept;
2. stored under its digest;
3. in one transaction entered, noted in the ledger, and what it refers to noted as needed.

What is there stays: the same package again changes nothing, another one of the same thing is
refused, and one that was disposed of does not come back.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from certs.errors import DisposedError, LicenseError
from certs.holder_keys import HolderKeys
from certs.ledger.entries import LedgerName
from certs.licenses import License
from certs.packages.bag_info import PackageKind
from certs.packages.jobs import KeptChecks, KeptPackage
from certs.packages.package import ArchivePackage
from certs.ports import ObjectStore, UnitOfWork
from verify.archive_checks.results import ArchiveReport, CheckOutcome, Stage
from verify.archive_checks.subjects import Delivery
from verify.archiving.capture import encode_report, registered_of
from verify.archiving.inspection import Inspector, Known
from verify.archiving.made_packages import MadePackage, read_back
from verify.errors import PackageRefusedError

_REFERENCES: Final = f"{Stage.TRANSFER}-3-6"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """What became of a package.

    Attributes:
        is_new: Whether it was not here before.
    """

    kept: KeptPackage
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeDesk:
    """Takes packages in.

    Attributes:
        packages: Where they are kept.
        inspector: Looks at them.
        holder_keys: Make of holders what their packages are found by.
    """

    unit_of_work: Callable[[], UnitOfWork]
    packages: ObjectStore
    inspector: Inspector
    holder_keys: HolderKeys

    def take_in(self, data: bytes) -> TakenIn:
        """Take a package into the archive.

        Raises:
            MalformedPackageError: It is none of ours, or was changed; the rule says how.
            PackageRefusedError: An item failed, or what it refers to is not here.
            ArchivedAlreadyError: Another package of the same license or case is kept.
            DisposedError: It was disposed of.
        """
        made = read_back(data, at=self.inspector.clock.now(), keys=self.holder_keys)
        present = self._present(made)
        if present is not None:
            return TakenIn(kept=present, is_new=False)
        report = self._checked(made)
        self.packages.put_all({made.kept.object: data})
        try:
            self._enter(made, report)
        except LicenseError as error:
            return self._beaten(made, error)
        return TakenIn(kept=made.kept, is_new=True)

    def _present(self, made: MadePackage) -> KeptPackage | None:
        """Return the package if it is kept; bytes that are lost are put back."""
        with self.unit_of_work() as work:
            kept = work.archive.find(made.kept.package_id)
            if kept is not None and not work.holdings.known([kept.object]):
                raise DisposedError(f"已销毁：{kept.package_id[:16]}… · it was disposed of")
        if kept is not None and not self.packages.has(kept.object):
            self.packages.put_all({kept.object: made.data})
        return kept

    def _checked(self, made: MadePackage) -> ArchiveReport:
        kept = made.kept
        report = self.inspector.look(
            made.data,
            stage=Stage.TRANSFER,
            delivery=Delivery(
                digest=kept.object,
                found=kept.object,
                length_bytes=kept.length_bytes,
                found_bytes=len(made.data),
            ),
            name=kept.subject,
            package_id=kept.package_id,
            known=self._known,
        )
        with self.unit_of_work() as work:
            missing = set(made.needs) - work.holdings.known(made.needs)
        if report.is_blocked or missing:
            items = report.named(CheckOutcome.FAIL)
            raise PackageRefusedError((*items, *((_REFERENCES,) if missing else ())))
        return report

    def _known(self, package: ArchivePackage) -> Known:
        """Return what the register says of a license that was issued here."""
        license = self._own(package.info.identifier, package.info.kind)
        return Known(registered=registered_of(license) if license is not None else None)

    def _own(self, subject: str, kind: PackageKind) -> License | None:
        if kind is not PackageKind.LICENSE:
            return None
        with self.unit_of_work() as work:
            return work.licenses.find(subject)

    def _enter(self, made: MadePackage, report: ArchiveReport) -> None:
        is_own = self._own(made.kept.subject, made.kept.kind) is not None
        with self.unit_of_work() as work:
            if is_own:
                work.archive.register((made.kept,))
            else:
                work.archive.take_in(made.kept)
            work.ledger.note(LedgerName.ARCHIVE, [(made.kept.package_id, made.entry)])
            work.package_search.enlist(made.listing)
            for reference in made.references:
                work.holdings.refer(reference)
            work.archive.keep_checks(
                KeptChecks(
                    package_id=made.kept.package_id,
                    stage=report.stage.value,
                    checked_at=report.checked_at,
                    is_blocked=report.is_blocked,
                    report=encode_report(report),
                )
            )
            work.commit()

    def _beaten(self, made: MadePackage, error: LicenseError) -> TakenIn:
        """Return the package if another process took it in meanwhile; else remove it again.

        Raises:
            LicenseError: Why it cannot be entered.
        """
        with self.unit_of_work() as work:
            kept = work.archive.of_object(made.kept.object)
        if kept is not None:
            return TakenIn(kept=kept, is_new=False)
        self.packages.remove(made.kept.object)
        raise error
