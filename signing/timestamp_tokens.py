"""Timestamp tokens (时间戳令牌) of RFC 3161 and GB/T 20520 with SM2 and SM3, of any maker.

A token is CMS around a TSTInfo. What other makers spell differently is taken as it comes: the
identifiers of GB/T 35275 around it, both names of SM3, raw signature values. What decides is
never taken on trust: the imprint, the signature over the attributes as they stand in the bytes,
and a certificate that may do nothing but timestamp. Whether that certificate is trusted is for
``signing.paths`` and the caller. Sources: RFC 3161 §2.4.2; RFC 5652 §5; RFC 5816 §2.2.1; the
text of GB/T 20520 was not at hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from signing import der, sm2
from signing.algorithms import (
    CMS_SIGNED_DATA,
    CONTENT_TYPE,
    GB_SIGNED_DATA,
    MESSAGE_DIGEST,
    RAW_SIGNATURE_BYTES,
    SIGNING_CERTIFICATE_V2,
    SM2_CURVE,
    SM2_SIGN,
    SM2_SIGN_WITH_SM3,
    sm3,
)
from signing.certificates import Certificate, parse_certificate
from signing.errors import InvalidSignatureError, MalformedStructureError
from signing.named_certificates import identifiers_in, is_named_by
from signing.roles import Role
from signing.signature_values import SignatureValue
from signing.timestamp_info import (
    TST_INFO,
    TimestampInfo,
    algorithm_of,
    at_least,
    is_sm3,
    parse_info,
)
from signing.timestamp_writing import assemble_token

MAX_TOKEN_BYTES: Final = 65_536
_MAX_CERTIFICATES: Final = 16
_SM2_NAMES: Final = frozenset({SM2_SIGN_WITH_SM3, SM2_SIGN, SM2_CURVE})
_EXTENDED_KEY_USAGE: Final = der.oid("2.5.29.37")
_CERTIFICATES, _EXTENSIONS = 0xA0, 0xA3


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One timestamp: somebody else's word that a digest existed at a time.

    Attributes:
        encoded: The ContentInfo as it came, DER.
        info: What it says; believe it after ``verify``.
        certificate: Whose key signed.
        others: Further certificates found inside; they only help to build a path.
        is_exact: The token is in the one form that we write, and its signature names every
            certificate inside: no byte of it can vary. In tokens of other makers, bytes that
            nothing protects can (version numbers, further certificates, lists); ``exact``
            leaves them out.
    """

    encoded: bytes = field(repr=False)
    info: TimestampInfo
    certificate: Certificate
    others: tuple[Certificate, ...]
    is_exact: bool
    _content: bytes = field(repr=False)
    _signed: "_SignerInfo" = field(repr=False)

    @property
    def time(self) -> datetime:
        """When the digest existed, as the authority says, UTC."""
        return self.info.time

    def exact(self) -> bytes:
        """Return the token in the one form in which no byte can vary.

        What the signature covers stays as it is; certificates that it does not name go.

        Raises:
            MalformedStructureError: The signature names no certificate, or one that is not
                inside, so that the token has no such form.
        """
        inside = (self.certificate, *self.others)
        named = tuple(
            certificate
            for identifier in _named(self._signed)
            for certificate in inside
            if is_named_by(identifier, certificate)
        )
        if not named or not _names_all(self._signed, named):
            raise MalformedStructureError("the timestamp does not name its certificates")
        return _assemble(self._content, self._signed, named)

    def verify(self, digest: bytes, *, nonce: int | None = None) -> None:
        """Check everything but the path of the certificate.

        Args:
            digest: SM3 of what is timestamped, computed by the caller.
            nonce: What the request said, where there was a request.

        Raises:
            InvalidSignatureError: Another digest or nonce, a signature that does not verify, or
                a certificate that may do something else than timestamp.
        """
        if digest != self.info.imprint:
            raise InvalidSignatureError("the timestamp is over something else")
        if nonce is not None and nonce != self.info.nonce:
            raise InvalidSignatureError("the timestamp answers another request")
        _check_purpose(self.certificate)
        _check_attributes(self._signed.attributes, self._content, self.certificate)
        sm2.verify(
            self._signed.to_be_signed, self._signed.signature, key=self.certificate.public_key
        )


