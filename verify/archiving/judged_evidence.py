"""The evidence of archived packages (存证), judged with what the verifier trusts."""

from collections.abc import Callable
from dataclasses import dataclass

from certs.evidence.batch_records import record_of
from certs.evidence.ports import EvidenceWork
from certs.ports import Clock
from signing.evidence_records import EvidenceRecord
from signing.evidence_trees import EvidenceDigest
from signing.revocation_lists import RevocationList
from verify.archive_checks.subjects import PackageEvidence
from verify.evidence_records import EvidenceVerdict, judge_evidence
from verify.speakers import parse_lists
from verify.trust_lists import TrustedRegion
from verify.verifier import Verifier


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceJudge:
    """Judges evidence records.

    Attributes:
        is_evidenced: Whether this instance has a timestamp service, so that each package should
            have evidence soon after it was archived.
    """

    unit_of_work: Callable[[], EvidenceWork]
    verifier: Verifier
    clock: Clock
    is_evidenced: bool

    def judge(
        self, record: EvidenceRecord, hash_of: Callable[[EvidenceDigest], bytes]
    ) -> EvidenceVerdict:
        """Judge a record, wherever it is from, of a package whose hash ``hash_of`` returns."""
        return judge_evidence(
            record,
            hash_of,
            trust=self.verifier.trust.current(),
            lists_of=self._lists_of,
            now=self.clock.now(),
        )

    def _lists_of(self, region: TrustedRegion) -> tuple[RevocationList, ...]:
        return parse_lists(self.verifier.regions.revocation_lists(region.service_url))

    def of(self, package_id: str, data: bytes) -> PackageEvidence:
        """Return what evidence a stored package has."""
        with self.unit_of_work() as work:
            standing = work.evidence.standing(package_id)
            record = record_of(package_id, work.evidence)
        return PackageEvidence(
            verdict=None if record is None else self.judge(record, lambda it: it.of(data)),
            is_overdue=standing is None or standing.is_overdue(self.clock.now()),
            is_expected=self.is_evidenced,
        )
