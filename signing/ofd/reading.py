"""The strict reader of our own OFD files: it accepts what our writer writes and nothing else.

A file is taken apart, and OFD.xml, every Signature.xml, Signatures.xml and the zip itself are
written again from the parts; the result must be the file, byte for byte. Deflate streams are
taken as they are and compared with the packing digest (see ``assembly``), so that the verdict
does not depend on the zlib at hand.

That a file is refused here says little about why: ``signatures.find_signatures`` names the
references that do not hold.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Final

from signing import der
from signing.errors import MalformedOfdError, MalformedStructureError
from signing.ofd.archive import Archive
from signing.ofd.assembly import (
    MAX_SIGNATURES,
    PACKING,
    SIGNATURES_FOLDER,
    SIGNATURES_LIST,
    SignatureParts,
    entry_point,
    seal_member,
    signature_description,
    signature_file,
    signatures_list,
)
from signing.ofd.contents import page_texts, read_attachments
from signing.ofd.descriptions import Provider, Stamp, describe
from signing.ofd.directory import STORED, Limits
from signing.ofd.package import DocumentInfo, Package, document_tree, open_archive, pages_of
from signing.ofd.rules import OfdRule
from signing.ofd.sealing import DEFAULT_PROVIDER, PreparedOfd, check_stamps, prepare_next
from signing.ofd.signatures import MAX_VALUE_BYTES
from signing.ofd.writing import Member, write_zip

STRICT_LIMITS: Final = Limits(
    file_bytes=32_000_000, entries=1_000, inflated_bytes=64_000_000, part_bytes=32_000_000
)
_FILES: Final = ("Signature.xml", "Seal.esl", "SignedValue.dat")
# Annotations, for one, could paint over a page.
_PARTS: Final = frozenset({"CommonData", "Pages", "Attachments"})
_TIME: Final = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class StrictSignature:
    """One signature of a file of the strict profile.

    Attributes:
        document: The absolute path of its Signature.xml; what propertyInfo must be.
        digest: SM3 over its Signature.xml; what dataHash must be.
        seal: The SESeal in Seal.esl, which must be the one in the value.
        value: The SES_Signature, one DER element.
        signed_at: What the sealer's clock said; the value's own time counts.
    """

    document: str
    digest: bytes
    seal: bytes = field(repr=False)
    value: bytes = field(repr=False)
    signed_at: datetime
    provider: Provider
    stamps: tuple[Stamp, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StrictOfd:
    """A file of the strict profile (严格版式), read.

    Attributes:
        info: What OFD.xml says, the packing digest left out.
        document: The members below OFD.xml that are no files of signatures, in order.
        signatures: At least one; each covers the document and all signatures before it.
        attachments: Attached files by name.
    """

    info: DocumentInfo
    document: tuple[Member, ...] = field(repr=False)
    signatures: tuple[StrictSignature, ...]
    attachments: Mapping[str, bytes] = field(repr=False)
    _package: Package = field(repr=False, compare=False)
    _members: tuple[Member, ...] = field(repr=False, compare=False)

    @property
    def entries(self) -> Mapping[str, bytes]:
        """The document's files by name."""
        return {member.name: member.data for member in self.document}

    def only_page(self) -> tuple[bytes, bool]:
        """Return the file of the only page, and whether nothing can lie over that page.

        Raises:
            MalformedOfdError: There is another number of pages, or the document cannot be read.
        """
        base, document = document_tree(self._package, self._package.bodies[0])
        locations = list(islice(pages_of(document), 2))
        if len(locations) != 1:
            raise MalformedOfdError(OfdRule.FOREIGN_PAGE, "not one page")
        data = self.entries.get(self._package.locate(locations[0], base=base), b"")
        return data, all(child.name in _PARTS for child in document.children)

    def page_texts(self) -> tuple[str, ...]:
        """Return what each page says; see ``contents.page_texts``.

        Raises:
            MalformedOfdError: A page cannot be read.
        """
        return page_texts(self._package, self._package.bodies[0])


def parse_strict(data: bytes) -> StrictOfd:
    """Read a file that our writer sealed.

    Says nothing about the signature values but that each is one DER element.

    Raises:
        MalformedOfdError: Not such a file; ``rule`` names the first rule it breaks.
    """
    return read_strict(open_archive(Archive(data, STRICT_LIMITS)))


def read_strict(package: Package) -> StrictOfd:
    """Read a file that was opened already, under any limits; see ``parse_strict``.

    What was unpacked, digested or parsed of it is not so again.

    Raises:
        MalformedOfdError: As for ``parse_strict``.
    """
    archive = package.archive
    archive.check(STRICT_LIMITS)
    members = tuple(_member(archive, name) for name in archive.entries)
    if write_zip(members) != archive.data:
        raise _not_strict("the zip is not as our writer writes it")
    count = _signature_count(package, members)
    start = len(members) - 1 - len(_FILES) * count
    document = members[1:start]
    info = _checked_info(package, members[0], document)
    signatures: list[StrictSignature] = []
    number = 1
    for index in range(count):
        at = start + len(_FILES) * index
        signature = _signature(package, members[: at + len(_FILES)], index=index, number=number)
        signatures.append(signature)
        number += 1 + len(signature.stamps)
    _same(members[-1], signatures_list([len(signature.stamps) for signature in signatures]))
    _, tree = document_tree(package, package.bodies[0])
    for signature in signatures:
        check_stamps(signature.stamps, tree)
    return StrictOfd(
        info=info,
        document=document,
        signatures=tuple(signatures),
        attachments=read_attachments(package, package.bodies[0]),
        _package=package,
        _members=members[:-1],
    )


