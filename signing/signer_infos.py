"""Signers of signed data (签名者信息) as real files have them, in four dialects.

Attributes are hashed as they came, only under the tag of a SET; nothing is encoded anew.
Sources: RFC 5652 §5.3; GB/T 35275 as files and implementations have it, its text unconfirmed.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from signing import attributes as attribute_sets
from signing import der, lenient, sm2
from signing.algorithms import (
    CMS_DATA,
    CONTENT_TYPE,
    GB_DATA,
    MESSAGE_DIGEST,
    SIGNATURE_TIMESTAMP,
    SM3,
    SM3_BYTES,
    sm3,
)
from signing.attributes import Attributes
from signing.certificates import Certificate
from signing.errors import InvalidSignatureError, MalformedStructureError
from signing.signed_content import Encapsulated, SignedDataDialect, embedded_digest
from signing.tolerances import Tolerance

_DATA: Final = frozenset({GB_DATA, CMS_DATA})
_ATTRIBUTES: Final = 0xA0
_UNSIGNED: Final = 0xA1
_KEY_ID: Final = 0x80
_MAX_VERSION: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerInfo:
    """One signature of signed data.

    Attributes:
        certificate: The signer's, found by issuer and serial number or by key identifier; None
            where it is not inside or is no SM2 certificate.
        issuer_name: DER of the issuer's name that the signer gives; empty with a key identifier.
        serial: The serial number that goes with it.
        is_sm2: Whether it claims SM2 with SM3; another algorithm is not verified here.
        digest_algorithm: Dotted OID.
        signature_algorithm: Dotted OID.
        attributes: Signed attributes.
        unsigned_attributes: Beside the signature; anybody can change them.
        signed_at: The signer's own claim (signingTime), if it is made.
        signature_value: As it came, DER or raw; a timestamp is over these octets.
        tolerances: Liberties of this signer.
    """

    dialect: SignedDataDialect
    certificate: Certificate | None
    issuer_name: bytes
    serial: int | None
    is_sm2: bool
    digest_algorithm: str
    signature_algorithm: str
    attributes: Attributes
    unsigned_attributes: Attributes
    signed_at: datetime | None
    signature_value: bytes
    tolerances: frozenset[Tolerance]
    encapsulated: Encapsulated = field(repr=False)
    _signed_attributes: bytes = field(repr=False)

    @property
    def timestamp(self) -> bytes:
        """A timestamp token over SM3 of the signature value, unread; empty without one."""
        return next(iter(self.unsigned_attributes.get(SIGNATURE_TIMESTAMP, ())), b"")

    def verify(self, document: bytes | None = None) -> None:
        """Check that this signer signed the document.

        Args:
            document: The bytes the message belongs to; None where the content is the document.

        Raises:
            InvalidSignatureError: Another document, a signature that does not verify, another
                algorithm than SM2, or no certificate to verify with.
        """
        self.verify_document(document)
        self.verify_signature(document)

    def verify_document(self, document: bytes | None = None) -> None:
        """Check that content and attributes are about the document.

        Raises:
            InvalidSignatureError: They are not.
        """
        if not self.is_sm2:
            raise InvalidSignatureError("another algorithm than SM2 with SM3")
        content = self.encapsulated.content
        if document is None:
            self._require_own_content()
        elif content not in (None, document) and embedded_digest(content or b"") != sm3(document):
            raise InvalidSignatureError("the document is not the one that was signed")
        if self.dialect is SignedDataDialect.ATTRIBUTES:
            # Beside an embedded digest some makers state that digest again, not its own.
            self._verify_attributes(*(item for item in (content, document) if item is not None))

    def verify_signature(self, document: bytes | None = None) -> None:
        """Check the signature value over what this dialect signs.

        Raises:
            InvalidSignatureError: It does not verify, or cannot.
        """
        if not self.is_sm2:
            raise InvalidSignatureError("another algorithm than SM2 with SM3")
        if self.certificate is None:
            raise InvalidSignatureError("the signer's certificate is not inside")
        message = self._signed_bytes(document)
        value = lenient.signature_value(self.signature_value)
        sm2.verify(message, value, key=self.certificate.public_key)

    def _require_own_content(self) -> None:
        if self.encapsulated.content is None:
            raise InvalidSignatureError("the document is not inside and was not given")
        if self.dialect is SignedDataDialect.EMBEDDED_DIGEST:
            raise InvalidSignatureError("the message holds a digest; the document is needed")

    def _signed_bytes(self, document: bytes | None) -> bytes:
        if self.dialect is SignedDataDialect.ATTRIBUTES:
            return self._signed_attributes
        content = self.encapsulated.content
        message = document if content is None else content
        if message is None:
            raise InvalidSignatureError("the document is not inside and was not given")
        if _is_attribute_set(message):
            # A signature over attributes also verifies over a "document" that is those
            # attributes, so such a document proves nothing.
            raise InvalidSignatureError("the document is a set of signed attributes")
        return message

    def _verify_attributes(self, *contents: bytes) -> None:
        """Check that messageDigest is of one of these, and that nobody else is named."""
        try:
            digest = attribute_sets.message_digest(self.attributes)
            is_other = self.certificate is not None and attribute_sets.names_another(
                self.attributes, self.certificate
            )
        except MalformedStructureError as error:
            raise InvalidSignatureError("the signed attributes are malformed") from error
        if not any(digest == sm3(content) for content in contents):
            raise InvalidSignatureError("the document is not the one that was signed")
        if is_other:
            raise InvalidSignatureError("the attributes name another certificate")


def read_signer_info(
    element: der.Element, encapsulated: Encapsulated, certificates: tuple[Certificate, ...]
) -> SignerInfo:
    """Read one SignerInfo.

    Args:
        element: The structure.
        encapsulated: What the message carries.
        certificates: All SM2 certificates inside the message.

    Raises:
        MalformedStructureError: Not such a structure.
    """
    version, identifier, digest, *rest = _parts(element)
    if not 0 <= der.to_integer(version) <= _MAX_VERSION:
        raise MalformedStructureError("no such version of a signer")
    signed = rest.pop(0) if rest[0].tag == _ATTRIBUTES else None
    if [item.tag for item in rest] not in _ENDINGS:
        raise MalformedStructureError("a signer has other parts")
    tolerated: set[Tolerance] = set()
    names = attribute_sets.algorithm_of(digest), attribute_sets.algorithm_of(rest[0])
    is_sm2 = _is_sm2(*names, tolerated)
    value = rest[1].content
    if is_sm2:
        lenient.note_raw_value(value, tolerated)
    attributes = _signed_attributes(signed, encapsulated, tolerated)
    issuer_name, serial, certificate = _find(identifier, certificates, tolerated)
    return SignerInfo(
        dialect=_dialect(signed, encapsulated.content, tolerated),
        certificate=certificate,
        issuer_name=issuer_name,
        serial=serial,
        is_sm2=is_sm2,
        digest_algorithm=names[0],
        signature_algorithm=names[1],
        attributes=attributes,
        unsigned_attributes=attribute_sets.read_attributes(rest[2]) if rest[2:] else {},
        signed_at=attribute_sets.signing_time(attributes, tolerated),
        signature_value=value,
        tolerances=frozenset(tolerated),
        encapsulated=encapsulated,
        _signed_attributes=der.tlv(der.SET, signed.content) if signed else b"",
    )


_ENDINGS: Final = (
    [der.SEQUENCE, der.OCTET_STRING],
    [der.SEQUENCE, der.OCTET_STRING, _UNSIGNED],
)


def _parts(element: der.Element) -> tuple[der.Element, ...]:
    found = der.children(der.expect(element, der.SEQUENCE), most=7)
    if len(found) < len(("version", "signer", "digest", "algorithm", "value")):
        raise MalformedStructureError("a signer has too few parts")
    return found


def _is_sm2(digest: str, algorithm: str, tolerated: set[Tolerance]) -> bool:
    if digest not in lenient.SM3_IDENTIFIERS:
        return False
    if algorithm not in lenient.SM2_IDENTIFIERS | lenient.ODD_SM2_IDENTIFIERS:
        return False
    if digest != SM3:
        tolerated.add(Tolerance.ODD_DIGEST_ALGORITHM)
    if algorithm in lenient.ODD_SM2_IDENTIFIERS:
        tolerated.add(Tolerance.ODD_SIGNATURE_ALGORITHM)
    return True


def _dialect(
    signed: der.Element | None, content: bytes | None, tolerated: set[Tolerance]
) -> SignedDataDialect:
    if signed is not None:
        return SignedDataDialect.ATTRIBUTES
    if content is None:
        return SignedDataDialect.DETACHED
    if embedded_digest(content) is None:
        return SignedDataDialect.ATTACHED
    if len(content) != SM3_BYTES:
        tolerated.add(Tolerance.DIGEST_AS_BASE64)
    return SignedDataDialect.EMBEDDED_DIGEST


def _signed_attributes(
    signed: der.Element | None, encapsulated: Encapsulated, tolerated: set[Tolerance]
) -> Attributes:
    """Return the signed attributes, which must be about this type of content."""
    if signed is None:
        return {}
    attributes = attribute_sets.read_attributes(signed)
    if not attribute_sets.is_sorted(signed):
        tolerated.add(Tolerance.UNSORTED_ATTRIBUTES)
    kind = attribute_sets.single(attributes, CONTENT_TYPE)
    if kind is None:
        tolerated.add(Tolerance.MISSING_CONTENT_TYPE)
        return attributes
    said = der.to_oid(kind)
    if said != encapsulated.kind:
        if not {said, encapsulated.kind} <= _DATA:
            raise MalformedStructureError("the attributes name another type of content")
        tolerated.add(Tolerance.MIXED_ARCS)
    return attributes


def _find(
    identifier: der.Element, certificates: tuple[Certificate, ...], tolerated: set[Tolerance]
) -> tuple[bytes, int | None, Certificate | None]:
    """Return issuer name, serial number and the certificate they name, if it is inside."""
    if identifier.tag == _KEY_ID:
        named = (item for item in certificates if item.subject_key_id == identifier.content)
        return b"", None, next(named, None)
    issuer, number = der.parts(identifier, der.SEQUENCE, der.INTEGER)
    serial = der.to_integer(number)
    same_serial = [item for item in certificates if item.serial == serial]
    for item in same_serial:
        if item.issuer_name == issuer.encoded:
            return issuer.encoded, serial, item
    if len(same_serial) == 1:
        tolerated.add(Tolerance.REWRITTEN_ISSUER)
        return issuer.encoded, serial, same_serial[0]
    return issuer.encoded, serial, None


def _is_attribute_set(message: bytes) -> bool:
    if message[:1] != bytes((der.SET,)):
        return False
    try:
        return MESSAGE_DIGEST in attribute_sets.read_attributes(der.read(message))
    except MalformedStructureError:
        return False