def parse_token(data: bytes) -> Token:
    """Parse a token; nothing is verified yet.

    Raises:
        MalformedStructureError: Not a token of one SM2 signer, in DER throughout, whose
            certificate is inside.
        InvalidSignatureError: The signature value is out of range.
    """
    if len(data) > MAX_TOKEN_BYTES:
        raise MalformedStructureError(f"a timestamp is longer than {MAX_TOKEN_BYTES} bytes")
    der.check(data)
    kind, inside = der.parts(der.read(data), der.OID, 0xA0)
    if der.to_oid(kind) not in {CMS_SIGNED_DATA, GB_SIGNED_DATA}:
        raise MalformedStructureError("a timestamp is signed data")
    content, certificate_set, infos = _signed_data(der.read(inside.content))
    signed = _signer_info(der.read(infos.content))
    certificates = _certificates(certificate_set)
    signer = _signer(signed.signer, certificates)
    return Token(
        encoded=data,
        info=parse_info(content),
        certificate=signer,
        others=tuple(item for item in certificates if item != signer),
        is_exact=_is_exact(data, content, signed, certificate_set),
        _content=content,
        _signed=signed,
    )


def _is_exact(
    data: bytes, content: bytes, signed: "_SignerInfo", found: tuple[der.Element, ...]
) -> bool:
    """Whether the parts that the signature covers make the token again."""
    certificates = _certificates(found)
    if len(certificates) != len(found) or not _names_all(signed, certificates):
        return False
    return data == _assemble(content, signed, certificates)


def _assemble(
    content: bytes, signed: "_SignerInfo", certificates: tuple[Certificate, ...]
) -> bytes:
    return assemble_token(
        content,
        attributes=der.read(signed.to_be_signed).content,
        certificates=certificates,
        signature=signed.signature.to_der(),
    )


