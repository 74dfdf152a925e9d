"""监护登记: registers who acts for a child, and tells whose licenses somebody sees for that."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from certs.errors import GuardianshipNotFoundError, GuardianshipRefusedError
from certs.granting.giving import GrantWork
from certs.granting.grants import GrantEvent, GrantEventKind
from certs.guardianships import (
    GuardianBasis,
    Guardianship,
    GuardianshipWork,
    eighteenth_birthday,
    new_number,
)
from certs.holder_codes import HolderCode
from certs.holder_keys import HolderKeys
from certs.masking import mask
from certs.ports import Clock
from verify.acceptance.exceptions import ExceptionWork
from verify.acceptance.records import PersonRole
from verify.decision_errors import RoleMissingError

_MOST_WAITING: Final = 100
_ENDED: Final = "监护关系已终止"


class GuardianWork(GrantWork, GuardianshipWork, ExceptionWork, Protocol):
    """What registering reads and writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody as a window was told."""

    code: HolderCode
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardianOffice:
    """Keeps guardianships."""

    unit_of_work: Callable[[], GuardianWork]
    clock: Clock
    holder_keys: HolderKeys

    def propose(
        self, *, child: Person, guardian: Person, basis: GuardianBasis, reference: str, by: str
    ) -> Guardianship:
        """Register what a window was shown; it waits for a second person.

        Raises:
            GuardianshipRefusedError: A part is none, or the child is of age.
        """
        proposed = Guardianship(
            number=new_number(),
            child_key=self.holder_keys.of(child.code),
            child_shown=mask(child.name.strip()),
            guardian_key=self.holder_keys.of(guardian.code),
            guardian_shown=mask(guardian.name.strip()),
            basis=basis,
            reference=reference.strip(),
            until=eighteenth_birthday(child.code),
            proposed_at=self.clock.now(),
            proposed_by=by,
        )
        with self.unit_of_work() as work:
            work.guardianships.propose(proposed)
            work.commit()
        return proposed

    def waiting(self) -> tuple[Guardianship, ...]:
        """Return what waits for a second person, oldest first."""
        with self.unit_of_work() as work:
            work.only_read()
            return work.guardianships.waiting(_MOST_WAITING)

    def of_child(self, code: HolderCode) -> tuple[Guardianship, ...]:
        """Return the guardianships of a child that were not ended."""
        with self.unit_of_work() as work:
            work.only_read()
            found = work.guardianships.of_child(self.holder_keys.of(code))
        return tuple(item for item in found if item.ended_at is None)

    def confirm(self, number: str, *, child: HolderCode, guardian: HolderCode, by: str) -> None:
        """Confirm what another person registered, after looking at the originals oneself.

        Args:
            number: The guardianship.
            child: The child's number, read anew; ``guardian`` likewise.
            guardian: The guardian's.
            by: Who confirms it.

        Raises:
            RoleMissingError: This person may not.
            GuardianshipNotFoundError: There is none.
            GuardianshipRefusedError: The numbers are others, it is the same person, or it waits
                no more.
        """
        read = (self.holder_keys.of(child), self.holder_keys.of(guardian))
        with self.unit_of_work() as work:
            if not work.cases.holds_role(by, PersonRole.ACCEPTANCE_APPROVER):
                raise RoleMissingError(by, PersonRole.ACCEPTANCE_APPROVER)
            found = _found(work, number)
            if read != (found.child_key, found.guardian_key):
                raise GuardianshipRefusedError(
                    "号码与登记的不一致，请核对原件 · other numbers than were registered"
                )
            work.guardianships.confirm(number, at=self.clock.now(), by=by)
            work.commit()

    def end(self, number: str, *, by: str) -> None:
        """End one, for good, and what that guardian granted; one that has ended stays so.

        Raises:
            GuardianshipNotFoundError: There is none.
        """
        with self.unit_of_work() as work:
            _end(work, _found(work, number), at=self.clock.now(), by=by)
            work.commit()

    def resign(self, number: str, *, key: str, person: str) -> bool:
        """End a guardianship of one's own; False if there is none, or it is another's.

        Args:
            number: The guardianship.
            key: The guardian's look-up key.
            person: Who that is, for the record.
        """
        with self.unit_of_work() as work:
            found = work.guardianships.find(number)
            if found is None or not key or found.guardian_key != key:
                return False
            _end(work, found, at=self.clock.now(), by=person)
            work.commit()
        return True

    def children_of(self, key: str) -> tuple[Guardianship, ...]:
        """Return the guardianships that somebody acts by now.

        Args:
            key: The guardian's look-up key; empty for nobody.
        """
        now = self.clock.now()
        if not key:
            return ()
        with self.unit_of_work() as work:
            work.only_read()
            found = work.guardianships.of_guardian(key)
        return tuple(item for item in found if item.stands(now))


def guarding(
    child_key: str, key: str, *, work: GuardianshipWork, at: datetime
) -> Guardianship | None:
    """Return by what somebody acts for a child at a moment, or None.

    Args:
        child_key: The child's look-up key.
        key: The guardian's; empty for nobody.
        work: The transaction.
        at: The moment.
    """
    found = work.guardianships.of_guardian(key) if key else ()
    return next((item for item in found if item.child_key == child_key and item.stands(at)), None)


def _end(work: GuardianWork, found: Guardianship, *, at: datetime, by: str) -> None:
    """End one, and with it what that guardian granted."""
    if not work.guardianships.end(found.number, at=at, by=by):
        return
    for kept in work.grants.of_holder(found.child_key):
        is_theirs = kept.grant.is_by_guardian and kept.grant.evidence == found.number
        if is_theirs and kept.events[-1].kind is not GrantEventKind.REVOKED:
            event = GrantEvent(kind=GrantEventKind.REVOKED, at=at, actor=by, reason=_ENDED)
            work.grants.append(kept.grant.id, event)


def _found(work: GuardianshipWork, number: str) -> Guardianship:
    found = work.guardianships.find(number)
    if found is None:
        raise GuardianshipNotFoundError("no such guardianship")
    return found
