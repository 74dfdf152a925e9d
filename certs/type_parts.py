"""The parts of a license type beside its fields.

They are those that the standards of single types have (一体化政务服务平台 电子证照 …):
编目要求, 样式要求, 管理要求, 编码规则, and the rules that its data must keep to.
Source: tables of contents of C0293-2024 and C0401-2024; elements of GB/T 36902-2018 as
working systems have them; unconfirmed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, unique

from certs.errors import MalformedTypeError
from certs.faces.ornament import Ornament
from certs.holder_codes import HolderCodeType
from certs.lints.dimensions import LintLevel
from certs.statuses import StatusKind
from certs.validity_ranges import ValidityRange


@unique
class HolderCategory(StrEnum):
    """持证主体类别."""

    PERSON = "自然人"
    ORGANIZATION = "法人和其他组织"
    MIXED = "混合"


@unique
class AuthorityLevel(StrEnum):
    """证照定义机构级别 and 证照颁发机构级别."""

    NATIONAL = "国家级"
    PROVINCE = "省级"
    CITY = "地市级"
    COUNTY = "区县级"
    TOWNSHIP = "乡镇级"
    OTHER = "其他"


@unique
class NumberRule(StrEnum):
    """What the printed number (证照编号) of a type is, beyond the shape of its field."""

    FREE = "free"
    FOOD_BUSINESS = "food-business"
    SOCIAL_CREDIT_CODE = "social-credit-code"
    REGION_AND_SEQUENCE = "region-and-sequence"
    CITIZEN_NUMBER = "citizen-number"
    CITIZEN_NUMBER_AND_SUFFIX = "citizen-number-and-suffix"
    MEDICAL_INSTITUTION = "medical-institution"
    REAL_ESTATE_TITLE = "real-estate-title"
    SPECIAL_EQUIPMENT = "special-equipment"

    @property
    def is_of_citizens(self) -> bool:
        """Whether such a number holds a citizen number."""
        return self in {NumberRule.CITIZEN_NUMBER, NumberRule.CITIZEN_NUMBER_AND_SUFFIX}


@unique
class SerialRule(StrEnum):
    """Where the serial of an identifier (流水号) comes from; a person's is always random."""

    NUMBER = "number"
    RANDOM = "random"


@unique
class Party(StrEnum):
    """Who may bring about a change of legal status."""

    ISSUER = "issuer"
    SUPERIOR = "superior"
    HOLDER = "holder"

    @property
    def zh(self) -> str:
        """The Chinese word."""
        return {"issuer": "发证机关", "superior": "上级机关", "holder": "持证主体申请"}[self]


@unique
class RuleKind(StrEnum):
    """What a rule demands of its fields, in their order; blank ones are left out.

    DATE_ORDER: none is later than the next. EQUAL: all say the same. DIFFERENT: no two say the
    same. CONTAINED: the first is part of the second. BEGINS_WITH: the first begins with the
    others, one after the other. ONE_OF: at least one is filled in. TOGETHER: all are filled in,
    or none. SUM: the first is the sum of the others.

    Inside numbers things stand as standards code them: for CONTAINED and BEGINS_WITH a day is
    YYYYMMDD, and what comes from a code list its code.
    """

    DATE_ORDER = "date-order"
    EQUAL = "equal"
    DIFFERENT = "different"
    CONTAINED = "contained"
    BEGINS_WITH = "begins-with"
    ONE_OF = "one-of"
    TOGETHER = "together"
    SUM = "sum"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cataloguing:
    """编目要求: what the catalogue says of a type (GB/T 36902-2018).

    Attributes:
        defining_authority: 证照定义机构; its code begins the type code.
        defining_authority_level: 证照定义机构级别.
        related_items: 关联事项名称 by 关联事项代码.
        holder_category: 持证主体类别.
        holder_code_types: The code types its holders go by; the first where none is named.
        validity_ranges: 有效期限范围.
        issuing_levels: 证照颁发机构级别.
    """

    defining_authority: str
    defining_authority_level: AuthorityLevel
    related_items: Mapping[str, str]
    holder_category: HolderCategory
    holder_code_types: tuple[HolderCodeType, ...]
    validity_ranges: tuple[ValidityRange, ...]
    issuing_levels: tuple[AuthorityLevel, ...]

    def __post_init__(self) -> None:
        if not (self.holder_code_types and self.validity_ranges and self.issuing_levels):
            raise MalformedTypeError("no holder code type, range of validity or issuing level")

    @property
    def allows_permanent(self) -> bool:
        """Tell whether a license of the type may be valid without end (长期)."""
        return any(validity.is_permanent for validity in self.validity_ranges)

    def longest_validity(self, start: date) -> ValidityRange:
        """Return the range that ends last when validity begins on ``start``."""
        return max(self.validity_ranges, key=lambda validity: validity.end_after(start))


