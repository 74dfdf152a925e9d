"""Codes that name a holder (持证主体代码): GB/T 36903-2018, Annex A."""

import re
from dataclasses import dataclass
from enum import StrEnum, unique
from types import MappingProxyType

from certs.errors import MalformedIdentifierError
from certs.identifiers import CitizenNumber, SocialCreditCode
from certs.masking import mask


@unique
class HolderCodeType(StrEnum):
    """持证主体代码类型代码. Those that begin with 0 name organizations, all others people."""

    SOCIAL_CREDIT_CODE = "001"
    OTHER_ORGANIZATION = "099"
    CITIZEN_NUMBER = "111"
    PLA_OFFICER = "114"
    POLICE_OFFICER = "115"
    PLA_SOLDIER = "118"
    POLICE_SOLDIER = "119"
    PLA_CIVILIAN = "120"
    POLICE_CIVILIAN = "122"
    DIPLOMATIC_PASSPORT = "411"
    SERVICE_PASSPORT = "412"
    PUBLIC_AFFAIRS_PASSPORT = "413"
    ORDINARY_PASSPORT = "414"
    TAIWAN_PERMIT = "511"
    HONG_KONG_MACAO_PERMIT = "516"
    OTHER_PERSON = "999"

    @property
    def name_zh(self) -> str:
        """持证主体代码类型, in the annex's words."""
        return _NAMES[self]

    @property
    def is_organization(self) -> bool:
        """Tell whether such codes name organizations."""
        return self.value.startswith("0")


_NAMES = MappingProxyType(
    {
        HolderCodeType.SOCIAL_CREDIT_CODE: "统一社会信用代码",
        HolderCodeType.OTHER_ORGANIZATION: "其他法人或其他组织有效证件代码",
        HolderCodeType.CITIZEN_NUMBER: "公民身份号码",
        HolderCodeType.PLA_OFFICER: "解放军军官证编号",
        HolderCodeType.POLICE_OFFICER: "武警警官证编号",
        HolderCodeType.PLA_SOLDIER: "解放军士兵证编号",
        HolderCodeType.POLICE_SOLDIER: "武警士兵证编号",
        HolderCodeType.PLA_CIVILIAN: "解放军文职人员证编号",
        HolderCodeType.POLICE_CIVILIAN: "武警文职人员证编号",
        HolderCodeType.DIPLOMATIC_PASSPORT: "外交护照护照号",
        HolderCodeType.SERVICE_PASSPORT: "公务护照护照号",
        HolderCodeType.PUBLIC_AFFAIRS_PASSPORT: "公务普通护照护照号",
        HolderCodeType.ORDINARY_PASSPORT: "普通护照护照号",
        HolderCodeType.TAIWAN_PERMIT: "台湾居民来往大陆通行证号码",
        HolderCodeType.HONG_KONG_MACAO_PERMIT: "港澳居民来往内地通行证号码",
        HolderCodeType.OTHER_PERSON: "其他自然人有效证件代码",
    }
)

# The standards behind the travel documents were not read: letters, digits and a length
# that covers them all. Military numbers hold Chinese characters (南字第…号).
_TRAVEL_PATTERN = re.compile(r"[0-9A-Z]{5,20}")
_OTHER_PATTERN = re.compile(r"[0-9A-Z一-鿿()（）〔〕-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class HolderCode:
    """持证主体代码 together with its type; check characters hold where the type has them."""

    code_type: HolderCodeType
    code: str

    def __post_init__(self) -> None:
        match self.code_type:
            case HolderCodeType.SOCIAL_CREDIT_CODE:
                SocialCreditCode(self.code)
            case HolderCodeType.CITIZEN_NUMBER:
                CitizenNumber(self.code)
            case (
                HolderCodeType.DIPLOMATIC_PASSPORT
                | HolderCodeType.SERVICE_PASSPORT
                | HolderCodeType.PUBLIC_AFFAIRS_PASSPORT
                | HolderCodeType.ORDINARY_PASSPORT
                | HolderCodeType.TAIWAN_PERMIT
                | HolderCodeType.HONG_KONG_MACAO_PERMIT
            ):
                self._check(_TRAVEL_PATTERN)
            case (
                HolderCodeType.OTHER_ORGANIZATION
                | HolderCodeType.PLA_OFFICER
                | HolderCodeType.POLICE_OFFICER
                | HolderCodeType.PLA_SOLDIER
                | HolderCodeType.POLICE_SOLDIER
                | HolderCodeType.PLA_CIVILIAN
                | HolderCodeType.POLICE_CIVILIAN
                | HolderCodeType.OTHER_PERSON
            ):
                self._check(_OTHER_PATTERN)

    def __repr__(self) -> str:
        return f"HolderCode({self.code_type.value}, {self.masked()!r})"

    def masked(self) -> str:
        """Return the code as it may be shown: an organization's whole, a person's masked."""
        return self.code if self.code_type.is_organization else mask(self.code)

    def _check(self, pattern: re.Pattern[str]) -> None:
        if not pattern.fullmatch(self.code):
            raise MalformedIdentifierError(
                f"not a code of type {self.code_type.value}: {mask(self.code[:80])}"
            )
