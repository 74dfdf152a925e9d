"""Clients of S3 stores: their addresses, their patience, and what is told when they fail."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import certifi
from minio import Minio
from minio.error import MinioException, S3Error
from urllib3 import PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError

from storage.errors import AddressError, ObjectStoreError

SCHEMES: Final = {"s3+http": False, "s3+https": True}
ABSENT: Final = frozenset({"NoSuchKey", "NoSuchObject", "NoSuchVersion"})
_REGION: Final = "us-east-1"
"""What stores without regions call theirs."""
_CONNECT_SECONDS: Final = 5
_ANSWER_SECONDS: Final = 30
_RETRY_SECONDS: Final = 20
"""How long after the first failure a request is still repeated."""
_CONNECTIONS: Final = 40


class PatientRetry(Retry):
    """Repeats a request after growing, uneven pauses, and gives up after a while.

    Uneven, so that many processes do not come back together to a store that was away.
    """

    def __init__(self, *, ends_at: float | None = None, **parts: Any) -> None:  # noqa: ANN401 - the library's many parts
        super().__init__(**parts)
        self.ends_at = ends_at

    def new(self, **parts: Any) -> Self:  # noqa: ANN401 - as above
        """Return the next one, which gives up when this one would."""
        return super().new(**{"ends_at": self.ends_at, **parts})

    def increment(self, *args: Any, **parts: Any) -> Self:  # noqa: ANN401 - as above
        """Return what may still be repeated after a failure, or raise MaxRetryError."""
        now = time.monotonic()
        following = self.new(ends_at=now + _RETRY_SECONDS) if self.ends_at is None else self
        if following.ends_at is not None and now > following.ends_at:
            following = following.new(total=0)
        return super(PatientRetry, following).increment(*args, **parts)


# All our requests may be repeated: a second PUT is refused by name, and changes nothing.
_RETRIES: Final = PatientRetry(
    total=3,
    backoff_factor=0.2,
    backoff_jitter=0.2,
    retry_after_max=_CONNECT_SECONDS,
    status_forcelist=[409, 500, 502, 503, 504],
    allowed_methods=None,
)


def open_client(address: str, *, ca_file: Path | None = None) -> tuple[Minio, str, str]:
    """Return a client, the bucket's name and the prefix of an address; nothing is asked yet.

    Args:
        address: ``s3+https://key:secret@host[:port]/bucket[/prefix][?region=…]``, with what is
            special in a URL percent-encoded.
        ca_file: Certificates (PEM) of the authorities that certify the store, instead of those
            that browsers trust.

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
            secure=SCHEMES[parts.scheme],
            region=parse_qs(parts.query).get("region", [_REGION])[0],
            http_client=_http_client(ca_file),
        )
    except ValueError:
        raise _malformed() from None
    return client, bucket, f"{prefix}/" if prefix else ""


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn what the client raises into errors of this package, which quote no secret.

    Raises:
        ObjectStoreError: The store does not answer or refuses.
    """
    try:
        yield
    except S3Error as error:
        raise ObjectStoreError(
            f"对象存储拒绝（{error.code}），请检查存储地址的密钥、存储桶与权限 · the object store "
            f"refuses ({error.code}); look at the key, bucket and permissions of its address"
        ) from None
    except (MinioException, HTTPError, ValueError):
        raise silent() from None


def silent() -> ObjectStoreError:
    """Return what is raised when a store does not answer."""
    return ObjectStoreError(
        "对象存储没有应答，请检查存储地址与存储服务 · "
        "the object store does not answer; look at its address and the store"
    )


def _split(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise _malformed() from None
    is_whole = parts.hostname and parts.username and parts.password and parts.path.strip("/")
    if parts.scheme not in SCHEMES or not is_whole or port == 0:
        raise _malformed()
    return parts


def _http_client(ca_file: Path | None) -> PoolManager:
    return PoolManager(
        timeout=Timeout(connect=_CONNECT_SECONDS, read=_ANSWER_SECONDS),
        maxsize=_CONNECTIONS,
        cert_reqs="CERT_REQUIRED",
        ca_certs=str(ca_file) if ca_file else certifi.where(),
        retries=_RETRIES,
    )


def _malformed() -> AddressError:
    return AddressError(
        "对象存储地址应为 s3+https://密钥名:密钥@主机/存储桶 · "
        "the address of an object store must read s3+https://key:secret@host/bucket"
    )
