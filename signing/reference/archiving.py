"""What lets a sealed PDF be judged long after (长期验证): evidence inside, time around it.

Level LT puts chains and revocation lists into the file's security store; LTA puts a document
timestamp over all of it. Both are further revisions, which every DocMDP rule permits. Source:
ISO 32000-2:2020, 12.8.4.3 (DSS), 12.8.5 (document timestamps). SM2 stands outside the algorithms
that PAdES lists, so the level's name is all that is taken from there.
"""

import asyncio
import io
from collections.abc import Iterable
from typing import Final

from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.validation import DocumentSecurityStore

from signing.asn1 import crl, load
from signing.certificates import Certificate
from signing.errors import InvalidPathError
from signing.reference.documents import next_revision
from signing.reference.hooks import DIGEST, SourceTimeStamper, load_certificate, reading
from signing.revocation_lists import MAX_LIST_BYTES, RevocationList
from signing.timestamps import TimestampSource

_ROOM_OF_TIMESTAMP: Final = 8192


def add_evidence(
    pdf: bytes,
    *,
    certificates: Iterable[Certificate],
    revocation_lists: Iterable[RevocationList],
) -> bytes:
    """Return a sealed file with chains and lists in its security store (level LT).

    Args:
        pdf: The file.
        certificates: Signers, timestamping authorities, and the authorities above them.
        revocation_lists: One of the issuer of each certificate that is no root.

    Raises:
        InvalidPathError: A list is missing, is not its issuer's, or names a certificate.
        MalformedPdfError: The file cannot be read.
    """
    chain, lists = tuple(dict.fromkeys(certificates)), tuple(revocation_lists)
    for certificate in chain:
        _check_good(certificate, lists)
    revision = next_revision(pdf)
    with reading():
        DocumentSecurityStore.supply_dss_in_writer(
            revision,
            None,
            certs=[load_certificate(item.encoded) for item in chain],
            crls=[
                load(crl.CertificateList, item.encoded, what="a list", max_bytes=MAX_LIST_BYTES)
                for item in lists
            ],
        )
        output = io.BytesIO()
        revision.write(output)  # type: ignore[no-untyped-call]  # typed in part
    return output.getvalue()


def add_document_timestamp(pdf: bytes, source: TimestampSource) -> bytes:
    """Return a file with a document timestamp over all of it (level LTA with evidence inside).

    Not for use inside an event loop.

    Raises:
        TimestampUnavailableError: The authority gave none that holds.
        MalformedPdfError: The file cannot be read.
    """
    revision = next_revision(pdf)
    with reading():
        output = asyncio.run(
            PdfTimeStamper(SourceTimeStamper(source)).async_timestamp_pdf(
                revision, DIGEST, bytes_reserved=2 * _ROOM_OF_TIMESTAMP, output=io.BytesIO()
            )
        )
        return bytes(output.getvalue())


def _check_good(certificate: Certificate, lists: tuple[RevocationList, ...]) -> None:
    """Refuse a certificate about which the evidence would say nothing, or nothing good."""
    if certificate.is_self_issued:
        return
    relevant = [item for item in lists if item.issuer_name == certificate.issuer_name]
    if not relevant:
        raise InvalidPathError(f"no revocation list tells about {certificate.common_name}")
    if any(certificate.serial in item.revoked for item in relevant):
        raise InvalidPathError(f"{certificate.common_name} is revoked")
