"""pyHanko as a second opinion on sealed PDFs: another reader, another path builder.

Only public hooks are used: ``ValidationContext`` takes our SM2 verification, and the object
identifiers are registered by ``signing.asn1``. pyHanko lists no signature whose SubFilter it
does not know, so silence is never read as "unsigned": ``signing.pdf.locating`` decides that.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from cryptography.exceptions import InvalidSignature
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import ValueErrorWithMessage
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator.context import ValidationContext
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from pyhanko_certvalidator.sig_validate import (
    DEFAULT_VALIDATION_CONTEXT,
    DefaultSignatureValidator,
    SignatureValidationContext,
)

from signing import sm2
from signing.asn1 import algos, keys, load, x509
from signing.certificates import MAX_CERTIFICATE_BYTES, parse_public_key
from signing.errors import InvalidSignatureError, MalformedPdfError, MalformedStructureError
from signing.pdf.document import MAX_PDF_BYTES
from signing.pdf.rules import PdfRule
from signing.signature_values import SignatureValue

_SM2_ALGORITHM: Final = "sm3_sm2"
# By default pyHanko looks at lists only where a certificate names a distribution point.
_LISTS_DECIDE: Final = CertRevTrustPolicy(
    RevocationCheckingPolicy(
        ee_certificate_rule=RevocationCheckingRule.CRL_REQUIRED,
        intermediate_ca_cert_rule=RevocationCheckingRule.CHECK_IF_DECLARED,
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceVerdict:
    """What pyHanko says of the one signature of a file.

    Attributes:
        intact: The signed digest is that of the byte range.
        valid: The signature value verifies.
        trusted: A path leads to an anchor at the time asked for.
        covers_entire_file: Nothing follows what is covered.
        respects_permissions: Nothing was changed that DocMDP forbids to change.
        signer: Common name in the signer's certificate.
    """

    intact: bool
    valid: bool
    trusted: bool
    covers_entire_file: bool
    respects_permissions: bool
    signer: str

    @property
    def is_sound(self) -> bool:
        """Whether nothing at all is wrong."""
        return (
            self.intact
            and self.valid
            and self.trusted
            and self.covers_entire_file
            and self.respects_permissions
        )


class Sm2SignatureValidator(DefaultSignatureValidator):
    """Verifies SM2 signatures with our engine and leaves all others to pyHanko."""

    def validate_signature(
        self,
        signature: bytes,
        signed_data: bytes,
        public_key_info: keys.PublicKeyInfo,
        signature_algorithm: algos.SignedDigestAlgorithm,
        context: SignatureValidationContext = DEFAULT_VALIDATION_CONTEXT,
    ) -> None:
        """Verify one signature.

        Raises:
            InvalidSignature: It does not verify, or key or value is not what it must be.
        """
        if signature_algorithm["algorithm"].native != _SM2_ALGORITHM:
            super().validate_signature(
                signature, signed_data, public_key_info, signature_algorithm, context
            )
            return
        try:
            key = parse_public_key(public_key_info.dump())
            sm2.verify(signed_data, SignatureValue.from_der(signature), key=key)
        except (InvalidSignatureError, MalformedStructureError) as error:
            raise InvalidSignature(str(error)) from error


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
    if len(pdf) > MAX_PDF_BYTES:
        raise MalformedPdfError(PdfRule.TOO_LARGE, f"larger than {MAX_PDF_BYTES} bytes")
    roots = [_load_certificate(anchor) for anchor in anchors]
    with _reading():
        context = ValidationContext(
            trust_roots=roots,
            moment=at,
            crls=list(revocation_lists),
            revinfo_policy=_LISTS_DECIDE if revocation_lists else None,
            allow_fetching=False,
            signature_validator=Sm2SignatureValidator(),
        )
        signatures = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        if len(signatures) != 1:
            raise MalformedPdfError(
                PdfRule.NOT_STRICT, f"pyHanko knows {len(signatures)} signatures"
            )
        return _verdict(validate_pdf_signature(signatures[0], context))


def _load_certificate(data: bytes) -> x509.Certificate:
    loaded = load(x509.Certificate, data, what="an anchor", max_bytes=MAX_CERTIFICATE_BYTES)
    return cast("x509.Certificate", loaded)


def _verdict(status: PdfSignatureStatus) -> ReferenceVerdict:
    return ReferenceVerdict(
        intact=status.intact,
        valid=status.valid,
        trusted=status.trusted,
        covers_entire_file=status.coverage is SignatureCoverageLevel.ENTIRE_FILE,
        respects_permissions=bool(status.docmdp_ok),
        signer=str(status.signing_cert.subject.native.get("common_name", "")),
    )


@contextmanager
def _reading() -> Iterator[None]:
    """Turn whatever pyHanko raises on odd files into our error."""
    try:
        yield
    except (PdfError, ValueErrorWithMessage, ValueError, TypeError, LookupError) as error:
        raise _unreadable(error) from error
    except (ArithmeticError, AttributeError, NotImplementedError, RecursionError) as error:
        raise _unreadable(error) from error


def _unreadable(error: Exception) -> MalformedPdfError:
    return MalformedPdfError(PdfRule.SYNTAX, f"pyHanko cannot read the file: {error}")
