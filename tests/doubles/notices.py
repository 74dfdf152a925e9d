"""The notices in memory; they pass the tests of the SQL ones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from certs.licenses import License
from certs.notices import Notice
from certs.statuses import OPEN


@dataclass
class NoticeShelf:
    """What is kept of notices."""

    notices: dict[int, tuple[Notice, datetime]] = field(default_factory=dict)
    reminded: set[tuple[str, date]] = field(default_factory=set)
    last: int = 0


class MemoryNotices:
    def __init__(self, shelf: NoticeShelf, licenses: dict[str, License]) -> None:
        self._shelf = shelf
        self._licenses = licenses

    def add(self, notices: Iterable[Notice]) -> None:
        for notice in notices:
            self._shelf.last += 1
            numbered = replace(notice, number=self._shelf.last)
            self._shelf.notices[numbered.number] = (numbered, notice.recorded_at)
            if notice.expires_on is not None:
                self._shelf.reminded.add((notice.identifier, notice.expires_on))

    def waiting(self, limit: int) -> tuple[Notice, ...]:
        return tuple(notice for notice, _ in self._shelf.notices.values())[:limit]

    def take(self, limit: int, *, now: datetime, until: datetime) -> tuple[Notice, ...]:
        heads: dict[str, int] = {}
        for number, (notice, _) in sorted(self._shelf.notices.items()):
            heads.setdefault(notice.identifier, number)
        due = sorted(
            (due_at, number)
            for number, (_, due_at) in self._shelf.notices.items()
            if number in heads.values() and due_at <= now
        )
        taken = []
        for _, number in due[:limit]:
            notice, _ = self._shelf.notices[number]
            taken.append(notice)
            self._shelf.notices[number] = (replace(notice, attempts=notice.attempts + 1), until)
        return tuple(taken)

    def postpone(self, number: int, *, until: datetime) -> None:
        if number in self._shelf.notices:
            self._shelf.notices[number] = (self._shelf.notices[number][0], until)

    def finish(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            self._shelf.notices.pop(number, None)

    def expiring(self, first: date, last: date, *, limit: int) -> tuple[tuple[str, date], ...]:
        found = sorted(
            (license.valid_to, license.identifier)
            for license in self._licenses.values()
            if license.valid_to is not None
            and first <= license.valid_to <= last
            and license.status in OPEN
            and (license.identifier, license.valid_to) not in self._shelf.reminded
        )
        return tuple((identifier, day) for day, identifier in found[:limit])
