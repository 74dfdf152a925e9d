"""The register of seals (印章登记): what is known of a seal besides its life."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from typing import Final, Self

from certs.errors import SealRecordError
from signing.algorithms import sm3
from signing.certificates import Certificate
from signing.seals import Seal

CODE: Final = re.compile(r"[0-9A-Za-z]{6,32}")
MAX_NAME: Final = 200


@unique
class SealOrigin(StrEnum):
    """Where a seal comes from."""

    MADE = "made"
    """Drawn and made here, for demonstrations."""
    IMPORTED = "imported"
    """Made by a seal-making authority elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredSeal:
    """One seal as the register keeps it.

    Attributes:
        code: 印章编码.
        kind: 1 unit, 2 person.
        owner_code: 统一社会信用代码 of the certificate that uses the seal; may be empty.
        owner_name: Organization of that certificate, or its common name.
        maker_name: 制章单位.
        encoded: The SESeal, DER.
        registered_at: When it came into this register.

    Raises:
        SealRecordError: The code cannot be a code.
    """

    code: str
    name: str
    kind: int
    owner_code: str
    owner_name: str
    maker_name: str
    origin: SealOrigin
    encoded: bytes
    valid_from: datetime
    valid_to: datetime
    registered_at: datetime

    def __post_init__(self) -> None:
        if not CODE.fullmatch(self.code):
            raise SealRecordError("印章编码须为 6 至 32 位字母数字 · 6 to 32 letters and digits")

    @property
    def digest(self) -> str:
        """SM3 of the SESeal, hexadecimal."""
        return seal_digest(self.encoded)

    def is_valid_at(self, instant: datetime) -> bool:
        """Whether ``instant`` lies in the seal's validity period."""
        return self.valid_from <= instant <= self.valid_to

    @classmethod
    def of(
        cls, seal: Seal, *, user: Certificate, origin: SealOrigin, registered_at: datetime
    ) -> Self:
        """Return what the register keeps of ``seal``, which ``user`` may use."""
        described = seal.description
        return cls(
            code=described.code,
            name=_shown(described.name),
            kind=int(described.kind),
            owner_code=_shown(user.organization_code),
            owner_name=_shown(user.organization or user.common_name),
            maker_name=_shown(seal.maker.common_name),
            origin=origin,
            encoded=seal.encoded,
            valid_from=described.valid_from,
            valid_to=described.valid_to,
            registered_at=registered_at,
        )


def seal_digest(encoded: bytes) -> str:
    """Return what names a SESeal: SM3 of its DER, hexadecimal."""
    return sm3(encoded).hex()


def _shown(text: str) -> str:
    """Names out of foreign certificates, cut to what a column holds and a page may show."""
    return "".join(c for c in text if c.isprintable())[:MAX_NAME]
