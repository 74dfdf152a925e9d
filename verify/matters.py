"""Matters (事项), the materials they ask for (申请材料) and the rules that spare the paper."""

import re
from dataclasses import dataclass
from enum import StrEnum, unique

from certs.identifiers import LicenseTypeCode
from certs.regions import RegionCode
from verify.errors import MalformedMatterError, MatterNotFoundError

_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MAX_CODE_LENGTH = 40
_MAX_REMAINING_DAYS = 3650


@unique
class MaterialSource(StrEnum):
    """材料来源: who makes the material."""

    SELF = "self"
    GOVERNMENT_ISSUED = "government_issued"
    OTHER = "other"


@unique
class Way(StrEnum):
    """How the government gets a material by itself (免于提交的方式)."""

    NONE = "none"
    E_LICENSE = "e_license"


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialRule:
    """电子证照规则: a valid license of one of these types takes the place of the material.

    Attributes:
        license_types: 证照类型代码; a license of any of them serves.
        required_fields: Names of the fields that the license must hold.
        min_remaining_days: How many days the license must still be valid; 0 for today only.
        legal_basis: The clause that frees the applicant, in Chinese.
    """

    license_types: tuple[LicenseTypeCode, ...]
    required_fields: tuple[str, ...]
    min_remaining_days: int
    legal_basis: str

    def __post_init__(self) -> None:
        if not self.license_types:
            raise MalformedMatterError("a rule names no license type")
        if not 0 <= self.min_remaining_days <= _MAX_REMAINING_DAYS:
            raise MalformedMatterError(f"min_remaining_days must be 0 to {_MAX_REMAINING_DAYS}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """申请材料 of a matter.

    Attributes:
        code: Lower-case words joined by hyphens, unique in its matter.
        name_zh: What the applicant reads.
        name_en: The same in English.
        source: Who makes it.
        rule: How it is had without the applicant; None where only they can bring it.
    """

    code: str
    name_zh: str
    name_en: str
    source: MaterialSource
    rule: MaterialRule | None = None

    def __post_init__(self) -> None:
        _check_code(self.code)
        is_issued = self.source is MaterialSource.GOVERNMENT_ISSUED
        if is_issued != (self.rule is not None):
            # What the government issued it does not ask for; what it did not issue it cannot have.
            raise MalformedMatterError(
                f"{self.code}: a rule belongs to every government-issued material and to no other"
            )

    @property
    def way(self) -> Way:
        """How the government gets it."""
        return Way.NONE if self.rule is None else Way.E_LICENSE


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """事项 in one version; a version that cases cite is never changed.

    Attributes:
        code: Lower-case words joined by hyphens.
        version: From 1.
        name_zh: What the applicant reads.
        name_en: The same in English.
        region: Where it is handled; None for everywhere.
        materials: What it asks for, in the order of the notice (一次性告知).
    """

    code: str
    version: int
    name_zh: str
    name_en: str
    region: RegionCode | None = None
    materials: tuple[Material, ...]

    def __post_init__(self) -> None:
        _check_code(self.code)
        codes = [material.code for material in self.materials]
        if self.version < 1:
            raise MalformedMatterError("a version is a number from 1")
        if not codes or len(set(codes)) != len(codes):
            raise MalformedMatterError("a matter has materials, and each code once")

    def material(self, code: str) -> Material | None:
        """Return the material with ``code``, None where the matter does not ask for it."""
        return next((material for material in self.materials if material.code == code), None)


@dataclass(frozen=True, slots=True)
class MatterCatalogue:
    """事项清单: the matters at hand, each maybe in several versions."""

    matters: tuple[Matter, ...]

    def latest(self, code: str) -> Matter:
        """Return the newest version of a matter.

        Raises:
            MatterNotFoundError: There is none.
        """
        versions = [matter for matter in self.matters if matter.code == code]
        if not versions:
            raise MatterNotFoundError(code)
        return max(versions, key=lambda matter: matter.version)

    def version(self, code: str, version: int) -> Matter:
        """Return the version of a matter that a case cites.

        Raises:
            MatterNotFoundError: It is not at hand.
        """
        for matter in self.matters:
            if (matter.code, matter.version) == (code, version):
                return matter
        raise MatterNotFoundError(f"{code} version {version}")


def _check_code(code: str) -> None:
    if len(code) > _MAX_CODE_LENGTH or not _CODE.fullmatch(code):
        raise MalformedMatterError(f"not a code: {code[:_MAX_CODE_LENGTH]!r}")
