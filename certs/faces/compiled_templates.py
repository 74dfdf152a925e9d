"""Compiled templates: what all faces of a type share, typeset once and kept as PDF objects.

typst draws the static layer; it becomes one form that every face shows as its ground. Only
what varies is written for each license.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from certs.errors import FaceError
from certs.faces.ornament import Ornament
from certs.faces.slots import FaceSlots
from certs.faces.workshop import Sheet, TypstWorkshop
from signing.errors import MalformedPdfError
from signing.pdf.bare import check_bare, page_numbers
from signing.pdf.document import Document, read_document
from signing.pdf.objects import Name, PdfObject, Reference, Stream

_ANY_TIME: Final = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledTemplate:
    """A type's face without what varies (编译模板): plain data, good in every process.

    Attributes:
        slots: The places of what varies.
        constant: The objects that all faces share, numbered from 1 in this order; the first
            one is the ground, a form.
        media_box: The page, in points.
        output_intents: The color space of the page, a reference among the constant objects.
    """

    slots: FaceSlots
    constant: tuple[PdfObject, ...] = field(repr=False)
    media_box: PdfObject
    output_intents: PdfObject


GROUND_OBJECT: Final = Reference(1)


def compile_template(
    workshop: TypstWorkshop, template: Path, ornament: Ornament, *, specimen: bool
) -> CompiledTemplate:
    """Typeset the static layer of a template.

    Args:
        workshop: Where.
        template: Folder of the license type.
        ornament: The ground's.
        specimen: The faces say 样本.

    Raises:
        FaceError: The template is missing, typst refuses it, or it is not one page that could
            be sealed.
    """
    pdf = workshop.compile(template, ornament, Sheet(specimen=specimen, created_at=_ANY_TIME))
    slots = workshop.slots(template, ornament, specimen=specimen)
    try:
        document = read_document(pdf)
        check_bare(document)
        page = _only_page(document)
        renumbering = _Renumbering(document)
        renumbering.add(_ground(document, page))
        intents = renumbering.copy(document.catalog.get("OutputIntents"))
        constant = renumbering.objects()
    except MalformedPdfError as error:
        raise FaceError(f"the template cannot be compiled: {error}") from error
    return CompiledTemplate(
        slots=slots, constant=constant, media_box=page["MediaBox"], output_intents=intents
    )


def _only_page(document: Document) -> Mapping[str, PdfObject]:
    pages = page_numbers(document)
    if len(pages) != 1:
        raise FaceError(f"a face is one page, the template makes {len(pages)}")
    return document.dictionary(Reference(pages[0]))


def _ground(document: Document, page: Mapping[str, PdfObject]) -> Stream:
    content = document.stream(page.get("Contents"))
    entries: dict[str, PdfObject] = {
        **content.entries,
        "Type": Name("XObject"),
        "Subtype": Name("Form"),
        "BBox": page["MediaBox"],
        "Resources": page.get("Resources", {}),
    }
    return Stream(entries=entries, data=content.data)


class _Renumbering:
    """Takes what is needed out of a document and numbers it from 1."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._numbers: dict[int, int] = {}
        self._waiting: list[PdfObject] = []

    def add(self, value: PdfObject) -> None:
        """Give the next number to an object that has none."""
        self._waiting.append(value)

    def copy(self, value: PdfObject) -> PdfObject:
        """Return ``value`` with the new numbers in all references."""
        match value:
            case Reference():
                return self._reference(value)
            case Stream():
                entries = {key: self.copy(item) for key, item in value.entries.items()}
                return Stream(entries=entries, data=value.data)
            case tuple():
                return tuple([self.copy(item) for item in value])
            case dict():
                return {key: self.copy(item) for key, item in value.items()}
            case _:
                return value

    def objects(self) -> tuple[PdfObject, ...]:
        """Return all objects that have numbers, in their order."""
        copies: list[PdfObject] = []
        while len(copies) < len(self._waiting):
            copies.append(self.copy(self._waiting[len(copies)]))
        return tuple(copies)

    def _reference(self, reference: Reference) -> Reference:
        if reference.number not in self._numbers:
            self._waiting.append(self._document.resolve(reference))
            self._numbers[reference.number] = len(self._waiting)
        return Reference(self._numbers[reference.number])
