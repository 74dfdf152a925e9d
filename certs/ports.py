"""What the license use cases need from outside; narrower ports stand with what they keep."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from certs.access import AccessRepository
from certs.batches.ports import (
    BatchFileRepository,
    BatchRepository,
    BatchRowRepository,
    ChunkRepository,
)
from certs.copies import CopyRegister
from certs.display_codes import DisplayCodeRepository
from certs.evidence.ports import EvidenceBook
from certs.faces.content import FaceContent
from certs.faces.ofd.visible_seals import OfdSeal
from certs.granting.ports import GrantBook
from certs.intents import IntentLog
from certs.keeping.ports import HoldingBook
from certs.ledger.ports import LedgerBook
from certs.licenses import License
from certs.lints.ports import QualityRepository
from certs.notices import NoticeBox
from certs.overasks import OverAskLog
from certs.packages.handovers import HandoverBook
from certs.packages.jobs import ArchiveBook
from certs.packages.search import PackageSearch
from certs.reconciliations import Books
from certs.seals.ports import SealRepository
from certs.status_lists.ports import StatusListRepository
from certs.statuses import StatusEvent, StatusKind
from certs.transactions import Transaction
from certs.usages import UsageLog
from signing.ofd.sealing import PreparedOfd
from signing.pdf.assembly import PreparedPdf
from signing.pdf.sealing import VisibleSeal


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present instant, timezone-aware, in UTC."""
        ...


class FaceWriter(Protocol):
    """Writes faces (照面) that are ready for their seal."""

    def prepare(self, content: FaceContent, seal: VisibleSeal) -> PreparedPdf:
        """Return a PDF/A-3b but for its signature value; the same arguments, the same bytes.

        Raises:
            FaceError: It cannot be drawn.
            MalformedPdfError: The seal does not lie on the page.
        """
        ...

    def missing_characters(self, text: str) -> str:
        """Return the characters that cannot be printed, each once, in order of appearance."""
        ...


class OfdFaceWriter(Protocol):
    """Writes OFD faces that are ready for their seal."""

    def prepare(self, content: FaceContent, seal: OfdSeal) -> PreparedOfd:
        """Return an OFD file but for its signature value; the same arguments, the same bytes.

        Raises:
            FaceError: It cannot be drawn.
        """
        ...


class ObjectStore(Protocol):
    """Keeps bytes under their digest, write-once."""

    def put(self, content: bytes) -> str:
        """Store ``content`` durably and return its SM3 digest in hexadecimal."""
        ...

    def put_all(self, contents: Mapping[str, bytes]) -> None:
        """Store several contents durably, each under its digest, which the caller worked out."""
        ...

    def has(self, digest: str) -> bool:
        """Tell whether something is stored under ``digest``, without reading it."""
        ...

    def remove(self, digest: str) -> None:
        """Remove what is stored under ``digest``, if anything is; only for what is nobody's."""
        ...

    def get(self, digest: str) -> bytes:
        """Return the content stored under ``digest``, checked against it.

        Raises:
            ObjectNotFoundError: Nothing is stored under it.
            DamagedObjectError: What is stored is not what was put.
        """
        ...

    def find(self, digest: str) -> bytes | None:
        """Return the same; None where nothing is stored, or not what was put."""
        ...

    def get_range(self, digest: str, offset: int, length: int) -> bytes:
        """Return a part of what is stored under ``digest``, as it is stored.

        It is not checked against the digest, which only the whole has; the caller checks it by a
        digest of the part's own.

        Args:
            digest: SM3 digest of the whole in hexadecimal.
            offset: Where the part begins, in bytes.
            length: How many bytes it has, at least one.

        Raises:
            ObjectNotFoundError: Nothing is stored under it.
            ObjectRangeError: What is stored has no such part.
        """
        ...


