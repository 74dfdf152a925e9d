"""Publish status lists (发布状态列表): only lists in which something changed, only what changed.

One publisher at a time holds a lease in the database. For each list that is due:

1. in one transaction read the notes that are due, the present token, and what the noted entries
   follow from;
2. outside of any transaction put the new values into the present list, and sign;
3. in one transaction, if nobody else has published meanwhile, make the token the present one and
   remove the notes that were followed.

So the cost of a change does not grow with the number of licenses. A crash before 3 leaves the
notes for the next publisher. What lies on the shelf is compared with the database every time.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from certs.errors import MalformedRecordError, StatusListBusyError
from certs.ports import Clock, UnitOfWork
from certs.records import LicenseRecord
from certs.status_lists.containers import StatusList
from certs.status_lists.ports import EntryCause, KeptToken, StatusChange, StatusShelf
from certs.status_lists.tokens import (
    LIFETIME,
    TIME_TO_LIVE,
    StatusListToken,
    no_statuses,
    sign_status_list,
    version_of,
)
from certs.statuses import list_value_at
from signing.signer import CertifiedSigner

PATH: Final = "/api/v1/status-lists"
LEASE: Final = timedelta(seconds=60)
_RENEWED_AFTER: Final = TIME_TO_LIVE / 2
"""An unchanged list is signed again before those who keep it must ask for a newer one."""

_BURNED: Final = 1
_MOST_CHANGES: Final = 20_000
_PAGE: Final = 5_000
_PLACED_AT_ONCE: Final = 500
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One list that was published.

    Attributes:
        changed: How many entries have another value than before.
    """

    number: int
    version: str
    changed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPublisher:
    """Publishes the status lists of one instance.

    Attributes:
        public_url: Where the instance is reached; lists are named after it.
        signer: The key of the role ``status``.
        shelf: Where the present tokens lie.
        owner: Names this process among those that could publish.
    """

    unit_of_work: Callable[[], UnitOfWork]
    clock: Clock
    signer: CertifiedSigner
    public_url: str
    shelf: StatusShelf
    owner: str = field(repr=False)

    def publish(self, *, rebuild: bool = False) -> tuple[Publication, ...]:
        """Publish every list that is due; ``fill_shelf`` then lays them out.

        Args:
            rebuild: Derive every list from the register as if there were none yet.

        Raises:
            StatusListBusyError: Somebody else publishes just now.
            KeyUnavailableError: The key store did not answer; notes and lists stay as they are.
        """
        self._lease()
        try:
            self._place_all()
            due = self._numbers(all_of_them=rebuild)
            found = [item for number in due for item in self._list(number, rebuild=rebuild)]
        finally:
            with self.unit_of_work() as work:
                work.status_lists.end_lease(self.owner)
                work.commit()
        return tuple(found)

    def fill_shelf(self) -> None:
        """Lay out every present token that does not lie on the shelf, whoever published it."""
        lying = self.shelf.versions()
        with self.unit_of_work() as work:
            work.only_read()
            present = work.status_lists.present()
        for facts in present:
            if lying.get(facts.number) != facts.version:
                with self.unit_of_work() as work:
                    work.only_read()
                    token = work.status_lists.newest(facts.number)
                if token is not None:
                    self.shelf.put(facts.number, token.encoded)

    def _lease(self) -> None:
        now = self.clock.now()
        with self.unit_of_work() as work:
            if not work.status_lists.take_lease(self.owner, now=now, until=now + LEASE):
                raise StatusListBusyError("另一进程正在发布状态列表 · somebody else publishes now")
            work.commit()

    def _numbers(self, *, all_of_them: bool) -> tuple[int, ...]:
        now = self.clock.now()
        with self.unit_of_work() as work:
            work.only_read()
            if all_of_them:
                return work.status_lists.numbers()
            return work.status_lists.due(now=now, issued_before=now - _RENEWED_AFTER)

    def _place_all(self) -> None:
        """Tell the register where licenses stand that an older release issued."""
        known: set[str] = set()
        while True:
            with self.unit_of_work() as work:
                unplaced = work.status_lists.unplaced(_PLACED_AT_ONCE)
                fresh = [item for item in unplaced if item[0] not in known]
                for identifier, record in fresh:
                    known.add(identifier)
                    self._place(work, identifier, record)
                work.commit()
            if not fresh:
                return

    def _place(self, work: UnitOfWork, identifier: str, record: bytes) -> None:
        try:
            place = LicenseRecord.parse(record).status_index
        except MalformedRecordError:
            logger.warning("the record of %s cannot be read; its list does not know it", identifier)
            return
        work.status_lists.place(identifier, place, now=self.clock.now())

    def _list(self, number: int, *, rebuild: bool) -> Iterable[Publication]:
        """Publish one list, in as many steps as there are notes."""
        has_more = True
        while has_more:
            now = self.clock.now()
            with self.unit_of_work() as work:
                work.only_read()
                kept = work.status_lists.newest(number)
                changes = work.status_lists.changes(number, now=now, limit=_MOST_CHANGES)
                values = values_of(work, number, {item.index for item in changes}, now)
            before = no_statuses() if kept is None else StatusListToken.parse(kept.encoded).statuses
            after = rebuilt(self.unit_of_work, number, now) if rebuild else before.changed(values)
            token = self._token(number, kept, after, now, is_other=after != before)
            self._keep(token, kept, changes)
            if token is not None:
                changed = len(before.differences(after))
                yield Publication(number=number, version=token.version, changed=changed)
            has_more = len(changes) == _MOST_CHANGES

    def _token(
        self,
        number: int,
        kept: KeptToken | None,
        statuses: StatusList,
        now: datetime,
        *,
        is_other: bool,
    ) -> KeptToken | None:
        """Return a new token, if there is a reason for one."""
        if kept is not None and not is_other and now - kept.issued_at < _RENEWED_AFTER:
            return None
        issued_at = now.replace(microsecond=0)
        encoded = sign_status_list(
            statuses,
            uri=uri_of_list(self.public_url, number),
            aggregation_uri=f"{self.public_url}{PATH}",
            issued_at=issued_at,
            signer=self.signer,
        )
        return KeptToken(
            number=number,
            version=version_of(encoded),
            published_at=now,
            issued_at=issued_at,
            expires_at=issued_at + LIFETIME,
            encoded=encoded,
        )

    def _keep(
        self, token: KeptToken | None, before: KeptToken | None, changes: Iterable[StatusChange]
    ) -> None:
        now = self.clock.now()
        with self.unit_of_work() as work:
            if not work.status_lists.take_lease(self.owner, now=now, until=now + LEASE):
                raise StatusListBusyError("另一进程已接手发布 · somebody else has taken over")
            if token is not None:
                work.status_lists.publish(token, after=before.version if before else "")
            work.status_lists.finish(changes)
            work.commit()


def uri_of_list(public_url: str, number: int) -> str:
    """Return the address of a list, as records and tokens name it."""
    return f"{public_url}{PATH}/{number}"


def values_of(
    work: UnitOfWork, number: int, indexes: Iterable[int], now: datetime
) -> dict[int, int]:
    """Return what the register says about entries; nobody's entries are 0."""
    wanted = tuple(indexes)
    causes = work.status_lists.causes(number, wanted)
    return {index: _value(causes.get(index), now) for index in wanted}


def rebuilt(unit_of_work: Callable[[], UnitOfWork], number: int, now: datetime) -> StatusList:
    """Return the list as the whole register makes it, page by page."""
    values: dict[int, int] = {}
    last = -1
    while True:
        with unit_of_work() as work:
            work.only_read()
            page = work.status_lists.entries(number, after=last, limit=_PAGE)
            values |= values_of(work, number, page, now)
        if not page:
            return no_statuses().changed(values)
        last = page[-1]


def _value(cause: EntryCause | None, now: datetime) -> int:
    if cause is None:
        return 0
    if cause.is_burned or not cause.events:
        return _BURNED
    return list_value_at(cause.events, now)
