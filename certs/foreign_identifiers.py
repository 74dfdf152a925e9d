"""Identifiers as other systems write them (电子证照标识): read with every liberty named.

What this program writes follows GB/T 36904 to the letter. Stock data does not: issuers of six
digits, wrong check characters, another root. Whoever reads such an identifier learns its
segments and what is wrong with it; it never passes for one that follows the standard.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum, unique
from typing import Final

from certs.errors import MalformedIdentifierError
from certs.identifiers import (
    ROOT,
    LicenseIdentifier,
    LicenseTypeCode,
    SocialCreditCode,
    check_mod37_36,
)

MAX_LENGTH: Final = 200
_FOREIGN: Final = re.compile(
    r"(1\.2\.156\.[0-9]{1,6}(?:\.[0-9]{1,3})?)"  # the root, or what stands in its place
    r"\.([0-9A-Z]{21})"
    r"(?:\.([0-9A-Z]{6,18}))??"
    r"\.([0-9A-Z-]{1,40})"
    r"\.([0-9]{2,3})"
    r"\.([0-9A-Z])"
)
_VERSION_LENGTH: Final = 3
_ISSUER_LENGTH: Final = 18
_BLANKS: Final = re.compile(r"\s")


@unique
class IdentifierTolerance(StrEnum):
    """One liberty that was found in an identifier; the names are stable.

    Source: identifiers of other systems, as seen.
    """

    SPACES = "spaces"
    """Spaces or line breaks inside."""
    LOWER_CASE = "lower-case"
    """Small letters."""
    HYPHENS = "hyphens"
    """A serial with the hyphens of a GUID."""
    OTHER_ROOT = "other-root"
    """Another root than 1.2.156.3005.2."""
    MISSING_ISSUER = "missing-issuer"
    """No segment for the issuer."""
    SHORT_ISSUER = "short-issuer"
    """An issuer that is no unified code, but a region's six digits, say."""
    SHORT_VERSION = "short-version"
    """A version of two digits."""
    WRONG_TYPE_CHECK = "wrong-type-check"
    """The defining authority's code has a wrong check character."""
    WRONG_ISSUER_CHECK = "wrong-issuer-check"
    """The issuer's code has a wrong check character."""
    WRONG_CHECK = "wrong-check"
    """The check character of the whole is wrong."""


_OF_WRITING: Final = frozenset(
    {IdentifierTolerance.SPACES, IdentifierTolerance.LOWER_CASE, IdentifierTolerance.HYPHENS}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignIdentifier:
    """An identifier as it was found.

    Attributes:
        root: 电子证照根代码.
        type_code: 证照类型代码.
        issuer_code: 证照颁发机构代码; empty where there is none.
        serial: 流水号.
        version: 版本号, as many digits as it had.
        check: 校验位.
        tolerances: The liberties that were taken; empty for one that follows the standard.
    """

    root: str
    type_code: str
    issuer_code: str
    serial: str
    version: str
    check: str
    tolerances: frozenset[IdentifierTolerance]

    @property
    def strict(self) -> LicenseIdentifier | None:
        """The identifier that is meant, where only the way of writing departs from it."""
        if not self.tolerances <= _OF_WRITING:
            return None
        return LicenseIdentifier(
            type_code=LicenseTypeCode(self.type_code),
            issuer_code=SocialCreditCode(self.issuer_code),
            serial=self.serial,
            version=int(self.version),
        )


def read_identifier(text: str) -> ForeignIdentifier:
    """Return the identifier that ``text`` writes out, with all liberties that it takes.

    Raises:
        MalformedIdentifierError: It is none, not even as other systems write them.
    """
    if len(text) > MAX_LENGTH:
        raise MalformedIdentifierError("longer than any license identifier")
    bare = _BLANKS.sub("", text.strip())
    match = _FOREIGN.fullmatch(bare.upper())
    if match is None or not bare.isascii():
        raise MalformedIdentifierError("not a license identifier")
    root, type_code, issuer_code, serial, version, check = match.groups(default="")
    found = ForeignIdentifier(
        root=root,
        type_code=type_code,
        issuer_code=issuer_code,
        serial=serial.replace("-", ""),
        version=version,
        check=check,
        tolerances=frozenset(),
    )
    if not found.serial or not int(version):
        raise MalformedIdentifierError("not a license identifier: no serial or version")
    taken = {*_of_writing(text, bare, serial), *_of_segments(found)}
    return replace(found, tolerances=frozenset(taken))


def _of_writing(text: str, bare: str, serial: str) -> Iterator[IdentifierTolerance]:
    if bare != text.strip():
        yield IdentifierTolerance.SPACES
    if bare != bare.upper():
        yield IdentifierTolerance.LOWER_CASE
    if "-" in serial:
        yield IdentifierTolerance.HYPHENS


def _of_segments(found: ForeignIdentifier) -> Iterator[IdentifierTolerance]:
    if found.root != ROOT:
        yield IdentifierTolerance.OTHER_ROOT
    if not _is_credit_code(found.type_code[:_ISSUER_LENGTH]):
        yield IdentifierTolerance.WRONG_TYPE_CHECK
    if not found.issuer_code:
        yield IdentifierTolerance.MISSING_ISSUER
    elif len(found.issuer_code) != _ISSUER_LENGTH:
        yield IdentifierTolerance.SHORT_ISSUER
    elif not _is_credit_code(found.issuer_code):
        yield IdentifierTolerance.WRONG_ISSUER_CHECK
    if len(found.version) != _VERSION_LENGTH:
        yield IdentifierTolerance.SHORT_VERSION
    body = f"{found.type_code}{found.issuer_code}{found.serial}{found.version}"
    if check_mod37_36(body) != found.check:
        yield IdentifierTolerance.WRONG_CHECK


def _is_credit_code(text: str) -> bool:
    try:
        SocialCreditCode(text)
    except MalformedIdentifierError:
        return False
    return True
