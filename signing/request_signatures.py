"""HTTP requests between regions, signed with SM2 (请求签名); `signing.request_forms` says how.

A region sends along the certificate of the key that it signs with.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from signing.certificates import Certificate, parse_certificate
from signing.cose import key_id
from signing.errors import MalformedStructureError
from signing.request_forms import (
    CERTIFICATE,
    CONTENT_DIGEST,
    MAX_CERTIFICATE_CHARACTERS,
    SIGNATURE,
    SIGNATURE_INPUT,
    RequestHead,
    RequestKind,
    RequestSignature,
    collect_headers,
    from_base64,
    parameters_of,
    read_parts,
    signed_headers,
    to_base64,
)
from signing.signer import CertifiedSigner

_SIGNING_HEADERS: Final = (SIGNATURE_INPUT, SIGNATURE, CERTIFICATE)
WEBHOOK: Final = RequestKind(
    tag="yinxin.webhook/1",
    names="[0-9]{6}",
    headers=(CONTENT_DIGEST, SIGNATURE_INPUT, SIGNATURE, CERTIFICATE),
)
"""Events that a region pushes: they count nowhere as requests of the region."""
REGION: Final = RequestKind(
    tag="yinxin.region-request/1",
    names="[0-9]{6}",
    headers=(CONTENT_DIGEST, SIGNATURE_INPUT, SIGNATURE, CERTIFICATE),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionSignature(RequestSignature):
    """The signature of a region, with the certificate that came along."""

    certificate: Certificate = field(repr=False)

    @property
    def region(self) -> str:
        """Code of the region that the signer claims to speak for."""
        return self.signer

    def verify(self, head: RequestHead) -> None:
        """Check that the certificate's key signed this head; see ``verify_by``.

        Raises:
            InvalidSignatureError: It did not.
        """
        self.verify_by(self.certificate.public_key, head, named=key_id(self.certificate))


def sign_request(  # noqa: PLR0913 - what a signature says
    head: RequestHead,
    body: bytes,
    *,
    region: str,
    to: str,
    signer: CertifiedSigner,
    now: datetime,
    kind: RequestKind = REGION,
) -> dict[str, str]:
    """Sign a request; the nonce is fresh, so that every attempt is signed anew.

    Args:
        head: What is asked; a Content-Type in it must be sent as well.
        body: The whole body.
        region: Code of the region that asks.
        to: Code of the region that is asked.
        signer: The asking region's key for such requests.
        now: The time.
        kind: What is signed.

    Returns:
        The headers to send along: Content-Digest, Yinxin-Certificate, Signature-Input, Signature.

    Raises:
        MalformedStructureError: A code is none, or the certificate is too long for a header.
        KeyUnavailableError: The key store did not answer.
    """
    certificate = to_base64(signer.certificate.encoded)
    name = f"{region}/{key_id(signer.certificate).hex()}"
    parameters = parameters_of(kind, head, name, to=to, now=now)
    if len(certificate) > MAX_CERTIFICATE_CHARACTERS:
        raise MalformedStructureError("the certificate is too long for a header")
    signed = signed_headers(head, body, parameters, signer=signer.signer)
    return {CONTENT_DIGEST: signed[CONTENT_DIGEST], CERTIFICATE: certificate, **signed}


def is_signed(headers: Iterable[tuple[str, str]]) -> bool:
    """Whether a request claims to be signed, well or badly."""
    claims = {name.lower() for name in _SIGNING_HEADERS}
    return any(name.lower() in claims for name, _ in headers)


def parse_request_signature(
    headers: Iterable[tuple[str, str]], *, kind: RequestKind = REGION
) -> RegionSignature:
    """Parse the headers that ``sign_request`` made, and no other form.

    Args:
        headers: Every header of the request, also those that stand twice.
        kind: What must have been signed.

    Raises:
        MalformedStructureError: A header is missing, stands twice, is too long or of another form.
        InvalidSignatureError: The signature value, or that of the certificate, is out of range.
    """
    found = collect_headers(headers, kind)
    parts = read_parts(found, kind)
    return RegionSignature(certificate=parse_certificate(from_base64(found[CERTIFICATE])), **parts)
