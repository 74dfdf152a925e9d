"""Identifiers of issuers, people, license types and licenses, each valid by construction.

Error messages never hold a whole citizen number: people type it into any field.
"""

import re
import secrets
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Self

from certs.errors import MalformedIdentifierError, WrongCheckCharacterError
from certs.masking import mask
from certs.regions import RegionCode

_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_VALUES = {letter: value for value, letter in enumerate(_LETTERS)}
_CREDIT_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_VALUES = {letter: value for value, letter in enumerate(_CREDIT_LETTERS)}
_CREDIT_PATTERN = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_ORGANIZATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_CITIZEN_PATTERN = re.compile(r"[1-9][0-9]{16}[0-9X]")
_CITIZEN_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_EARLIEST_BIRTH_YEAR = 1850
_TYPE_PATTERN = re.compile(r"[0-9A-Z]{21}")
ROOT = "1.2.156.3005.2"
_IDENTIFIER_PATTERN = re.compile(
    r"1\.2\.156\.3005\.2\.([0-9A-Z]{21})\.([0-9A-Z]{18})\.([0-9A-Z]{1,40})\.([0-9]{3})\.([0-9A-Z])"
)
_SERIAL_PATTERN = re.compile(r"[0-9A-Z]{1,40}")
_LAST_VERSION = 999
_REMEMBERED = 16_384
"""Check characters: an identifier is read once and written out many times."""
_RANDOM_SERIAL_LENGTH = 20


@lru_cache(_REMEMBERED)
def check_mod37_36(body: str) -> str:
    """Return the check character of a text of 0-9 and A-Z (ISO 7064 MOD 37,36)."""
    return _LETTERS[_check_hybrid(body, 36)]


def check_mod11_10(body: str) -> str:
    """Return the check digit of a text of 0-9 (ISO 7064 MOD 11,10)."""
    return _LETTERS[_check_hybrid(body, 10)]


def _check_hybrid(body: str, size: int) -> int:
    product = size
    for letter in body:
        value = _VALUES.get(letter, size)
        if value >= size:
            raise MalformedIdentifierError(f"a check character cannot cover {letter!r}")
        product = ((product + value) % size or size) * 2 % (size + 1)
    return (1 - product) % size


def check_organization(body: str) -> str:
    """Return the check character of an 8-character organization code (GB 11714)."""
    total = sum(
        _VALUES[letter] * weight for letter, weight in zip(body, _ORGANIZATION_WEIGHTS, strict=True)
    )
    return "0123456789X"[-total % 11]


def check_social_credit(body: str) -> str:
    """Return the check character of a 17-character social credit code (GB 32100-2015)."""
    total = sum(
        _CREDIT_VALUES[letter] * weight
        for letter, weight in zip(body, _CREDIT_WEIGHTS, strict=True)
    )
    return _CREDIT_LETTERS[-total % 31]


def check_citizen(body: str) -> str:
    """Return the check character of a 17-digit citizen number (GB 11643, MOD 11-2)."""
    total = sum(
        _VALUES[digit] * weight for digit, weight in zip(body, _CITIZEN_WEIGHTS, strict=True)
    )
    return "10X98765432"[total % 11]


@dataclass(frozen=True, slots=True)
class SocialCreditCode:
    """统一社会信用代码: 18 characters with two checks (GB 32100-2015).

    One registry, one category, six region digits, nine characters of organization code
    (the last its own check, GB 11714), one check character over all the others.
    """

    value: str

    def __post_init__(self) -> None:
        if not _CREDIT_PATTERN.fullmatch(self.value):
            raise MalformedIdentifierError(f"not a social credit code: {mask(self.value[:40])}")
        if self.value[17] != check_social_credit(self.value[:17]):
            raise WrongCheckCharacterError(
                f"wrong check character in the social credit code {mask(self.value)}"
            )
        if self.value[16] != check_organization(self.value[8:16]):
            raise WrongCheckCharacterError(
                f"wrong organization check in the social credit code {mask(self.value)}"
            )

    def __str__(self) -> str:
        return self.value

    @property
    def region(self) -> RegionCode:
        """Where the organization was registered.

        Raises:
            MalformedIdentifierError: The six digits are no region.
        """
        return RegionCode(self.value[2:8])


