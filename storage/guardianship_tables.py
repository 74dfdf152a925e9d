"""Tables of guardianships (监护): what was proposed, confirmed by another person, and ended."""

from typing import Final

from sqlalchemy import Column, Date, ForeignKey, Index, String, Table

from certs.guardianships import GuardianBasis
from storage.constraints import check, known
from storage.database import Instant
from storage.tables import metadata
from storage.triggers import append_only, attach, refuse_insert

_NUMBER: Final = String(21)
_KEY: Final = String(64)
_PERSON: Final = String(200)

guardianships: Final = Table(
    "guardianships",
    metadata,
    Column("number", _NUMBER, primary_key=True),
    Column("child_key", _KEY, nullable=False),
    Column("child_shown", _PERSON, nullable=False),
    Column("guardian_key", _KEY, nullable=False),
    Column("guardian_shown", _PERSON, nullable=False),
    Column("basis", String(24), nullable=False),
    Column("reference", String(128), nullable=False),
    Column("until", Date, nullable=False),
    Column("proposed_at", Instant, nullable=False),
    Column("proposed_by", _PERSON, nullable=False),
    known("basis", GuardianBasis),
    check("two_people", "child_key <> guardian_key AND child_key <> '' AND guardian_key <> ''"),
    check("proposed_by_named", "proposed_by <> ''"),
    Index("ix_guardianships_child_key", "child_key"),
    Index("ix_guardianships_guardian_key", "guardian_key"),
)

guardianship_confirmations: Final = Table(
    "guardianship_confirmations",
    metadata,
    Column("number", _NUMBER, ForeignKey(guardianships.c.number), primary_key=True),
    Column("confirmed_at", Instant, nullable=False),
    Column("confirmed_by", _PERSON, nullable=False),
    check("confirmed_by_named", "confirmed_by <> ''"),
)

guardianship_ends: Final = Table(
    "guardianship_ends",
    metadata,
    Column("number", _NUMBER, ForeignKey(guardianships.c.number), primary_key=True),
    Column("ended_at", Instant, nullable=False),
    Column("ended_by", _PERSON, nullable=False),
    check("ended_by_named", "ended_by <> ''"),
)

_WRONG_CONFIRMATION: Final = (
    "EXISTS (SELECT 1 FROM guardianships g"
    " WHERE g.number = NEW.number AND g.proposed_by = NEW.confirmed_by)"
    " OR EXISTS (SELECT 1 FROM guardianship_ends e WHERE e.number = NEW.number)"
)
TRIGGERS: Final = attach(
    (
        *append_only(guardianships),
        *append_only(guardianship_confirmations),
        *append_only(guardianship_ends),
        *refuse_insert(
            guardianship_confirmations,
            "guardianships_two_persons",
            when=_WRONG_CONFIRMATION,
            locking="1 FROM guardianships g WHERE g.number = NEW.number FOR UPDATE",
        ),
    )
)
