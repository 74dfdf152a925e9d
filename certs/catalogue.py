"""The catalogue (证照目录): license types, each a folder with its data and its face.

``type.toml`` holds the catalogue elements of GB/T 36902-2018 (names from working systems;
obligations unconfirmed) and the fields; ``face.typ`` beside it draws the license.
"""

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date
from enum import StrEnum, unique
from pathlib import Path

from certs.errors import MalformedTypeError
from certs.holder_codes import HolderCodeType
from certs.identifiers import LicenseTypeCode

PERMANENT = "长期"
"""What a license without an end of validity says in place of the date."""

_MAX_VALIDITY = 200
_HEADING_NOISE = re.compile(r"\s|[*\uff0a]|[（(]必填[）)]|\ufeff")


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
    """How the printed number (证照编号) of a type is built."""

    FREE = "free"
    FOOD_BUSINESS = "food-business"


@unique
class FieldKind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    DATE = "date"
    CODE = "code"
    CHOICE = "choice"
    NUMBER = "number"


@unique
class Element(StrEnum):
    """Base elements of GB/T 36903-2018 that a person fills in, by their English short names.

    Fields marked with one go into the record under that name; all others under ``fields``.
    """

    HOLDER_NAME = "certificateHolderName"
    HOLDER_CODE = "certificateHolderCode"
    HOLDER_CODE_TYPE = "certificateHolderTypeCode"
    NUMBER = "certificateNumber"
    ISSUED_ON = "certificateIssuedDate"
    VALID_FROM = "certificateEffectiveDate"
    VALID_TO = "certificateExpiringDate"


_REQUIRED_ELEMENTS = frozenset(Element) - {Element.HOLDER_CODE_TYPE}
_DATE_ELEMENTS = frozenset({Element.ISSUED_ON, Element.VALID_FROM, Element.VALID_TO})


@unique
class _Unit(StrEnum):
    """Units of 有效期限范围."""

    DAYS = "天"
    MONTHS = "月"
    YEARS = "年"


@dataclass(frozen=True, slots=True)
class ValidityRange:
    """有效期限范围: 30天, 6月, 5年, or 长期."""

    text: str

    def __post_init__(self) -> None:
        if self.is_permanent:
            return
        count, unit = self.text[:-1], self.text[-1:]
        is_counted = count.isascii() and count.isdigit() and 1 <= int(count[:4]) <= _MAX_VALIDITY
        if not is_counted or unit not in set(_Unit):
            raise MalformedTypeError(f"not a range of validity: {self.text[:20]!r}")

    @property
    def is_permanent(self) -> bool:
        """Tell whether it has no end."""
        return self.text == PERMANENT

    def end_after(self, start: date) -> date:
        """Return the last day that a license valid from ``start`` may name as its end.

        That is the anniversary itself: some departments print it, others the day before.
        """
        if self.is_permanent:
            return date.max
        count = int(self.text[:-1])
        match _Unit(self.text[-1]):
            case _Unit.DAYS:
                return date.fromordinal(min(start.toordinal() + count, date.max.toordinal()))
            case _Unit.MONTHS:
                return _add_months(start, count)
            case _Unit.YEARS:
                return _add_months(start, 12 * count)


