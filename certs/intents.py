"""What was about to be signed (签发意图): on record before any key is used.

Intent A holds the record and the bytes that its signature and its QR code will be over.
Intent B adds the digests that the seal will be over, in each face, and the seal's signatures
are stored before the CMS around one of them is signed. So after a crash the same license is
finished from signatures that exist, never a second one begun.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum, unique
from typing import Protocol, Self


@unique
class IntentStage(StrEnum):
    """How far an intent has come; each stage is durable before the next begins."""

    RECORDED = "recorded"
    SIGNED = "signed"
    RENDERED = "rendered"
    SEALED = "sealed"
    ISSUED = "issued"
    ABANDONED = "abandoned"

    @property
    def is_open(self) -> bool:
        """Whether something has still to become of it."""
        return self not in {IntentStage.ISSUED, IntentStage.ABANDONED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """One license version on its way.

    Attributes:
        identifier: 证照标识; burned if the intent is abandoned.
        request_key: Names the request, so that a repeated one finds this intent.
        started_at: The time of record signature and seal, whole seconds.
        record: license.json.
        record_to_be_signed: What the record's signature is over.
        code_to_be_signed: What the QR code's signature is over.
        record_signature: DER signature value, once signed.
        code_signature: DER signature value, once signed.
        document_digest: SM3 of the face's byte range, once rendered (intent B).
        seal_to_be_signed: SM3 of the TBS_Sign, once rendered (intent B).
        seal_signature: The SES_Signature, once sealed; empty again when issued.
        document_to_be_signed: SM3 of what the CMS signature is over, once sealed.
        ofd_digest: SM3 of the OFD face's Signature.xml, once rendered (intent B); empty if the
            license has no such face.
        ofd_to_be_signed: SM3 of that face's TBS_Sign, once rendered (intent B).
        ofd_seal_signature: Its SES_Signature, once sealed; empty again when issued.
        files: Names of objects that this intent may have stored; once closed, of those that are
            nobody's and must go.
    """

    identifier: str
    request_key: str
    stage: IntentStage = IntentStage.RECORDED
    started_at: datetime
    record: bytes = field(repr=False)
    record_to_be_signed: bytes = field(repr=False)
    code_to_be_signed: bytes = field(repr=False)
    record_signature: bytes = b""
    code_signature: bytes = b""
    document_digest: bytes = b""
    seal_to_be_signed: bytes = b""
    seal_signature: bytes = field(default=b"", repr=False)
    document_to_be_signed: bytes = b""
    ofd_digest: bytes = b""
    ofd_to_be_signed: bytes = b""
    ofd_seal_signature: bytes = field(default=b"", repr=False)
    files: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it is neither a license nor given up."""
        return self.stage not in {IntentStage.ISSUED, IntentStage.ABANDONED}

    def signed(self, *, record_signature: bytes, code_signature: bytes) -> Self:
        """Return this intent with its two signatures."""
        return replace(
            self,
            stage=IntentStage.SIGNED,
            record_signature=record_signature,
            code_signature=code_signature,
        )

    def rendered(
        self,
        *,
        document_digest: bytes,
        seal_to_be_signed: bytes,
        ofd_digest: bytes = b"",
        ofd_to_be_signed: bytes = b"",
    ) -> Self:
        """Return this intent with what the seal will be over (intent B)."""
        return replace(
            self,
            stage=IntentStage.RENDERED,
            document_digest=document_digest,
            seal_to_be_signed=seal_to_be_signed,
            ofd_digest=ofd_digest,
            ofd_to_be_signed=ofd_to_be_signed,
        )

    def sealed(
        self,
        *,
        seal_signature: bytes,
        document_to_be_signed: bytes,
        ofd_seal_signature: bytes = b"",
    ) -> Self:
        """Return this intent with the seal's signatures and what the CMS will be over."""
        return replace(
            self,
            stage=IntentStage.SEALED,
            seal_signature=seal_signature,
            document_to_be_signed=document_to_be_signed,
            ofd_seal_signature=ofd_seal_signature,
        )

    def with_files(self, names: Iterable[str]) -> Self:
        """Return this intent with more objects that it may have stored."""
        fresh = (name for name in names if name not in self.files)
        return replace(self, files=(*self.files, *fresh))

    def issued(self, files: Collection[str]) -> Self:
        """Return this intent as a license of these objects.

        The seal signatures are dropped, which its faces hold, and of the objects those are left
        that an attempt before a crash stored.
        """
        return replace(
            self,
            stage=IntentStage.ISSUED,
            seal_signature=b"",
            ofd_seal_signature=b"",
            files=tuple(name for name in self.files if name not in files),
        )

    def abandoned(self) -> Self:
        """Return this intent given up; its identifier is burned."""
        return replace(self, stage=IntentStage.ABANDONED)


class IntentLog(Protocol):
    """Remembers what was about to be signed, until it is a license."""

    def allocate(self, count: int) -> range:
        """Take ``count`` numbers from the status counter; none is ever given twice."""
        ...

    def versions(self, serials: Sequence[str]) -> dict[str, int]:
        """Return the highest version ever begun for each ``type.issuer.serial`` known."""
        ...

    def add(self, intents: Iterable[Intent]) -> None:
        """Store new intents.

        Raises:
            DuplicateLicenseError: A request key or an identifier is on record already.
        """
        ...

    def advance(self, intents: Iterable[Intent], *, since: IntentStage) -> None:
        """Store intents that have come one stage further than ``since``.

        Raises:
            IntentClosedError: One is not at that stage any more; nothing may be committed.
        """
        ...

    def note_files(self, intents: Iterable[Intent]) -> None:
        """Store which objects sealed intents are about to store.

        Raises:
            IntentClosedError: One is not sealed any more; nothing may be committed.
        """
        ...

    def untidy(self, limit: int) -> tuple[Intent, ...]:
        """Return closed intents that left objects which are nobody's, oldest first."""
        ...

    def tidied(self, identifiers: Sequence[str]) -> None:
        """Note that the objects which closed intents left are gone."""
        ...

    def abandon(self, intents: Iterable[Intent]) -> None:
        """Give up intents; their status entries say from then on that they are nobody's.

        Raises:
            IntentClosedError: One was finished or given up meanwhile.
        """
        ...

    def open(self, limit: int, *, type_code: str, issuer_code: str) -> tuple[Intent, ...]:
        """Return an issuer's intents that are neither finished nor abandoned, oldest first."""
        ...

    def of_requests(self, keys: Sequence[str]) -> dict[str, Intent]:
        """Return the intents begun under these request keys."""
        ...
