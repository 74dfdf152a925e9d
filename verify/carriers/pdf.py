"""A PDF taken apart: faces of ours by the strict profile, others signature by signature."""

from dataclasses import replace
from typing import Final

from certs.copies import CopyStatement
from certs.errors import CopyRefusedError
from certs.face_contents import RECORD_NAME, SIGNATURE_NAME
from certs.records import LicenseRecord
from signing.errors import MalformedPdfError
from signing.later_changes import LaterChanges
from signing.pdf.locating import (
    MAX_SIGNATURES,
    LocatedSignature,
    covered_bytes,
    covered_digest,
    locate_signatures,
    locate_strict,
)
from signing.pdf.reading import StrictPdf, parse_strict
from signing.pdf.rules import PdfRule
from signing.signed_messages import Dialect
from verify.carriers.case_receipts import attached_receipts
from verify.carriers.values import values_are_strict, with_value
from verify.evidence import Evidence, Problem, SignatureEvidence, read_message, read_record
from verify.printed_faces import printed_pdf
from verify.report import DocumentFormat

_UNREADABLE: Final = frozenset({PdfRule.NOT_A_PDF, PdfRule.TRUNCATED, PdfRule.TOO_LARGE})
_MARK: Final = b"(" + RECORD_NAME.encode() + b")"
"""The name of the record's file, as every face of ours has it in the clear and under the seal."""
_DOCUMENT_TIMESTAMP: Final = "ETSI.RFC3161"
_ADDED_EVIDENCE: Final = frozenset({LaterChanges.NONE, LaterChanges.VALIDATION_DATA})


def read_pdf(data: bytes) -> Evidence:
    """Take a PDF apart; whatever is wrong with it shows in the evidence."""
    strict, broken_rule = _strict(data)
    try:
        located = locate_strict(data, strict) if strict is not None else locate_signatures(data)
    except MalformedPdfError:
        return Evidence(
            format=DocumentFormat.PDF, crowd=f">{MAX_SIGNATURES}", broken_rule=broken_rule
        )
    harmless = _ADDED_EVIDENCE
    if any(item.is_whole_file for item in located):
        # Whatever fields were filled in, a later signature stands for all of it.
        harmless |= {LaterChanges.FORM_FILLING}
    signatures = tuple(
        _signature(data, item, number, strict=strict, harmless=harmless)
        for number, item in enumerate(located, start=1)
    )
    attachments = strict.attachments if strict is not None else {}
    copy, copy_fault = _copy(data, is_own=strict is not None)
    return Evidence(
        format=DocumentFormat.PDF,
        problem=Problem(reason=broken_rule) if broken_rule in _UNREADABLE else None,
        signatures=signatures,
        is_own=strict is not None or _MARK in data,
        is_strict=strict is not None and values_are_strict(signatures),
        broken_rule=broken_rule or PdfRule.NOT_STRICT,
        record=read_record(attachments.get(RECORD_NAME)),
        record_message=read_message(Dialect.GB_T_35275, attachments.get(SIGNATURE_NAME)),
        record_signature=attachments.get(SIGNATURE_NAME, b""),
        copy=copy,
        copy_fault=copy_fault,
        attached=() if strict is not None else attached_receipts(data),
        printed=printed_pdf(strict) if strict is not None else None,
    )


def record_of_face(data: bytes) -> LicenseRecord | None:
    """Return the record inside a face of ours, unverified, or None if there is none."""
    strict, _ = _strict(data)
    return read_record(strict.attachments.get(RECORD_NAME)) if strict is not None else None


def _copy(data: bytes, *, is_own: bool) -> tuple[CopyStatement | None, str]:
    """Return what an annotated copy says of itself, or why that cannot be read."""
    if is_own:
        return None, ""
    try:
        return CopyStatement.of_pdf(data), ""
    except CopyRefusedError:
        return None, "malformed"


def _strict(data: bytes) -> tuple[StrictPdf | None, str]:
    try:
        return parse_strict(data), ""
    except MalformedPdfError as error:
        return None, error.rule


def _signature(
    data: bytes,
    located: LocatedSignature,
    number: int,
    *,
    strict: StrictPdf | None,
    harmless: frozenset[LaterChanges],
) -> SignatureEvidence:
    uncovered = _uncovered(data, located, harmless)
    found = SignatureEvidence(
        number=number,
        place=located.sub_filter,
        digest=_digest(data, located, strict),
        content=lambda: covered_bytes(data, located),
        uncovered=uncovered,
        unprotected=_unprotected(located, uncovered),
        claimed_at=strict.signed_at if strict is not None else located.claimed_at,
        is_claim_binding=strict is not None,
    )
    if located.defect is not None and not located.contents:
        return replace(found, value_problem=Problem(reason="malformed"))
    if located.sub_filter == _DOCUMENT_TIMESTAMP:
        return replace(found, document_timestamp=located.contents)
    read = with_value(found, located.contents)
    if read.message is not None and not _is_our_hexadecimal(data, located):
        return replace(read, value_problem=Problem(reason="malformed"))
    return read


def _is_our_hexadecimal(data: bytes, located: LocatedSignature) -> bool:
    """Whether the value is written as we write it: capital letters, then zeros."""
    _, start, end, _ = located.byte_range
    written = located.contents.hex().upper().encode("ascii")
    return data[start + 1 : end - 1] == written.ljust(end - start - 2, b"0")


def _digest(data: bytes, located: LocatedSignature, strict: StrictPdf | None) -> bytes:
    if strict is not None and strict.byte_range == located.byte_range:
        return strict.digest()
    try:
        return covered_digest(data, located)
    except MalformedPdfError:
        return b""


def _uncovered(
    data: bytes, located: LocatedSignature, harmless: frozenset[LaterChanges]
) -> Problem | None:
    """Return why the signature does not stand for the file as it is shown, if so."""
    if located.is_whole_file:
        return None
    if located.defect is not None or located.byte_range[0] != 0:
        return Problem(reason="partial")
    # pyHanko takes half a second to load, and few files need it.
    from signing.later_revisions import classify_later_changes  # noqa: PLC0415

    changes = classify_later_changes(data, located.covered_end)
    if changes in harmless:
        return None
    facts = {"bytes": str(located.trailing_bytes), "changes": changes.value}
    return Problem(reason="appended", facts=facts)


def _unprotected(located: LocatedSignature, uncovered: Problem | None) -> tuple[str, ...]:
    if uncovered is None:
        return ()
    if located.trailing_bytes > 0 and located.defect is None:
        return (f"{located.trailing_bytes} bytes after the sealed part",)
    return ("bytes outside the byte range",)
