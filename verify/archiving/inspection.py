"""One package looked at (检测): read strictly, its faces verified, every item gone through."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Final

from certs.errors import MalformedPackageError
from certs.packages.files import ISSUE_PROOF, OFD, PDF, RECORD, TRUST_LIST
from certs.packages.package import ArchivePackage, parse_package
from certs.ports import Clock
from certs.records import known_record
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
from verify.archiving.evidence import verify_faces
from verify.archiving.issue_times import check_issue_time
from verify.verifier import Verifier

MISSING: Final = "missing-or-damaged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known here of what a package is about.

    Attributes:
        registered: What the register says; None where there is none to ask.
        is_audited: Whether the ledger has it; None where nobody can tell.
        evidence: Its evidence record; None for packages of others.
    """

    registered: Registered | None = None
    is_audited: bool | None = None
    evidence: PackageEvidence | None = None


def _nothing(_package: ArchivePackage) -> Known:
    return Known()


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspector:
    """Looks at packages; needs neither a database nor a store.

    Attributes:
        scanner: Looks for viruses; None where there is none.
    """

    verifier: Verifier
    clock: Clock
    scanner: VirusScanner | None = None

    def look(  # noqa: PLR0913 - a package, and what is known of it
        self,
        data: bytes,
        *,
        stage: Stage,
        delivery: Delivery,
        name: str,
        package_id: str = "",
        known: Callable[[ArchivePackage], Known] = _nothing,
    ) -> ArchiveReport:
        """Look at a package.

        Args:
            data: The package.
            stage: When this is.
            delivery: What it must be as a whole.
            name: What to call it if it cannot be read.
            package_id: Its id, if it cannot be read and somebody knows it.
            known: Tells what is known of it from elsewhere.
        """
        try:
            package = parse_package(data)
        except MalformedPackageError as error:
            return self.unreadable(
                name, stage, error.rule, package_id=package_id, about=error.about
            )
        told = known(package)
        return run_checks(
            CheckSubject(
                package=package,
                verdicts=self._verdicts(package),
                registered=told.registered,
                delivery=delivery,
                scanner=self.scanner,
                issue_time=self._issue_time(package),
                evidence=told.evidence,
                is_audited=told.is_audited,
            ),
            stage=stage,
            checked_at=self.clock.now(),
            package_id=package.package_id,
        )

    def unreadable(
        self, name: str, stage: Stage, rule: str, *, package_id: str = "", about: str = ""
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
            subject=name,
            package_id=package_id,
            checked_at=self.clock.now(),
            items=(item,),
        )

    def _verdicts(self, package: ArchivePackage) -> dict[str, Verdict]:
        """Return what verifying each face comes to; what regions do not say is not known now."""
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
