"""Proposals in the database."""

from typing import Final

from sqlalchemy import Connection, RowMapping, Select, insert, select, update
from sqlalchemy.exc import IntegrityError

from certs.errors import ProposalClosedError, ProposalNotFoundError
from certs.proposals import Proposal, ProposalEnd, ProposalOutcome, ProposalSubject
from storage.database_errors import broken_rule
from storage.proposal_tables import proposals

_WAITING: Final = "ix_proposals_waiting"


class SqlProposals:
    """Proposals on one connection; the port is ``ProposalBook``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, proposal: Proposal) -> None:
        """Keep a new proposal, or raise ProposalClosedError: another one waits."""
        row = {
            "id": proposal.id,
            "about": proposal.about.value,
            "subject": proposal.subject,
            "content": dict(proposal.content),
            "proposed_by": proposal.proposed_by,
            "proposed_at": proposal.proposed_at,
            "outcome": None,
            "ended_by": None,
            "ended_at": None,
            "note": "",
        }
        try:
            self._connection.execute(insert(proposals).values(row))
        except IntegrityError as error:
            if broken_rule(error) != _WAITING:
                raise
            raise ProposalClosedError(
                "已有一项提议待复核，请先处理 · another proposal about it waits"
            ) from None

    def get(self, proposal_id: str) -> Proposal:
        """Return a proposal, or raise ProposalNotFoundError."""
        found = self._all(select(proposals).where(proposals.c.id == proposal_id))
        if not found:
            raise ProposalNotFoundError(proposal_id)
        return found[0]

    def waiting(self, limit: int) -> tuple[Proposal, ...]:
        """Return proposals that wait, the oldest first."""
        query = select(proposals).where(proposals.c.outcome.is_(None))
        return self._all(query.order_by(proposals.c.proposed_at, proposals.c.id).limit(limit))

    def ended(self, limit: int) -> tuple[Proposal, ...]:
        """Return proposals that have ended, the newest end first."""
        query = select(proposals).where(proposals.c.ended_at.is_not(None))
        return self._all(query.order_by(proposals.c.ended_at.desc()).limit(limit))

    def waiting_about(self, about: ProposalSubject, subject: str) -> Proposal | None:
        """Return the proposal about a license or seal that waits, or None."""
        query = select(proposals).where(
            proposals.c.about == about.value,
            proposals.c.subject == subject,
            proposals.c.outcome.is_(None),
        )
        found = self._all(query)
        return found[0] if found else None

    def end(self, proposal_id: str, end: ProposalEnd) -> None:
        """Keep how a proposal ended, or raise ProposalClosedError: somebody was faster."""
        ended = self._connection.execute(
            update(proposals)
            .where(proposals.c.id == proposal_id, proposals.c.outcome.is_(None))
            .values(outcome=end.outcome.value, ended_by=end.person, ended_at=end.at, note=end.note)
        )
        if ended.rowcount != 1:
            raise ProposalClosedError("该提议已经处理 · somebody was faster")

    def _all(self, query: Select[tuple[object, ...]]) -> tuple[Proposal, ...]:
        return tuple(_from_row(row) for row in self._connection.execute(query).mappings())


def _from_row(row: RowMapping) -> Proposal:
    end = None
    if row["outcome"] is not None:
        end = ProposalEnd(
            outcome=ProposalOutcome(row["outcome"]),
            person=row["ended_by"],
            at=row["ended_at"],
            note=row["note"],
        )
    return Proposal(
        id=row["id"],
        about=ProposalSubject(row["about"]),
        subject=row["subject"],
        content=row["content"],
        proposed_by=row["proposed_by"],
        proposed_at=row["proposed_at"],
        end=end,
    )
