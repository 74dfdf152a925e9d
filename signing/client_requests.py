"""HTTP requests of clients (接入系统), signed with SM2: as those of regions, but for the key.

A client's public key is registered where it asks, so no certificate comes along.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from signing import sm2
from signing.algorithms import sm3
from signing.certificates import encode_public_key
from signing.request_forms import (
    CERTIFICATE,
    CONTENT_DIGEST,
    SIGNATURE,
    SIGNATURE_INPUT,
    RequestHead,
    RequestKind,
    RequestSignature,
    collect_headers,
    parameters_of,
    read_parts,
    signed_headers,
)
from signing.signer import Signer

_KEY_ID_BYTES: Final = 8
CLIENT_NAME: Final = "[a-z][a-z0-9-]{1,38}[a-z0-9]"
"""What a client may be called, as a regular expression."""
CLIENT: Final = RequestKind(
    tag="yinxin.client-request/1",
    names=CLIENT_NAME,
    headers=(CONTENT_DIGEST, SIGNATURE_INPUT, SIGNATURE),
    strange=(CERTIFICATE,),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSignature(RequestSignature):
    """The signature of a client (接入系统)."""

    def verify(self, head: RequestHead, *, key: sm2.PublicKey) -> None:
        """Check that the client's key signed this head; see ``verify_by``.

        Raises:
            InvalidSignatureError: It did not.
        """
        self.verify_by(key, head, named=public_key_id(key))


def public_key_id(key: sm2.PublicKey) -> bytes:
    """Return what names a key that has no certificate: 8 bytes of SM3 of its DER."""
    return sm3(encode_public_key(key))[:_KEY_ID_BYTES]


def sign_client_request(  # noqa: PLR0913 - what a signature says
    head: RequestHead, body: bytes, *, client: str, to: str, signer: Signer, now: datetime
) -> dict[str, str]:
    """Sign a request as a client; see ``sign_request``.

    Returns:
        The headers to send along: Content-Digest, Signature-Input, Signature.

    Raises:
        MalformedStructureError: No name of a client, or no code of a region.
        KeyUnavailableError: The key store did not answer.
    """
    name = f"{client}/{public_key_id(signer.public_key).hex()}"
    return signed_headers(
        head, body, parameters_of(CLIENT, head, name, to=to, now=now), signer=signer
    )


def is_signed_by_client(headers: Iterable[tuple[str, str]]) -> bool:
    """Whether a request claims to be signed by a client, well or badly."""
    return any(
        name.lower() == SIGNATURE_INPUT.lower() and CLIENT.tag in value for name, value in headers
    )


def parse_client_signature(headers: Iterable[tuple[str, str]]) -> ClientSignature:
    """Parse the headers that ``sign_client_request`` made; see ``parse_request_signature``.

    Raises:
        MalformedStructureError: A header is missing, stands twice, is too long or of another form,
            or a certificate came along, which is never looked at.
        InvalidSignatureError: The signature value is out of range.
    """
    return ClientSignature(**read_parts(collect_headers(headers, CLIENT), CLIENT))
