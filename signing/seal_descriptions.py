"""What a seal (电子印章) says: its kind, names, signers, dates, picture and extension data."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum, unique
from typing import Final

from signing.certificates import Certificate
from signing.errors import MalformedStructureError

_MAX_SIDE: Final = 65_535


@unique
class SealLayout(StrEnum):
    """Which standard's structure a seal or its use has."""

    V1 = "v1"
    """GM/T 0031-2014."""
    V4 = "v4"
    """GB/T 38540-2020."""
    V5 = "v5"
    """GM/T 0031-2025, as one implementation has it."""

    @property
    def version(self) -> int:
        """The number that stands in seals of this layout made here."""
        return int(self.value[1:])


@unique
class SealKind(IntEnum):
    """印章类型."""

    UNIT = 1
    PERSON = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SealPicture:
    """The imprint (印模).

    Attributes:
        kind: ``PNG``, ``ofd`` and so on, as the file says it; vendors differ in case.
        image: The picture file.
        width_mm: Printed width, as the seal says it.
        height_mm: Printed height.
    """

    kind: str
    image: bytes
    width_mm: int
    height_mm: int

    def __post_init__(self) -> None:
        if not (0 <= self.width_mm <= _MAX_SIDE and 0 <= self.height_mm <= _MAX_SIDE):
            raise MalformedStructureError("the seal picture has an impossible size")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionData:
    """One extension (扩展属性, ExtData) of a seal or of its use.

    Attributes:
        kind: Dotted OID.
        value: What the OCTET STRING holds.
        is_critical: Whether a reader that does not know it must refuse.
    """

    kind: str
    value: bytes
    is_critical: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SealDescription:
    """What a seal says of itself.

    Attributes:
        kind: A ``SealKind``, or the number of a kind that no standard at hand knows.
        code: 印章编码 (esID).
        name: 印章名称.
        signers: Certificates that may use the seal (certListType 1).
        signer_digests: SM3 of the certificates that may use it (certListType 2).
        created_at: 制章日期; whole seconds, like the two that follow.
        valid_from: First moment of validity.
        valid_to: Last moment of validity.
        extensions: 扩展属性, in order.
        vendor: Who wrote the seal (Vid).
    """

    kind: SealKind | int
    code: str
    name: str
    signers: tuple[Certificate, ...]
    created_at: datetime
    valid_from: datetime
    valid_to: datetime
    picture: SealPicture
    signer_digests: tuple[bytes, ...] = ()
    extensions: tuple[ExtensionData, ...] = ()
    vendor: str = "Yinxin"
