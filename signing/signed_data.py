"""Signed data (签名数据) of GB/T 35275 and CMS as real files have it.

Identifiers of both families are taken, several certificates and signers, and every dialect of
what is signed. What is written here has one strict form (``signing.signed_messages``,
``signing.signed_data_making``); this module reads what others write. Sources: RFC 5652 §5; RFC
2315; GB/T 35275 as files and implementations have it, its text unconfirmed.
"""

from dataclasses import dataclass, field
from typing import Final

from signing import der
from signing.algorithms import CMS_DATA, CMS_SIGNED_DATA, GB_DATA, GB_SIGNED_DATA
from signing.certificates import Certificate, parse_certificate, pem_blocks
from signing.errors import InvalidSignatureError, MalformedStructureError
from signing.signed_content import Encapsulated, SignedDataDialect
from signing.signer_infos import SignerInfo, read_signer_info
from signing.tolerances import Tolerance

__all__ = [
    "MAX_SIGNED_DATA_BYTES",
    "SignedData",
    "SignedDataDialect",
    "SignerInfo",
    "parse_pem_signed_data",
    "parse_signed_data",
]

MAX_SIGNED_DATA_BYTES: Final = 16 * 2**20
_FAMILIES: Final = {GB_SIGNED_DATA: GB_DATA, CMS_SIGNED_DATA: CMS_DATA}
_MAX_CERTIFICATES: Final = 64
_MAX_SIGNERS: Final = 16
_MAX_VERSION: Final = 5
_MAX_ALGORITHMS: Final = 16
_EXPLICIT_0: Final = 0xA0
_LISTS: Final = 0xA1
_OPTIONAL: Final[tuple[list[int], ...]] = (
    [],
    [_EXPLICIT_0],
    [_LISTS],
    [_EXPLICIT_0, _LISTS],
)
_PEM_LABELS: Final = ("PKCS7", "CMS", "PKCS #7 SIGNED DATA")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedData:
    """A message with any number of signatures; none when it only carries certificates.

    Attributes:
        encoded: The ContentInfo as it came.
        outer: Dotted OID of the message's type: GB/T 35275's or PKCS #7's.
        inner: Dotted OID of the content's type.
        content: The document, or its digest, if it is inside.
        certificates: All SM2 certificates inside, in order.
        other_certificates: DER of what this package cannot verify with.
        tolerances: Liberties of the message and of its signers.
    """

    encoded: bytes = field(repr=False)
    outer: str
    inner: str
    content: bytes | None = field(repr=False)
    certificates: tuple[Certificate, ...]
    other_certificates: tuple[bytes, ...] = field(repr=False)
    signers: tuple[SignerInfo, ...]
    tolerances: frozenset[Tolerance]

    def verify(self, document: bytes | None = None) -> None:
        """Check that every signer signed the document; see ``SignerInfo.verify``.

        Raises:
            InvalidSignatureError: One did not, or there is no signer.
        """
        if not self.signers:
            raise InvalidSignatureError("nobody signed this")
        for signer in self.signers:
            signer.verify(document)


def parse_signed_data(data: bytes) -> SignedData:
    """Parse signed data of any maker; nothing is verified yet.

    Raises:
        MalformedStructureError: Not signed data in definite-length DER, or too large.
    """
    if len(data) > MAX_SIGNED_DATA_BYTES:
        raise MalformedStructureError("the signed data is too long")
    kind, wrapped = der.parts(der.read(data), der.OID, _EXPLICIT_0)
    outer = der.to_oid(kind)
    if outer not in _FAMILIES:
        raise MalformedStructureError("this is not signed data")
    version, algorithms, inside, *optional, infos = _parts(der.read(wrapped.content))
    if not 0 <= der.to_integer(version) <= _MAX_VERSION:
        raise MalformedStructureError("no such version of signed data")
    der.children(der.expect(algorithms, der.SET), most=_MAX_ALGORITHMS)
    if [item.tag for item in optional] not in _OPTIONAL:
        raise MalformedStructureError("signed data has other parts")
    tolerated: set[Tolerance] = set()
    encapsulated = _content(inside, tolerated)
    if encapsulated.kind in _FAMILIES.values() and encapsulated.kind != _FAMILIES[outer]:
        tolerated.add(Tolerance.MIXED_ARCS)
    certificates, others = _certificates(optional)
    signers = tuple(
        read_signer_info(item, encapsulated, certificates)
        for item in der.children(der.expect(infos, der.SET), most=_MAX_SIGNERS)
    )
    return SignedData(
        encoded=data,
        outer=outer,
        inner=encapsulated.kind,
        content=encapsulated.content,
        certificates=certificates,
        other_certificates=others,
        signers=signers,
        tolerances=frozenset(tolerated).union(*(signer.tolerances for signer in signers)),
    )


def parse_pem_signed_data(text: str) -> SignedData:
    """Parse the one message of a PEM text.

    Raises:
        MalformedStructureError: There is none, or not one, or it is malformed.
    """
    found = pem_blocks(text, *_PEM_LABELS)
    if len(found) != 1:
        raise MalformedStructureError("not one PEM message")
    return parse_signed_data(found[0])


def _parts(element: der.Element) -> tuple[der.Element, ...]:
    found = der.children(der.expect(element, der.SEQUENCE), most=6)
    if len(found) < len(("version", "digests", "content", "signers")):
        raise MalformedStructureError("signed data has too few parts")
    return found


def _content(element: der.Element, tolerated: set[Tolerance]) -> Encapsulated:
    found = der.children(der.expect(element, der.SEQUENCE), most=2)
    if not found:
        raise MalformedStructureError("the content has no type")
    kind = der.to_oid(found[0])
    if len(found) == 1:
        return Encapsulated(kind=kind, content=None)
    value = der.read(der.expect(found[1], _EXPLICIT_0).content)
    if value.tag != der.OCTET_STRING:
        tolerated.add(Tolerance.UNWRAPPED_CONTENT)
    return Encapsulated(kind=kind, content=value.content)


def _certificates(
    optional: list[der.Element],
) -> tuple[tuple[Certificate, ...], tuple[bytes, ...]]:
    """Return the certificates that this package can verify with, and DER of the others."""
    certificates, others = [], []
    for element in optional:
        if element.tag != _EXPLICIT_0:
            continue
        for item in der.children(element, most=_MAX_CERTIFICATES):
            try:
                certificates.append(parse_certificate(item.encoded))
            except (MalformedStructureError, InvalidSignatureError):
                others.append(item.encoded)
    return tuple(certificates), tuple(others)
