"""The one way sealed parts become an OFD file of ours: names, order and every XML byte.

The writer fills these forms; the strict reader takes a file apart, fills them again and
compares. The order in the file::

    OFD.xml                                     stored; carries the packing digest
    …                                           the document, as it was handed in
    Doc_0/Signs/Sign_0/Signature.xml            stored, once for each signature:
    Doc_0/Signs/Sign_0/Seal.esl                   references cover all of the above and
    Doc_0/Signs/Sign_0/SignedValue.dat            the own seal
    Doc_0/Signs/Signatures.xml                  stored; covered by no signature

A deflate stream has many forms for one content, and which one a program writes depends on
its zlib; so references, which digest contents, do not fix a file's bytes. The packing digest
does: SM3 over all members of the document as they lie in the file, kept as a CustomData in
OFD.xml, which every signature references. Source: GB/T 33190-2016, 7.4 and 18.
"""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from xml.sax.saxutils import escape

from signing.algorithms import SM2_SIGN_WITH_SM3, SM3, sm3
from signing.ofd.descriptions import Box, Provider, Stamp
from signing.ofd.package import ENTRY_POINT, DocumentInfo
from signing.ofd.writing import Member

DOCUMENT_ROOT: Final = "Doc_0/Document.xml"
SIGNATURES_FOLDER: Final = "Doc_0/Signs/"
SIGNATURES_LIST: Final = f"{SIGNATURES_FOLDER}Signatures.xml"
PACKING: Final = "yinxin.packing/1"
"""The name of the CustomData that holds the packing digest, base64."""
MAX_SIGNATURES: Final = 16

_OPENING: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<ofd:{} xmlns:ofd="http://www.ofdspec.org/2016"'
)
_QUOTE: Final = {'"': "&quot;"}
# Control characters, halves of surrogate pairs, and what XML 1.0 has no character for.
_UNFIT: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_MAX_PAGE_MM: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureParts:
    """What varies from signature to signature besides what it covers.

    Attributes:
        seal: The SESeal, DER.
        signed_at: Written in UTC, whole seconds.
    """

    seal: Member
    stamps: tuple[Stamp, ...]
    signed_at: datetime
    provider: Provider


def signature_file(index: int, name: str) -> str:
    """Return the entry of one of a signature's files; signatures count from 0."""
    return f"{SIGNATURES_FOLDER}Sign_{index}/{name}"


def packing_digest(document: Sequence[Member]) -> bytes:
    """Return SM3 over the packed digests of a document's members in order, 32 bytes."""
    return sm3(b"".join(member.packed_digest for member in document))


def entry_point(info: DocumentInfo, document: Sequence[Member]) -> Member:
    """Return OFD.xml.

    Raises:
        ValueError: A text that XML cannot hold unchanged, or a name that is ours.
    """
    packing = base64.b64encode(packing_digest(document)).decode("ascii")
    if any(name == PACKING for name, _ in info.custom_datas):
        raise ValueError(f"{PACKING} is not a name for others")
    described = "".join(
        f"<ofd:{name}>{_text(value)}</ofd:{name}>"
        for name, value in (
            ("DocID", info.identifier),
            ("Title", info.title),
            ("Author", info.author),
            ("CreationDate", info.created_on),
        )
        if value
    )
    custom = "".join(
        f'<ofd:CustomData Name="{_text(name)}">{_text(value)}</ofd:CustomData>'
        for name, value in (*info.custom_datas, (PACKING, packing))
    )
    return _xml(
        ENTRY_POINT,
        "OFD",
        ' Version="1.0" DocType="OFD"',
        f"<ofd:DocBody><ofd:DocInfo>{described}<ofd:CustomDatas>{custom}</ofd:CustomDatas>"
        f"</ofd:DocInfo><ofd:DocRoot>{DOCUMENT_ROOT}</ofd:DocRoot>"
        f"<ofd:Signatures>{SIGNATURES_LIST}</ofd:Signatures></ofd:DocBody>",
    )


