"""Tables of appointments (企业用证人员): who was appointed by whom, and what became of it.

Triggers hold that an administrator stands behind what an administrator says: of the same
enterprise, not ended, and for no longer than that appointment lasts.
"""

from typing import Final

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table, Text

from certs.appointments import Post
from storage.constraints import check, known
from storage.database import Instant
from storage.tables import metadata
from storage.triggers import append_only, attach, refuse_insert

NUMBER: Final = String(21)
_KEY: Final = String(64)
_PERSON: Final = String(200)

appointments: Final = Table(
    "appointments",
    metadata,
    Column("number", NUMBER, primary_key=True),
    Column("enterprise_key", _KEY, nullable=False),
    Column("enterprise_shown", String(512), nullable=False),
    Column("person_key", _KEY, nullable=False),
    Column("person_shown", _PERSON, nullable=False),
    Column("post", String(16), nullable=False),
    Column("license_types", Text, nullable=False),
    Column("matters", Text, nullable=False),
    Column("until", Date, nullable=False),
    Column("appointed_at", Instant, nullable=False),
    Column("appointed_by", _PERSON, nullable=False),
    Column("sponsor_key", _KEY, nullable=False),
    # The administrator's own appointment; NULL for the legal representative.
    Column("under", NUMBER, ForeignKey("appointments.number")),
    known("post", Post),
    check(
        "two_people",
        "person_key <> sponsor_key AND person_key <> enterprise_key"
        " AND person_key <> '' AND sponsor_key <> '' AND enterprise_key <> ''",
    ),
    check("administrators_by_representative", "post = 'agent' OR under IS NULL"),
    check("appointed_by_named", "appointed_by <> ''"),
    Index("ix_appointments_enterprise_key", "enterprise_key"),
    Index("ix_appointments_person_key", "person_key"),
)

appointment_events: Final = Table(
    "appointment_events",
    metadata,
    Column("row", Integer, primary_key=True, autoincrement=True),
    Column("number", NUMBER, ForeignKey(appointments.c.number), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", _PERSON, nullable=False),
    Column("sponsor_key", _KEY),
    Column("under", NUMBER, ForeignKey(appointments.c.number)),
    known("kind", ("confirmed", "suspended", "ended")),
    check("by_named", "by <> ''"),
    check("confirmed_by_somebody", "(kind = 'confirmed') = (sponsor_key IS NOT NULL)"),
    check("under_confirmed", "under IS NULL OR kind = 'confirmed'"),
    Index("ix_appointment_events_number", "number"),
)

_ENDED: Final = (
    "EXISTS (SELECT 1 FROM appointment_events e WHERE e.number = {number} AND e.kind = 'ended')"
)


def _no_administrator(enterprise: str, until: str) -> str:
    """Return whether nobody stands behind ``NEW`` where an administrator has to, in SQL."""
    return (
        "NEW.under IS NOT NULL AND NOT EXISTS (SELECT 1 FROM appointments a"  # noqa: S608 - ours
        " WHERE a.number = NEW.under AND a.post = 'administrator'"
        f" AND a.person_key = NEW.sponsor_key AND a.enterprise_key = {enterprise}"
        f" AND a.until >= {until} AND NOT {_ENDED.format(number='a.number')})"
    )


_APPOINTED: Final = "(SELECT o.{column} FROM appointments o WHERE o.number = NEW.number)"
_OF_APPOINTED: Final = tuple(_APPOINTED.format(column=name) for name in ("enterprise_key", "until"))
_WRONG_EVENT: Final = (
    _ENDED.format(number="NEW.number")
    + f" OR NEW.sponsor_key = {_APPOINTED.format(column='person_key')}"
    + f" OR (NEW.under IS NOT NULL AND {_APPOINTED.format(column='post')} <> 'agent')"
    + f" OR ({_no_administrator(*_OF_APPOINTED)})"
)
TRIGGERS: Final = attach(
    (
        *append_only(appointments),
        *append_only(appointment_events),
        *refuse_insert(
            appointments,
            "appointments_by_administrators",
            when=_no_administrator("NEW.enterprise_key", "NEW.until"),
            locking="1 FROM appointments a WHERE a.number = NEW.under FOR UPDATE",
        ),
        *refuse_insert(
            appointment_events,
            "appointment_events_in_order",
            when=_WRONG_EVENT,
            locking="1 FROM appointments a WHERE a.number IN (NEW.number, NEW.under)"
            " ORDER BY a.number FOR UPDATE",
        ),
    )
)