def _names_all(signed: "_SignerInfo", certificates: tuple[Certificate, ...]) -> bool:
    """Whether the signature names exactly these certificates, in this order."""
    named = _named(signed)
    return len(named) == len(certificates) and all(
        is_named_by(identifier, certificate)
        for identifier, certificate in zip(named, certificates, strict=True)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _SignerInfo:
    signer: bytes
    attributes: Mapping[str, bytes]
    to_be_signed: bytes
    signature: SignatureValue


def _signed_data(body: der.Element) -> tuple[bytes, tuple[der.Element, ...], der.Element]:
    """Return the TSTInfo, the certificates and the signers of a SignedData."""
    version, digests, encapsulated, *optional, infos = at_least(body, 4)
    der.to_integer(version)
    if not any(is_sm3(item) for item in der.children(der.expect(digests, der.SET))):
        raise MalformedStructureError("a timestamp does not use SM3")
    kind, wrapped = der.parts(encapsulated, der.OID, 0xA0)
    if der.to_oid(kind) != TST_INFO:
        raise MalformedStructureError("the content is no timestamp")
    if [item.tag for item in optional] not in ([], [0xA0], [0xA1], [0xA0, 0xA1]):
        raise MalformedStructureError("signed data says too much")
    content = der.expect(der.read(wrapped.content), der.OCTET_STRING).content
    certificates = (der.children(item) for item in optional if item.tag == _CERTIFICATES)
    return content, next(certificates, ()), der.expect(infos, der.SET)


def _signer_info(element: der.Element) -> _SignerInfo:
    version, signer, digest, attributes, algorithm, value, *unsigned = at_least(element, 6)
    der.to_integer(version)
    if not is_sm3(digest) or algorithm_of(algorithm) not in _SM2_NAMES:
        raise MalformedStructureError("a timestamp is not signed with SM2 and SM3")
    if [item.tag for item in unsigned] not in ([], [0xA1]):
        raise MalformedStructureError("a timestamp's signer says too much")
    return _SignerInfo(
        signer=signer.encoded,
        attributes=_attribute_values(der.expect(attributes, 0xA0)),
        # The set as it stands, only under its own tag: not every maker sorts it.
        to_be_signed=der.tlv(der.SET, attributes.content),
        signature=_signature_value(der.expect(value, der.OCTET_STRING).content),
    )


def _certificates(found: tuple[der.Element, ...]) -> tuple[Certificate, ...]:
    """Return the SM2 certificates; authorities also send what this package does not read."""
    if len(found) > _MAX_CERTIFICATES:
        raise MalformedStructureError("too many certificates")
    parsed = []
    for item in found:
        try:
            parsed.append(parse_certificate(item.encoded))
        except (MalformedStructureError, InvalidSignatureError):
            continue
    return tuple(parsed)


def _signer(identifier: bytes, certificates: tuple[Certificate, ...]) -> Certificate:
    for certificate in certificates:
        by_name = der.sequence(certificate.issuer_name, der.integer(certificate.serial))
        by_key = der.tlv(0x80, certificate.subject_key_id)
        if identifier in {by_name, by_key}:
            return certificate
    raise MalformedStructureError("the timestamp does not carry its signer's certificate")


def _attribute_values(attributes: der.Element) -> dict[str, bytes]:
    values: dict[str, bytes] = {}
    for attribute in der.children(attributes):
        kind, value = der.parts(attribute, der.OID, der.SET)
        dotted = der.to_oid(kind)
        if dotted in values:
            raise MalformedStructureError(f"the attribute {dotted} stands twice")
        values[dotted] = value.content
    return values


def _signature_value(value: bytes) -> SignatureValue:
    """Return the value in either form; 64 bytes that are DER through and through are DER."""
    try:
        return SignatureValue.from_der(value)
    except InvalidSignatureError:
        if len(value) != RAW_SIGNATURE_BYTES:
            raise
        return SignatureValue.from_raw(value)


def _check_purpose(certificate: Certificate) -> None:
    """Timestamping alone, and critical: no other key may vouch for times (RFC 3161 §2.3)."""
    if not (certificate.has_role(Role.TIMESTAMP) and _is_purpose_critical(certificate)):
        raise InvalidSignatureError("the certificate is not for timestamping alone")


def _is_purpose_critical(certificate: Certificate) -> bool:
    """Whether the extended key usage is marked critical; asked of certificates that have one."""
    for part in der.children(der.read(certificate.to_be_signed)):
        for extension in der.children(der.read(part.content)) if part.tag == _EXTENSIONS else ():
            kind, *more = der.children(extension)
            if kind.encoded == _EXTENDED_KEY_USAGE:
                return more[0].tag == der.BOOLEAN and more[0].content == b"\xff"
    return False


def _check_attributes(
    attributes: Mapping[str, bytes], content: bytes, certificate: Certificate
) -> None:
    if attributes.get(CONTENT_TYPE) != der.oid(TST_INFO):
        raise InvalidSignatureError("the signature is over no timestamp")
    if attributes.get(MESSAGE_DIGEST) != der.octets(sm3(content)):
        raise InvalidSignatureError("the timestamp is not what was signed")
    if SIGNING_CERTIFICATE_V2 in attributes:
        named = identifiers_in(attributes[SIGNING_CERTIFICATE_V2])
        if not named or not is_named_by(named[0], certificate):
            raise InvalidSignatureError("the signature names another certificate")


def _named(signed: _SignerInfo) -> tuple[der.Element, ...]:
    """Return the identifiers of the certificates that the signature names, none if it does not."""
    attribute = signed.attributes.get(SIGNING_CERTIFICATE_V2)
    return identifiers_in(attribute) if attribute is not None else ()
