"""Names of objects: the SM3 digest of what they hold, in two levels of folders."""

import re
from typing import Final

from signing.algorithms import sm3
from storage.errors import DamagedObjectError, ObjectNotFoundError

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


def path_of(digest: str) -> str:
    """Return where an object lies: ``ab/cd/abcd…``.

    Raises:
        ObjectNotFoundError: It is no digest, and reaches nothing.
    """
    if not _DIGEST.fullmatch(digest):
        raise ObjectNotFoundError("not the name of an object")
    return f"{digest[:2]}/{digest[2:4]}/{digest}"


def check_content(content: bytes, digest: str) -> None:
    """Check that content is what its name says.

    Raises:
        DamagedObjectError: It is not.
    """
    if sm3(content).hex() != digest:
        raise DamagedObjectError(f"the object {digest[:16]}… is damaged")