def signature_description(
    covered: Sequence[Member], parts: SignatureParts, *, index: int, first_number: int
) -> Member:
    """Return Signature.xml.

    Args:
        covered: Every member that lies before this signature's files.
        parts: What varies.
        index: Which signature it is, from 0.
        first_number: The number of its own identifier; its stamps count on.

    Raises:
        ValueError: A text, number or time that cannot be written unchanged.
    """
    references = "".join(
        f'<ofd:Reference FileRef="/{_text(member.name)}"><ofd:CheckValue>'
        f"{base64.b64encode(member.digest).decode('ascii')}</ofd:CheckValue></ofd:Reference>"
        for member in (*covered, parts.seal)
    )
    # A bare number, not the recommended sNNN: some readers stack what they show by its number
    # and put a seal without one below the page.
    stamps = "".join(
        f'<ofd:StampAnnot ID="{number}" PageRef="{_text(stamp.page)}"'
        f' Boundary="{_box(stamp.boundary)}"'
        + (f' Clip="{_box(stamp.clip)}"' if stamp.clip else "")
        + "/>"
        for number, stamp in enumerate(parts.stamps, start=first_number + 1)
    )
    provider = parts.provider
    return _xml(
        signature_file(index, "Signature.xml"),
        "Signature",
        "",
        f'<ofd:SignedInfo><ofd:Provider ProviderName="{_text(provider.name)}"'
        f' Company="{_text(provider.company)}" Version="{_text(provider.version)}"/>'
        f"<ofd:SignatureMethod>{SM2_SIGN_WITH_SM3}</ofd:SignatureMethod>"
        f"<ofd:SignatureDateTime>{_time(parts.signed_at)}</ofd:SignatureDateTime>"
        f'<ofd:References CheckMethod="{SM3}">{references}</ofd:References>{stamps}'
        f"<ofd:Seal><ofd:BaseLoc>/{parts.seal.name}</ofd:BaseLoc></ofd:Seal></ofd:SignedInfo>"
        f"<ofd:SignedValue>/{signature_file(index, 'SignedValue.dat')}</ofd:SignedValue>",
    )


def signatures_list(stamp_counts: Sequence[int]) -> Member:
    """Return Signatures.xml for signatures with so many stamps each."""
    lines: list[str] = []
    number = 1
    for index, count in enumerate(stamp_counts):
        lines.append(
            f'<ofd:Signature ID="{_identifier(number)}" Type="Seal"'
            f' BaseLoc="/{signature_file(index, "Signature.xml")}"/>'
        )
        number += 1 + count
    highest = f"<ofd:MaxSignId>{_identifier(number - 1)}</ofd:MaxSignId>"
    return _xml(SIGNATURES_LIST, "Signatures", "", highest + "".join(lines))


def seal_member(seal: bytes, *, index: int) -> Member:
    """Return Seal.esl."""
    return Member(signature_file(index, "Seal.esl"), seal, is_stored=True)


def _xml(name: str, root: str, attributes: str, content: str) -> Member:
    text = f"{_OPENING.format(root)}{attributes}>{content}</ofd:{root}>"
    return Member(name, text.encode("utf-8"), is_stored=True)


def _text(value: str) -> str:
    if _UNFIT.search(value) or value != value.strip():
        raise ValueError(f"{value[:40]!r} cannot be written into XML as it is")
    return escape(value, _QUOTE)


def _identifier(number: int) -> str:
    return f"s{number:03d}"


def _time(instant: datetime) -> str:
    if instant.tzinfo is None:
        raise ValueError("the instant needs a time zone")
    utc = instant.astimezone(UTC)
    return f"{utc.year:04d}{utc:%m%d%H%M%S}Z"


def _box(box: Box) -> str:
    # Adding zero turns -0.0 into 0.0, which is the only zero we write.
    rounded = [round(value, 3) + 0.0 for value in box]
    if not (min(rounded[2:]) > 0 and all(abs(value) < _MAX_PAGE_MM for value in rounded)):
        raise ValueError("a stamp needs a place and a size")
    return " ".join(f"{value:.3f}".rstrip("0").rstrip(".") for value in rounded)
