"""Tables of what was decided about who may do what (权限判定记录), and of the days' digests."""

from typing import Final

from sqlalchemy import Column, Date, Index, Integer, String, Table

from certs.access import CallerRole
from certs.rights import Relation
from storage.constraints import check, flag, known
from storage.database import BIG_NUMBER, Instant
from storage.tables import metadata
from storage.triggers import append_only, attach

MAX_TARGET: Final = 300

access_decisions: Final = Table(
    "access_decisions",
    metadata,
    Column("row", BIG_NUMBER, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("person", String(200), nullable=False),
    Column("role", String(16), nullable=False),
    # Actions become more from release to release; old ones stay readable, so nothing lists them.
    Column("action", String(40), nullable=False),
    Column("relation", String(16)),
    Column("rule", String(80), nullable=False),
    flag("is_permitted"),
    Column("status", Integer, nullable=False),
    Column("target", String(MAX_TARGET), nullable=False),
    known("role", CallerRole),
    known("relation", Relation),
    check("status_of_http", "status BETWEEN 100 AND 599"),
    check("rule_named", "rule <> '' AND person <> ''"),
    Index("ix_access_decisions_at", "at"),
    Index("ix_access_decisions_person", "person", "at"),
)

decision_days: Final = Table(
    "decision_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("decisions", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("salt", String(32), nullable=False),
    Column("sealed_at", Instant, nullable=False),
    check("decisions_counted", "decisions >= 0"),
)

TRIGGERS: Final = attach(append_only(decision_days))
