"""Light stand-ins for what an issuing desk uses, and a fuse that cuts the power anywhere."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from types import TracebackType
from typing import Self

from certs.faces.content import FaceContent
from certs.faces.fonts import missing_characters
from certs.ports import ObjectStore, UnitOfWork
from signing.algorithms import sm3
from signing.pdf.assembly import PreparedPdf
from signing.pdf.document import Document, read_document
from signing.pdf.objects import Reference
from signing.pdf.sealing import VisibleSeal, prepare_page
from signing.signer import KeyReference, Signer
from signing.sm2 import PublicKey
from storage.errors import DamagedObjectError, ObjectNotFoundError
from storage.object_names import check_part, check_range
from tests import bare_pages, world


class FixedClock:
    """Stands still until told otherwise."""

    def __init__(self, now: datetime = world.NOON) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time


class MemoryObjects:
    """Objects by digest."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}

    def put(self, content: bytes) -> str:
        digest = sm3(content).hex()
        self.contents[digest] = content
        return digest

    def put_all(self, contents: Mapping[str, bytes]) -> None:
        for content in contents.values():
            self.put(content)

    def has(self, digest: str) -> bool:
        return digest in self.contents

    def remove(self, digest: str) -> None:
        self.contents.pop(digest, None)

    def get(self, digest: str) -> bytes:
        if digest not in self.contents:
            raise ObjectNotFoundError(digest)
        if sm3(self.contents[digest]).hex() != digest:
            raise DamagedObjectError(digest)
        return self.contents[digest]

    def find(self, digest: str) -> bytes | None:
        try:
            return self.get(digest)
        except (ObjectNotFoundError, DamagedObjectError):
            return None

    def get_range(self, digest: str, offset: int, length: int) -> bytes:
        check_range(offset, length)
        if digest not in self.contents:
            raise ObjectNotFoundError(digest)
        return check_part(self.contents[digest][offset : offset + length], length)


@cache
def _blank() -> Document:
    return read_document(bare_pages.render(curves=0))


class LightRenderer:
    """A real bare page that differs with what it shows, without typesetting anything."""

    def __init__(self, *, edition: str = "1") -> None:
        self._edition = edition

    def render(self, content: FaceContent) -> bytes:
        blank = _blank()
        told = f"{self._edition}|{content.identifier}|{content.qr_text}|{content.created_at}"
        attached = b"".join(item.content for item in content.attachments)
        title = sm3(told.encode() + attached).hex().encode()
        information = blank.trailer["Info"]
        assert isinstance(information, Reference)
        changed = {information.number: {**blank.dictionary(information), "Title": title}}
        return bare_pages.written(blank.with_objects(changed, count=len(blank.objects)))

    def prepare(self, content: FaceContent, seal: VisibleSeal) -> PreparedPdf:
        return prepare_page(self.render(content), seal)

    def missing_characters(self, text: str) -> str:
        return missing_characters(text)


class PowerCutError(BaseException):
    """The process is gone; nothing may catch this."""


class Fuse:
    """Counts what is done to the outside world, and blows before one of the steps."""

    def __init__(self, blows_at: int = 0) -> None:
        self.blows_at = blows_at
        self.steps = 0

    def step(self) -> None:
        self.steps += 1
        if self.steps == self.blows_at:
            raise PowerCutError(f"step {self.steps}")


@dataclass
class SigningLog:
    """Every message that was ever signed, and what a witness said just before."""

    witness: Callable[[str, bytes], str]
    entries: list[tuple[str, bytes]] = field(default_factory=list)
    testimonies: list[str] = field(default_factory=list)


@dataclass
class WatchedSigner:
    """Signs; the fuse may blow before it and after it, and everything signed is on the log."""

    inner: Signer
    fuse: Fuse
    log: SigningLog

    @property
    def key(self) -> KeyReference:
        return self.inner.key

    @property
    def public_key(self) -> PublicKey:
        return self.inner.public_key

    def sign(self, message: bytes) -> bytes:
        self.fuse.step()
        self.log.testimonies.append(self.log.witness(self.key.label, message))
        self.log.entries.append((self.key.label, message))
        signature = self.inner.sign(message)
        self.fuse.step()
        return signature


@dataclass
class FusedObjects:
    inner: ObjectStore
    fuse: Fuse

    def put(self, content: bytes) -> str:
        self.fuse.step()
        digest = self.inner.put(content)
        self.fuse.step()
        return digest

    def put_all(self, contents: Mapping[str, bytes]) -> None:
        for content in contents.values():
            self.put(content)

    def has(self, digest: str) -> bool:
        return self.inner.has(digest)

    def remove(self, digest: str) -> None:
        self.fuse.step()
        self.inner.remove(digest)
        self.fuse.step()

    def get(self, digest: str) -> bytes:
        return self.inner.get(digest)

    def find(self, digest: str) -> bytes | None:
        return self.inner.find(digest)

    def get_range(self, digest: str, offset: int, length: int) -> bytes:
        return self.inner.get_range(digest, offset, length)


@dataclass
class FusedRenderer:
    inner: LightRenderer
    fuse: Fuse

    def prepare(self, content: FaceContent, seal: VisibleSeal) -> PreparedPdf:
        self.fuse.step()
        return self.inner.prepare(content, seal)

    def missing_characters(self, text: str) -> str:
        return self.inner.missing_characters(text)


class FusedUnitOfWork:
    """The power may go when it opens, before it commits, and after it has."""

    def __init__(self, inner: UnitOfWork, fuse: Fuse) -> None:
        self._inner = inner
        self._fuse = fuse
        self.licenses = inner.licenses
        self.intents = inner.intents
        self.display_codes = inner.display_codes
        self.usages = inner.usages
        self.copies = inner.copies
        self.overasks = inner.overasks
        self.grants = inner.grants
        self.access = inner.access
        self.seals = inner.seals
        self.status_lists = inner.status_lists
        self.batches = inner.batches
        self.batch_files = inner.batch_files
        self.batch_rows = inner.batch_rows
        self.chunks = inner.chunks
        self.books = inner.books
        self.ledger = inner.ledger
        self.archive = inner.archive
        self.evidence = inner.evidence
        self.holdings = inner.holdings
        self.handovers = inner.handovers
        self.package_search = inner.package_search
        self.notices = inner.notices
        self.quality = inner.quality

    def __enter__(self) -> Self:
        self._fuse.step()
        self._inner.__enter__()
        self.licenses = self._inner.licenses
        self.intents = self._inner.intents
        self.display_codes = self._inner.display_codes
        self.usages = self._inner.usages
        self.copies = self._inner.copies
        self.overasks = self._inner.overasks
        self.grants = self._inner.grants
        self.access = self._inner.access
        self.seals = self._inner.seals
        self.status_lists = self._inner.status_lists
        self.batches = self._inner.batches
        self.batch_files = self._inner.batch_files
        self.batch_rows = self._inner.batch_rows
        self.chunks = self._inner.chunks
        self.books = self._inner.books
        self.ledger = self._inner.ledger
        self.archive = self._inner.archive
        self.evidence = self._inner.evidence
        self.holdings = self._inner.holdings
        self.handovers = self._inner.handovers
        self.package_search = self._inner.package_search
        self.notices = self._inner.notices
        self.quality = self._inner.quality
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._inner.__exit__(exc_type, exc, traceback)

    def only_read(self) -> None:
        pass

    def commit(self) -> None:
        self._fuse.step()
        self._inner.commit()
        self._fuse.step()
