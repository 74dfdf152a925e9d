"""Signed data (签名数据) of GB/T 35275 and CMS in every dialect, made under our identifiers.

Licenses use ``signing.signed_messages``, which is dialect A, detached; the other dialects are
for programs that read nothing else. Sources: RFC 5652 §5; GB/T 35275 as files and
implementations have it, its text unconfirmed.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from signing import der
from signing.algorithms import SIGNATURE_TIMESTAMP, SM3, sm3
from signing.certificates import Certificate
from signing.errors import MalformedStructureError
from signing.signed_content import SignedDataDialect
from signing.signed_data import MAX_SIGNED_DATA_BYTES
from signing.signed_messages import Dialect
from signing.signed_messages import prepare as prepare_attributes
from signing.signer import CertifiedSigner

_VERSION: Final = der.integer(1)
_SM3: Final = der.sequence(der.oid(SM3))
_ROOM_BYTES: Final = 2**20
"""What may stand around the content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedSignedData:
    """Signed data that lacks nothing but its signature; the same input gives the same bytes.

    Attributes:
        to_be_signed: What the signature is over.
    """

    to_be_signed: bytes = field(repr=False)
    _family: Dialect
    _certificates: tuple[Certificate, ...]
    _content: bytes | None = field(repr=False)
    _attributes: tuple[bytes, ...] = field(repr=False)

    def complete(self, signature: bytes, *, timestamp: bytes = b"") -> bytes:
        """Return the ContentInfo, DER.

        Args:
            signature: DER signature value over ``to_be_signed``.
            timestamp: A timestamp token over SM3 of ``signature``, if there is one.
        """
        signer = self._certificates[0]
        token = der.sequence(der.oid(SIGNATURE_TIMESTAMP), der.tlv(der.SET, timestamp))
        info = der.sequence(
            _VERSION,
            der.sequence(signer.issuer_name, der.integer(signer.serial)),
            _SM3,
            *((der.tlv(0xA0, *sorted(self._attributes)),) if self._attributes else ()),
            self._family.algorithm,
            der.octets(signature),
            *((der.tlv(0xA1, token),) if timestamp else ()),
        )
        content = () if self._content is None else (der.explicit(0, der.octets(self._content)),)
        body = der.sequence(
            _VERSION,
            der.tlv(der.SET, _SM3),
            der.sequence(self._family.inner, *content),
            der.tlv(0xA0, *(item.encoded for item in self._certificates)),
            der.tlv(der.SET, info),
        )
        return der.sequence(self._family.outer, der.explicit(0, body))


def prepare_signed_data(  # noqa: PLR0913 - what a message may be made of
    document: bytes,
    dialect: SignedDataDialect,
    *,
    signer: CertifiedSigner,
    signed_at: datetime | None = None,
    is_attached: bool = False,
    family: Dialect = Dialect.GB_T_35275,
) -> PreparedSignedData:
    """Lay out everything that the signature will be over.

    Args:
        document: The bytes as they are.
        dialect: What is signed.
        signer: Names the certificates; its key is not used here.
        signed_at: Claimed signing time; dialect A needs one, the others have no place for it.
        is_attached: Whether dialect A carries the document; the others leave no choice.
        family: Whose object identifiers.

    Raises:
        MalformedStructureError: The document is too long, or the choices contradict each other.
    """
    if len(document) > MAX_SIGNED_DATA_BYTES - _ROOM_BYTES:
        raise MalformedStructureError("the document is too long to be signed this way")
    has_attributes = dialect is SignedDataDialect.ATTRIBUTES
    if has_attributes == (signed_at is None) or (is_attached and not has_attributes):
        raise MalformedStructureError("dialect A alone has a time and a choice of attachment")
    content: bytes | None = None
    attributes: tuple[bytes, ...] = ()
    message = document
    match dialect:
        case SignedDataDialect.ATTRIBUTES if signed_at is not None:
            prepared = prepare_attributes(family, sm3(document), signer=signer, signed_at=signed_at)
            content = document if is_attached else None
            message, attributes = prepared.to_be_signed, prepared.attributes
        case SignedDataDialect.EMBEDDED_DIGEST:
            content = message = sm3(document)
        case SignedDataDialect.ATTACHED:
            content = document
        case SignedDataDialect.DETACHED | SignedDataDialect.ATTRIBUTES:
            pass
    return PreparedSignedData(
        to_be_signed=message,
        _family=family,
        _certificates=(signer.certificate, *signer.chain),
        _content=content,
        _attributes=attributes,
    )
