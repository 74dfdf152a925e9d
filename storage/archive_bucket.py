"""A bucket with object lock: what lies in it can be bound by the store, whoever holds the keys.

The bucket was made with object lock, which brings versions. An object that was overwritten by
somebody else, or hidden by a delete marker, is still there as a version, and is found.
"""

import io
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from signing.algorithms import sm3, sm3_stream
from storage.errors import (
    DamagedObjectError,
    ObjectNotFoundError,
    ObjectStoreError,
    UnfitObjectStoreError,
)
from storage.object_bucket import ObjectBucket
from storage.object_locks import ObjectLock, whole_second
from storage.object_names import check_content, is_digest
from storage.object_versions import ObjectVersion, ObjectVersions
from storage.s3_clients import told_plainly
from storage.s3_writing import put_once

_PROBES: Final = "lock-probes/"
_PROBE_LOCK: Final = timedelta(minutes=1)
"""Long enough to try to break it; probes of earlier starts are removed when it is over."""


def _now() -> datetime:
    return datetime.now(UTC)


# Zero-argument super() knows the class as it was before it had slots; so bases are named below.
@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveBucket(ObjectBucket):
    """A content-addressed bucket whose objects the store can be bound to keep.

    Attributes:
        now: Tells the time.
    """

    now: Callable[[], datetime] = _now

    def get(self, digest: str) -> bytes:
        """Return the content stored under ``digest``; an older version where the newest is not it.

        Raises:
            ObjectNotFoundError: Nothing is stored under it.
            DamagedObjectError: No version is what was put.
            ObjectStoreError: The store does not answer or refuses.
        """
        try:
            return ObjectBucket.get(self, digest)
        except (ObjectNotFoundError, DamagedObjectError):
            return self._true(digest)[1]

    def has(self, digest: str) -> bool:
        """Tell whether something is stored under ``digest``, also behind a delete marker."""
        return ObjectBucket.has(self, digest) or bool(self._contents(digest))

    def lock(self, digest: str, until: datetime) -> None:
        """Bind the store to keep an object (COMPLIANCE); see ``ArchiveStore.lock``."""
        version, wanted = self._true(digest)[0], whole_second(until)
        ObjectLock(until=self.locked_until(digest)).longer(wanted)
        self._all.retain(version, wanted)

    def locked_until(self, digest: str) -> datetime | None:
        """Return until when an object is locked: of its versions, the longest."""
        ends = map(self._all.retained_until, self._contents(digest))
        return max((end for end in ends if end is not None), default=None)

    def hold(self, digest: str, *, on: bool) -> None:
        """Place or lift a legal hold on every version; see ``ArchiveStore.hold``."""
        versions = self._contents(digest)
        if on and not versions:
            raise ObjectNotFoundError(f"no object {digest[:16]}…")
        for version in versions:
            self._all.hold(version, on=on)

    def is_held(self, digest: str) -> bool:
        """Tell whether a legal hold lies on an object, on any of its versions."""
        return any(map(self._all.is_held, self._contents(digest)))

    def remove(self, digest: str) -> None:
        """Remove every version of what is stored under ``digest``, if anything is.

        Raises:
            ObjectLockedError: It is locked or held.
            ObjectStoreError: The store does not answer or refuses.
        """
        lock = ObjectLock(until=self.locked_until(digest), is_held=self.is_held(digest))
        lock.check_removable(self.now())
        for version in self._all.of(self.name_of(digest)):
            self._all.remove(version)

    def check(self, digest: str) -> int:
        """Read an object and compare it with its digest; see ``ScrubbedStore.check``."""
        lengths: list[int] = []

        def counted() -> Iterator[bytes]:
            for piece in self.pieces(self.name_of(digest)):
                lengths.append(len(piece))
                yield piece

        if sm3_stream(counted()).hex() != digest:
            raise DamagedObjectError(f"the object {digest[:16]}… is damaged")
        return sum(lengths)

    def repair(self, digest: str, content: bytes) -> None:
        """Put a good copy on top; the versions below it stay, and so does what binds them."""
        check_content(content, digest)
        until, is_held = self.locked_until(digest), self.is_held(digest)
        name, size = self.name_of(digest), len(content)
        with told_plainly():
            self.client.put_object(self.bucket, name, io.BytesIO(content), size)
        if until is not None and until > self.now():
            self.lock(digest, until)
        if is_held:
            self.hold(digest, on=True)

    def digests(self) -> Iterator[str]:
        """Return the digests of everything that is stored."""
        with told_plainly():
            for item in self.client.list_objects(self.bucket, prefix=self.prefix, recursive=True):
                digest = str(item.object_name).rpartition("/")[2]
                if is_digest(digest) and item.object_name == self.name_of(digest):
                    yield digest

    def prove(self) -> None:
        """Prove that the store keeps the first of two contents, and what it is bound to keep.

        Raises:
            UnfitObjectStoreError: It does not; the message says what to do.
            ObjectStoreError: The store does not answer or refuses.
        """
        ObjectBucket.prove(self)
        self._tidy_probes()
        name = f"{self.prefix}{_PROBES}{secrets.token_hex(16)}"
        content = secrets.token_bytes(16)
        put_once(self.client, self.bucket, name, content)
        probe = next(iter(self._all.of(name)), None)
        if probe is None or not self._binds(probe, content):
            raise UnfitObjectStoreError(
                "归档存储桶没有生效的对象锁定（COMPLIANCE）；请用支持对象锁定的 S3 存储，"
                "建桶时启用对象锁定 · the bucket does not lock objects (COMPLIANCE); use an S3 "
                "store with object lock, and make the bucket with object lock enabled"
            )

    def _binds(self, probe: ObjectVersion, content: bytes) -> bool:
        """Lock a probe, try to shorten the lock and to remove the probe, and look at both."""
        until = whole_second(self.now() + _PROBE_LOCK)
        try:
            self._all.retain(probe, until)
            with suppress(ObjectStoreError):
                self._all.retain(probe, until - _PROBE_LOCK / 2)
            with suppress(ObjectStoreError):
                self._all.remove(probe)
            kept = self.read(probe.name, version=probe.identifier)
            return kept == content and self._all.retained_until(probe) == until
        except (ObjectNotFoundError, ObjectStoreError):
            return False

    def _tidy_probes(self) -> None:
        """Remove the probes whose lock is over; others are left to a later start."""
        for version in self._all.below(f"{self.prefix}{_PROBES}"):
            with suppress(ObjectStoreError):
                self._all.remove(version)

    @property
    def _all(self) -> ObjectVersions:
        return ObjectVersions(client=self.client, bucket=self.bucket)

    def _contents(self, digest: str) -> tuple[ObjectVersion, ...]:
        """Return the versions that hold something, the newest first."""
        found = self._all.of(self.name_of(digest))
        return tuple(version for version in found if not version.is_marker)

    def _true(self, digest: str) -> tuple[ObjectVersion, bytes]:
        """Return the newest version that is what was put, and its content.

        Raises:
            ObjectNotFoundError: There is no version.
            DamagedObjectError: None is.
        """
        versions = self._contents(digest)
        for version in versions:
            content = self.read(version.name, version=version.identifier)
            if sm3(content).hex() == digest:
                return version, content
        if not versions:
            raise ObjectNotFoundError(f"no object {digest[:16]}…")
        raise DamagedObjectError(f"the object {digest[:16]}… is damaged")
