"""Puts what was decided on record: collected for a moment, and written together.

A request waits for no write. Where nothing can be written for long, nothing more is permitted
either: what nobody could look up later does not happen.
"""

import threading
from collections.abc import Callable
from typing import Final

from api.http_errors import DecisionsUnrecordedError
from certs.access import AccessGrant
from certs.decision_records import DecisionRecord, DecisionWork
from certs.masking import redact
from certs.ports import Clock
from certs.rights import Decision

INTERVAL_SECONDS: Final = 1.0
_MOST_WAITING: Final = 20_000


class DecisionLog:
    """Collects records of one process."""

    def __init__(self, unit_of_work: Callable[[], DecisionWork], clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._waiting: list[DecisionRecord] = []
        self._lock = threading.Lock()
        self._writing = threading.Lock()

    def check_room(self) -> None:
        """Refuse to decide anything while too much waits to be written.

        Raises:
            DecisionsUnrecordedError: It does.
        """
        if len(self._waiting) >= _MOST_WAITING:
            raise DecisionsUnrecordedError("decisions cannot be put on record")

    def note(self, decision: Decision, by: AccessGrant, *, status: int, target: str) -> None:
        """Keep what was decided about somebody's request, and how it was answered."""
        record = DecisionRecord(
            at=self._clock.now(),
            person=by.person,
            role=by.role,
            action=decision.action,
            relation=decision.relation,
            rule=decision.rule,
            is_permitted=decision.is_permitted,
            status=status,
            target=redact(target),
        )
        with self._lock:
            self._waiting.append(record)

    def flush(self) -> int:
        """Write what waits; return how much that was. What cannot be written goes on waiting."""
        with self._writing:
            with self._lock:
                records = list(self._waiting)
            if not records:
                return 0
            with self._unit_of_work() as work:
                work.decisions.add(records)
                work.commit()
            with self._lock:
                del self._waiting[: len(records)]
        return len(records)
