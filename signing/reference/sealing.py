"""One call that seals any PDF: everything between the file and the sealed file.

The sealer is asked before any other key is used, so one that records its uses has the digest of
the document on record before anything is signed.
"""

from signing import sealed_pdf
from signing.algorithms import sm3
from signing.pdf.assembly import PreparedPdf, SealProfile
from signing.reference.stamping import Stamp, prepare_stamp
from signing.signer import CertifiedSigner, Sealer
from signing.timestamps import TimestampSource


def seal_document(
    pdf: bytes,
    stamp: Stamp,
    *,
    sealer: Sealer,
    signer: CertifiedSigner,
    timestamps: TimestampSource | None = None,
) -> bytes:
    """Return any PDF with one more seal.

    Args:
        pdf: The file, sealed already or not.
        stamp: What is put on it, and in which profile.
        sealer: Makes the seal signature.
        signer: Signs the CMS around it; the seal lists its certificate. Unused by ``GM_SEAL``.
        timestamps: Gives the CMS a trusted time (level T); a sealer's own seal signature has
            its timestamp from the sealer.

    Raises:
        MalformedPdfError: The file cannot be sealed so; see ``prepare_stamp``.
        KeyUnavailableError: A key store or the timestamping authority did not answer.
    """
    prepared = prepare_stamp(pdf, stamp)
    return prepared.complete(
        _contents(prepared, stamp, sealer=sealer, signer=signer, timestamps=timestamps)
    )


def _contents(
    prepared: PreparedPdf,
    stamp: Stamp,
    *,
    sealer: Sealer,
    signer: CertifiedSigner,
    timestamps: TimestampSource | None,
) -> bytes:
    properties = sealed_pdf.properties_of(prepared, signed_at=stamp.signed_at)
    seal_signature = sealer.seal_digest(prepared.digest(), properties)
    if stamp.profile is SealProfile.GM_SEAL:
        return seal_signature
    message = sealed_pdf.document_message(
        prepared, seal_signature=seal_signature, signer=signer, properties=properties
    )
    value = signer.sign(message.to_be_signed)
    return message.complete(value, timestamps.stamp(sm3(value)) if timestamps else b"")
