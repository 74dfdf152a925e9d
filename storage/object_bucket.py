"""Objects in a bucket of an S3 store, named by the SM3 digest of their content, write-once.

A name is taken once: every PUT says ``If-None-Match: *``, and the store refuses the second. So
many machines may put at once, and a put that is repeated, by us after a lost answer or by another
process, finds what it would have written. Every read is checked against the name. Some gateways
accept the header and overwrite all the same; ``prove`` finds them out before anything is kept.
"""

import secrets
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final, Self
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import certifi
from minio import Minio
from minio.error import MinioException, S3Error
from urllib3 import BaseHTTPResponse, PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError

from signing.algorithms import sm3
from storage.errors import (
    AddressError,
    DamagedObjectError,
    ObjectNotFoundError,
    ObjectRangeError,
    ObjectStoreError,
    UnfitObjectStoreError,
)
from storage.object_names import check_content, check_part, check_range, path_of

MAX_OBJECT_BYTES: Final = 256 * 2**20
_SCHEMES: Final = {"s3+http": False, "s3+https": True}
_REGION: Final = "us-east-1"
"""What stores without regions call theirs."""
_CONNECT_SECONDS: Final = 5
_ANSWER_SECONDS: Final = 30
_WHOLE_SECONDS: Final = 120
_CONNECTIONS: Final = 40
_AT_ONCE: Final = 16
_PIECE: Final = 2**20
_ONCE: Final = {"If-None-Match": "*"}
_TAKEN: Final = frozenset({"PreconditionFailed"})
_ABSENT: Final = frozenset({"NoSuchKey", "NoSuchObject"})
_OUT_OF_RANGE: Final = frozenset({"InvalidRange"})
# All our requests may be repeated: a second PUT is refused by name, and changes nothing.
_RETRIES: Final = Retry(
    total=3, backoff_factor=0.2, status_forcelist=[409, 500, 502, 503, 504], allowed_methods=None
)
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
    def at(cls, address: str) -> Self:
        """Return the bucket at an address; nothing is asked yet.

        Args:
            address: ``s3+https://key:secret@host[:port]/bucket[/prefix][?region=…]``, with what
                is special in a URL percent-encoded.

        Raises:
            AddressError: It is no such address; it is not quoted, for it holds a secret.
        """
        parts = _split(address)
        bucket, _, prefix = parts.path.strip("/").partition("/")
        try:
            client = Minio(
                parts.netloc.rpartition("@")[2],
                access_key=unquote(parts.username or ""),
                secret_key=unquote(parts.password or ""),
                secure=_SCHEMES[parts.scheme],
                region=parse_qs(parts.query).get("region", [_REGION])[0],
                http_client=_http_client(),
            )
        except ValueError:
            raise _malformed() from None
        return cls(bucket=bucket, prefix=f"{prefix}/" if prefix else "", client=client)

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
        if not self._put_once(path_of(digest), content):
            self.get(digest)

    def has(self, digest: str) -> bool:
        """Tell whether something is stored under ``digest``, without reading it.

        Raises:
            ObjectStoreError: The store does not answer or refuses.
        """
        try:
            self.client.stat_object(self.bucket, f"{self.prefix}{path_of(digest)}")
        except S3Error as error:
            if error.code in _ABSENT:
                return False
            raise _refused(error) from None
        except (MinioException, HTTPError, ValueError):
            raise _silent() from None
        return True

    def remove(self, digest: str) -> None:
        """Remove what is stored under ``digest``, if anything is; only for what is nobody's.

        Raises:
            ObjectStoreError: The store does not answer or refuses.
        """
        try:
            self.client.remove_object(self.bucket, f"{self.prefix}{path_of(digest)}")
        except S3Error as error:
            raise _refused(error) from None
        except (MinioException, HTTPError, ValueError):
            raise _silent() from None

    def get(self, digest: str) -> bytes:
        """Return the content stored under ``digest``.

        Raises:
            ObjectNotFoundError: Nothing is stored under it.
            DamagedObjectError: What is stored is not what was put.
            ObjectStoreError: The store does not answer or refuses.
        """
        content = self._read(path_of(digest))
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
        return check_part(self._read(path_of(digest), offset, length), length)

    def prove(self) -> None:
        """Prove that the store keeps the first of two contents under one name.

        Raises:
            UnfitObjectStoreError: It does not; the message says what to do.
            ObjectStoreError: The store does not answer or refuses.
        """
        first, second = (secrets.token_bytes(16) for _ in range(2))
        self._check_bucket()
        # The name may be taken since an earlier start; then the first is refused as well.
        is_ours = self._put_once(_PROBE, first)
        is_overwritten = self._put_once(_PROBE, second)
        kept = self._read(_PROBE)
        if is_overwritten or kept == second or (is_ours and kept != first):
            raise UnfitObjectStoreError(
                "对象存储不支持 If-None-Match，会覆盖已有对象；请换用支持条件写入的 S3 存储 · "
                "the object store ignores If-None-Match and overwrites; "
                "use an S3 store with conditional writes"
            )

    def _check_bucket(self) -> None:
        """Refuse a bucket that is not there: some stores would make one for a misspelt name."""
        try:
            is_there = self.client.bucket_exists(self.bucket)
        except S3Error as error:
            raise _refused(error) from None
        except (MinioException, HTTPError, ValueError):
            raise _silent() from None
        if not is_there:
            raise UnfitObjectStoreError(
                "没有此存储桶，请先建立或检查 objects_url · "
                "no such bucket; make it first, or look at objects_url"
            )

    def _put_once(self, name: str, content: bytes) -> bool:
        """Put an object under a new name; tell whether the name was new."""
        try:
            # The public method takes no such header and would split a long body.
            self.client._put_object(  # noqa: SLF001 - see above; the dependency is pinned for it
                self.bucket, f"{self.prefix}{name}", content, dict(_ONCE)
            )
        except S3Error as error:
            if error.code in _TAKEN:
                return False
            raise _refused(error) from None
        except (MinioException, HTTPError, ValueError):
            raise _silent() from None
        return True

    def _read(self, name: str, offset: int = 0, length: int = 0) -> bytes:
        """Read an object, or a part of it where a length is given."""
        response = None
        try:
            response = self.client.get_object(
                self.bucket, f"{self.prefix}{name}", offset=offset, length=length
            )
            if length and response.status != HTTPStatus.PARTIAL_CONTENT:
                raise UnfitObjectStoreError(
                    "对象存储不支持按范围读取，请换用其他 S3 存储 · "
                    "the object store ignores Range; use another S3 store"
                )
            return _bounded(response, name)
        except S3Error as error:
            if error.code in _OUT_OF_RANGE:
                raise ObjectRangeError(f"the object ended before {offset}") from None
            if error.code in _ABSENT:
                raise ObjectNotFoundError(f"no object {name[-64:][:16]}…") from None
            raise _refused(error) from None
        except (MinioException, HTTPError, ValueError):
            raise _silent() from None
        finally:
            if response is not None:
                response.close()
                response.release_conn()


