"""The table of proposals (提议): what one person proposed and another one confirms."""

from typing import Final

from sqlalchemy import JSON, Column, Index, String, Table

from certs.proposals import MAX_NOTE, MAX_PERSON, MAX_SUBJECT, ProposalOutcome, ProposalSubject
from storage.constraints import check, known, whole
from storage.database import Instant
from storage.tables import metadata

proposals: Final = Table(
    "proposals",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("about", String(10), nullable=False),
    Column("subject", String(MAX_SUBJECT), nullable=False),
    Column("content", JSON, nullable=False),
    Column("proposed_by", String(MAX_PERSON), nullable=False),
    Column("proposed_at", Instant, nullable=False),
    Column("outcome", String(10)),
    Column("ended_by", String(MAX_PERSON)),
    Column("ended_at", Instant),
    Column("note", String(MAX_NOTE), nullable=False),
    known("about", ProposalSubject),
    known("outcome", ProposalOutcome),
    whole("end", "outcome", "ended_by", "ended_at"),
    check("two_persons", "outcome IS NULL OR (outcome = 'withdrawn') = (ended_by = proposed_by)"),
    check("ended_later", "ended_at IS NULL OR ended_at >= proposed_at"),
)
_WAITS: Final = proposals.c.outcome.is_(None)
Index(
    "ix_proposals_waiting",
    proposals.c.about,
    proposals.c.subject,
    unique=True,
    sqlite_where=_WAITS,
    postgresql_where=_WAITS,
)
Index("ix_proposals_ended_at", proposals.c.ended_at)
