"""Objects in a bucket of an S3 store, named by the SM3 digest of their content, write-once.

A name is taken once: every PUT says ``If-None-Match: *``, and the store refuses the second. So
many machines may put at once, and a put that is repeated, by us after a lost answer or by another
process, finds what it would have written. Every read is checked against the name. Some gateways
accept the header and overwrite all the same; ``prove`` finds them out before anything is kept.
"""

import secrets
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Final, Self

from minio import Minio
from minio.error import S3Error
from urllib3 import BaseHTTPResponse

from signing.algorithms import sm3
from storage.errors import (
    DamagedObjectError,
    ObjectNotFoundError,
    ObjectRangeError,
    ObjectStoreError,
    UnfitObjectStoreError,
)
from storage.object_names import check_content, check_part, check_range, path_of
from storage.s3_clients import ABSENT, open_client, silent, told_plainly
from storage.s3_writing import put_once

MAX_OBJECT_BYTES: Final = 256 * 2**20
_WHOLE_SECONDS: Final = 120
_AT_ONCE: Final = 16
_PIECE: Final = 2**20
_OUT_OF_RANGE: Final = frozenset({"InvalidRange"})
_PROBE: Final = "write-once-probe"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectBucket:
    """A content-addressed bucket: ``prefix/ab/cd/abcd…``.

    Attributes:
        bucket: The bucket's name; it exists already.
        prefix: What stands before every name; empty, or ends in a slash.
        client: Speaks to the store.
    """

    bucket: str
    prefix: str
    client: Minio = field(repr=False)

    @classmethod
    def at(cls, address: str, *, ca_file: Path | None = None) -> Self:
        """Return the bucket at an address; nothing is asked yet.

        Args:
            address: See ``open_client``.
            ca_file: Certificates of the authorities that certify the store.

        Raises:
            AddressError: It is no such address; it is not quoted, for it holds a secret.
        """
        client, bucket, prefix = open_client(address, ca_file=ca_file)
        return cls(bucket=bucket, prefix=prefix, client=client)

    def put(self, content: bytes) -> str:
        """Store ``content``; storing it again does no harm.

        Returns:
            SM3 digest in hexadecimal.

        Raises:
            DamagedObjectError: Something else is stored under its digest.
            ObjectStoreError: The store does not answer or refuses, or the content is too long.
        """
        digest = sm3(content).hex()
        self._put(digest, content)
        return digest

    def put_all(self, contents: Mapping[str, bytes]) -> None:
        """Store several contents, some at a time, each under its SM3 digest; see ``put``."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for _ in pool.map(self._put, contents.keys(), contents.values()):
                pass  # what one raised is raised here

    def _put(self, digest: str, content: bytes) -> None:
        if len(content) > MAX_OBJECT_BYTES:
            raise ObjectStoreError("对象过大 · the object is too large")
        if not self._put_once(self.name_of(digest), content):
            self.get(digest)

    def has(self, digest: str) -> bool:
        """Tell whether something is stored under ``digest``, without reading it.

        Raises:
            ObjectStoreError: The store does not answer or refuses.
        """
        with told_plainly():
            try:
                self.client.stat_object(self.bucket, self.name_of(digest))
            except S3Error as error:
                if error.code in ABSENT:
                    return False
                raise
        return True

    def remove(self, digest: str) -> None:
        """Remove what is stored under ``digest``, if anything is; only for what is nobody's.

        Raises:
            ObjectStoreError: The store does not answer or refuses.
        """
        with told_plainly():
            self.client.remove_object(self.bucket, self.name_of(digest))

    def get(self, digest: str) -> bytes:
        """Return the content stored under ``digest``.

        Raises:
            ObjectNotFoundError: Nothing is stored under it.
            DamagedObjectError: What is stored is not what was put.
            ObjectStoreError: The store does not answer or refuses.
        """
        content = self.read(self.name_of(digest))
        check_content(content, digest)
        return content

    def find(self, digest: str) -> bytes | None:
        """Return the same; None where nothing is stored, or not what was put.

        Raises:
            ObjectStoreError: The store does not answer or refuses.
        """
        try:
            return self.get(digest)
        except (ObjectNotFoundError, DamagedObjectError):
            return None

    def get_range(self, digest: str, offset: int, length: int) -> bytes:
        """Return a part of what is stored, not checked; see ``ObjectStore.get_range``.

        Raises:
            ObjectNotFoundError: Nothing is stored under it.
            ObjectRangeError: What is stored has no such part.
            UnfitObjectStoreError: The store sent something other than the part.
            ObjectStoreError: The store does not answer or refuses.
        """
        check_range(offset, length)
        return check_part(self.read(self.name_of(digest), offset=offset, length=length), length)

    def prove(self) -> None:
        """Prove that the store keeps the first of two contents under one name.

        Raises:
            UnfitObjectStoreError: It does not; the message says what to do.
            ObjectStoreError: The store does not answer or refuses.
        """
        probe = f"{self.prefix}{_PROBE}"
        first, second = (secrets.token_bytes(16) for _ in range(2))
        self._check_bucket()
        # The name may be taken since an earlier start; then the first is refused as well.
        is_ours = self._put_once(probe, first)
        is_overwritten = self._put_once(probe, second)
        kept = self.read(probe)
        if is_overwritten or kept == second or (is_ours and kept != first):
            raise UnfitObjectStoreError(
                "对象存储不支持 If-None-Match，会覆盖已有对象；请换用支持条件写入的 S3 存储 · "
                "the object store ignores If-None-Match and overwrites; "
                "use an S3 store with conditional writes"
            )

    def _check_bucket(self) -> None:
        """Refuse a bucket that is not there: some stores would make one for a misspelt name."""
        with told_plainly():
            is_there = self.client.bucket_exists(self.bucket)
        if not is_there:
            raise UnfitObjectStoreError(
                "没有此存储桶，请先建立或检查存储地址 · "
                "no such bucket; make it first, or look at the address"
            )

    def name_of(self, digest: str) -> str:
        """Return the name of an object in the bucket.

        Raises:
            ObjectNotFoundError: It is no digest, and reaches nothing.
        """
        return f"{self.prefix}{path_of(digest)}"

    def _put_once(self, name: str, content: bytes) -> bool:
        return put_once(self.client, self.bucket, name, content)

    def read(
        self, name: str, *, offset: int = 0, length: int = 0, version: str | None = None
    ) -> bytes:
        """Read what is under a name, unchecked; a part of it where a length is given.

        Raises:
            ObjectNotFoundError: Nothing is.
            ObjectRangeError: It has no such part.
            DamagedObjectError: It is longer than objects are.
            ObjectStoreError: The store does not answer or refuses.
        """
        with self._opened(name, offset, length, version) as response:
            if length and response.status != HTTPStatus.PARTIAL_CONTENT:
                raise UnfitObjectStoreError(
                    "对象存储不支持按范围读取，请换用其他 S3 存储 · "
                    "the object store ignores Range; use another S3 store"
                )
            return b"".join(_pieces(response, name))

    def pieces(self, name: str) -> Iterator[bytes]:
        """Read the same piece by piece, for what need not be in memory whole."""
        with self._opened(name, 0, 0, None) as response:
            yield from _pieces(response, name)

    @contextmanager
    def _opened(
        self, name: str, offset: int, length: int, version: str | None
    ) -> Iterator[BaseHTTPResponse]:
        response = None
        try:
            with told_plainly():
                response = self._ask(name, offset, length, version)
                yield response
        finally:
            if response is not None:
                response.close()
                response.release_conn()

    def _ask(self, name: str, offset: int, length: int, version: str | None) -> BaseHTTPResponse:
        try:
            return self.client.get_object(
                self.bucket, name, offset=offset, length=length, version_id=version
            )
        except S3Error as error:
            if error.code in ABSENT:
                raise ObjectNotFoundError(f"no object {name[-64:][:16]}…") from None
            if error.code in _OUT_OF_RANGE:
                raise ObjectRangeError(f"the object ended before {offset}") from None
            raise


def _pieces(response: BaseHTTPResponse, name: str) -> Iterator[bytes]:
    """Read a body that ends in time and is not longer than objects are."""
    ends_at = time.monotonic() + _WHOLE_SECONDS
    length = 0
    while piece := response.read(_PIECE):
        yield piece
        length += len(piece)
        if length > MAX_OBJECT_BYTES:
            raise DamagedObjectError(f"the object {name[-64:][:16]}… is too long")
        if time.monotonic() > ends_at:
            raise silent()