class LicenseRepository(Protocol):
    """The register of licenses (证照库)."""

    def add(self, licenses: Iterable[tuple[License, StatusEvent]]) -> None:
        """Store new licenses, each with its first event.

        Raises:
            DuplicateLicenseError: A license in force has the number, or the identifier is taken.
        """
        ...

    def get(self, identifier: str) -> License:
        """Return the license.

        Raises:
            LicenseNotFoundError: There is none.
        """
        ...

    def find(self, identifier: str) -> License | None:
        """Return the license, or None."""
        ...

    def claim(self, identifier: str) -> License:
        """Return the license, which nobody else changes until this unit of work is over.

        Raises:
            LicenseNotFoundError: There is none.
        """
        ...

    def successor(self, identifier: str) -> License | None:
        """Return the newest license that was issued to replace this one, or None."""
        ...

    def in_force(
        self, type_code: str, issuer_code: str, numbers: Sequence[str], *, at: datetime
    ) -> frozenset[str]:
        """Return those of the printed numbers that a license not yet ended at ``at`` carries."""
        ...

    def of_number(
        self, type_code: str, issuer_code: str, number: str, *, at: datetime
    ) -> License | None:
        """Return the newest license not yet ended at ``at`` with a printed number, or None."""
        ...

    def of_holder(self, holder_key: str, *type_codes: str) -> tuple[License, ...]:
        """Return the holder's licenses, of these types or of all, newest first."""
        ...

    def newest(self, limit: int, *, after: str | None = None) -> tuple[License, ...]:
        """Return licenses, the newest first, from behind the identifier ``after``."""
        ...

    def events(self, identifier: str) -> tuple[StatusEvent, ...]:
        """Return all events of a license, oldest first."""
        ...

    def append_event(self, identifier: str, event: StatusEvent, *, expected: StatusKind) -> None:
        """Append an event if what its log leads to is still ``expected``.

        Raises:
            IllegalTransitionError: Somebody else changed it meanwhile.
            DuplicateLicenseError: It would come back, and another license has its number.
        """
        ...


class UnitOfWork(Transaction, Protocol):
    """One transaction over everything that issuing, changing and archiving need."""

    @property
    def licenses(self) -> LicenseRepository:
        """The register within this transaction."""
        ...

    @property
    def intents(self) -> IntentLog:
        """The issuing intents within this transaction."""
        ...

    @property
    def display_codes(self) -> DisplayCodeRepository:
        """The display codes within this transaction."""
        ...

    @property
    def usages(self) -> UsageLog:
        """The usage log within this transaction."""
        ...

    @property
    def overasks(self) -> OverAskLog:
        """The refusals of what went beyond a basis, within this transaction."""
        ...

    @property
    def grants(self) -> GrantBook:
        """The grants within this transaction."""
        ...

    @property
    def copies(self) -> CopyRegister:
        """The register of annotated copies within this transaction."""
        ...

    @property
    def access(self) -> AccessRepository:
        """The access tokens within this transaction."""
        ...

    @property
    def seals(self) -> SealRepository:
        """The register of seals within this transaction."""
        ...

    @property
    def notices(self) -> NoticeBox:
        """The notices within this transaction."""
        ...

    @property
    def ledger(self) -> LedgerBook:
        """The ledger within this transaction."""
        ...

    @property
    def archive(self) -> ArchiveBook:
        """The archive's book within this transaction."""
        ...

    @property
    def evidence(self) -> EvidenceBook:
        """The evidence over archived packages within this transaction."""
        ...

    @property
    def holdings(self) -> HoldingBook:
        """What is known of packages besides their bytes, within this transaction."""
        ...

    @property
    def package_search(self) -> PackageSearch:
        """The search for packages within this transaction."""
        ...

    @property
    def handovers(self) -> HandoverBook:
        """The handovers (移交) within this transaction."""
        ...

    @property
    def status_lists(self) -> StatusListRepository:
        """The status lists within this transaction."""
        ...

    @property
    def books(self) -> Books:
        """The comparison of the books within this transaction."""
        ...

    @property
    def batches(self) -> BatchRepository:
        """The batches within this transaction."""
        ...

    @property
    def batch_files(self) -> BatchFileRepository:
        """The files of batches within this transaction."""
        ...

    @property
    def batch_rows(self) -> BatchRowRepository:
        """The rows of batches within this transaction."""
        ...

    @property
    def chunks(self) -> ChunkRepository:
        """The chunks of batches within this transaction."""
        ...

    @property
    def quality(self) -> QualityRepository:
        """What lints found, within this transaction."""
        ...
