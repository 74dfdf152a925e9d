"""Certificates and lists that no honest authority would issue, signed with real keys."""

from collections.abc import Iterable
from datetime import datetime

from signing import der
from signing.algorithms import SM2_SIGN_WITH_SM3
from signing.authorities import Validity, key_id
from signing.certificates import Certificate, encode_public_key, parse_certificate
from signing.names import DistinguishedName
from signing.signer import Signer
from tests import world

ALGORITHM = der.sequence(der.oid(SM2_SIGN_WITH_SM3))
TRUE = der.tlv(der.BOOLEAN, b"\xff")
CRITICAL_CA = (
    "2.5.29.19",
    True,
    der.sequence(TRUE),
)
CERT_SIGN = ("2.5.29.15", True, der.tlv(der.BIT_STRING, bytes((1, 0b0000_0110))))
SIGN = ("2.5.29.15", True, der.tlv(der.BIT_STRING, bytes((6, 0b1100_0000))))

Extension = tuple[str, bool, bytes]


def extension(kind: str, critical: bool, value: bytes) -> bytes:  # noqa: FBT001 - as in X.509
    return der.sequence(der.oid(kind), *((TRUE,) if critical else ()), der.octets(value))


def authority_key_id(value: bytes) -> Extension:
    return ("2.5.29.35", False, der.sequence(der.tlv(0x80, value)))


def subject_key_id(signer: Signer) -> Extension:
    return ("2.5.29.14", False, der.octets(key_id(signer.public_key)))


def certificate(  # noqa: PLR0913 - the parts of a certificate
    name: str,
    *,
    key: Signer,
    issuer: str,
    issuer_key: Signer,
    extensions: Iterable[Extension] = (CRITICAL_CA, CERT_SIGN),
    validity: Validity = world.LONG,
    serial: int = 4711,
    algorithms: tuple[bytes, bytes] = (ALGORITHM, ALGORITHM),
) -> Certificate:
    """Any certificate at all, properly signed; ``algorithms`` are the inner and the outer one."""
    listed = tuple(extension(*item) for item in extensions)
    body = der.sequence(
        der.explicit(0, der.integer(2)),
        der.integer(serial),
        algorithms[0],
        DistinguishedName(common_name=issuer).encode(),
        der.sequence(der.x509_time(validity.not_before), der.x509_time(validity.not_after)),
        DistinguishedName(common_name=name).encode(),
        encode_public_key(key.public_key),
        *((der.explicit(3, der.sequence(*listed)),) if listed else ()),
    )
    return parse_certificate(signed(body, issuer_key, algorithm=algorithms[1]))


def signed(body: bytes, signer: Signer, *, algorithm: bytes = ALGORITHM) -> bytes:
    """Return the SIGNED form around any body."""
    return der.sequence(body, algorithm, der.bits(signer.sign(body)))


def revocation_list(
    *parts: bytes, issuer: Certificate, signer: Signer, this_update: datetime, end: bytes
) -> bytes:
    """Return a list whose parts after the dates the test chooses."""
    body = der.sequence(
        der.integer(1), ALGORITHM, issuer.subject_name, der.x509_time(this_update), end, *parts
    )
    return signed(body, signer)
