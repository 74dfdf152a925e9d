"""Appointments in the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, exists, insert, select
from sqlalchemy.exc import IntegrityError

from certs.appointments import Appointment, Post, Sponsor
from certs.errors import AppointmentRefusedError
from certs.reach import Reach
from storage.appointment_tables import appointment_events, appointments
from storage.locks import hold

_NOT_ABOVE: Final = (
    "只有法定代表人，或在任且任期不早于它结束的管理员，才能为他人任命、确认"
    " · the representative, or an administrator whose own appointment lasts as long,"
    " appoints and confirms others"
)


class SqlAppointments:
    """Appointments on one connection; the port is ``AppointmentBook``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, appointment: Appointment) -> None:
        """Keep a new one."""
        hold(self._connection, f"{appointments.name}/{appointment.person_key}")
        if any(
            known.enterprise_key == appointment.enterprise_key
            for known in self.of_person(appointment.person_key)
        ):
            raise AppointmentRefusedError(
                "此人已有任命，请先免去再任命"
                " · this person has an appointment; end it before giving another one"
            )
        row = insert(appointments).values(
            number=appointment.number,
            enterprise_key=appointment.enterprise_key,
            enterprise_shown=appointment.enterprise_shown,
            person_key=appointment.person_key,
            person_shown=appointment.person_shown,
            post=appointment.post.value,
            license_types=" ".join(sorted(appointment.reach.license_types)),
            matters=" ".join(sorted(appointment.reach.matters)),
            until=appointment.until,
            appointed_at=appointment.appointed_at,
            appointed_by=appointment.appointed_by,
            sponsor_key=appointment.sponsor.key,
            under=appointment.sponsor.under or None,
        )
        try:
            self._connection.execute(row)
        except IntegrityError:
            raise AppointmentRefusedError(_NOT_ABOVE) from None

    def confirm(self, number: str, sponsor: Sponsor, *, by: str) -> None:
        """Keep who answers for one from now on."""
        row = insert(appointment_events).values(
            number=number,
            kind="confirmed",
            at=sponsor.at,
            by=by,
            sponsor_key=sponsor.key,
            under=sponsor.under or None,
        )
        try:
            self._connection.execute(row)
        except IntegrityError:
            raise AppointmentRefusedError(_NOT_ABOVE) from None

    def suspend(self, number: str, *, at: datetime, by: str) -> None:
        """Keep that one waits because the representative changed; again is no error."""
        hold(self._connection, f"{appointments.name}/{number}")
        found = self.find(number)
        if found is not None and found.ended_at is None and found.suspended_at is None:
            self._connection.execute(
                insert(appointment_events).values(number=number, kind="suspended", at=at, by=by)
            )

    def end(self, number: str, *, at: datetime, by: str) -> bool:
        """End one."""
        hold(self._connection, f"{appointments.name}/{number}")
        found = self.find(number)
        if found is None or found.ended_at is not None:
            return False
        self._connection.execute(
            insert(appointment_events).values(number=number, kind="ended", at=at, by=by)
        )
        return True

    def find(self, number: str) -> Appointment | None:
        """Return one, or None."""
        found = self._found(appointments.c.number == number)
        return found[0] if found else None

    def of_enterprise(self, key: str) -> tuple[Appointment, ...]:
        """Return those of an enterprise that were not ended, newest first."""
        return self._open(appointments.c.enterprise_key == key)

    def of_person(self, key: str) -> tuple[Appointment, ...]:
        """Return those of a person that were not ended, newest first."""
        return self._open(appointments.c.person_key == key)

    def _open(self, where: ColumnElement[bool]) -> tuple[Appointment, ...]:
        has_ended = exists().where(
            appointment_events.c.number == appointments.c.number,
            appointment_events.c.kind == "ended",
        )
        return self._found(where & ~has_ended)

    def _found(self, where: ColumnElement[bool]) -> tuple[Appointment, ...]:
        rows = (
            self._connection.execute(
                select(appointments)
                .where(where)
                .order_by(appointments.c.appointed_at.desc(), appointments.c.number)
            )
            .mappings()
            .all()
        )
        events: dict[str, list[Mapping[Any, Any]]] = {row["number"]: [] for row in rows}
        later = (
            select(appointment_events)
            .where(appointment_events.c.number.in_(events))
            .order_by(appointment_events.c.row)
        )
        for event in self._connection.execute(later).mappings():
            events[event["number"]].append(event)
        return tuple(_appointment(row, events[row["number"]]) for row in rows)


def _appointment(row: Mapping[Any, Any], events: Sequence[Mapping[Any, Any]]) -> Appointment:
    sponsor = Sponsor(key=row["sponsor_key"], under=row["under"] or "", at=row["appointed_at"])
    suspended_at = ended_at = None
    for event in events:
        match event["kind"]:
            case "confirmed":
                sponsor = Sponsor(
                    key=event["sponsor_key"], under=event["under"] or "", at=event["at"]
                )
                suspended_at = None
            case "suspended":
                suspended_at = event["at"]
            case _:
                ended_at = event["at"]
    return Appointment(
        number=row["number"],
        enterprise_key=row["enterprise_key"],
        enterprise_shown=row["enterprise_shown"],
        person_key=row["person_key"],
        person_shown=row["person_shown"],
        post=Post(row["post"]),
        reach=Reach(
            license_types=frozenset(row["license_types"].split()),
            matters=frozenset(row["matters"].split()),
        ),
        until=row["until"],
        appointed_at=row["appointed_at"],
        appointed_by=row["appointed_by"],
        sponsor=sponsor,
        suspended_at=suspended_at,
        ended_at=ended_at,
    )
