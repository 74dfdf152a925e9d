"""A document's members become an OFD file that is sealed at birth; a second seal may follow.

``prepare`` fixes everything but the signature value; what is to be signed can then be put on
record before ``PreparedOfd.complete`` closes the file. The value is made elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from signing import der
from signing.errors import MalformedOfdError
from signing.ofd.assembly import (
    DOCUMENT_ROOT,
    MAX_SIGNATURES,
    SIGNATURES_FOLDER,
    SIGNATURES_LIST,
    SignatureParts,
    entry_point,
    seal_member,
    signature_description,
    signature_file,
    signatures_list,
)
from signing.ofd.descriptions import Provider, Stamp
from signing.ofd.entry_names import check_distinct
from signing.ofd.package import ENTRY_POINT, DocumentInfo, page_identifiers
from signing.ofd.rules import OfdRule
from signing.ofd.signatures import MAX_VALUE_BYTES
from signing.ofd.writing import Member, write_zip
from signing.ofd.xml_trees import Element, XmlReader

DEFAULT_PROVIDER: Final = Provider(name="Yinxin", company="Yinxin", version="1")


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedOfd:
    """A file whose SignedValue.dat is still open (待签文件).

    Attributes:
        covered: What the signature references, its own seal left out.
        description: Signature.xml.
        stamp_counts: How many stamps each signature has, this one last.
    """

    covered: tuple[Member, ...]
    description: Member
    seal: Member
    stamp_counts: tuple[int, ...]

    @property
    def document(self) -> str:
        """The absolute path of Signature.xml, for the seal signature's propertyInfo."""
        return f"/{self.description.name}"

    def digest(self) -> bytes:
        """Return SM3 over Signature.xml, 32 bytes: the seal signature's dataHash."""
        return self.description.digest

    def complete(self, seal_signature: bytes) -> bytes:
        """Return the sealed file.

        Args:
            seal_signature: The SES_Signature, one DER element.

        Raises:
            MalformedStructureError: It is no such element, or larger than 1 MB.
            ValueError: The file would be larger than 100 MB.
        """
        if len(seal_signature) > MAX_VALUE_BYTES:
            raise MalformedOfdError(OfdRule.TOO_LARGE, "the signature value is too large")
        der.expect(der.read(seal_signature), der.SEQUENCE)
        name = signature_file(len(self.stamp_counts) - 1, "SignedValue.dat")
        value = Member(name, seal_signature, is_stored=True)
        return write_zip(
            (
                *self.covered,
                self.description,
                self.seal,
                value,
                signatures_list(self.stamp_counts),
            )
        )


def prepare(  # noqa: PLR0913 - all of it is said in OFD.xml or in Signature.xml
    document: Sequence[Member],
    *,
    info: DocumentInfo,
    seal: bytes,
    stamps: Sequence[Stamp],
    signed_at: datetime,
    provider: Provider = DEFAULT_PROVIDER,
) -> PreparedOfd:
    """Write a document with its first signature, whose value is open.

    The same arguments give the same bytes.

    Args:
        document: Everything below ``Doc_0/``, Document.xml included; OFD.xml and the files
            of signatures are written here.
        info: What OFD.xml says about the document.
        seal: The SESeal, DER.
        stamps: Where the seal is shown, millimeters to three decimals.
        signed_at: For SignatureDateTime; fractions of a second are cut off.
        provider: The program that seals.

    Raises:
        MalformedOfdError: Names that cannot stand in one package, or no document.
        ValueError: A time without a zone, a stamp without a size, or a text that XML cannot
            hold unchanged.
    """
    _check_document(document, stamps)
    parts = SignatureParts(
        seal=seal_member(seal, index=0),
        stamps=tuple(stamps),
        signed_at=signed_at.replace(microsecond=0),
        provider=provider,
    )
    return prepare_next((entry_point(info, document), *document), (), parts)


def prepare_next(
    covered: tuple[Member, ...], stamp_counts: tuple[int, ...], parts: SignatureParts
) -> PreparedOfd:
    """Return a file with one signature more, whose value is open.

    Args:
        covered: All that lies before the new signature.
        stamp_counts: How many stamps each earlier signature has.
        parts: What varies.

    Raises:
        MalformedOfdError: There are too many signatures.
        ValueError: As for ``prepare``.
    """
    index = len(stamp_counts)
    if index >= MAX_SIGNATURES:
        raise MalformedOfdError(OfdRule.NOT_STRICT, f"more than {MAX_SIGNATURES} signatures")
    description = signature_description(
        covered, parts, index=index, first_number=1 + index + sum(stamp_counts)
    )
    return PreparedOfd(
        covered=covered,
        description=description,
        seal=parts.seal,
        stamp_counts=(*stamp_counts, len(parts.stamps)),
    )


def check_stamps(stamps: Sequence[Stamp], document: Element) -> None:
    """Refuse a stamp on a page that does not exist: nobody would see the seal.

    Raises:
        MalformedOfdError: ``path``.
    """
    if not {stamp.page for stamp in stamps} <= page_identifiers(document):
        raise MalformedOfdError(OfdRule.PATH, "a seal stands on no page")


def _check_document(document: Sequence[Member], stamps: Sequence[Stamp]) -> None:
    members = {member.name: member for member in document}
    names = [member.name for member in document]
    check_distinct((*names, ENTRY_POINT, SIGNATURES_LIST))
    if any(name.casefold().startswith(SIGNATURES_FOLDER.casefold()) for name in names):
        raise MalformedOfdError(OfdRule.NAME, "the files of signatures are written here")
    if DOCUMENT_ROOT not in members:
        raise MalformedOfdError(OfdRule.STRUCTURE, f"there is no {DOCUMENT_ROOT}")
    check_stamps(stamps, XmlReader().tree(members[DOCUMENT_ROOT].data))