def _add_months(start: date, count: int) -> date:
    """Return the same day ``count`` months on; the month's last day where it is shorter."""
    years, month = divmod(start.month - 1 + count, 12)
    year = start.year + years
    if year > MAXYEAR:
        return date.max
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """One field of a license type (信息项).

    Attributes:
        name: The name in records and interfaces: lower case and underscores.
        label_zh: The label on the face and in spreadsheets.
        label_en: The same in English.
        is_required: Whether a license cannot be without it.
        is_personal: Whether messages mask the value.
        kind: What it holds.
        max_length: The most characters it holds.
        choices: The permitted values of a choice.
        allows_detail: Whether a choice may be followed by a detail in parentheses.
        aliases: Other column headings it goes by (pinyin initials, short forms).
        element: The base element it fills, if it does.
    """

    name: str
    label_zh: str
    label_en: str
    is_required: bool
    is_personal: bool = False
    kind: FieldKind
    max_length: int
    choices: tuple[str, ...] = ()
    allows_detail: bool = False
    aliases: tuple[str, ...] = ()
    element: Element | None = None

    def __post_init__(self) -> None:
        if bool(self.choices) != (self.kind is FieldKind.CHOICE):
            raise MalformedTypeError(f"{self.name}: choices belong to the kind 'choice' alone")
        is_date = self.kind is FieldKind.DATE
        if self.element is not None and is_date != (self.element in _DATE_ELEMENTS):
            raise MalformedTypeError(f"{self.name}: {self.element} does not fit the kind")
        if self.element in _REQUIRED_ELEMENTS and not self.is_required:
            raise MalformedTypeError(f"{self.name}: {self.element} cannot be optional")

    @property
    def heading_keys(self) -> frozenset[str]:
        """Every column heading it goes by, as ``heading_key`` writes them."""
        headings = (self.label_zh, self.label_en, self.name, *self.aliases)
        return frozenset(heading_key(heading) for heading in headings)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealBox:
    """Where the seal stands on the face: millimeters from the left and the top edge."""

    center_x_mm: float
    center_y_mm: float
    width_mm: float
    height_mm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseType:
    """证照类型.

    Attributes:
        folder: Where it was loaded from; its name is the type's short name.
        code: 证照类型代码.
        name: 证照类型名称.
        name_en: The same in English.
        defining_authority: 证照定义机构; its code begins the type code.
        defining_authority_level: 证照定义机构级别.
        related_items: 关联事项名称 by 关联事项代码.
        holder_category: 持证主体类别.
        holder_code_types: The code types its holders go by.
        validity_ranges: 有效期限范围.
        issuing_levels: 证照颁发机构级别.
        number_rule: How its printed number is built.
        seal_box: Where the seal stands.
        fields: The fields, in the order of the face.
        ignored_headings: Columns of spreadsheets that are not part of the license.
    """

    folder: Path
    code: LicenseTypeCode
    name: str
    name_en: str
    defining_authority: str
    defining_authority_level: AuthorityLevel
    related_items: Mapping[str, str]
    holder_category: HolderCategory
    holder_code_types: tuple[HolderCodeType, ...]
    validity_ranges: tuple[ValidityRange, ...]
    issuing_levels: tuple[AuthorityLevel, ...]
    number_rule: NumberRule
    seal_box: SealBox
    fields: tuple[FieldSpec, ...]
    ignored_headings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = [spec.name for spec in self.fields]
        elements = [spec.element for spec in self.fields if spec.element]
        _refuse_repeated("field names", names)
        _refuse_repeated("elements", elements)
        _refuse_repeated("headings", [key for spec in self.fields for key in spec.heading_keys])
        missing = _REQUIRED_ELEMENTS - set(elements)
        if missing:
            raise MalformedTypeError(f"no field for {', '.join(sorted(missing))}")
        if not (self.holder_code_types and self.validity_ranges and self.issuing_levels):
            raise MalformedTypeError("no holder code type, range of validity or issuing level")
        if len(self.holder_code_types) > 1 and Element.HOLDER_CODE_TYPE not in elements:
            raise MalformedTypeError(f"no field for {Element.HOLDER_CODE_TYPE}")

    @property
    def short_name(self) -> str:
        """The folder's name, which commands and interfaces accept beside the code."""
        return self.folder.name

    @property
    def face_template(self) -> Path:
        """The template of the face (照面)."""
        return self.folder / "face.typ"

    @property
    def allows_permanent(self) -> bool:
        """Tell whether a license of the type may be valid without end (长期)."""
        return any(validity.is_permanent for validity in self.validity_ranges)

    def longest_validity(self, start: date) -> ValidityRange:
        """Return the range that ends last when validity begins on ``start``."""
        return max(self.validity_ranges, key=lambda validity: validity.end_after(start))

    def field_of(self, element: Element) -> FieldSpec | None:
        """Return the field that fills ``element``, if the type has one."""
        return next((spec for spec in self.fields if spec.element is element), None)


def heading_key(heading: str) -> str:
    """Return a column heading without case, spaces, line breaks and marks of obligation."""
    return _HEADING_NOISE.sub("", heading).casefold()


def _refuse_repeated(what: str, items: Sequence[str]) -> None:
    repeated = {item for item in items if items.count(item) > 1}
    if repeated:
        raise MalformedTypeError(f"{what} more than once: {', '.join(sorted(repeated))}")
