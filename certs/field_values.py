"""Read one value that somebody filled in, as its field demands."""

import re
import unicodedata
from datetime import date

from certs.catalogue import LicenseType
from certs.element_names import Element
from certs.errors import MalformedIdentifierError, RefusedValueError, WrongCheckCharacterError
from certs.field_problems import ProblemCode, code_point
from certs.holder_codes import HolderCode, HolderCodeType
from certs.license_numbers import check_number
from certs.type_fields import FieldKind, FieldSpec, shape_pattern
from certs.validity_ranges import PERMANENT

_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]{1,3}")
_CODE = re.compile(r"[!-~]+")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_DATES = (
    re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})"),
    re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日"),
    re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})"),
)
_FIRST_YEAR = 1900
_LAST_YEAR = 2200
_FULL_WIDTH = re.compile(r"[\uff01-\uff5e]")
_CHOICE_WITH_DETAIL = re.compile(r"([^（(]+)(?:（[^（）()]+）|\([^（）()]+\))")
_FORBIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
_SPACES = frozenset(" \u3000")
_NONCHARACTERS_END = 0xFFFE


def parse_date(text: str) -> date:
    """Return the date written as 2026-03-18, 2026年3月18日 or 20260318.

    Raises:
        RefusedValueError: Not in one of these forms, or no such day from 1900 to 2200.
    """
    for pattern in _DATES:
        match = pattern.fullmatch(text)
        if match:
            return _real_date(*(int(part) for part in match.groups()))
    raise RefusedValueError(ProblemCode.MALFORMED_DATE)


def _real_date(year: int, month: int, day: int) -> date:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise RefusedValueError(ProblemCode.IMPOSSIBLE_DATE)
    try:
        return date(year, month, day)
    except ValueError as error:
        raise RefusedValueError(ProblemCode.IMPOSSIBLE_DATE) from error


def read_value(
    spec: FieldSpec, text: str, license_type: LicenseType, code_type: HolderCodeType
) -> str:
    """Return ``text``, without spaces around it, as it is kept: codes in capitals, ISO dates.

    Raises:
        RefusedValueError: The field cannot hold it, or is required and ``text`` blank.
    """
    if not text:
        if spec.is_required:
            raise RefusedValueError(ProblemCode.MISSING_FIELD)
        return text
    if len(text) > spec.max_length and not _SCIENTIFIC.fullmatch(text):
        raise RefusedValueError(ProblemCode.TOO_LONG, length=len(text), limit=spec.max_length)
    _check_characters(text)
    match spec.kind:
        case FieldKind.TEXT:
            return _read_text(spec, text, license_type, code_type)
        case FieldKind.CODE:
            return _read_code(spec, text, license_type, code_type)
        case FieldKind.DATE:
            return _read_date(spec, text, license_type)
        case FieldKind.CHOICE:
            return _read_choice(spec, text)
        case FieldKind.NUMBER:
            return _read_number(spec, text)


def _check_characters(text: str) -> None:
    """Refuse what cannot be seen on a page: controls, direction marks, private use."""
    if text.isprintable():  # nearly always, and much faster; no such character is
        return
    forbidden = dict.fromkeys(letter for letter in text if _is_forbidden(letter))
    if forbidden:
        shown = " ".join(code_point(letter) for letter in list(forbidden)[:10])
        raise RefusedValueError(ProblemCode.FORBIDDEN_CHARACTER, characters=shown)


def _is_forbidden(letter: str) -> bool:
    category = unicodedata.category(letter)
    if category == "Zs":
        return letter not in _SPACES
    # Unassigned code points stay: this Python may know an older Unicode than the fonts.
    is_noncharacter = ord(letter) & _NONCHARACTERS_END == _NONCHARACTERS_END
    return category in _FORBIDDEN_CATEGORIES or is_noncharacter


def _read_plain(text: str, pattern: re.Pattern[str], otherwise: ProblemCode) -> str:
    if _FULL_WIDTH.search(text):
        raise RefusedValueError(ProblemCode.FULL_WIDTH)
    if _SCIENTIFIC.fullmatch(text):
        raise RefusedValueError(ProblemCode.SCIENTIFIC_NOTATION)
    if not pattern.fullmatch(text):
        raise RefusedValueError(otherwise)
    return text


def _read_text(
    spec: FieldSpec, text: str, license_type: LicenseType, code_type: HolderCodeType
) -> str:
    if spec.format.is_exact and len(text) != spec.max_length:
        raise RefusedValueError(ProblemCode.TOO_SHORT, length=len(text), limit=spec.max_length)
    _check_code(spec, text, license_type, code_type)
    return text


def _check_code(
    spec: FieldSpec, code: str, license_type: LicenseType, code_type: HolderCodeType
) -> None:
    """Refuse a holder's code or a number of a license against its own rule."""
    try:
        if spec.element is Element.HOLDER_CODE:
            HolderCode(code_type=code_type, code=code)
        elif spec.element is Element.NUMBER:
            check_number(license_type.coding.number, code)
    except WrongCheckCharacterError as error:
        raise RefusedValueError(ProblemCode.WRONG_CHECK_CHARACTER) from error
    except MalformedIdentifierError as error:
        raise RefusedValueError(ProblemCode.MALFORMED_CODE) from error


def _read_number(spec: FieldSpec, text: str) -> str:
    number = _read_plain(text, _NUMBER, ProblemCode.MALFORMED_NUMBER)
    decimals = len(number.partition(".")[2])
    if decimals > spec.format.decimals:
        raise RefusedValueError(ProblemCode.TOO_MANY_DECIMALS, limit=spec.format.decimals)
    return number


def _read_code(
    spec: FieldSpec, text: str, license_type: LicenseType, code_type: HolderCodeType
) -> str:
    is_holder = spec.element is Element.HOLDER_CODE
    # Military holder codes have Chinese characters; their own pattern judges those.
    pattern = re.compile(r".+") if is_holder else _CODE
    code = _read_plain(text, pattern, ProblemCode.MALFORMED_CODE).upper()
    if spec.format.is_exact and len(code) != spec.max_length:
        raise RefusedValueError(ProblemCode.MALFORMED_CODE)
    if spec.shape and not shape_pattern(spec.shape).fullmatch(code):
        raise RefusedValueError(ProblemCode.MALFORMED_CODE)
    _check_code(spec, code, license_type, code_type)
    if spec.element is Element.HOLDER_CODE_TYPE and code != code_type.value:
        allowed = "、".join(member.value for member in license_type.holder_code_types)
        raise RefusedValueError(ProblemCode.NOT_IN_LIST, choices=allowed)
    return code


def _read_date(spec: FieldSpec, text: str, license_type: LicenseType) -> str:
    if text == PERMANENT and spec.element is Element.VALID_TO:
        if not license_type.cataloguing.allows_permanent:
            raise RefusedValueError(ProblemCode.PERMANENT_NOT_ALLOWED)
        return PERMANENT
    if _FULL_WIDTH.search(text):
        raise RefusedValueError(ProblemCode.FULL_WIDTH)
    return parse_date(text).isoformat()


def _read_choice(spec: FieldSpec, text: str) -> str:
    """Return the label that ``text`` is, begins with, or is the code of."""
    match = _CHOICE_WITH_DETAIL.fullmatch(text) if spec.allows_detail else None
    name = match.group(1) if match else text
    for item in spec.code_list:
        if name == item.label:
            return text
        if text == item.code:
            return item.label
    raise RefusedValueError(ProblemCode.NOT_IN_LIST, choices="、".join(spec.choices))
