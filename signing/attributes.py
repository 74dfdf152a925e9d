"""Attributes of signer infos (签名属性): read as they stand in the bytes.

Sources: RFC 5652 §5.3 and §11; RFC 5035 §3 for the signing certificate.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from signing import der, lenient
from signing.algorithms import MESSAGE_DIGEST, SIGNING_CERTIFICATE_V2, SIGNING_TIME
from signing.certificates import Certificate
from signing.errors import MalformedStructureError
from signing.tolerances import Tolerance

Attributes = Mapping[str, tuple[bytes, ...]]
"""The values of each attribute by dotted OID, DER."""

_MAX_ATTRIBUTES: Final = 64
_MAX_VALUES: Final = 16
_SHA256: Final = "2.16.840.1.101.3.4.2.1"


def read_attributes(element: der.Element) -> Attributes:
    """Return the attributes of a constructed element, whatever its tag.

    Raises:
        MalformedStructureError: Not attributes, too many, or one that stands twice.
    """
    values: dict[str, tuple[bytes, ...]] = {}
    for attribute in der.children(element, most=_MAX_ATTRIBUTES):
        kind, value_set = der.parts(attribute, der.OID, der.SET)
        dotted = der.to_oid(kind)
        if dotted in values:
            raise MalformedStructureError("an attribute stands twice")
        found = der.children(value_set, most=_MAX_VALUES)
        values[dotted] = tuple(value.encoded for value in found)
    return values


def is_sorted(element: der.Element) -> bool:
    """Whether the parts stand in the order of a DER SET OF."""
    found = [part.encoded for part in der.children(element, most=_MAX_ATTRIBUTES)]
    return found == sorted(found)


def single(attributes: Attributes, kind: str) -> der.Element | None:
    """Return the value of an attribute that may have one only, or None without it.

    Raises:
        MalformedStructureError: It has none or several.
    """
    values = attributes.get(kind)
    if values is None:
        return None
    if len(values) != 1:
        raise MalformedStructureError("an attribute has not one value")
    return der.read(values[0])


def signing_time(attributes: Attributes, tolerated: set[Tolerance]) -> datetime | None:
    """Return signingTime, UTC, or None without it.

    Raises:
        MalformedStructureError: Not a time.
    """
    value = single(attributes, SIGNING_TIME)
    if value is None:
        return None
    tag = der.GENERALIZED_TIME if value.tag == der.GENERALIZED_TIME else der.UTC_TIME
    return lenient.read_time(value, tag, tolerated)


def message_digest(attributes: Attributes) -> bytes | None:
    """Return messageDigest, or None without it.

    Raises:
        MalformedStructureError: Not an OCTET STRING.
    """
    value = single(attributes, MESSAGE_DIGEST)
    return None if value is None else der.expect(value, der.OCTET_STRING).content


def names_another(attributes: Attributes, certificate: Certificate) -> bool:
    """Whether a signed signingCertificateV2 names another certificate than this one.

    A digest that is neither SM3 nor SHA-256 names one that nobody here can tell.

    Raises:
        MalformedStructureError: Not such an attribute.
    """
    value = single(attributes, SIGNING_CERTIFICATE_V2)
    if value is None:
        return False
    identifiers = _parts(_parts(value)[0])
    algorithm, *rest = _parts(identifiers[0])
    if algorithm.tag == der.OCTET_STRING:  # SHA-256 is the default, and then left out
        return algorithm.content != hashlib.sha256(certificate.encoded).digest()
    if not rest:
        raise MalformedStructureError("a certificate identifier has no digest")
    digest = der.expect(rest[0], der.OCTET_STRING).content
    dotted = algorithm_of(algorithm)
    if dotted == _SHA256:
        return digest != hashlib.sha256(certificate.encoded).digest()
    return dotted not in lenient.SM3_IDENTIFIERS or digest != certificate.digest


def algorithm_of(element: der.Element) -> str:
    """Return the dotted OID of an AlgorithmIdentifier, whatever its parameters.

    Raises:
        MalformedStructureError: Not such a structure.
    """
    return der.to_oid(_parts(element)[0])


def _parts(element: der.Element) -> tuple[der.Element, ...]:
    found = der.children(der.expect(element, der.SEQUENCE), most=_MAX_ATTRIBUTES)
    if not found:
        raise MalformedStructureError("a structure is empty")
    return found
