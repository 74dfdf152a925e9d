"""Codes and identifiers taken apart: what was scanned or typed."""

import re
from typing import Final

from certs.errors import MalformedCodeError, MalformedIdentifierError
from certs.foreign_identifiers import IdentifierTolerance, read_identifier
from certs.masking import redact
from certs.offline_codes import MARK, OfflineCode
from certs.printed_codes import CodeClaims, from_address
from signing.errors import MalformedStructureError
from verify.code_checks import read_code
from verify.evidence import Evidence, Problem
from verify.license_claims import LicenseClaims
from verify.report import DocumentFormat

MAX_TEXT: Final = 8192
_CODE: Final = "/V#"
_ONE_TIME: Final = re.compile(r"/Q/[A-Z2-7]{26}\b", re.IGNORECASE)
_SHOWN: Final = 40
_ROOTS: Final = "1.2.156."
_MISTYPED: Final = frozenset(
    {
        IdentifierTolerance.WRONG_CHECK,
        IdentifierTolerance.WRONG_TYPE_CHECK,
        IdentifierTolerance.WRONG_ISSUER_CHECK,
    }
)


def read_code_text(text: str) -> Evidence:
    """Take the text of a code, or an identifier, apart."""
    text = text.strip()
    if len(text) > MAX_TEXT:
        return _refused("text-too-long", limit=str(MAX_TEXT))
    if _CODE in text:
        return _read_code(text)
    if MARK in text:
        return _read_offline_code(text)
    if _ONE_TIME.search(text):
        return _refused("one-time-code")
    return _read_identifier(text)


def looks_like_a_code(text: str) -> bool:
    """Whether a text is worth reading as a code or an identifier."""
    return _CODE in text or MARK in text or text.strip().startswith(_ROOTS)


def is_offline_code(text: str) -> bool:
    """Whether a text names people: what its holder shows stands in it, so nobody keeps it."""
    return MARK in text


def _read_code(text: str) -> Evidence:
    try:
        code = from_address(text)
        signed = read_code(code)
        claims = CodeClaims.of(signed) if signed is not None else None
    except (MalformedIdentifierError, MalformedCodeError, MalformedStructureError):
        claims, code = None, b""
    if claims is None:
        return _refused("damaged-code", format=DocumentFormat.QR)
    return Evidence(format=DocumentFormat.QR, claims=LicenseClaims.of_code(claims), code=code)


def _read_offline_code(text: str) -> Evidence:
    try:
        brought = OfflineCode.of_address(text)
    except MalformedCodeError:
        return _refused("damaged-code", format=DocumentFormat.QR)
    return Evidence(
        format=DocumentFormat.QR,
        claims=LicenseClaims.of_offline_code(brought.claims),
        offline_code=brought.encoded,
    )


def _read_identifier(text: str) -> Evidence:
    try:
        found = read_identifier(text)
    except MalformedIdentifierError:
        return _refused("no-code", text=redact(text[:_SHOWN]))
    if found.tolerances and found.tolerances <= _MISTYPED:
        return _refused("mistyped-identifier", format=DocumentFormat.IDENTIFIER)
    # What departs from the standard in more than writing claims nothing that could be checked.
    meant = found.strict
    return Evidence(
        format=DocumentFormat.IDENTIFIER,
        claims=LicenseClaims.of_identifier(meant) if meant is not None else None,
        identifier_forms=tuple(sorted(found.tolerances)),
    )


def _refused(
    reason: str,
    *,
    format: DocumentFormat = DocumentFormat.UNKNOWN,  # noqa: A002 - the report's own word
    **facts: str,
) -> Evidence:
    return Evidence(format=format, problem=Problem(reason=reason, facts=facts))