@dataclass(frozen=True, slots=True, kw_only=True)
class SealBox:
    """Where the seal stands on the face: millimeters from the left and the top edge."""

    center_x_mm: float
    center_y_mm: float
    width_mm: float
    height_mm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """样式要求: how the one page of a face is made up.

    Attributes:
        ground: Size and colors of the sheet.
        seal_box: Where the seal stands.
        unprinted: The fields that the face leaves out; all others have a place on it.
    """

    ground: Ornament
    seal_box: SealBox
    unprinted: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        box, ground = self.seal_box, self.ground
        fits_across = box.width_mm / 2 <= box.center_x_mm <= ground.width_mm - box.width_mm / 2
        fits_down = box.height_mm / 2 <= box.center_y_mm <= ground.height_mm - box.height_mm / 2
        if not (fits_across and fits_down):
            raise MalformedTypeError("seal_box: does not lie on the page")


@dataclass(frozen=True, slots=True, kw_only=True)
class Management:
    """管理要求: what may become of a license.

    Attributes:
        moves: Who may bring about which change of legal status.
        lookup_by_number: Whether who knows the printed number may ask about the license.
        renewal_days: From how many days before its end a renewal may be asked for; 0 where
            licenses of the type are not renewed.
    """

    moves: Mapping[StatusKind, tuple[Party, ...]]
    lookup_by_number: bool
    renewal_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """编码规则.

    Attributes:
        number: What the printed number is.
        number_is_personal: Whether it holds a person's number; then it appears in no address
            and no listing, and nobody finds a license by it.
        serial: Where the serial of the identifier comes from.
    """

    number: NumberRule
    number_is_personal: bool = False
    serial: SerialRule

    def __post_init__(self) -> None:
        if self.number.is_of_citizens and not self.number_is_personal:
            raise MalformedTypeError("number_is_personal: holds a citizen number, so true")
        if self.number_is_personal and self.serial is not SerialRule.RANDOM:
            raise MalformedTypeError("serial: a personal number makes none, so random")


@dataclass(frozen=True, slots=True, kw_only=True)
class DataRule:
    """A rule that the data of one license keeps to.

    Attributes:
        name: Its stable name: lower case and hyphens.
        kind: What it demands.
        fields: Of which fields, by name, in order.
        level: What becomes of an application that breaks it.
        zh: What people read where it is broken.
        en: The same in English.
    """

    name: str
    kind: RuleKind
    fields: tuple[str, ...]
    level: LintLevel = LintLevel.REFUSE
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossCheck:
    """A field that must say what another license of the same holder says.

    Attributes:
        name: Its stable name: lower case and hyphens.
        field: The field of this type.
        other_type: Short name of the other license's type.
        other_field: The field of that type.
        level: What becomes of an application that differs; the other license may be the wrong one.
        zh: What people read where the two differ.
        en: The same in English.
    """

    name: str
    field: str
    other_type: str
    other_field: str
    level: LintLevel = LintLevel.WARN
    zh: str
    en: str
