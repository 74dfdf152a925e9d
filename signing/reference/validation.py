"""pyHanko as a second opinion on sealed PDFs: another reader, another path builder.

pyHanko lists no signature whose SubFilter it does not know, so silence is never read as
"unsigned": ``signing.pdf.locating`` decides what there is, and ``validate_all`` counts what
pyHanko passed over.
"""

import asyncio
import io
from datetime import datetime
from typing import Final

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    validate_pdf_signature,
    validate_pdf_timestamp,
)
from pyhanko.sign.validation.ades import (
    ades_lta_validation,
    simulate_future_ades_lta_validation,
)
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.status import (
    DocumentTimestampStatus,
    PdfSignatureStatus,
    SignatureCoverageLevel,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec, ValidationContext
from pyhanko_certvalidator.policy_decl import (
    REQUIRE_REVINFO,
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from pyhanko_certvalidator.registry import SimpleTrustManager

from signing.errors import MalformedPdfError
from signing.pdf.document import MAX_PDF_BYTES
from signing.pdf.locating import locate_signatures
from signing.pdf.rules import PdfRule
from signing.reference.hooks import Sm2SignatureValidator, load_certificate, reading
from signing.reference.verdicts import ReferenceReport, ReferenceVerdict

_END: Final = b"%%EOF"
# By default pyHanko looks at lists only where a certificate names a distribution point.
_LISTS_DECIDE: Final = CertRevTrustPolicy(
    RevocationCheckingPolicy(
        ee_certificate_rule=RevocationCheckingRule.CRL_REQUIRED,
        intermediate_ca_cert_rule=RevocationCheckingRule.CHECK_IF_DECLARED,
    )
)


def validate(
    pdf: bytes,
    *,
    anchors: tuple[bytes, ...],
    at: datetime,
    revocation_lists: tuple[bytes, ...] = (),
) -> ReferenceVerdict:
    """Let pyHanko judge a file with one signature. Not for use inside an event loop.

    Args:
        pdf: The file.
        anchors: Trusted certificates, DER. Without any, nothing is trusted.
        at: The time at which the path is judged.
        revocation_lists: DER; nothing is ever fetched. With any, the signer must stand good
            in a fresh one of its issuer; without, revocation is not looked at.

    Raises:
        MalformedStructureError: An anchor is no certificate.
        MalformedPdfError: pyHanko cannot read the file, or knows not exactly one signature.
    """
    context = _context(pdf, anchors, at, revocation_lists)
    with reading():
        signatures = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        if len(signatures) != 1:
            raise MalformedPdfError(
                PdfRule.NOT_STRICT, f"pyHanko knows {len(signatures)} signatures"
            )
        return _verdict(signatures[0], context)


def validate_all(
    pdf: bytes,
    *,
    anchors: tuple[bytes, ...],
    at: datetime,
    revocation_lists: tuple[bytes, ...] = (),
) -> ReferenceReport:
    """Let pyHanko judge all signatures and document timestamps; arguments as for ``validate``.

    Raises:
        MalformedStructureError: An anchor is no certificate.
        MalformedPdfError: pyHanko cannot read the file or one of its signatures.
    """
    context = _context(pdf, anchors, at, revocation_lists)
    with reading():
        reader = PdfFileReader(io.BytesIO(pdf))
        known = reader.embedded_signatures
        verdicts = [(_is_timestamp(item), _verdict(item, context)) for item in known]
        return ReferenceReport(
            signatures=tuple(verdict for is_timestamp, verdict in verdicts if not is_timestamp),
            timestamps=tuple(verdict for is_timestamp, verdict in verdicts if is_timestamp),
            unlisted=abs(len(locate_signatures(pdf)) - len(known)),
            ends_with_revision=_ends_with_revision(pdf, reader.last_startxref or 0),
        )


def validate_long_term(
    pdf: bytes,
    *,
    anchors: tuple[bytes, ...],
    archived_at: datetime | None = None,
    at: datetime | None = None,
) -> tuple[str, ...]:
    """Return the indication of AdES validation with archive data for each signature.

    What is needed beside the anchors must be in the file (证据随文件): chains and revocation
    lists in its security store, times in its timestamps. ``OK`` means passed. pyHanko judges
    at the machine's present time; any other is imagined, as ``archived_at`` tells.

    Args:
        pdf: The file.
        anchors: Trusted certificates, DER.
        archived_at: Judge as if the file had been seen then, and its timestamps renewed ever
            since until ``at``.
        at: The time of an imagined judgment.

    Raises:
        MalformedStructureError: An anchor is no certificate.
        MalformedPdfError: pyHanko cannot read the file or one of its signatures.

    Source: ETSI EN 319 102-1 §5.6.3, as pyHanko has it.
    """
    spec = _archive_spec(anchors)
    with reading():
        found = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
        results = [
            asyncio.run(
                ades_lta_validation(item, spec)
                if at is None
                else simulate_future_ades_lta_validation(item, spec, at, archived_at)
            )
            for item in found
        ]
    return tuple(getattr(result.ades_subindic, "name", "") for result in results)


def _archive_spec(anchors: tuple[bytes, ...]) -> PdfSignatureValidationSpec:
    roots = [load_certificate(anchor) for anchor in anchors]
    return PdfSignatureValidationSpec(
        SignatureValidationSpec(
            cert_validation_policy=CertValidationPolicySpec(
                trust_manager=SimpleTrustManager.build(trust_roots=roots),
                revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
                signature_validator=Sm2SignatureValidator(),
            )
        )
    )


def _context(
    pdf: bytes, anchors: tuple[bytes, ...], at: datetime, revocation_lists: tuple[bytes, ...]
) -> ValidationContext:
    if len(pdf) > MAX_PDF_BYTES:
        raise MalformedPdfError(PdfRule.TOO_LARGE, f"larger than {MAX_PDF_BYTES} bytes")
    roots = [load_certificate(anchor) for anchor in anchors]
    with reading():
        return ValidationContext(
            trust_roots=roots,
            moment=at,
            crls=list(revocation_lists),
            revinfo_policy=_LISTS_DECIDE if revocation_lists else None,
            allow_fetching=False,
            signature_validator=Sm2SignatureValidator(),
        )


def _is_timestamp(signature: EmbeddedPdfSignature) -> bool:
    return bool(signature.sig_object_type == "/DocTimeStamp")


def _verdict(signature: EmbeddedPdfSignature, context: ValidationContext) -> ReferenceVerdict:
    if _is_timestamp(signature):
        return _timestamp_verdict(validate_pdf_timestamp(signature, context))
    status = validate_pdf_signature(signature, context)
    timestamp = status.timestamp_validity
    is_timestamp_sound = timestamp is None or (timestamp.valid and timestamp.intact)
    return _filled(
        status,
        trusted=status.trusted and is_timestamp_sound and (timestamp is None or timestamp.trusted),
        permitted=bool(status.docmdp_ok),
        timestamped_at=timestamp.timestamp if timestamp and timestamp.trusted else None,
    )


def _timestamp_verdict(status: DocumentTimestampStatus) -> ReferenceVerdict:
    changes = status.diff_result
    permitted = (
        isinstance(changes, DiffResult)
        and changes.modification_level is not ModificationLevel.OTHER
    )
    return _filled(
        status, trusted=status.trusted, permitted=permitted, timestamped_at=status.timestamp
    )


def _filled(
    status: PdfSignatureStatus | DocumentTimestampStatus,
    *,
    trusted: bool,
    permitted: bool,
    timestamped_at: datetime | None,
) -> ReferenceVerdict:
    entire_file = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    return ReferenceVerdict(
        intact=status.intact,
        valid=status.valid,
        trusted=trusted,
        covers_entire_file=entire_file,
        covers_revision=entire_file or status.coverage is SignatureCoverageLevel.ENTIRE_REVISION,
        respects_permissions=permitted,
        signer=str(status.signing_cert.subject.native.get("common_name", "")),
        timestamped_at=timestamped_at,
    )


def _ends_with_revision(pdf: bytes, last_table: int) -> bool:
    """Whether the first end mark after the last table is the end of the file."""
    end = pdf.find(_END, last_table)
    return end >= 0 and pdf[end + len(_END) :] in {b"", b"\n", b"\r", b"\r\n"}
