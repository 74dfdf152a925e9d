"""Signed JSON (``{"payload": …, "signature": …}``): trust lists, answers and receipts.

The signature is a detached GB/T 35275 SignedData over the canonical payload; the identity of
the document is the SM3 digest of the same bytes, so it does not change with the layout.
"""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from certs import canonical
from certs.canonical import JsonValue
from certs.errors import MalformedRecordError
from signing.algorithms import sm3
from signing.errors import InvalidSignatureError, MalformedStructureError
from signing.sealed_pdf import face_timestamp
from signing.signed_messages import Dialect, SignedMessage, parse_message, prepare
from signing.signer import CertifiedSigner
from signing.timestamps import TimestampSource

MAX_ENVELOPE_BYTES: Final = 4 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A signed document whose signature has not been checked yet.

    Attributes:
        payload: What it says.
        identity: SM3 of the canonical payload, 32 bytes.
        message: The signature and who made it.
    """

    payload: dict[str, JsonValue]
    identity: bytes
    message: SignedMessage

    def verify(self) -> None:
        """Check the signature; whether its signer may be believed is another question.

        Raises:
            InvalidSignatureError: It does not verify.
        """
        self.message.verify(self.identity)


def sign_payload(
    payload: dict[str, JsonValue],
    *,
    signer: CertifiedSigner,
    signed_at: datetime,
    timestamps: TimestampSource | None = None,
    max_bytes: int = MAX_ENVELOPE_BYTES,
) -> bytes:
    """Return the envelope as JSON text, UTF-8.

    Args:
        payload: What it says.
        signer: Who says it.
        signed_at: When, whole seconds, as the signer claims.
        timestamps: Proves that time, where somebody will ask for more than a claim.
        max_bytes: The longest payload, in canonical form.

    Raises:
        MalformedRecordError: The payload has no canonical form, or a longer one.
        TimestampUnavailableError: No timestamp was given.
    """
    encoded = canonical.encode(payload, max_bytes=max_bytes)
    prepared = prepare(Dialect.GB_T_35275, sm3(encoded), signer=signer, signed_at=signed_at)
    value = signer.sign(prepared.to_be_signed)
    signature = prepared.complete(value, face_timestamp(value, timestamps) if timestamps else b"")
    # In canonical form, like the payload in it, which is not written twice.
    return b'{"payload":%b,"signature":"%b"}' % (encoded, base64.b64encode(signature))


def parse_envelope(data: bytes, *, max_bytes: int = MAX_ENVELOPE_BYTES) -> Envelope:
    """Parse an envelope; the signature is not verified here.

    Raises:
        MalformedRecordError: Not such an envelope, or a larger one than ``max_bytes``.
    """
    value = canonical.parse_json(data, max_bytes=max_bytes)
    if not isinstance(value, dict) or value.keys() != {"payload", "signature"}:
        raise MalformedRecordError("an envelope has a payload and a signature")
    payload, signature = value["payload"], value["signature"]
    if not isinstance(payload, dict) or not isinstance(signature, str):
        raise MalformedRecordError("an envelope has a payload and a signature")
    try:
        message = parse_message(
            Dialect.GB_T_35275, base64.b64decode(signature.encode("ascii"), validate=True)
        )
    except (
        binascii.Error,
        UnicodeEncodeError,
        MalformedStructureError,
        InvalidSignatureError,
    ) as error:
        raise MalformedRecordError("the signature is not a signed message") from error
    encoded = canonical.encode(payload, max_bytes=max_bytes)
    return Envelope(payload=payload, identity=sm3(encoded), message=message)
