"""Transforms (转换): how a value of a source becomes one of a form; a closed list, no expressions.

Each is a pure function of a text and of the day. What it cannot read gives nothing, and the
next source is asked.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, timedelta
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

from certs.errors import MalformedIdentifierError
from certs.holder_codes import HolderCodeType
from certs.identifiers import CitizenNumber, SocialCreditCode

_WRITTEN_DATE: Final = re.compile(r"([12][0-9]{3})[-/年.]?([01]?[0-9])[-/月.]?([0-3]?[0-9])日?")
_COMPACT_DATE: Final = re.compile(r"([12][0-9]{3})([0-9]{2})([0-9]{2})")
_PROVINCE: Final = (
    r"(?P<province>(?:北京|天津|上海|重庆)市|[^省市县]{2,8}?(?:省|自治区|特别行政区))?"
)
_CITY: Final = r"(?P<city>[^省市县区]{2,10}?(?:市|自治州|地区|盟))?"
_DISTRICT: Final = r"(?P<district>[^省市县区]{1,10}?(?:区|县|市|旗))?"
_ADDRESS: Final = re.compile(rf"{_PROVINCE}{_CITY}{_DISTRICT}(?P<street>.*)", re.DOTALL)
_DETAIL: Final = re.compile(r"[（(].*[）)]$")
_LIST_MARKS: Final = re.compile(r"[、；;，,]")
_FEBRUARY_29: Final = (2, 29)
_DOCUMENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        HolderCodeType.CITIZEN_NUMBER: "居民身份证",
        HolderCodeType.ORDINARY_PASSPORT: "护照",
        HolderCodeType.TAIWAN_PERMIT: "台湾居民来往大陆通行证",
        HolderCodeType.HONG_KONG_MACAO_PERMIT: "港澳居民来往内地通行证",
    }
)
"""As the license types call them (``identity_document`` of their code lists); others have none."""


@unique
class Transform(StrEnum):
    """转换: its name in files of forms."""

    AS_IS = "as-is"
    """The value itself."""
    ISO_DATE = "iso-date"
    """A day as 2026-05-01, however it was written."""
    CHINESE_DATE = "chinese-date"
    """A day as 2026年5月1日."""
    YEAR = "year"
    """The year of a day."""
    FOUR_YEARS = "four-years"
    """The last day of four years from a day on."""
    FIVE_YEARS = "five-years"
    """The last day of five years from a day on."""
    BIRTH_DATE = "birth-date"
    """公民身份号码: the day of birth."""
    SEX = "sex"
    """公民身份号码: 男 or 女."""
    AGE = "age"
    """公民身份号码: full years today."""
    HOME_REGION = "home-region"
    """公民身份号码: the region's six digits."""
    ORGANIZATION_CODE = "organization-code"
    """统一社会信用代码: 组织机构代码, XXXXXXXX-X."""
    REGISTERED_REGION = "registered-region"
    """统一社会信用代码: the six digits of the region of registration."""
    CODE_TYPE_NAME = "code-type-name"
    """持证主体代码类型: its words for its code."""
    DOCUMENT_NAME = "document-name"
    """持证主体代码类型: the identity document that bears such a code, as forms call it."""
    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"
    STREET = "street"
    """Of an address: its four parts."""
    WITHOUT_DETAIL = "without-detail"
    """A value of a code list without the detail in parentheses."""
    FIRST_ITEM = "first-item"
    """The first of a list."""


def transformed(value: str, transform: Transform, *, today: date) -> str | None:
    """Return a value as a form has it; None where there is nothing to be read in it."""
    text = value.strip()
    return (_TRANSFORMS[transform](text, today) or None) if text else None


def parse_day(text: str) -> date | None:
    """Return the day that a text writes, as licenses write days; None where it writes none."""
    match = _COMPACT_DATE.fullmatch(text) or _WRITTEN_DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = map(int, match.groups())
    with suppress(ValueError):
        return date(year, month, day)
    return None


def _of_day(read: Callable[[date], str]) -> Callable[[str, date], str | None]:
    def transform(text: str, _today: date) -> str | None:
        day = parse_day(text)
        return read(day) if day is not None else None

    return transform


def _of_citizen(read: Callable[[str, date], str | None]) -> Callable[[str, date], str | None]:
    def transform(text: str, today: date) -> str | None:
        with suppress(MalformedIdentifierError):
            return read(CitizenNumber(text).value, today)
        return None

    return transform


def _of_credit_code(read: Callable[[str], str]) -> Callable[[str, date], str | None]:
    def transform(text: str, _today: date) -> str | None:
        with suppress(MalformedIdentifierError):
            return read(SocialCreditCode(text).value)
        return None

    return transform


def _of_address(part: str) -> Callable[[str, date], str | None]:
    def transform(text: str, _today: date) -> str | None:
        match = _ADDRESS.fullmatch(text)
        # An address that names no part at all is a street alone.
        return match[part] if match is not None else None

    return transform


def _last_day(start: date, years: int) -> str:
    is_leap_day = (start.month, start.day) == _FEBRUARY_29
    same_day = start.replace(year=start.year + years, day=28 if is_leap_day else start.day)
    return (same_day - timedelta(days=0 if is_leap_day else 1)).isoformat()


def _birth_date(number: str, _today: date) -> str | None:
    born = parse_day(number[6:14])
    return born.isoformat() if born is not None else None


def _age(number: str, today: date) -> str | None:
    born = parse_day(number[6:14])
    if born is None or born > today:
        return None
    return str(today.year - born.year - ((today.month, today.day) < (born.month, born.day)))


def _code_type_name(text: str, _today: date) -> str | None:
    with suppress(ValueError):
        return HolderCodeType(text).name_zh
    return None


_TRANSFORMS: Final[Mapping[Transform, Callable[[str, date], str | None]]] = MappingProxyType(
    {
        Transform.AS_IS: lambda text, _today: text,
        Transform.ISO_DATE: _of_day(date.isoformat),
        Transform.CHINESE_DATE: _of_day(lambda day: f"{day.year}年{day.month}月{day.day}日"),
        Transform.YEAR: _of_day(lambda day: str(day.year)),
        Transform.FOUR_YEARS: _of_day(lambda day: _last_day(day, 4)),
        Transform.FIVE_YEARS: _of_day(lambda day: _last_day(day, 5)),
        Transform.BIRTH_DATE: _of_citizen(_birth_date),
        Transform.SEX: _of_citizen(lambda number, _today: "女男"[int(number[16]) % 2]),
        Transform.AGE: _of_citizen(_age),
        Transform.HOME_REGION: _of_citizen(lambda number, _today: number[:6]),
        Transform.ORGANIZATION_CODE: _of_credit_code(lambda code: f"{code[8:16]}-{code[16]}"),
        Transform.REGISTERED_REGION: _of_credit_code(lambda code: code[2:8]),
        Transform.CODE_TYPE_NAME: _code_type_name,
        Transform.DOCUMENT_NAME: lambda text, _today: _DOCUMENTS.get(text),
        Transform.PROVINCE: _of_address("province"),
        Transform.CITY: _of_address("city"),
        Transform.DISTRICT: _of_address("district"),
        Transform.STREET: _of_address("street"),
        Transform.WITHOUT_DETAIL: lambda text, _today: _DETAIL.sub("", text),
        Transform.FIRST_ITEM: lambda text, _today: _LIST_MARKS.split(text, maxsplit=1)[0].strip(),
    }
)
