"""Tables of cases that are handed over (异地代收代办), on both sides."""

from typing import Final

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
)

from storage.constraints import check
from storage.database import Instant
from storage.matter_tables import CASE_ID, PERSON, WORD
from storage.outcome_tables import case_outcomes
from storage.tables import metadata
from storage.triggers import append_only, attach, refuse_insert

_NUMBER: Final = String(26)
_REGION: Final = String(6)
_DIGEST: Final = String(64)

sent_transfers: Final = Table(
    "sent_transfers",
    metadata,
    Column("number", _NUMBER, nullable=False),
    Column("case_id", CASE_ID, nullable=False),
    Column("partner", _REGION, nullable=False),
    Column("digest", _DIGEST, nullable=False),
    Column("encoded", LargeBinary, nullable=False),
    Column("operator", PERSON, nullable=False),
    Column("operator_role", WORD, nullable=False),
    Column("made_at", Instant, nullable=False),
    PrimaryKeyConstraint("number"),
    # A case is handed over once.
    UniqueConstraint("case_id", name="uq_sent_transfers_case"),
    ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_sent_transfers_case"),
    ForeignKeyConstraint(
        ["operator", "operator_role"],
        ["people_roles.person", "people_roles.role"],
        name="fk_sent_transfers_operator",
    ),
    check("operator_accepts", "operator_role = 'acceptance'"),
)

transfer_receipts: Final = Table(
    "transfer_receipts",
    metadata,
    Column("number", _NUMBER, nullable=False),
    Column("encoded", LargeBinary, nullable=False),
    Column("received_at", Instant, nullable=False),
    PrimaryKeyConstraint("number"),
    ForeignKeyConstraint(
        ["number"], ["sent_transfers.number"], name="fk_transfer_receipts_transfer"
    ),
)

received_transfers: Final = Table(
    "received_transfers",
    metadata,
    Column("partner", _REGION, nullable=False),
    Column("number", _NUMBER, nullable=False),
    Column("digest", _DIGEST, nullable=False),
    Column("encoded", LargeBinary, nullable=False),
    Column("receipt", LargeBinary, nullable=False),
    Column("received_at", Instant, nullable=False),
    PrimaryKeyConstraint("partner", "number"),
    Index("ix_received_transfers_received_at", "received_at"),
)

transfer_openings: Final = Table(
    "transfer_openings",
    metadata,
    Column("partner", _REGION, nullable=False),
    Column("number", _NUMBER, nullable=False),
    Column("case_id", CASE_ID, nullable=False),
    PrimaryKeyConstraint("partner", "number"),
    UniqueConstraint("case_id", name="uq_transfer_openings_case"),
    ForeignKeyConstraint(
        ["partner", "number"],
        ["received_transfers.partner", "received_transfers.number"],
        name="fk_transfer_openings_transfer",
    ),
    ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_transfer_openings_case"),
)

_LOCKING: Final = "1 FROM cases c WHERE c.id = NEW.case_id FOR UPDATE"

TRIGGERS: Final = (
    *attach(
        trigger
        for table in (sent_transfers, transfer_receipts, received_transfers, transfer_openings)
        for trigger in append_only(table)
    ),
    *attach(
        refuse_insert(
            sent_transfers,
            "sent_transfers_case_open",
            when="EXISTS (SELECT 1 FROM case_outcomes o WHERE o.case_id = NEW.case_id)",
            locking=_LOCKING,
        )
    ),
    # What was handed over is decided elsewhere.
    *attach(
        refuse_insert(
            case_outcomes,
            "case_outcomes_not_handed_over",
            when="EXISTS (SELECT 1 FROM sent_transfers t WHERE t.case_id = NEW.case_id)",
            locking=_LOCKING,
        )
    ),
)
"""The triggers of these tables, in the order of creation."""
