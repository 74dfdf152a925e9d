"""The register, the intents and the display codes in memory; passes the tests of the SQL ones."""

from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock
from types import TracebackType
from typing import Self

from certs.access import AccessGrant, CallerRole
from certs.copies import KeptCopy
from certs.display_codes import DisplayGrant
from certs.errors import (
    DuplicateLicenseError,
    IllegalTransitionError,
    IntentClosedError,
    LicenseNotFoundError,
)
from certs.identifiers import LicenseIdentifier
from certs.intents import Intent, IntentStage
from certs.ledger.entries import LedgerEntry, LedgerName
from certs.ledger.issuing import changed, issued
from certs.ledger.using import used
from certs.licenses import License
from certs.mark_keeping import SecretChange
from certs.notices import NoticeKind, notice_of
from certs.overasks import OverAsk
from certs.reconciliations import Discrepancies
from certs.statuses import OPEN, StatusEvent, StatusKind, outlook
from certs.usages import Usage
from certs.use_logs.counts import UseCount
from certs.use_logs.disputes import Dispute
from tests.doubles.archive import ArchiveShelf, MemoryArchive
from tests.doubles.batches import (
    BatchShelf,
    MemoryBatches,
    MemoryBatchFiles,
    MemoryBatchRows,
    MemoryChunks,
)
from tests.doubles.copies import MemoryCopies
from tests.doubles.corrections import CorrectionShelf, MemoryCorrections
from tests.doubles.evidence import EvidenceShelf, MemoryEvidence
from tests.doubles.grants import GrantShelf, MemoryGrants
from tests.doubles.handovers import HandoverShelf, MemoryHandovers
from tests.doubles.keeping import (
    KeepingShelf,
    MemoryDisposals,
    MemoryHoldings,
    MemoryHolds,
    MemoryScrubs,
)
from tests.doubles.ledger import LedgerShelfState, MemoryLedger
from tests.doubles.marks import MemoryMarks
from tests.doubles.notices import MemoryNotices, NoticeShelf
from tests.doubles.overasks import MemoryOverAsks
from tests.doubles.package_search import MemoryPackageSearch
from tests.doubles.quality import MemoryQuality, QualityShelf
from tests.doubles.seals import MemorySeals, SealShelf
from tests.doubles.status_lists import MemoryStatusLists, StatusShelfState
from tests.doubles.use_logs import MemoryDisputes, MemoryHolderLog, MemoryUseCounts


@dataclass
class _State:
    licenses: dict[str, License] = field(default_factory=dict)
    events: dict[str, list[StatusEvent]] = field(default_factory=dict)
    intents: dict[str, Intent] = field(default_factory=dict)
    counter: int = 0
    codes: dict[str, DisplayGrant] = field(default_factory=dict)
    usages: list[Usage] = field(default_factory=list)
    secret_changes: list[SecretChange] = field(default_factory=list)
    copies: dict[str, KeptCopy] = field(default_factory=dict)
    disputes: dict[str, Dispute] = field(default_factory=dict)
    use_counts: list[UseCount] = field(default_factory=list)
    grants: GrantShelf = field(default_factory=GrantShelf)
    overasks: list[OverAsk] = field(default_factory=list)
    access: dict[str, AccessGrant] = field(default_factory=dict)
    seals: SealShelf = field(default_factory=SealShelf)
    corrections: CorrectionShelf = field(default_factory=CorrectionShelf)
    notices: NoticeShelf = field(default_factory=NoticeShelf)
    quality: QualityShelf = field(default_factory=QualityShelf)
    status_lists: StatusShelfState = field(default_factory=StatusShelfState)
    batches: BatchShelf = field(default_factory=BatchShelf)
    ledger: LedgerShelfState = field(default_factory=LedgerShelfState)
    keeping: KeepingShelf = field(default_factory=KeepingShelf)
    archive: ArchiveShelf = field(default_factory=ArchiveShelf)
    evidence: EvidenceShelf = field(default_factory=EvidenceShelf)
    handovers: HandoverShelf = field(default_factory=dict)


class MemoryDatabase:
    """What is committed; one unit of work at a time, like the embedded database."""

    def __init__(self) -> None:
        self.state = _State()
        self.lock = Lock()

    def unit_of_work(self) -> "MemoryUnitOfWork":
        return MemoryUnitOfWork(self)


