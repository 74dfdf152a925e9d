"""Disposal (销毁): one person proposes it, another approves it, and the record stays for ever."""

from dataclasses import dataclass
from datetime import datetime

from certs.errors import DisposalError
from certs.keeping.holdings import Holding
from certs.keeping.retention import MAX_PERSON, MAX_REASON, RetentionClass, check_named


@dataclass(frozen=True, slots=True, kw_only=True)
class DisposalProposal:
    """A person holds that a package need not be kept any longer."""

    package_id: str
    proposer: str
    proposed_at: datetime
    document_no: str
    reason: str

    def __post_init__(self) -> None:
        check_named(self.proposer, self.document_no)
        if not 0 < len(self.reason) <= MAX_REASON:
            raise DisposalError(f"须写明销毁理由（≤{MAX_REASON}字） · give the reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposal:
    """A line of the register of destruction (销毁清册).

    Attributes:
        package_id: SM3 digest of what was destroyed, so that a copy elsewhere can be recognized.
    """

    package_id: str
    size_bytes: int
    retention: RetentionClass
    keep_until: datetime
    proposer: str
    proposed_at: datetime
    document_no: str
    reason: str
    approver: str
    approved_at: datetime

    @classmethod
    def approved(
        cls, holding: Holding, proposal: DisposalProposal, *, approver: str, at: datetime
    ) -> "Disposal":
        """Return the disposal of a package by a second person.

        Raises:
            DisposalError: The period runs, or was never decided, or it is the same person.
        """
        if not 0 < len(approver) <= MAX_PERSON or approver == proposal.proposer:
            raise DisposalError("须由提出人以外的人批准 · another person must approve")
        if holding.retention is None:
            raise DisposalError("尚未鉴定保管期限，请先鉴定 · not appraised yet; appraise it first")
        if holding.keep_until is None or at < holding.keep_until:
            end = "永久" if holding.keep_until is None else holding.keep_until.date().isoformat()
            raise DisposalError(f"保管期限未满（{end}） · the retention period runs ({end})")
        return cls(
            package_id=holding.package_id,
            size_bytes=holding.size_bytes,
            retention=holding.retention,
            keep_until=holding.keep_until,
            proposer=proposal.proposer,
            proposed_at=proposal.proposed_at,
            document_no=proposal.document_no,
            reason=proposal.reason,
            approver=approver,
            approved_at=at,
        )