def _bounded(response: BaseHTTPResponse, name: str) -> bytes:
    """Read a body that ends in time and is not longer than objects are."""
    ends_at = time.monotonic() + _WHOLE_SECONDS
    content = bytearray()
    while piece := response.read(_PIECE):
        content += piece
        if len(content) > MAX_OBJECT_BYTES:
            raise DamagedObjectError(f"the object {name[-64:][:16]}… is too long")
        if time.monotonic() > ends_at:
            raise _silent()
    return bytes(content)


def _split(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise _malformed() from None
    is_whole = parts.hostname and parts.username and parts.password and parts.path.strip("/")
    if parts.scheme not in _SCHEMES or not is_whole or port == 0:
        raise _malformed()
    return parts


def _http_client() -> PoolManager:
    return PoolManager(
        timeout=Timeout(connect=_CONNECT_SECONDS, read=_ANSWER_SECONDS),
        maxsize=_CONNECTIONS,
        cert_reqs="CERT_REQUIRED",
        ca_certs=certifi.where(),
        retries=_RETRIES,
    )


def _malformed() -> AddressError:
    return AddressError(
        "对象存储地址应为 s3+https://密钥名:密钥@主机/存储桶 · "
        "objects_url must read s3+https://key:secret@host/bucket"
    )


def _refused(error: S3Error) -> ObjectStoreError:
    return ObjectStoreError(
        f"对象存储拒绝（{error.code}），请检查 objects_url 的密钥、存储桶与权限 · the object store "
        f"refuses ({error.code}); look at the key, bucket and permissions of objects_url"
    )


def _silent() -> ObjectStoreError:
    return ObjectStoreError(
        "对象存储没有应答，请检查 objects_url 与存储服务 · "
        "the object store does not answer; look at objects_url and the store"
    )
