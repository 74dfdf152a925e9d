"""Putting an object under a name that nobody has taken, whole or not at all.

The client's public methods send no ``If-None-Match`` and split long bodies by themselves; so this
module alone uses private ones, and the dependency is pinned for it.
"""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Final, TypeAlias
from xml.etree.ElementTree import Element, SubElement, tostring

from minio import Minio
from minio.error import MinioException, S3Error
from urllib3.exceptions import HTTPError

from storage.s3_clients import ABSENT, told_plainly

MULTIPART_BYTES: Final = 64 * 2**20
"""What is longer goes up in parts: one broken connection then costs one part."""
_PART_BYTES: Final = 16 * 2**20
Headers: TypeAlias = dict[str, str | list[str] | tuple[str]]
"""As the client spells them."""
_ONCE: Final[Headers] = {"If-None-Match": "*"}
_TAKEN: Final = frozenset({"PreconditionFailed"})
_UNKNOWN: Final = frozenset({"NoSuchUpload"})
"""A completion that is repeated after a lost answer no longer knows the upload."""


def put_once(client: Minio, bucket: str, name: str, content: bytes) -> bool:
    """Put an object under a new name.

    Returns:
        Whether it surely was this call that put it. Otherwise the caller looks at what is there.

    Raises:
        ObjectStoreError: The store does not answer or refuses; nothing is under the name unless
            the answer alone was lost, and then all of it is.
    """
    with told_plainly():
        try:
            if len(content) > MULTIPART_BYTES:
                return _put_parts(client, bucket, name, content)
            client._put_object(bucket, name, content, _ONCE | _checksum(content))  # noqa: SLF001 - see above
        except S3Error as error:
            if error.code in _TAKEN:
                return False
            raise
    return True


def _checksum(content: bytes) -> Headers:
    """Return a header by which the store checks what reached it."""
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode("ascii")
    return {"x-amz-checksum-sha256": digest}


def _put_parts(client: Minio, bucket: str, name: str, content: bytes) -> bool:
    """Put a long object in parts; it appears when all of them are there.

    Not every store compares names when the parts are joined, so the caller looks at what is there.
    """
    if _is_there(client, bucket, name):
        return False
    upload = client._create_multipart_upload(bucket, name, {})  # noqa: SLF001 - see above
    try:
        tags = [
            client._upload_part(bucket, name, part, _md5(part), upload, number)  # noqa: SLF001 - see above
            for number, part in enumerate(_parts(content), 1)
        ]
        _join(client, bucket, name, upload, tags)
    except S3Error as error:
        _abort(client, bucket, name, upload)
        if error.code in _UNKNOWN:
            return False
        raise
    except BaseException:
        _abort(client, bucket, name, upload)
        raise
    return False


def _join(client: Minio, bucket: str, name: str, upload: str, tags: list[str]) -> None:
    root = Element("CompleteMultipartUpload")
    for number, tag in enumerate(tags, 1):
        part = SubElement(root, "Part")
        SubElement(part, "PartNumber").text = str(number)
        SubElement(part, "ETag").text = f'"{tag}"'
    body = tostring(root)
    client._execute(  # noqa: SLF001 - see above
        "POST",
        bucket,
        name,
        body=body,
        headers={"Content-Type": "application/xml", **_md5(body), **_ONCE},
        query_params={"uploadId": upload},
    )


def _abort(client: Minio, bucket: str, name: str, upload: str) -> None:
    """Let the store forget the parts; where it does not, they are no object all the same."""
    with suppress(MinioException, HTTPError, ValueError):
        client._abort_multipart_upload(bucket, name, upload)  # noqa: SLF001 - see above


def _is_there(client: Minio, bucket: str, name: str) -> bool:
    try:
        client.stat_object(bucket, name)
    except S3Error as error:
        if error.code in ABSENT:
            return False
        raise
    return True


def _parts(content: bytes) -> Iterator[bytes]:
    view = memoryview(content)
    for at in range(0, len(content), _PART_BYTES):
        yield bytes(view[at : at + _PART_BYTES])


def _md5(part: bytes) -> Headers:
    """Return the header of S3 by which a part is checked on its way; it proves nothing more."""
    digest = hashlib.md5(part, usedforsecurity=False).digest()
    return {"Content-MD5": base64.b64encode(digest).decode("ascii")}
