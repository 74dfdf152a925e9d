"""Tables of the seals: what they are, what they went through, and every use of them.

All of it is append-only. A seal's events form one line: each names the state that the one
before it left, by a foreign key, and only allowed moves pass. Nobody records a use of a seal
that is not enabled.
"""

from typing import Final

from sqlalchemy import (
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
)

from certs.seals.events import (
    ALLOWED,
    MAX_DOCUMENT_NUMBER,
    MAX_PERSON,
    MAX_REASON,
    NEED_APPROVER,
    SealMove,
)
from certs.seals.register import MAX_NAME, SealOrigin
from certs.seals.uses import MAX_PURPOSE, UseDigest
from storage.constraints import check, known
from storage.database import BIG_NUMBER, Instant
from storage.tables import metadata
from storage.triggers import append_only, attach, refuse_insert

_CODE: Final = String(32)
_DIGEST: Final = String(64)
_NAME: Final = String(MAX_NAME)
_PERSON: Final = String(MAX_PERSON)
_STATE: Final = String(16)
_DOCUMENT: Final = String(MAX_DOCUMENT_NUMBER)
_UNIFIED: Final = String(18)
_ROUNDING_MICROSECONDS: Final = 1_000_000


def _moves() -> str:
    """Return every allowed move as ``before>move>after``; nothing stands before the first."""
    listed = [
        f"'{before.value if before else ''}>{move.value}>{move.state.value}'"
        for before, moves in ALLOWED.items()
        for move in SealMove
        if move in moves
    ]
    return ", ".join(listed)


def _approved() -> str:
    return ", ".join(f"'{move.value}'" for move in SealMove if move in NEED_APPROVER)


seals: Final = Table(
    "seals",
    metadata,
    Column("code", _CODE, nullable=False),
    Column("name", _NAME, nullable=False),
    Column("kind", Integer, nullable=False),
    Column("owner_code", _NAME, nullable=False),
    Column("owner_name", _NAME, nullable=False),
    Column("maker_name", _NAME, nullable=False),
    Column("origin", _STATE, nullable=False),
    Column("encoded", LargeBinary, nullable=False),
    Column("digest", _DIGEST, nullable=False),
    Column("valid_from", Instant, nullable=False),
    Column("valid_to", Instant, nullable=False),
    Column("registered_at", Instant, nullable=False),
    PrimaryKeyConstraint("code"),
    UniqueConstraint("digest"),
    known("origin", SealOrigin),
)

seal_events: Final = Table(
    "seal_events",
    metadata,
    Column("seal_code", _CODE, ForeignKey(seals.c.code), nullable=False),
    Column("number", Integer, nullable=False),
    Column("previous", Integer),
    Column("state_before", _STATE, nullable=False),
    Column("move", _STATE, nullable=False),
    Column("state", _STATE, nullable=False),
    Column("effective_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("operator", _PERSON, nullable=False),
    Column("reason", String(MAX_REASON), nullable=False),
    Column("approver", _PERSON, nullable=False),
    Column("document_no", _DOCUMENT, nullable=False),
    Column("approval_digest", _DIGEST, nullable=False),
    PrimaryKeyConstraint("seal_code", "number"),
    UniqueConstraint("seal_code", "number", "state", name="uq_seal_events_with_state"),
    ForeignKeyConstraint(
        ["seal_code", "previous", "state_before"],
        ["seal_events.seal_code", "seal_events.number", "seal_events.state"],
        name="fk_seal_events_previous",
    ),
    check("first_is_making", "(move = 'made') = (number = 1)"),
    check("first_has_none_before", "(number = 1) = (previous IS NULL)"),
    check("none_left_out", "previous IS NULL OR previous = number - 1"),
    check("allowed", f"state_before || '>' || move || '>' || state IN ({_moves()})"),
    check("names_operator", "operator <> ''"),
    check("approver_is_another", "approver <> operator"),
    check("approval_names_approver", "approval_digest = '' OR approver <> ''"),
    check(
        "two_persons",
        f"move NOT IN ({_approved()}) OR (approver <> '' AND document_no <> '')",
    ),
    check("never_ahead", "effective_at <= recorded_at"),
    check(
        "use_never_dated_back",
        f"state <> 'enabled' OR recorded_at - effective_at < {_ROUNDING_MICROSECONDS}",
    ),
)

seal_uses: Final = Table(
    "seal_uses",
    metadata,
    Column("row", BIG_NUMBER, primary_key=True, autoincrement=True),
    Column("seal_code", _CODE, ForeignKey(seals.c.code), nullable=False),
    Column("used_at", Instant, nullable=False),
    Column("operator", _PERSON, nullable=False),
    Column("purpose", String(MAX_PURPOSE), nullable=False),
    Column("digest", _DIGEST, nullable=False),
    Column("digest_of", _STATE, nullable=False),
    # The license comes into being after the use, so this is no foreign key.
    Column("license", String(128), nullable=False),
    check("names_operator", "operator <> ''"),
    check("names_digest", "length(digest) = 64"),
    known("digest_of", UseDigest),
    Index("ix_seal_uses_seal_code", "seal_code"),
    Index("ix_seal_uses_license", "license"),
    # Which seals were used in some weeks, and how often.
    Index("ix_seal_uses_seal_code_used_at", "seal_code", "used_at"),
)

issuer_successions: Final = Table(
    "issuer_successions",
    metadata,
    Column("row", BIG_NUMBER, primary_key=True, autoincrement=True),
    Column("former_code", _UNIFIED, nullable=False),
    Column("former_name", _NAME, nullable=False),
    Column("successor_code", _UNIFIED, nullable=False),
    Column("successor_name", _NAME, nullable=False),
    Column("effective_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("operator", _PERSON, nullable=False),
    Column("approver", _PERSON, nullable=False),
    Column("document_no", _DOCUMENT, nullable=False),
    Column("approval_digest", _DIGEST, nullable=False),
    check("two_persons", "operator <> '' AND approver <> '' AND approver <> operator"),
    check("names_document", "document_no <> ''"),
    check("something_changes", "former_code <> successor_code OR former_name <> successor_name"),
)

SEAL_TRIGGERS: Final = (
    *attach(
        trigger
        for table in (seals, seal_events, seal_uses, issuer_successions)
        for trigger in append_only(table)
    ),
    *attach(
        refuse_insert(
            seal_uses,
            "seal_uses_enabled",
            when="COALESCE((SELECT e.state FROM seal_events e WHERE e.seal_code = NEW.seal_code"
            " ORDER BY e.number DESC LIMIT 1), '') <> 'enabled'",
            # Many may use a seal at once, and nobody while its state changes.
            locking="1 FROM seals s WHERE s.code = NEW.seal_code FOR KEY SHARE",
        )
    ),
    # A clock that was set back must not reorder what was known when.
    *attach(
        refuse_insert(
            seal_events,
            "seal_events_in_order",
            when="EXISTS (SELECT 1 FROM seal_events e WHERE e.seal_code = NEW.seal_code"
            " AND (e.recorded_at > NEW.recorded_at OR (e.number = 1"
            " AND e.effective_at > NEW.effective_at)))",
            locking="1 FROM seals s WHERE s.code = NEW.seal_code FOR UPDATE",
        )
    ),
)
"""The triggers of these tables, in the order of creation."""
