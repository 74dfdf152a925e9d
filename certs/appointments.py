"""企业用证人员 (appointments): who acts for an enterprise with its licenses, and how far.

The legal representative appoints administrators (管理员) and agents (经办人); an administrator
appoints agents. Whoever appointed somebody, or confirmed it last, answers for it: when the
representative changes, or the administrator is none any more, it does not count until somebody
who may appoint has confirmed it. Source: 民法典 §§ 61, 165, 170.
"""

import base64
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum, unique
from typing import Final, Protocol

from certs.access import CallerRole
from certs.civil_dates import day_of
from certs.errors import AppointmentRefusedError
from certs.reach import EVERY, Reach
from certs.transactions import Transaction

LONGEST: Final = timedelta(days=366)
"""So long an appointment lasts at most; then somebody has to say so anew."""
EVERYTHING: Final = Reach(license_types=frozenset({EVERY}), matters=frozenset({EVERY}))
_NUMBER_BYTES: Final = 12
_MOST_NAME: Final = 100


@unique
class Post(StrEnum):
    """What somebody is in an enterprise."""

    ADMINISTRATOR = "administrator"
    """管理员: all licenses; appoints agents."""
    AGENT = "agent"
    """经办人: the license types and the matters that were named."""

    @property
    def role(self) -> CallerRole:
        """What such a person is here for."""
        is_agent = self is Post.AGENT
        return CallerRole.ORG_AGENT if is_agent else CallerRole.ORG_ADMIN


@unique
class AppointmentStanding(StrEnum):
    """Whether an appointment counts, or why not."""

    STANDS = "stands"
    SUSPENDED = "suspended"
    """法定代表人已变更，待确认."""
    UNSPONSORED = "unsponsored"
    """任命或确认它的管理员已不在任，待确认."""
    OVER = "over"
    """期限已满."""
    ENDED = "ended"
    """已免去、已辞去."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sponsor:
    """Who answers for an appointment.

    Attributes:
        key: That person's look-up key.
        under: The appointment as administrator that it was said by; empty for the legal
            representative.
        at: When it was said.
    """

    key: str
    under: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """One person in one enterprise.

    Attributes:
        number: What it is called.
        enterprise_key: The enterprise's look-up key in the register; ``person_key`` likewise.
        enterprise_shown: The enterprise's name.
        person_shown: The person's name as pages show it.
        reach: What an agent may touch; everything for administrators.
        until: The last day.
        appointed_by: The opaque name of whoever appointed, for the record.
        sponsor: Who answers for it now.
        suspended_at: Since when it waits because the representative changed; None while not.
        ended_at: When it was ended, for good; None while it was not.

    Raises:
        AppointmentRefusedError: A part is none, it is one's own, or it is too long.
    """

    number: str
    enterprise_key: str
    enterprise_shown: str
    person_key: str
    person_shown: str
    post: Post
    reach: Reach
    until: date
    appointed_at: datetime
    appointed_by: str
    sponsor: Sponsor
    suspended_at: datetime | None = None
    ended_at: datetime | None = None

    def __post_init__(self) -> None:
        keys = (self.enterprise_key, self.person_key, self.sponsor.key)
        if not all(keys) or len(set(keys)) != len(keys):
            raise AppointmentRefusedError(
                "任命的须是另一人 · somebody else is appointed, and not the enterprise"
            )
        if not 0 < len(self.person_shown) <= _MOST_NAME:
            raise AppointmentRefusedError("须写明姓名 · name the person")
        if self.post is Post.ADMINISTRATOR and (self.sponsor.under or self.reach != EVERYTHING):
            raise AppointmentRefusedError(
                "管理员由法定代表人任命，不限证照和事项"
                " · the representative appoints administrators, for everything"
            )
        if not (self.reach.license_types or self.reach.matters):
            raise AppointmentRefusedError("须选择证照类型或事项 · choose license types or matters")
        first = day_of(self.appointed_at)
        if not first <= self.until <= first + LONGEST:
            raise AppointmentRefusedError(
                "截止日期须在今后一年之内 · the last day is within a year from now"
            )

    def standing(self, at: datetime, above: "Appointment | None") -> AppointmentStanding:
        """Return whether it counts at a moment.

        Args:
            at: The moment.
            above: The administrator's appointment that it was said by; None where there is none.
        """
        if self.ended_at is not None:
            return AppointmentStanding.ENDED
        if day_of(at) > self.until:
            return AppointmentStanding.OVER
        if self.suspended_at is not None:
            return AppointmentStanding.SUSPENDED
        is_above = (
            above is not None
            and above.number == self.sponsor.under
            and above.standing(at, None) is AppointmentStanding.STANDS
        )
        if self.sponsor.under and not is_above:
            return AppointmentStanding.UNSPONSORED
        return AppointmentStanding.STANDS


def new_number() -> str:
    """Return a fresh number: ``T`` and 20 letters."""
    text = base64.b32encode(secrets.token_bytes(_NUMBER_BYTES)).decode("ascii").rstrip("=")
    return f"T{text}"


class AppointmentBook(Protocol):
    """Keeps appointments; nothing of them is ever changed, only added to."""

    def add(self, appointment: Appointment) -> None:
        """Keep a new one.

        Raises:
            AppointmentRefusedError: Whoever appoints may not, or the person has one already that
                was not ended.
        """
        ...

    def confirm(self, number: str, sponsor: Sponsor, *, by: str) -> None:
        """Keep who answers for one from now on.

        Raises:
            AppointmentRefusedError: It was ended, or this person may not confirm it.
        """
        ...

    def suspend(self, number: str, *, at: datetime, by: str) -> None:
        """Keep that one waits because the representative changed."""
        ...

    def end(self, number: str, *, at: datetime, by: str) -> bool:
        """End one; False if there is none that could be ended."""
        ...

    def find(self, number: str) -> Appointment | None:
        """Return one, or None."""
        ...

    def of_enterprise(self, key: str) -> tuple[Appointment, ...]:
        """Return those of an enterprise that were not ended, newest first."""
        ...

    def of_person(self, key: str) -> tuple[Appointment, ...]:
        """Return those of a person that were not ended, newest first."""
        ...


class AppointmentWork(Transaction, Protocol):
    """A unit of work over appointments."""

    @property
    def appointments(self) -> AppointmentBook:
        """The appointments within this transaction."""
        ...


def above_of(appointment: Appointment, work: AppointmentWork) -> Appointment | None:
    """Return the administrator's appointment that one was said by; None for none."""
    under = appointment.sponsor.under
    return work.appointments.find(under) if under else None
