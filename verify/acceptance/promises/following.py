"""Follow-up (跟踪): reminders, and looking again whether something serves after all.

Nobody is asked for anything here. What a silent register or a missing license left open closes by
itself as soon as it can be had.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Protocol

from certs.civil_dates import day_of
from certs.notices import Notice, NoticeBox, NoticeKind
from verify.acceptance.desk import AcceptanceDesk
from verify.acceptance.lookups import ASKED_WAYS
from verify.acceptance.notices import CaseMaterial
from verify.acceptance.ports import AcceptanceWork
from verify.acceptance.promises.records import REMINDED_BEFORE, Promise, Step, StepKind
from verify.case_errors import RecordRefusedError
from verify.errors import VerifyError
from verify.ports import Clock

FIRST_PAUSE: Final = timedelta(minutes=10)
"""How long after a look-up the next one comes; it doubles up to a day."""

_LONGEST_PAUSE: Final = timedelta(days=1)
_MOST_DOUBLINGS: Final = 8
_PORTION: Final = 200


class FollowingWork(AcceptanceWork, Protocol):
    """A unit of work over promises, and what is told of them."""

    @property
    def notices(self) -> NoticeBox:
        """The notices that wait for delivery."""
        ...


@dataclass(slots=True, kw_only=True)
class Follower:
    """Follows up promises while the service runs.

    Attributes:
        acceptance: Looks up again.
        unit_of_work: Opens a unit of work.
        clock: Tells the time.
    """

    acceptance: AcceptanceDesk
    unit_of_work: Callable[[], FollowingWork]
    clock: Clock
    _after: Promise | None = None

    def step(self) -> int:
        """Look at the next portion of what is awaited or due; return how many closed by it.

        Each call goes on behind the one before, so that none of many waits for ever.
        """
        day = day_of(self.clock.now()) + REMINDED_BEFORE
        with self.unit_of_work() as work:
            work.only_read()
            portion = work.promises.open_until(day, limit=_PORTION, after=self._after)
        self._after = portion[-1] if len(portion) == _PORTION else None
        for promise in portion:
            if promise.due_on is not None and not promise.is_reminded:
                self._remind(promise, promise.due_on)
        return sum(map(self._resolve, portion))

    def _remind(self, promise: Promise, due_on: date) -> None:
        """Have whoever promised told, once: the notice and the step are written together."""
        now = self.clock.now()
        notice = Notice(
            identifier=promise.case_id,
            kind=NoticeKind.PROMISE_DUE,
            effective_at=now,
            recorded_at=now,
            material=promise.material,
            due_on=due_on,
        )
        try:
            with self.unit_of_work() as work:
                # Read again: it may have been closed, or told of, since.
                kept = work.promises.get(promise.case_id, promise.material)
                if kept.is_open and not kept.is_reminded:
                    work.promises.take(kept, Step(kind=StepKind.REMINDED, at=now))
                    work.notices.add([notice])
                    work.commit()
        except RecordRefusedError:
            # Another process tells of it this moment.
            return

    def _resolve(self, promise: Promise) -> bool:
        """Ask again, if it is time to; close the promise where something serves now."""
        try:
            item = self.acceptance.view_case(promise.case_id).material(promise.material)
            if not item.is_looked_up or self.clock.now() < _next_look(item):
                return False
            item = self.acceptance.look_up(promise.case_id, promise.material)
        except VerifyError:
            # A matter that is gone, or a case that cannot be read: people see it as due.
            return False
        serving = next((lookup for lookup in item.evidence if lookup.result.serves), None)
        if serving is None:
            return False
        now = self.clock.now()
        step = Step(kind=StepKind.RESOLVED, at=now, way=serving.way, lookup=serving.number)
        return self._take(promise, step)

    def _take(self, promise: Promise, step: Step) -> bool:
        try:
            with self.unit_of_work() as work:
                work.promises.take(promise, step)
                work.commit()
        except RecordRefusedError:
            # Somebody closed it meanwhile.
            return False
        return True


def _next_look(item: CaseMaterial) -> datetime:
    """Return when to ask again: the more often it was in vain, the later."""
    made = [lookup for way in ASKED_WAYS if (lookup := item.lookup_by(way)) is not None]
    last = max(lookup.looked_up_at for lookup in made)
    doublings = min(max(lookup.number for lookup in made) - 1, _MOST_DOUBLINGS)
    pause: timedelta = FIRST_PAUSE * (1 << doublings)
    return last + min(pause, _LONGEST_PAUSE)
