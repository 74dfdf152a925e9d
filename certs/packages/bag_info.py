"""``bag-info.txt``: whose package it is, of what kind, and how long it is to be kept.

Source: RFC 8493 (BagIt), 2.2.2; the elements that begin with ``X-`` are our own.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, unique
from typing import Final, Self

from certs.errors import MalformedPackageError
from certs.packages.rules import PackageRule

BAG_INFO: Final = "bag-info.txt"
PROFILE: Final = "yinxin.package/1"
_IDENTIFIER: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z.\-]{0,199}")
_FONDS: Final = re.compile(r"[0-9A-Z]{1,18}")
_DIGEST: Final = re.compile(r"([0-9a-f]{64})?")
_OXUM: Final = re.compile(r"(0|[1-9][0-9]{0,11})\.([1-9][0-9]{0,4})")
_LABELS: Final = (
    "Source-Organization",
    "External-Identifier",
    "Bagging-Date",
    "Payload-Oxum",
    "X-Profile",
    "X-Kind",
    "X-Package-Type",
    "X-Fonds",
    "X-Retention",
    "X-Single-Set",
    "X-Supersedes",
)


@unique
class PackageKind(StrEnum):
    """What a package is of."""

    LICENSE = "license"
    """证照."""
    CASE = "case"
    """办件."""


@unique
class PackageType(StrEnum):
    """封装包类型 (DA/T 48): whether it is a first one."""

    ORIGINAL = "原始型"
    AMENDED = "修改型"


@unique
class Retention(StrEnum):
    """保管期限."""

    PERMANENT = "永久"
    THIRTY_YEARS = "30年"
    TEN_YEARS = "10年"


@dataclass(frozen=True, slots=True, kw_only=True)
class BagInfo:
    """What stands in ``bag-info.txt``.

    Attributes:
        organization: 立档单位名称.
        identifier: 电子文件号, the identifier of the license or the number of the case.
        fonds: 全宗号.
        payload_bytes: How many bytes the payload has, with what lies elsewhere.
        payload_files: How many files.
        supersedes: The id of the package in whose place it comes; empty for a first one.

    Raises:
        MalformedPackageError: ``bag-info``: a value cannot be written, or is not of its kind.
    """

    organization: str
    identifier: str
    packed_on: date
    kind: PackageKind
    fonds: str
    retention: Retention
    payload_bytes: int
    payload_files: int
    supersedes: str = ""

    def __post_init__(self) -> None:
        is_sound = (
            self.organization.isprintable()
            and self.organization.strip() == self.organization != ""
            and _IDENTIFIER.fullmatch(self.identifier)
            and _FONDS.fullmatch(self.fonds)
            and _DIGEST.fullmatch(self.supersedes)
        )
        if not is_sound:
            raise _bad("a value cannot be written")

    @property
    def type(self) -> PackageType:
        """封装包类型: amended, if it comes in the place of another."""
        return PackageType.AMENDED if self.supersedes else PackageType.ORIGINAL

    def encode(self) -> bytes:
        """Return the file."""
        values = (
            self.organization,
            self.identifier,
            self.packed_on.isoformat(),
            f"{self.payload_bytes}.{self.payload_files}",
            PROFILE,
            self.kind,
            self.type,
            self.fonds,
            self.retention,
            "true",
            self.supersedes,
        )
        pairs = zip(_LABELS, values, strict=True)
        return "".join(f"{label}: {value}\n" for label, value in pairs if value).encode()

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """Read what ``encode`` wrote.

        Raises:
            MalformedPackageError: ``foreign`` for a bag of another profile, or ``bag-info``.
        """
        values = _values(content)
        if values.get("X-Profile") != PROFILE:
            raise MalformedPackageError(
                PackageRule.FOREIGN, "a bag of another profile", about=BAG_INFO
            )
        oxum = _OXUM.fullmatch(values.get("Payload-Oxum", ""))
        try:
            found = cls(
                organization=values["Source-Organization"],
                identifier=values["External-Identifier"],
                packed_on=date.fromisoformat(values["Bagging-Date"]),
                kind=PackageKind(values["X-Kind"]),
                fonds=values["X-Fonds"],
                retention=Retention(values["X-Retention"]),
                payload_bytes=int(oxum[1]) if oxum else -1,
                payload_files=int(oxum[2]) if oxum else -1,
                supersedes=values.get("X-Supersedes", ""),
            )
        except (KeyError, ValueError) as error:
            raise _bad("an element is missing or not of its kind") from error
        if found.encode() != content:
            raise _bad("not in its one spelling")
        return found


def _values(content: bytes) -> dict[str, str]:
    try:
        lines = content.decode().split("\n")
    except UnicodeDecodeError as error:
        raise _bad("not UTF-8") from error
    pairs = (line.partition(": ") for line in lines[: len(_LABELS)])
    return {label: value for label, _, value in pairs}


def _bad(message: str) -> MalformedPackageError:
    return MalformedPackageError(PackageRule.BAG_INFO, message, about=BAG_INFO)
