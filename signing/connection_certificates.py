"""Certificates of connections (客户端证书): what a proxy says that the other side showed in TLS.

Of any algorithm: TLS checked that the other side holds the key, so a certificate is told apart by
its digest alone (RFC 8705 §2.2).
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import unquote

from signing import asn1
from signing.certificates import MAX_CERTIFICATE_BYTES, pem_blocks
from signing.errors import MalformedStructureError

_WHAT: Final = "a certificate of a connection"
_MAX_CHARACTERS: Final = 3 * MAX_CERTIFICATE_BYTES
_ESCAPED: Final = "-----BEGIN%20CERTIFICATE-----"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionCertificate:
    """A certificate that somebody shows in TLS.

    Attributes:
        digest: SHA-256 of its DER, in hexadecimal: 64 characters.
    """

    digest: str
    not_before: datetime
    not_after: datetime

    def is_valid_at(self, instant: datetime) -> bool:
        """Tell whether it is within its time."""
        return self.not_before <= instant <= self.not_after


def parse_connection_pem(text: str) -> ConnectionCertificate:
    """Parse a PEM text with one certificate of any algorithm.

    Raises:
        MalformedStructureError: None, several, or a damaged one.
    """
    blocks = pem_blocks(text, "CERTIFICATE")
    if len(blocks) != 1:
        raise MalformedStructureError("not one PEM certificate")
    return _certificate(blocks[0])


def parse_connection_header(value: str) -> ConnectionCertificate:
    """Parse what a proxy says: ``:base64:`` (RFC 9440 §2.1), or nginx's escaped PEM.

    Raises:
        MalformedStructureError: Neither.
    """
    if len(value) > _MAX_CHARACTERS:
        raise MalformedStructureError("the header is too long")
    if value.startswith(_ESCAPED):
        return parse_connection_pem(unquote(value))
    if len(value) < len("::") or not (value[0] == value[-1] == ":"):
        raise MalformedStructureError("not a certificate in a header")
    try:
        return _certificate(base64.b64decode(value[1:-1], validate=True))
    except ValueError as error:  # not ASCII, or no base64
        raise MalformedStructureError("the header is no base64") from error


def _certificate(data: bytes) -> ConnectionCertificate:
    parsed: Any = asn1.load(
        asn1.x509.Certificate, data, what=_WHAT, max_bytes=MAX_CERTIFICATE_BYTES
    )
    with asn1.reading(_WHAT):
        validity = parsed["tbs_certificate"]["validity"]
        return ConnectionCertificate(
            digest=hashlib.sha256(data).hexdigest(),
            not_before=asn1.to_time(validity["not_before"]),
            not_after=asn1.to_time(validity["not_after"]),
        )