class MemoryUnitOfWork:
    """Works on a copy, which becomes the state when committed."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._database = database
        self._use(_State())

    def _use(self, state: _State) -> None:
        self._state = state
        self.licenses = MemoryLicenses(state)
        self.intents = MemoryIntents(state)
        self.marks = MemoryMarks(state.licenses, state.secret_changes)
        self.display_codes = MemoryDisplayCodes(state)
        self.usages = MemoryUsages(state)
        self.grants = MemoryGrants(state.grants)
        self.copies = MemoryCopies(state.copies)
        self.holder_log = MemoryHolderLog(state.usages, state.licenses)
        self.disputes = MemoryDisputes(state.disputes)
        self.use_counts = MemoryUseCounts(state.use_counts)
        self.overasks = MemoryOverAsks(state.overasks)
        self.access = MemoryAccess(state)
        self.seals = MemorySeals(state.seals)
        self.batches = MemoryBatches(state.batches, state.licenses)
        self.batch_files = MemoryBatchFiles(state.batches)
        self.batch_rows = MemoryBatchRows(state.batches)
        self.chunks = MemoryChunks(state.batches)
        self.books = MemoryBooks(state)
        self.ledger = MemoryLedger(state.ledger)
        self.holdings = MemoryHoldings(state.keeping)
        self.holds = MemoryHolds(state.keeping)
        self.disposals = MemoryDisposals(state.keeping)
        self.scrubs = MemoryScrubs(state.keeping)
        self.archive = MemoryArchive(state.archive, state.licenses, state.keeping)
        self.evidence = MemoryEvidence(state.evidence, state.archive)
        self.package_search = MemoryPackageSearch(state.archive)
        self.handovers = MemoryHandovers(state.handovers)
        self.corrections = MemoryCorrections(state.corrections)
        self.notices = MemoryNotices(state.notices, state.licenses)
        self.quality = MemoryQuality(state.quality, state.licenses, state.events, state.corrections)
        self.status_lists = MemoryStatusLists(
            state.status_lists,
            licenses=state.licenses,
            events=state.events,
            intents=state.intents,
        )

    def __enter__(self) -> Self:
        self._database.lock.acquire()
        self._use(deepcopy(self._database.state))
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._database.lock.release()

    def only_read(self) -> None:
        pass

    def commit(self) -> None:
        self._database.state = deepcopy(self._state)


class MemoryLicenses:
    def __init__(self, state: _State) -> None:
        self._state = state

    def add(self, licenses: Iterable[tuple[License, StatusEvent]]) -> None:
        for license, event in licenses:
            if license.identifier in self._state.licenses:
                raise DuplicateLicenseError("the identifier is taken")
            self._put(replace(license, settles_at=outlook([event])[1]))
            self._state.events[license.identifier] = [event]
            self._tell(license.identifier, event, NoticeKind.ISSUED)
            self._note(license.identifier, issued(license, event))
            self._state.status_lists.note_event(license.status_index, event)

    def find(self, identifier: str) -> License | None:
        return self._state.licenses.get(identifier)

    def get(self, identifier: str) -> License:
        found = self.find(identifier)
        if found is None:
            raise LicenseNotFoundError(identifier)
        return found

    def _put(self, license: License) -> None:
        """Keep a license, unless another one that has not ended carries its number."""
        mine = (license.type_code, license.issuer_code, license.number)
        others = [
            item
            for item in self._state.licenses.values()
            if (item.type_code, item.issuer_code, item.number) == mine
            and item.identifier != license.identifier
            and item.status in OPEN
        ]
        if others and license.status in OPEN:
            raise DuplicateLicenseError("a license with this number is in force")
        self._state.licenses[license.identifier] = license

    def claim(self, identifier: str) -> License:
        return self.get(identifier)

    def successor(self, identifier: str) -> License | None:
        found = [x for x in self._state.licenses.values() if x.replaces == identifier]
        return found[-1] if found else None

    def in_force(
        self, type_code: str, issuer_code: str, numbers: Sequence[str], *, at: datetime
    ) -> frozenset[str]:
        return frozenset(
            item.number
            for item in self._state.licenses.values()
            if (item.type_code, item.issuer_code) == (type_code, issuer_code)
            and item.number in numbers
            and (item.status in OPEN or (item.settles_at is not None and item.settles_at > at))
        )

    def of_number(
        self, type_code: str, issuer_code: str, number: str, *, at: datetime
    ) -> License | None:
        found = (
            item
            for item in reversed(self._state.licenses.values())
            if (item.type_code, item.issuer_code, item.number) == (type_code, issuer_code, number)
            and (item.status in OPEN or (item.settles_at is not None and item.settles_at > at))
        )
        return next(found, None)

    def of_holder(self, holder_key: str, *type_codes: str) -> tuple[License, ...]:
        return tuple(
            item
            for item in reversed(self._state.licenses.values())
            if item.holder_key == holder_key and (not type_codes or item.type_code in type_codes)
        )

    def newest(self, limit: int, *, after: str | None = None) -> tuple[License, ...]:
        found = list(reversed(self._state.licenses.values()))
        if after is not None:
            names = [item.identifier for item in found]
            found = found[names.index(after) + 1 :] if after in names else []
        return tuple(found[:limit])

    def events(self, identifier: str) -> tuple[StatusEvent, ...]:
        return tuple(self._state.events.get(identifier, ()))

    def append_event(self, identifier: str, event: StatusEvent, *, expected: StatusKind) -> None:
        found = self.find(identifier)
        if found is None or found.status is not expected:
            raise IllegalTransitionError("the status changed meanwhile")
        status, settles_at = outlook([*self.events(identifier), event])
        self._put(replace(found, status=status, settles_at=settles_at))
        self._state.events[identifier].append(event)
        self._tell(identifier, event, NoticeKind.CHANGED)
        self._note(identifier, changed(found.files.record, found.issuer_code, event))
        self._state.status_lists.note_event(found.status_index, event)

    def _note(self, identifier: str, entry: LedgerEntry) -> None:
        MemoryLedger(self._state.ledger).note(LedgerName.ISSUE, [(identifier, entry)])

    def _tell(self, identifier: str, event: StatusEvent, kind: NoticeKind) -> None:
        box = MemoryNotices(self._state.notices, self._state.licenses)
        box.add([notice_of(identifier, event, kind=kind)])


def _stem(identifier: str) -> str:
    parsed = LicenseIdentifier.parse(identifier)
    return f"{parsed.type_code}.{parsed.issuer_code}.{parsed.serial}"


class MemoryIntents:
    def __init__(self, state: _State) -> None:
        self._state = state

    def allocate(self, count: int) -> range:
        first = self._state.counter
        self._state.counter += count
        return range(first, first + count)

    def versions(self, serials: Sequence[str]) -> dict[str, int]:
        known: dict[str, int] = {}
        for identifier in self._state.intents:
            stem, version = _stem(identifier), LicenseIdentifier.parse(identifier).version
            if stem in serials:
                known[stem] = max(version, known.get(stem, 0))
        return known

    def add(self, intents: Iterable[Intent]) -> None:
        for intent in intents:
            keys = {item.request_key for item in self._state.intents.values()}
            if intent.identifier in self._state.intents or intent.request_key in keys:
                raise DuplicateLicenseError("a request or an identifier is on record already")
            self._state.intents[intent.identifier] = intent

    def advance(self, intents: Iterable[Intent], *, since: IntentStage) -> None:
        self._known(intents, since)

    def _known(self, intents: Iterable[Intent], since: IntentStage) -> None:
        for intent in intents:
            known = self._state.intents.get(intent.identifier)
            if known is None or known.stage is not since:
                raise IntentClosedError("an intent was taken further or given up meanwhile")
            self._state.intents[intent.identifier] = intent

    def note_files(self, intents: Iterable[Intent]) -> None:
        self._known(intents, IntentStage.SEALED)

    def untidy(self, limit: int) -> tuple[Intent, ...]:
        found = [x for x in self._state.intents.values() if x.files and not x.is_open]
        return tuple(found[:limit])

    def tidied(self, identifiers: Sequence[str]) -> None:
        for identifier in identifiers:
            known = self._state.intents[identifier]
            self._state.intents[identifier] = replace(known, files=())

    def abandon(self, intents: Iterable[Intent]) -> None:
        for intent in intents:
            known = self._state.intents.get(intent.identifier)
            if known is None or not known.is_open:
                raise IntentClosedError("an intent was finished or given up meanwhile")
            self._state.intents[intent.identifier] = known.abandoned()
            self._state.status_lists.burn(known.abandoned())

    def open(self, limit: int, *, type_code: str, issuer_code: str) -> tuple[Intent, ...]:
        found = [
            item
            for item in self._state.intents.values()
            if item.is_open and _stem(item.identifier).startswith(f"{type_code}.{issuer_code}.")
        ]
        return tuple(found[:limit])

    def of_requests(self, keys: Sequence[str]) -> dict[str, Intent]:
        return {
            item.request_key: item
            for item in self._state.intents.values()
            if item.request_key in keys
        }


class MemoryBooks:
    def __init__(self, state: _State) -> None:
        self._state = state

    def discrepancies(self) -> Discrepancies:
        issued = {
            x.identifier for x in self._state.intents.values() if x.stage is IntentStage.ISSUED
        }
        licenses = set(self._state.licenses)
        used = {use.license for use in self._state.seals.uses}
        entered = {(item.subject, item.object) for item in self._state.archive.packages.values()}
        return Discrepancies(
            licenses_without_intent=len(licenses - issued),
            intents_without_license=len(issued - licenses),
            unrecorded_uses=len(licenses - used),
            unentered_packages=sum(
                (name, license.files.package) not in entered
                for name, license in self._state.licenses.items()
                if license.files.package
            ),
        )


class MemoryDisplayCodes:
    def __init__(self, state: _State) -> None:
        self._state = state

    def add(self, digest: str, grant: DisplayGrant) -> None:
        self._state.codes[digest] = grant

    def consume(self, digest: str, *, at: datetime, by: str) -> DisplayGrant | None:  # noqa: ARG002 - the port's signature
        grant = self._state.codes.get(digest)
        if grant is None or grant.expires_at <= at:
            return None
        return self._state.codes.pop(digest)


class MemoryUsages:
    def __init__(self, state: _State) -> None:
        self._state = state

    def add(self, *uses: Usage) -> None:
        self._state.usages += uses
        entries = [(usage.identifier, used(usage, salt="5" * 32)) for usage in uses]
        MemoryLedger(self._state.ledger).note(LedgerName.AUDIT, entries)

    def count(self, identifier: str, *, user: str, basis: str, since: datetime) -> int:
        return sum(
            (item.user, item.basis) == (user, basis) and item.at >= since
            for item in self.of_license(identifier)
        )

    def count_of_grant(self, grant_id: str) -> int:
        shelf = self._state.grants.kept.values()
        family = {item.grant.id for item in shelf if item.grant.parent == grant_id} | {grant_id}
        return sum(item.grant_id in family for item in self._state.usages)

    def of_license(self, identifier: str) -> tuple[Usage, ...]:
        return tuple(item for item in reversed(self._state.usages) if item.identifier == identifier)


class MemoryAccess:
    def __init__(self, state: _State) -> None:
        self._state = state

    def add(self, digest: str, grant: AccessGrant) -> None:
        self._state.access[digest] = grant

    def find(self, digest: str, *, at: datetime) -> AccessGrant | None:
        grant = self._state.access.get(digest)
        expired = grant is not None and grant.expires_at is not None and grant.expires_at <= at
        return None if expired else grant

    def remove(self, digest: str) -> None:
        self._state.access.pop(digest, None)

    def of_staff(self, *, at: datetime) -> tuple[AccessGrant, ...]:
        good = (self.find(digest, at=at) for digest in self._state.access)
        staff = [item for item in good if item is not None and item.role is not CallerRole.CITIZEN]
        return tuple(sorted(staff, key=lambda item: (item.person, item.role)))

    def remove_all(self, person: str, role: CallerRole) -> int:
        ended = [
            digest
            for digest, grant in self._state.access.items()
            if (grant.person, grant.role) == (person, role)
        ]
        for digest in ended:
            self.remove(digest)
        return len(ended)

    def forget(self, before: datetime) -> int:
        ended = [
            digest
            for digest, grant in self._state.access.items()
            if grant.expires_at is not None and grant.expires_at < before
        ]
        for digest in ended:
            self.remove(digest)
        return len(ended)
