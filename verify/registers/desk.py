"""The desk of the own registers (数据源): answers from the licenses that are kept here."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from certs.civil_dates import day_of, start_of
from certs.errors import LicenseError
from certs.holder_keys import HolderKeys
from certs.license_files import read_record
from certs.licenses import License
from certs.lifecycle import present_status
from certs.ports import ObjectStore, UnitOfWork
from certs.records import LicenseRecord
from certs.releases import SHARING_DUTY, Basis, BasisKind, Wanted, release_found
from certs.statuses import StatusKind, status_at
from verify.acceptance.ports import Reply
from verify.acceptance.search import comparable
from verify.errors import SourceSilentError
from verify.ports import Clock
from verify.registers.definitions import Register, RegisterItem, Standing
from verify.registers.questions import FactQuestion

_DAY: Final = timedelta(days=1)
_MOMENT: Final = timedelta(microseconds=1)
_NAME: Final = "certificateHolderName"
_STATUS: Final = "status"
_NOT_ENDED: Final = frozenset(
    {StatusKind.PENDING, StatusKind.ACTIVE, StatusKind.SUSPENDED, StatusKind.SUPERSEDED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterDesk:
    """What this region's registers say.

    Attributes:
        registers: The registers that are offered, by their names.
        unit_of_work: Opens the own register of licenses.
        objects: Holds their records.
        holder_keys: Finds the licenses of a holder.
    """

    registers: Mapping[str, Register]
    unit_of_work: Callable[[], UnitOfWork]
    objects: ObjectStore
    holder_keys: HolderKeys
    clock: Clock

    def answer(self, question: FactQuestion, *, user: str) -> Reply:
        """Return whether it is so; that the licenses were used is on record before.

        Args:
            question: What is asked.
            user: Who asks, as holders read it.

        Raises:
            SourceSilentError: No such register or item is offered, or what is kept cannot be read.
                That is never the same as "denied".
        """
        register = self.registers.get(question.register)
        item = None if register is None else register.item(question.item)
        if item is None:
            raise SourceSilentError(question.register)
        now = self.clock.now()
        if question.day is not None and question.day >= day_of(now):
            # How a day ends is known when it is over.
            raise SourceSilentError(question.register)
        with self.unit_of_work() as work:
            judged = [
                (license, self._shows(item, license, question, work, now))
                for license in self._licenses(item, question, work)
            ]
            fields = _fields_of(item)
            wanted = [
                (license, Wanted(identifier=license.identifier, fields=fields, user=user))
                for license, _ in judged
            ]
            release_found(wanted, _basis(question, fields), work=work, at=now)
            work.commit()
        is_so = any(shows for _, shows in judged)
        return Reply.CONFIRMED if is_so else Reply.DENIED

    def _licenses(
        self, item: RegisterItem, question: FactQuestion, work: UnitOfWork
    ) -> Iterator[License]:
        key = self.holder_keys.of(question.applicant.code)
        for license_type in item.license_types:
            yield from work.licenses.of_holder(key, str(license_type))

    def _shows(
        self,
        item: RegisterItem,
        license: License,
        question: FactQuestion,
        work: UnitOfWork,
        now: datetime,
    ) -> bool:
        try:
            record = read_record(self.objects, license.files)
        except LicenseError as error:
            # The holder has one all the same: that must never look like "denied".
            raise SourceSilentError(question.register) from error
        today = question.day or day_of(now)
        elements = record.elements()
        return (
            _stood(item.standing, license, record, question.day, work, now)
            and comparable(record.holder_name) == comparable(question.applicant.name)
            and all(
                condition.holds(elements.get(condition.field, ""), today=today)
                for condition in item.conditions
            )
        )


def _stood(  # noqa: PLR0913, PLR0917 - what, when, and what is known
    standing: Standing,
    license: License,
    record: LicenseRecord,
    day: date | None,
    work: UnitOfWork,
    now: datetime,
) -> bool:
    """Tell whether a license stands as it has to, or stood so from the day's beginning to its end.

    What could not be seen when the day began does not count for it.
    """
    if day is None:
        return stands(standing, present_status(license, work, now), record, now)
    begin, end = start_of(day), start_of(day + _DAY) - _MOMENT
    if license.sealed_at > begin or record.valid_from > day:
        return False
    events = work.licenses.events(license.identifier)
    told = ((moment, status_at(events, day=moment, known=now)) for moment in (begin, end))
    return all(
        event is not None and stands(standing, event.kind, record, moment) for moment, event in told
    )


def stands(standing: Standing, status: StatusKind, record: LicenseRecord, now: datetime) -> bool:
    """Tell whether a license stands as it has to, by its status and its term."""
    match standing:
        case Standing.IN_FORCE:
            is_over = record.valid_to is not None and record.valid_to < day_of(now)
            return status is StatusKind.ACTIVE and not is_over
        case Standing.ENDED:
            return status not in _NOT_ENDED


def _fields_of(item: RegisterItem) -> tuple[str, ...]:
    """Return what is looked at; it stays here, and yes or no leaves."""
    return (_STATUS, _NAME, *(condition.field for condition in item.conditions))


def _basis(question: FactQuestion, fields: tuple[str, ...]) -> Basis:
    cause = "数据共享核验" if question.day is None else f"事后核查（{question.day}）"
    return Basis(
        kind=BasisKind.DATA_CHECK,
        permitted=frozenset(fields),
        purpose=f"{cause} {question.register}/{question.item}",
        duty=SHARING_DUTY,
    )
