"""Uses of seals (用印记录): each is on record, with a person, before the seal signs.

Source: 电子印章管理办法 (国办发〔2025〕33号): the process of signing is recorded and kept, and can
be traced to a person; only a valid seal may be used.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from typing import Final

from certs.errors import SealRecordError
from certs.seals.events import check_person, check_text

MAX_PURPOSE: Final = 200
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@unique
class UseDigest(StrEnum):
    """What the digest of a use is of."""

    TO_BE_SIGNED = "to_be_signed"
    """Of the TBS_Sign, which holds the document's digest."""
    DOCUMENT = "document"
    """Of the protected bytes of the document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealUse:
    """One use of a seal, about to happen.

    Attributes:
        seal_code: 印章编码.
        used_at: When it was recorded.
        operator: 用印人: a staff number or name.
        purpose: Kind of document, such as 签发食品经营许可证.
        digest: SM3, hexadecimal.
        digest_of: What ``digest`` is of.
        license: Identifier of the license that is sealed, if it is one.

    Raises:
        SealRecordError: A part is missing or malformed.
    """

    seal_code: str
    used_at: datetime
    operator: str
    purpose: str
    digest: str
    digest_of: UseDigest = UseDigest.TO_BE_SIGNED
    license: str = ""

    def __post_init__(self) -> None:
        check_person(self.operator, what="用印人 operator")
        check_text(self.purpose, 1, MAX_PURPOSE, what="用印事由 purpose")
        if not _DIGEST.fullmatch(self.digest):
            raise SealRecordError("用印摘要须为 64 位十六进制 · the digest of a use is no SM3")
