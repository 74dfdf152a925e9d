"""The base elements of GB/T 36903-2018 under all names that working systems give them.

Records keep the English short names. Pinyin initials (``CZZT``) are as common, and some
systems carry the mistakes of their makers; all are read, none but the English and the pinyin
are ever written. Source: names as working systems have them; unconfirmed.
"""

from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final


@unique
class Element(StrEnum):
    """Base elements that a person fills in, by their English short names.

    Fields marked with one go into the record under that name; all others under ``fields``.
    """

    HOLDER_NAME = "certificateHolderName"
    HOLDER_CODE = "certificateHolderCode"
    HOLDER_CODE_TYPE = "certificateHolderTypeCode"
    NUMBER = "certificateNumber"
    ISSUED_ON = "certificateIssuedDate"
    VALID_FROM = "certificateEffectiveDate"
    VALID_TO = "certificateExpiringDate"


PINYIN: Final = MappingProxyType(
    {
        "certificateName": "ZZMC",
        "certificateTypeCode": "ZZLXDM",
        "certificateNumber": "ZZBH",
        "certificateIdentifier": "ZZBS",
        "certificateIssuingAuthorityName": "ZZBFJG",
        "certificateIssuingAuthorityCode": "ZZBFJGDM",
        "certificateIssuedDate": "ZZBFRQ",
        "certificateHolderName": "CZZT",
        "certificateHolderCode": "CZZTDM",
        "certificateHolderTypeName": "CZZTDMLX",
        "certificateHolderTypeCode": "CZZTDMLXDM",
        "certificateEffectiveDate": "ZZYXQQSRQ",
        "certificateExpiringDate": "ZZYXQJZRQ",
    }
)
"""Elements without a pinyin name keep their English one in both spellings."""

ABOUT_HOLDER: Final = (
    "certificateHolderName",
    "certificateHolderCode",
    "certificateHolderTypeCode",
    "certificateHolderTypeName",
)
BASE: Final = (
    "certificateIdentifier",
    "certificateVersion",
    "certificateTypeCode",
    "certificateTypeName",
    "certificateName",
    "certificateNumber",
    "certificateIssuingAuthorityName",
    "certificateIssuingAuthorityCode",
    "certificateAreaCode",
    "certificateIssuedDate",
    "certificateEffectiveDate",
    "certificateExpiringDate",
    *ABOUT_HOLDER,
)
"""基础信息: what every license has, in the order in which it is told."""

IMPERSONAL: Final = tuple(name for name in BASE if name not in ABOUT_HOLDER)

OTHER_NAMES: Final = MappingProxyType(
    {
        "certificateIdentifier": ("certIdentifier", "identifier"),
        "certificateTypeCode": ("certTypeCode", "typeCode"),
        "certificateTypeName": ("certTypeName", "typeName"),
        "certificateNumber": ("certNo", "certificateNo"),
        "certificateHolderName": ("holderName", "holder"),
        "certificateHolderCode": ("holderCode",),
        "certificateHolderTypeCode": ("certificateHolderType", "holderTypeCode"),
        "certificateIssuingAuthorityName": ("certificateIssuingAuthortiyName",),
        "certificateIssuingAuthorityCode": ("certificateIssuingAuthortiyCode",),
        "certificateIssuedDate": ("certificateIssueDate", "certificateIssuedate"),
        "certificateEffectiveDate": ("certificateEffectDate",),
        "certificateExpiringDate": ("certificateExpireDate", "certificateExpiredDate"),
    }
)
"""Further names that are read, and never written."""

OF_TYPE: Final = "KZ_"
"""What stands before the initials of a field that no base element holds (扩展)."""


def names_of(element: str) -> tuple[str, ...]:
    """Return every name under which ``element`` is read, its own first."""
    short = (PINYIN[element],) if element in PINYIN else ()
    return (element, *short, *OTHER_NAMES.get(element, ()))
