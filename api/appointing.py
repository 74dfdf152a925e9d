"""企业用证人员: appoints people who act for an enterprise, and tells who acts for which."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from api.representatives import Representatives
from certs.access import AccessGrant
from certs.appointments import (
    EVERYTHING,
    Appointment,
    AppointmentStanding,
    AppointmentWork,
    Post,
    Sponsor,
    above_of,
    new_number,
)
from certs.errors import AppointmentNotFoundError, AppointmentRefusedError, NotAdmittedError, Unfit
from certs.holder_codes import HolderCode
from certs.holder_keys import HolderKeys
from certs.identities import Identity
from certs.masking import mask
from certs.ports import Clock
from certs.reach import Reach

_SYSTEM: Final = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Who is to be appointed, as what, how far, and until when."""

    code: HolderCode
    name: str
    post: Post
    reach: Reach
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An appointment, and whether it counts now.

    Attributes:
        is_mine_to_keep: Whether whoever looks may confirm it or end it.
    """

    appointment: Appointment
    standing: AppointmentStanding
    is_mine_to_keep: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentOffice:
    """Keeps who acts for enterprises.

    Whoever acts here is told by an access grant: the legal representative, or an administrator.
    """

    unit_of_work: Callable[[], AppointmentWork]
    clock: Clock
    holder_keys: HolderKeys
    representatives: Representatives

    def appoint(self, order: Order, *, by: AccessGrant) -> Appointment:
        """Appoint somebody; it counts at once.

        Raises:
            AppointmentRefusedError: It is not known who acts, that is no administrator's to give,
                or a part is none.
        """
        _check_known(by)
        now = self.clock.now()
        appointment = Appointment(
            number=new_number(),
            enterprise_key=by.holder_key,
            enterprise_shown=by.holder_shown,
            person_key=self.holder_keys.of(order.code),
            person_shown=mask(order.name.strip()),
            post=order.post,
            reach=EVERYTHING if order.post is Post.ADMINISTRATOR else order.reach,
            until=order.until,
            appointed_at=now,
            appointed_by=by.person,
            sponsor=Sponsor(key=by.actor_key, under=by.appointment, at=now),
        )
        with self.unit_of_work() as work:
            work.appointments.add(appointment)
            work.commit()
        return appointment

    def confirm(self, number: str, *, by: AccessGrant) -> None:
        """Answer for an appointment from now on, in place of whoever did before.

        Raises:
            AppointmentNotFoundError: The enterprise has none of this number.
            AppointmentRefusedError: It was ended, or is not this person's to confirm.
        """
        _check_known(by)
        with self.unit_of_work() as work:
            _own(work, number, by)
            sponsor = Sponsor(key=by.actor_key, under=by.appointment, at=self.clock.now())
            work.appointments.confirm(number, sponsor, by=by.person)
            work.commit()

    def end(self, number: str, *, by: AccessGrant) -> None:
        """End an appointment, for good and at once; one that has ended stays so.

        Raises:
            AppointmentNotFoundError: The enterprise has none of this number.
            AppointmentRefusedError: An administrator's is not another administrator's to end.
        """
        with self.unit_of_work() as work:
            found = _own(work, number, by)
            if not _may_keep(found, by):
                raise AppointmentRefusedError(
                    "管理员由法定代表人免去 · the representative ends what administrators have"
                )
            work.appointments.end(number, at=self.clock.now(), by=by.person)
            work.commit()

    def resign(self, number: str, *, key: str, person: str) -> bool:
        """End an appointment of one's own; False if there is none, or it is another's."""
        with self.unit_of_work() as work:
            found = work.appointments.find(number)
            if found is None or not key or found.person_key != key:
                return False
            work.appointments.end(number, at=self.clock.now(), by=person)
            work.commit()
        return True

    def of_enterprise(self, grant: AccessGrant) -> tuple[Seen, ...]:
        """Return the appointments of an enterprise that were not ended, newest first."""
        with self.unit_of_work() as work:
            work.only_read()
            found = work.appointments.of_enterprise(grant.holder_key) if grant.holder_key else ()
        return tuple(
            Seen(appointment=item, standing=standing, is_mine_to_keep=_may_keep(item, grant))
            for item, standing in self._standing(found)
        )

    def of_person(self, key: str) -> tuple[Seen, ...]:
        """Return the appointments of somebody that were not ended, newest first.

        Args:
            key: The person's look-up key; empty for nobody.
        """
        with self.unit_of_work() as work:
            work.only_read()
            found = work.appointments.of_person(key) if key else ()
        return tuple(
            Seen(appointment=item, standing=standing) for item, standing in self._standing(found)
        )

    def acting(self, grant: AccessGrant) -> Appointment | None:
        """Return the appointment that somebody acts by, if it counts now."""
        with self.unit_of_work() as work:
            work.only_read()
            found = work.appointments.find(grant.appointment)
        if found is None:
            return None
        ((_, standing),) = self._standing((found,))
        return found if standing is AppointmentStanding.STANDS else None

    def admit(self, identity: Identity) -> AccessGrant:
        """Return what somebody may by the newest appointment that counts.

        Raises:
            NotAdmittedError: The provider tells no number, or no appointment counts.
        """
        if identity.holder is None:
            raise NotAdmittedError(Unfit.UNNAMED)
        key = self.holder_keys.of(identity.holder)
        return self.grant_of(key, person=identity.opaque_name)

    def grant_of(self, key: str, *, person: str, number: str = "") -> AccessGrant:
        """Return what somebody may by an appointment.

        Args:
            key: The person's look-up key.
            person: What the person is called in logs.
            number: The appointment; empty for the newest that counts.

        Raises:
            NotAdmittedError: No appointment counts, or not this one.
        """
        for seen in self.of_person(key):
            is_asked = not number or seen.appointment.number == number
            if is_asked and seen.standing is AppointmentStanding.STANDS:
                return _grant(seen.appointment, person)
        raise NotAdmittedError(Unfit.NO_APPOINTMENT)

    def _standing(
        self, found: Iterable[Appointment]
    ) -> list[tuple[Appointment, AppointmentStanding]]:
        """Return how each stands; one under a former representative is suspended on record."""
        return [(item, self._standing_of(item)) for item in found]

    def _standing_of(self, appointment: Appointment) -> AppointmentStanding:
        now = self.clock.now()
        with self.unit_of_work() as work:
            work.only_read()
            above = above_of(appointment, work)
        standing = appointment.standing(now, above)
        if standing is not AppointmentStanding.STANDS:
            return standing
        # What the representative said counts while that is the representative.
        said = appointment if above is None else above
        if not self.representatives.has_changed(said.enterprise_key, since=said.sponsor.at):
            return standing
        with self.unit_of_work() as work:
            work.appointments.suspend(said.number, at=now, by=_SYSTEM)
            work.commit()
        return (
            AppointmentStanding.SUSPENDED
            if said is appointment
            else AppointmentStanding.UNSPONSORED
        )


def _check_known(by: AccessGrant) -> None:
    """Refuse where it is not known who acts for the enterprise.

    Raises:
        AppointmentRefusedError: It is not.
    """
    if not by.holder_key or not by.actor_key:
        raise AppointmentRefusedError(
            "须以法定代表人或管理员身份、经统一身份认证登录后任命"
            " · sign in with the identity service as whoever represents the enterprise"
        )


def _own(work: AppointmentWork, number: str, by: AccessGrant) -> Appointment:
    found = work.appointments.find(number)
    if found is None or not by.holder_key or found.enterprise_key != by.holder_key:
        raise AppointmentNotFoundError("no such appointment")
    return found


def _may_keep(appointment: Appointment, by: AccessGrant) -> bool:
    """Tell whether an appointment is somebody's to confirm or end: an administrator's agents."""
    return not by.appointment or appointment.post is Post.AGENT


def _grant(appointment: Appointment, person: str) -> AccessGrant:
    return AccessGrant(
        person=person,
        role=appointment.post.role,
        holder_key=appointment.enterprise_key,
        holder_shown=appointment.enterprise_shown,
        actor_key=appointment.person_key,
        appointment=appointment.number,
    )
