"""Tables of outcomes that go back to the region that handed a case over (办理结果回传)."""

from typing import Final

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
)

from storage.constraints import check, known
from storage.database import Instant
from storage.matter_tables import WORD
from storage.tables import metadata
from storage.triggers import append_only, attach, refuse_insert
from verify.outcomes.records import MAX_NOTE, OutcomeKind
from verify.transfers.returns import MAX_NUMBER

_NUMBER: Final = String(26)
_REGION: Final = String(6)
_DIGEST: Final = String(64)
_IDENTIFIER: Final = String(128)

sent_returns: Final = Table(
    "sent_returns",
    metadata,
    Column("partner", _REGION, nullable=False),
    Column("number", _NUMBER, nullable=False),
    Column("digest", _DIGEST, nullable=False),
    Column("encoded", LargeBinary, nullable=False),
    Column("made_at", Instant, nullable=False),
    PrimaryKeyConstraint("partner", "number"),
    ForeignKeyConstraint(
        ["partner", "number"],
        ["transfer_openings.partner", "transfer_openings.number"],
        name="fk_sent_returns_opening",
    ),
    check("digest_whole", "length(digest) = 64"),
    Index("ix_sent_returns_made_at", "made_at"),
)

return_receipts: Final = Table(
    "return_receipts",
    metadata,
    Column("partner", _REGION, nullable=False),
    Column("number", _NUMBER, nullable=False),
    Column("encoded", LargeBinary, nullable=False),
    Column("received_at", Instant, nullable=False),
    PrimaryKeyConstraint("partner", "number"),
    ForeignKeyConstraint(
        ["partner", "number"],
        ["sent_returns.partner", "sent_returns.number"],
        name="fk_return_receipts_return",
    ),
)

returned_outcomes: Final = Table(
    "returned_outcomes",
    metadata,
    Column("number", _NUMBER, nullable=False),
    Column("outcome", WORD, nullable=False),
    Column("license", _IDENTIFIER, nullable=False),
    Column("license_number", String(MAX_NUMBER), nullable=False),
    Column("note", String(MAX_NOTE), nullable=False),
    Column("decided_at", Instant, nullable=False),
    Column("digest", _DIGEST, nullable=False),
    Column("encoded", LargeBinary, nullable=False),
    Column("receipt", LargeBinary, nullable=False),
    Column("received_at", Instant, nullable=False),
    PrimaryKeyConstraint("number"),
    ForeignKeyConstraint(
        ["number"], ["sent_transfers.number"], name="fk_returned_outcomes_transfer"
    ),
    known("outcome", OutcomeKind),
    check("digest_whole", "length(digest) = 64"),
    check("license_has_number", "(license = '') = (license_number = '')"),
    check("license_of_approved", f"license = '' OR outcome = '{OutcomeKind.APPROVE}'"),
    check(
        "rejection_has_reason",
        f"outcome <> '{OutcomeKind.REJECT}' OR length(trim(note)) > 0",
    ),
)

TRIGGERS: Final = (
    *attach(
        trigger
        for table in (sent_returns, return_receipts, returned_outcomes)
        for trigger in append_only(table)
    ),
    # What is told is on record before: the case is settled.
    *attach(
        refuse_insert(
            sent_returns,
            "sent_returns_settled",
            when="NOT EXISTS (SELECT 1 FROM transfer_openings t"
            " JOIN case_outcomes o ON o.case_id = t.case_id"
            " WHERE t.partner = NEW.partner AND t.number = NEW.number)",
        )
    ),
)
"""The triggers of these tables, in the order of creation."""
