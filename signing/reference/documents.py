"""Any PDF, opened so that a seal can be added to it, or refused with the reason.

A file that bears no seal yet and whose structure two readers could take differently (classic and
stream tables side by side, as Word writes them, or a loose table) is written anew first.
"""

import io
import re
from dataclasses import dataclass
from itertools import count
from typing import Final

from pyhanko.pdf_utils.generic import DictionaryObject, IndirectObject, Reference
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError, PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PdfFileWriter, copy_into_new_writer
from pyhanko.sign.fields import FieldMDPSpec, enumerate_sig_fields
from pyhanko.sign.validation import read_certification_data

from signing.errors import MalformedPdfError
from signing.pdf.rules import PdfRule
from signing.reference.hooks import reading
from signing.reference.objects import entry

MAX_STAMPED_BYTES: Final = 100 * 2**20
MAX_FIELDS: Final = 64
_FILLING_ALLOWED: Final = 2
_OLD_PDFA: Final = re.compile(rb"pdfaid:part(?:=[\"']|>)\s{0,8}1")


class Revision(IncrementalPdfFileWriter):
    """One revision behind a file; it says nothing new about the document as such."""

    def _update_meta(self) -> None:
        """Leave XMP and information alone.

        pyHanko would write the XMP anew and break PDF/A; it offers no public way to forgo that.
        """

    def page(self, number: int) -> Reference:
        """Return the reference of a page, counted from 1."""
        found: Reference | IndirectObject
        found, _ = super().find_page_for_modification(number - 1)  # type: ignore[no-untyped-call]  # typed in part
        return found.reference if isinstance(found, IndirectObject) else found

    def annotate(self, page: Reference, annotation: DictionaryObject) -> None:
        """Put an annotation on a page."""
        super().register_annotation(page, self.add_object(annotation))  # type: ignore[no-untyped-call]  # as above


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDocument:
    """A PDF to which one revision will be added.

    Attributes:
        revision: Takes the new objects.
        seals: Names of the signature fields in use.
        free_fields: Names of the empty signature fields that may be filled.
        is_certified: An earlier seal says what may still be changed.
        is_old_pdfa: PDF/A-1, which knows no transparency.
    """

    revision: Revision
    seals: tuple[str, ...]
    free_fields: tuple[str, ...]
    is_certified: bool
    is_old_pdfa: bool

    @property
    def is_sealed(self) -> bool:
        """Whether the file bears a signature already."""
        return bool(self.seals)

    def unused_name(self) -> str:
        """Return a field name that nobody uses."""
        form = entry(self.revision.root, "/AcroForm", DictionaryObject())
        # Fields of any kind: a text box may well be called Seal1.
        taken = {entry(field.get_object(), "/T") for field in entry(form, "/Fields", ())}
        return next(name for number in count(1) if (name := f"Seal{number}") not in taken)


def open_document(data: bytes) -> OpenDocument:
    """Open any PDF for one more seal.

    Raises:
        MalformedPdfError: ``too-large``, ``encrypted``, ``active-content`` (XFA forms),
            ``locked`` (an earlier seal forbids changes), ``too-many-signatures``, or no PDF
            that can be read.
    """
    if len(data) > MAX_STAMPED_BYTES:
        raise MalformedPdfError(PdfRule.TOO_LARGE, f"larger than {MAX_STAMPED_BYTES} bytes")
    with reading():
        revision = _revision(data)
        _check_kind(revision.prev)
        filled = [name for name, _, _ in enumerate_sig_fields(revision, filled_status=True)]
        empty = list(enumerate_sig_fields(revision, filled_status=False))
        if len(filled) + len(empty) >= MAX_FIELDS:
            raise MalformedPdfError(PdfRule.TOO_MANY_SIGNATURES, f"more than {MAX_FIELDS} fields")
        locks = _locks(revision)
        return OpenDocument(
            revision=revision,
            seals=tuple(filled),
            free_fields=tuple(
                name for name, _, field in empty if _is_free(name, field.get_object(), locks)
            ),
            is_certified=_is_certified(revision.prev),
            is_old_pdfa=_is_old_pdfa(revision.prev),
        )


def next_revision(data: bytes) -> Revision:
    """Return a revision behind a file that was sealed here.

    Raises:
        MalformedPdfError: The file cannot be read.
    """
    with reading():
        return Revision(io.BytesIO(_ended(data)))


def _revision(data: bytes) -> Revision:
    bears_signatures = b"/ByteRange" in data
    try:
        revision = Revision(io.BytesIO(_ended(data)))
    except PdfReadError:
        if bears_signatures:
            raise
        return Revision(io.BytesIO(_anew(PdfFileReader(io.BytesIO(data), strict=False))))
    if not revision.prev.xrefs.hybrid_xrefs_present:
        return revision
    if bears_signatures:
        raise MalformedPdfError(PdfRule.STRUCTURE, "a sealed file with two kinds of tables")
    return Revision(io.BytesIO(_anew(revision.prev)))


def _ended(data: bytes) -> bytes:
    """Return the file with a line end, so that the first new object has its own line (PDF/A)."""
    return data if data.endswith((b"\n", b"\r")) else data + b"\n"


def _anew(reader: PdfFileReader) -> bytes:
    """Return the document in one revision with one classic table."""
    _check_kind(reader)
    writer: PdfFileWriter = copy_into_new_writer(reader)
    output = io.BytesIO()
    writer.write(output)
    return _ended(output.getvalue())


def _check_kind(reader: PdfFileReader) -> None:
    if reader.encrypted:
        raise MalformedPdfError(PdfRule.ENCRYPTED, "the file is encrypted")
    if "/XFA" in entry(reader.root, "/AcroForm", ()):
        raise MalformedPdfError(PdfRule.ACTIVE_CONTENT, "the file is an XFA form")


def _is_certified(reader: PdfFileReader) -> bool:
    """Whether an earlier seal set rules for changes; one that forbids them all is the end."""
    certification = read_certification_data(reader)
    if certification is None:
        return False
    permission = certification.permission
    if permission is None or permission.value < _FILLING_ALLOWED:
        raise MalformedPdfError(PdfRule.LOCKED, "an earlier seal forbids any change")
    return True


def _locks(revision: Revision) -> tuple[FieldMDPSpec, ...]:
    """Return which fields earlier seals have locked."""
    found = []
    for _, value, _ in enumerate_sig_fields(revision, filled_status=True):
        for reference in entry(value.get_object(), "/Reference", ()):
            if entry(reference.get_object(), "/TransformMethod") == "/FieldMDP":
                parameters = entry(reference.get_object(), "/TransformParams")
                found.append(FieldMDPSpec.from_pdf_object(parameters))
    return tuple(found)


def _is_free(name: str, field: DictionaryObject, locks: tuple[FieldMDPSpec, ...]) -> bool:
    """Whether an empty field may be filled, and asks for nothing that is not done here."""
    demands = "/SV" in field or "/Lock" in field
    return not demands and not any(lock.is_locked(name) for lock in locks)


def _is_old_pdfa(reader: PdfFileReader) -> bool:
    metadata = entry(reader.root, "/Metadata")
    try:
        return metadata is not None and _OLD_PDFA.search(metadata.data) is not None
    except PdfError:
        return False
