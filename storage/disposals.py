"""Proposals to dispose of packages, and the register of destruction (销毁清册), in the database."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from certs.errors import DisposalError
from certs.keeping.disposals import Disposal, DisposalProposal
from certs.keeping.retention import RetentionClass
from storage.database_errors import broken_rule
from storage.holdings import unknown
from storage.keeping_tables import (
    archive_holdings,
    disposal_proposals,
    disposals,
    package_references,
)

# SQLite tells the first rule it finds broken, and of a reference not which.
_PROPOSED: Final = frozenset({"pk_disposal_proposals", "uq_disposal_proposals_package_id_proposer"})
_UNKNOWN: Final = frozenset({"fk_disposal_proposals_package_id_archive_holdings", "foreign_key"})
_REFUSALS: Final = {
    "disposals_held": "档案处于法律保留，请先解除 · a legal hold lies on it; release it first",
    "disposals_needed": "其他档案包仍引用它 · another package needs it",
    "disposals_as_appraised": "与鉴定结论不符 · not what the appraisal says",
    "ck_disposals_period_over": "保管期限未满 · the retention period runs",
    "ck_disposals_two_persons": "须由提出人以外的人批准 · another person must approve",
    "ck_disposals_approved_later": "批准不得早于提出 · it is approved before it is proposed",
    "fk_disposals_proposal": "尚未由此人提出销毁 · this person has not proposed it",
    "foreign_key": "尚未由此人提出销毁 · this person has not proposed it",  # SQLite's only name
    "pk_disposals": "已列入销毁清册 · it is in the register of destruction",
}


class SqlDisposals:
    """Reads and writes disposals on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def propose(self, proposal: DisposalProposal) -> None:
        """Keep a proposal; see ``DisposalBook.propose``."""
        row = {
            "package_id": proposal.package_id,
            "proposer": proposal.proposer,
            "proposed_at": proposal.proposed_at,
            "document_no": proposal.document_no,
            "reason": proposal.reason,
        }
        try:
            self._connection.execute(insert(disposal_proposals).values(row))
        except IntegrityError as error:
            rule = broken_rule(error)
            if rule in _PROPOSED:
                raise DisposalError("已提出销毁，待他人批准 · proposed already") from None
            if rule in _UNKNOWN:
                raise unknown(proposal.package_id) from None
            raise

    def proposal(self, package_id: str) -> DisposalProposal | None:
        """Return what was proposed for a package, or None."""
        query = select(disposal_proposals).where(disposal_proposals.c.package_id == package_id)
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else DisposalProposal(**row)

    def add(self, disposal: Disposal) -> None:
        """Write a line into the register; see ``DisposalBook.add``."""
        row = {
            "package_id": disposal.package_id,
            "size_bytes": disposal.size_bytes,
            "retention_class": disposal.retention.value,
            "keep_until": disposal.keep_until,
            "proposer": disposal.proposer,
            "proposed_at": disposal.proposed_at,
            "document_no": disposal.document_no,
            "reason": disposal.reason,
            "approver": disposal.approver,
            "approved_at": disposal.approved_at,
        }
        try:
            self._connection.execute(insert(disposals).values(row))
        except IntegrityError as error:
            refusal = _REFUSALS.get(broken_rule(error) or "")
            if refusal is None:
                raise
            raise DisposalError(refusal) from None
        needed = package_references.c.referrer == disposal.package_id
        self._connection.execute(delete(package_references).where(needed))

    def find(self, package_id: str) -> Disposal | None:
        """Return the line about a package, or None."""
        query = select(disposals).where(disposals.c.package_id == package_id)
        row = self._connection.execute(query).mappings().one_or_none()
        if row is None:
            return None
        told = dict(row)
        return Disposal(retention=RetentionClass(told.pop("retention_class")), **told)

    def note_destroyed(self, package_id: str, at: datetime) -> None:
        """Note that the bytes are gone; the first time stays."""
        self._connection.execute(
            update(archive_holdings)
            .where(
                archive_holdings.c.package_id == package_id,
                archive_holdings.c.destroyed_at.is_(None),
            )
            .values(destroyed_at=at)
        )
