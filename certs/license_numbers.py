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
# Kind and grade of a disability; B and a count after a certificate that was lost.
_CITIZEN_SUFFIX = re.compile(r"[1-7][1-4](?:B[1-9])?")
_CITIZEN_LENGTH = 18
_REGION_LENGTH = 6


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
        case NumberRule.CITIZEN_NUMBER_AND_SUFFIX:
            CitizenNumber(number[:_CITIZEN_LENGTH])
            if not _CITIZEN_SUFFIX.fullmatch(number[_CITIZEN_LENGTH:]):
                raise MalformedIdentifierError("no suffix of kind and grade after the number")
