"""Certificates that a signature names (SigningCertificateV2). Source: RFC 5035 §3."""

import hashlib
from collections.abc import Sequence
from typing import Final

from signing import der
from signing.algorithms import SM3
from signing.certificates import Certificate
from signing.errors import MalformedStructureError
from signing.timestamp_info import algorithm_of, at_least, is_sm3

_SM3: Final = der.sequence(der.oid(SM3))
_SHA256: Final = "2.16.840.1.101.3.4.2.1"


def name_certificates(certificates: Sequence[Certificate]) -> bytes:
    """Return a SigningCertificateV2 that names all certificates with SM3, DER."""
    named = (der.sequence(_SM3, der.octets(item.digest)) for item in certificates)
    return der.sequence(der.sequence(*named))


def identifiers_in(attribute: bytes) -> tuple[der.Element, ...]:
    """Return the ESSCertIDv2 of a SigningCertificateV2, DER; none if it is malformed."""
    try:
        return at_least(at_least(der.read(attribute), 1)[0], 1)
    except MalformedStructureError:
        return ()


def is_named_by(identifier: der.Element, certificate: Certificate) -> bool:
    """Whether an ESSCertIDv2 is ``certificate``'s, by SM3 or SHA-256."""
    try:
        algorithm, *more = at_least(identifier, 1)
        by_sha256 = hashlib.sha256(certificate.encoded).digest()
        if algorithm.tag == der.OCTET_STRING:  # SHA-256 is the default, and then left out
            return algorithm.content == by_sha256
        digest = der.expect(more[0], der.OCTET_STRING).content if more else b""
        if algorithm_of(algorithm) == _SHA256:
            return digest == by_sha256
        return is_sm3(algorithm) and digest == certificate.digest
    except MalformedStructureError:
        return False
