"""Two spellings of the elements of GB/T 36903: English names and pinyin initials.

Records keep the English names. Systems in the field write one or the other, some with the
mistakes of their makers; all of them are read, and an answer is written as its question was.
Source: names as working systems have them.
"""

import unicodedata
from collections.abc import Iterable
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

from certs.catalogue import LicenseType
from certs.element_names import BASE, OF_TYPE, OTHER_NAMES, PINYIN
from certs.errors import RefusedValueError
from certs.field_values import parse_date
from certs.type_fields import FieldKind, heading_key

_DATES: Final = frozenset(
    {"certificateIssuedDate", "certificateEffectiveDate", "certificateExpiringDate"}
)
_READ: Final = MappingProxyType(
    {name: name for name in BASE}
    | {short: name for name, short in PINYIN.items()}
    | {other: name for name, others in OTHER_NAMES.items() for other in others}
)


@unique
class Spelling(StrEnum):
    """How a question, and so its answer, names the elements."""

    ENGLISH = "english"
    PINYIN = "pinyin"


def spelling_of(keys: Iterable[str]) -> Spelling:
    """Return the spelling of a question: pinyin if it uses any such name."""
    short = set(PINYIN.values())
    is_pinyin = any(key in short or key.startswith(OF_TYPE) for key in keys)
    return Spelling.PINYIN if is_pinyin else Spelling.ENGLISH


def read_name(key: str, license_type: LicenseType | None) -> str | None:
    """Return how records call what ``key`` names; None if it names nothing they have.

    Fields of a type go by their names, labels and initials, with ``KZ_`` before or not.
    """
    if key in _READ:
        return _READ[key]
    wanted = heading_key(key.removeprefix(OF_TYPE))
    spec = license_type.field_by_heading.get(wanted) if license_type is not None else None
    if spec is None:
        return None
    return spec.element.value if spec.element else spec.name


def write_name(name: str, spelling: Spelling, license_type: LicenseType | None) -> str:
    """Return how an answer calls an element or field."""
    if spelling is Spelling.ENGLISH or name in BASE:
        return PINYIN.get(name, name) if spelling is Spelling.PINYIN else name
    spec = license_type.field_by_name.get(name) if license_type is not None else None
    return f"{OF_TYPE}{spec.initials}" if spec is not None and spec.initials else name


def same_value(name: str, given: str, recorded: str, license_type: LicenseType | None) -> bool:
    """Whether two values say the same: dates in any usual form, widths and spaces aside."""
    if _is_date(name, license_type):
        return _as_date(given) == _as_date(recorded)
    return _bare(given) == _bare(recorded)


def _is_date(name: str, license_type: LicenseType | None) -> bool:
    spec = license_type.field_by_name.get(name) if license_type is not None else None
    return name in _DATES or (spec is not None and spec.kind is FieldKind.DATE)


def _as_date(text: str) -> str:
    try:
        return parse_date(text.strip()).isoformat()
    except RefusedValueError:
        return text.strip()


def _bare(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()
