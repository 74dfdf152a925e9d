"""Checks on what a face of ours prints: its texts and its code say what the record says."""

from typing import Final

from certs.catalogue import Catalogue
from certs.errors import MalformedCodeError, MalformedIdentifierError
from certs.printed_codes import DOMAIN, CodeClaims, from_address
from certs.records import LicenseRecord
from signing.certificates import Certificate
from signing.cose import SignedClaims, key_id, parse_claims
from signing.errors import InvalidSignatureError, MalformedStructureError
from verify.checks import Check, Outcome
from verify.face_fields import FieldMismatch, compare_code, compare_face, compare_text
from verify.printed_faces import FOREIGN_PAGE, PrintedFace
from verify.report import Finding

MAX_MISMATCHES: Final = 20


def needs_reader(printed: PrintedFace) -> bool:
    """Whether only a reader of foreign pages can tell what a face prints."""
    return printed.problem == FOREIGN_PAGE


def check_fields(
    record: LicenseRecord, printed: PrintedFace, *, types: Catalogue | None = None
) -> list[Finding]:
    """照面与数据逐项一致: each text of a face says what the record says.

    Args:
        record: What the license says.
        printed: A page of our writer.
        types: The types that are known here; None for those of the program.

    Returns:
        A finding for each field that differs, 20 at most; else one. Its reason tells what was
        compared: ``fields``, each text under its name, or ``values``, wherever they stand.
    """
    if printed.problem:
        return [_page(Outcome.UNKNOWN, "unreadable", rule=printed.problem)]
    if not printed.is_marked:
        return check_text(record, printed.text, types=types)
    facts = {"count": str(len(printed.texts))}
    return _differing(Check.RECORD_PAGE, compare_face(record, printed, types=types)) or [
        _page(Outcome.OK, "fields", **facts)
    ]


def check_text(
    record: LicenseRecord, page_text: str | None, *, types: Catalogue | None = None
) -> list[Finding]:
    """照面载有数据: a page that does not say what is what has all values of the record on it.

    Args:
        record: What the license says.
        page_text: What the page says; None if nobody could read it.
        types: As for ``check_fields``.
    """
    if page_text is None:
        return [_page(Outcome.UNKNOWN, "unreadable")]
    return _differing(Check.RECORD_PAGE, compare_text(record, page_text, types=types)) or [
        _page(Outcome.OK, "values", identifier=str(record.identifier))
    ]


def check_printed_code(
    record: LicenseRecord,
    printed: PrintedFace,
    signer: Certificate | None,
    *,
    types: Catalogue | None = None,
) -> list[Finding]:
    """照面二维码: the code on a face is signed like the record, and claims what it says.

    Args:
        record: What the license says.
        printed: The face; a face without a code can mislead nobody with one.
        signer: Whose certificate the record's signature carries, if it can be read.
        types: As for ``check_fields``.
    """
    if not printed.has_code:
        return []
    try:
        signed = parse_claims(from_address(printed.code))
        claims = CodeClaims.of(signed)
    except (MalformedIdentifierError, MalformedStructureError, MalformedCodeError):
        return [Finding(check=Check.CODE_RECORD, outcome=Outcome.BAD, reason="malformed")]
    except InvalidSignatureError:
        return [Finding(check=Check.CODE_SIGNATURE, outcome=Outcome.BAD)]
    same = [Finding(check=Check.CODE_RECORD, outcome=Outcome.OK)]
    differing = _differing(Check.CODE_RECORD, compare_code(record, claims, types=types))
    return [_signature(signed, signer), *(differing or same)]


def _signature(signed: SignedClaims, signer: Certificate | None) -> Finding:
    """Whoever signed the record signed its code in the same breath."""
    key = {"key": signed.key_id.hex()}
    check = Check.CODE_SIGNATURE
    if signer is None:
        return Finding(check=check, outcome=Outcome.UNKNOWN, reason="signer-unknown", facts=key)
    if signed.key_id != key_id(signer):
        return Finding(check=check, outcome=Outcome.BAD, reason="other-signer", facts=key)
    try:
        signed.verify(signer, domain=DOMAIN)
    except InvalidSignatureError:
        return Finding(check=check, outcome=Outcome.BAD)
    return Finding(check=check, outcome=Outcome.OK)


def _differing(check: Check, mismatches: tuple[FieldMismatch, ...]) -> list[Finding]:
    # What is certain comes first, lest the bound hide it.
    certain_first = sorted(mismatches, key=lambda item: not item.is_certain)
    return [
        Finding(check=check, outcome=Outcome.BAD, reason="field", facts=mismatch.facts)
        if mismatch.is_certain
        else Finding(
            check=check, outcome=Outcome.UNKNOWN, reason="type-unknown", facts=mismatch.facts
        )
        for mismatch in certain_first[:MAX_MISMATCHES]
    ]


def _page(outcome: Outcome, reason: str, **facts: str) -> Finding:
    return Finding(check=Check.RECORD_PAGE, outcome=outcome, reason=reason, facts=facts)