@dataclass(frozen=True, slots=True, repr=False)
class CitizenNumber:
    """公民身份号码: region, birth date, sequence and check character (GB 11643-1999).

    The region is not compared with a list: people keep numbers of abolished regions.
    """

    value: str

    def __post_init__(self) -> None:
        if not _CITIZEN_PATTERN.fullmatch(self.value):
            raise MalformedIdentifierError(f"not a citizen number: {mask(self.value[:40])}")
        try:
            born_on = self.birth_date
        except ValueError as error:
            raise MalformedIdentifierError(
                f"no real birth date in the citizen number {self.masked}"
            ) from error
        if born_on.year < _EARLIEST_BIRTH_YEAR:
            raise MalformedIdentifierError(
                f"no living person's birth date in the citizen number {self.masked}"
            )
        if self.value[17] != check_citizen(self.value[:17]):
            raise WrongCheckCharacterError(
                f"wrong check character in the citizen number {self.masked}"
            )

    def __repr__(self) -> str:
        return f"CitizenNumber({self.masked!r})"

    @property
    def birth_date(self) -> date:
        """The date of birth."""
        return date(int(self.value[6:10]), int(self.value[10:12]), int(self.value[12:14]))

    @property
    def masked(self) -> str:
        """The number as it may be shown: 3 digits, stars, 2 characters."""
        return mask(self.value)


@dataclass(frozen=True, slots=True)
class LicenseTypeCode:
    """证照类型代码: the defining authority's code and a sequence of three (GB/T 36904-2018)."""

    value: str

    def __post_init__(self) -> None:
        if not _TYPE_PATTERN.fullmatch(self.value):
            raise MalformedIdentifierError(f"not a license type code: {mask(self.value[:40])}")
        SocialCreditCode(self.value[:18])

    def __str__(self) -> str:
        return self.value

    @property
    def authority(self) -> SocialCreditCode:
        """The authority that defined the type (证照定义机构)."""
        return SocialCreditCode(self.value[:18])


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseIdentifier:
    """电子证照标识: type, issuer, serial, version and check under one root (GB/T 36904-2018).

    Attributes:
        type_code: 证照类型代码.
        issuer_code: 证照颁发机构代码.
        serial: 流水号, 1 to 40 characters of 0-9 and A-Z.
        version: 版本号, 1 to 999, written with three digits.
    """

    type_code: LicenseTypeCode
    issuer_code: SocialCreditCode
    serial: str
    version: int = 1

    def __post_init__(self) -> None:
        if not _SERIAL_PATTERN.fullmatch(self.serial):
            raise MalformedIdentifierError("a serial has 1 to 40 characters of 0-9 and A-Z")
        if not 1 <= self.version <= _LAST_VERSION:
            raise MalformedIdentifierError(f"a version is 1 to 999, not {self.version}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the identifier that ``text`` writes out.

        Raises:
            MalformedIdentifierError: A segment breaks its rule. Real stock data does so
                now and then; whoever reads foreign licenses reports that as a finding.
            WrongCheckCharacterError: One of the three check characters is wrong.
        """
        match = _IDENTIFIER_PATTERN.fullmatch(text)
        if match is None:
            raise MalformedIdentifierError("not a license identifier (GB/T 36904)")
        type_code, issuer_code, serial, version, check = match.groups()
        identifier = cls(
            type_code=LicenseTypeCode(type_code),
            issuer_code=SocialCreditCode(issuer_code),
            serial=serial,
            version=int(version),
        )
        if check != identifier.check:
            raise WrongCheckCharacterError(
                f"the check character of the license identifier is {check}, "
                f"its segments give {identifier.check}"
            )
        return identifier

    @property
    def check(self) -> str:
        """校验位: ISO 7064 MOD 37,36 over the four segments, without root and dots."""
        return check_mod37_36(f"{self.type_code}{self.issuer_code}{self.serial}{self.version:03d}")

    def next_version(self) -> Self:
        """Return the identifier of the same license issued once more."""
        return replace(self, version=self.version + 1)

    def __str__(self) -> str:
        return (
            f"{ROOT}.{self.type_code}.{self.issuer_code}.{self.serial}"
            f".{self.version:03d}.{self.check}"
        )


def random_serial() -> str:
    """Return a serial of 20 random characters (103 bits).

    Licenses of natural persons take this one: a printed number, which may be a citizen
    number, would put the person's data into every link and QR code.
    """
    return "".join(secrets.choice(_LETTERS) for _ in range(_RANDOM_SERIAL_LENGTH))


def serial_of_number(number: str) -> str:
    """Return the serial of an organization's license: its printed number (证照编号).

    Hyphens and spaces go, letters become capitals.

    Raises:
        MalformedIdentifierError: Something else than 0-9 and A-Z is left, or too much of it.
    """
    serial = number.replace("-", "").replace(" ", "")
    if serial.isascii():
        serial = serial.upper()
    if not _SERIAL_PATTERN.fullmatch(serial):
        raise MalformedIdentifierError("the printed number does not make a serial")
    return serial
