"""The table of access tokens."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Column, ForeignKey, Index, String, Table

from certs.access import HOLDER_ROLES, ORG_ROLES, CallerRole
from storage.appointment_tables import NUMBER, appointments
from storage.constraints import check, known
from storage.database import Instant
from storage.tables import metadata


def _in(roles: Iterable[CallerRole]) -> str:
    return "role IN ({})".format(", ".join(f"'{role}'" for role in roles))


access_tokens: Final = Table(
    "access_tokens",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("person", String(200), nullable=False),
    Column("role", String(16), nullable=False),
    Column("holder_key", String(64), nullable=False),
    Column("holder_shown", String(512), nullable=False),
    Column("expires_at", Instant),
    Column("actor_key", String(64), nullable=False),
    Column("appointment", NUMBER, ForeignKey(appointments.c.number)),
    known("role", CallerRole),
    check("holders_hold", f"({_in(HOLDER_ROLES)}) = (holder_key <> '')"),
    check("staff_appointed", f"({_in(ORG_ROLES)}) = (appointment IS NOT NULL)"),
    check("staff_named", "appointment IS NULL OR (actor_key <> '' AND actor_key <> holder_key)"),
    Index("ix_access_tokens_person", "person"),
)