def add_signature(
    data: bytes,
    *,
    seal: bytes,
    stamps: Sequence[Stamp],
    signed_at: datetime,
    provider: Provider = DEFAULT_PROVIDER,
) -> PreparedOfd:
    """Prepare one seal more on a file of ours; what is sealed already stays byte for byte.

    The new signature references everything, the files of earlier signatures included; only
    the list of signatures is written anew, which no signature covers.

    Raises:
        MalformedOfdError: The file is not of the strict profile, has too many signatures, or a
            stamp is on a page that does not exist.
        ValueError: As for ``sealing.prepare``.
    """
    strict = parse_strict(data)
    check_stamps(stamps, document_tree(strict._package, strict._package.bodies[0])[1])  # noqa: SLF001
    parts = SignatureParts(
        seal=seal_member(seal, index=len(strict.signatures)),
        stamps=tuple(stamps),
        signed_at=signed_at.replace(microsecond=0),
        provider=provider,
    )
    counts = tuple(len(signature.stamps) for signature in strict.signatures)
    return prepare_next(strict._members, counts, parts)  # noqa: SLF001


def _member(archive: Archive, name: str) -> Member:
    content = archive.read(name)
    known = archive.known_digest(name)
    if archive.entries[name].method == STORED:
        return Member(name, content, is_stored=True, known_digest=known)
    return Member(name, content, deflated=archive.packed(name), known_digest=known)


def _signature_count(package: Package, members: Sequence[Member]) -> int:
    """Return how many signatures there are; their files must lie at the end, stored."""
    names = [member.name for member in members]
    if not any(body.signature_lists for body in package.bodies) or SIGNATURES_LIST not in names:
        raise MalformedOfdError(OfdRule.UNSEALED, "there is no list of signatures")
    count = 0
    while count < MAX_SIGNATURES and signature_file(count, _FILES[0]) in names:
        count += 1
    expected = [signature_file(index, name) for index in range(count) for name in _FILES]
    expected.append(SIGNATURES_LIST)
    tail = members[-len(expected) :]
    if not count or [member.name for member in tail] != expected:
        raise _not_strict("the files of signatures do not stand as our writer puts them")
    if not all(member.is_stored for member in tail):
        raise _not_strict("a signature's file is deflated")
    if any(name.startswith(SIGNATURES_FOLDER) for name in names[: -len(expected)]):
        raise _not_strict("a file of the document stands among the signatures")
    return count


def _checked_info(package: Package, entry: Member, document: Sequence[Member]) -> DocumentInfo:
    info = package.bodies[0].info
    info = replace(
        info, custom_datas=tuple(pair for pair in info.custom_datas if pair[0] != PACKING)
    )
    try:
        expected = entry_point(info, document)
    except ValueError as error:
        raise _not_strict("OFD.xml says what our writer cannot say") from error
    _same(entry, expected)
    return info


def _signature(
    package: Package, members: Sequence[Member], *, index: int, number: int
) -> StrictSignature:
    """Read the signature whose files are the last of ``members``."""
    covered, (written, seal, value) = members[: -len(_FILES)], members[-len(_FILES) :]
    described = describe(package.tree(written.name, "Signature"))
    parts = SignatureParts(
        seal=seal,
        stamps=described.stamps,
        signed_at=_time(described.signed_at),
        provider=described.provider,
    )
    try:
        expected = signature_description(covered, parts, index=index, first_number=number)
    except ValueError as error:
        raise _not_strict("Signature.xml says what our writer cannot say") from error
    _same(written, expected)
    _check_value(value)
    return StrictSignature(
        document=f"/{written.name}",
        digest=written.digest,
        seal=seal.data,
        value=value.data,
        signed_at=parts.signed_at,
        provider=parts.provider,
        stamps=parts.stamps,
    )


def _check_value(value: Member) -> None:
    if len(value.data) > MAX_VALUE_BYTES:
        raise MalformedOfdError(OfdRule.TOO_LARGE, "the signature value is too large")
    try:
        der.expect(der.read(value.data), der.SEQUENCE)
    except MalformedStructureError as error:
        raise _not_strict("the signature value is not one DER element") from error


def _time(written: str) -> datetime:
    match = _TIME.fullmatch(written)
    if match is None:
        raise _not_strict("not a time in UTC")
    year, month, day, hour, minute, second = (int(part) for part in match.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError as error:
        raise _not_strict("no such day or time") from error


def _same(member: Member, expected: Member) -> None:
    if member != expected:
        raise _not_strict(f"{member.name} is not as our writer writes it")


def _not_strict(message: str) -> MalformedOfdError:
    return MalformedOfdError(OfdRule.NOT_STRICT, message)
