"""Printed numbers of licenses (证照编号) and the rules of single types for them."""

import re
from dataclasses import dataclass
from typing import Self

from certs.errors import MalformedIdentifierError, WrongCheckCharacterError
from certs.identifiers import CitizenNumber, SocialCreditCode, check_mod11_10
from certs.masking import mask
from certs.regions import RegionCode
from certs.type_parts import NumberRule

_FOOD_PATTERN = re.compile(r"JY[123][1-8][0-9]{12}")
# Kind and grade of a disability; B and a count on a card that replaces a lost one.
_CITIZEN_SUFFIX = re.compile(r"[1-7][1-4](?:B[1-9])?")
_CITIZEN_LENGTH = 18
_REGION_LENGTH = 6
# Organization code, region, economic type, kind of institution, 1 non-profit, 2 for profit.
_INSTITUTION = re.compile(r"[0-9A-Z]{8}[0-9X]([0-9]{6})[0-9]{2}[A-Z][0-9]{3}[129]")
_PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
# 皖（2026）芜湖市不动产权第0000001号
_TITLE = re.compile(rf"[{_PROVINCES}]（[12][0-9]{{3}}）[一-鿿]{{2,12}}不动产权第[0-9]{{7}}号")
# 梯11皖B00001(26): kind of equipment, class, province and city, sequence, year.
_EQUIPMENT = re.compile(
    rf"[锅容管瓶梯起索乐车][0-9]{{2}}[{_PROVINCES}][A-Z][0-9]{{5}}\([0-9]{{2}}\)"
)
_WRITTEN = {NumberRule.REAL_ESTATE_TITLE: _TITLE, NumberRule.SPECIAL_EQUIPMENT: _EQUIPMENT}


@dataclass(frozen=True, slots=True)
class FoodLicenseNumber:
    """食品经营许可证编号: JY, kind of business, region, sequence of six, check digit.

    Source: unconfirmed (《食品经营许可管理办法》; check digit by ISO 7064 MOD 11,10).
    """

    value: str

    def __post_init__(self) -> None:
        if not _FOOD_PATTERN.fullmatch(self.value):
            raise MalformedIdentifierError(f"not a food license number: {mask(self.value[:40])}")
        if self.value[15] != check_mod11_10(self.value[2:15]):
            raise WrongCheckCharacterError(
                f"wrong check digit in the food license number {mask(self.value)}"
            )

    @classmethod
    def of(cls, *, kind: int, region: RegionCode, sequence: int) -> Self:
        """Return the number of the ``sequence``-th license (below 10^6) of a kind (1 to 3)."""
        body = f"{kind}{region}{sequence:06d}"
        return cls(f"JY{body}{check_mod11_10(body)}")

    def __str__(self) -> str:
        return self.value

    @property
    def region(self) -> RegionCode:
        """The region whose authority gave the number."""
        return RegionCode(self.value[3:9])


def check_number(rule: NumberRule, number: str) -> None:
    """Refuse a number that its type's rule does not allow.

    Raises:
        MalformedIdentifierError: It has another form.
        WrongCheckCharacterError: A check character in it is wrong.
    """
    match rule:
        case NumberRule.FREE:
            pass
        case NumberRule.FOOD_BUSINESS:
            FoodLicenseNumber(number)
        case NumberRule.SOCIAL_CREDIT_CODE:
            SocialCreditCode(number)
        case NumberRule.REGION_AND_SEQUENCE:
            RegionCode(number[:_REGION_LENGTH])
        case NumberRule.CITIZEN_NUMBER:
            CitizenNumber(number)
        case NumberRule.CITIZEN_NUMBER_AND_SUFFIX:
            CitizenNumber(number[:_CITIZEN_LENGTH])
            _match(_CITIZEN_SUFFIX, number[_CITIZEN_LENGTH:])
        case NumberRule.MEDICAL_INSTITUTION:
            RegionCode(_match(_INSTITUTION, number).group(1))
        case NumberRule.REAL_ESTATE_TITLE | NumberRule.SPECIAL_EQUIPMENT:
            _match(_WRITTEN[rule], number)


def _match(pattern: re.Pattern[str], number: str) -> re.Match[str]:
    match = pattern.fullmatch(number)
    if match is None:
        raise MalformedIdentifierError(f"not a number of its kind: {mask(number[:40])}")
    return match
