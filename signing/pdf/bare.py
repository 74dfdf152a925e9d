"""What a page must be before it is sealed, and still is underneath its seal.

A face shows the same to everybody: no scripts, actions, links, layers, forms or annotations.
"""

from collections.abc import Mapping
from typing import Final

from signing.errors import MalformedPdfError
from signing.pdf.document import Document
from signing.pdf.objects import PdfObject, Reference
from signing.pdf.rules import PdfRule

MAX_PAGES: Final = 200

_ACTIVE_NAMES: Final = frozenset(
    (
        *("AA", "Action", "JS", "JavaScript", "OpenAction"),
        *("GoTo3DView", "GoToE", "GoToR", "ImportData", "Launch", "Named", "Rendition"),
        *("ResetForm", "RichMedia", "RichMediaExecute", "SetOCGState", "SubmitForm", "URI"),
        *("Alternates", "OC", "OCG", "OCMD", "OCProperties", "OPI", "PS", "XFA"),
        *("Crypt", "Encrypt", "FS", "ObjStm", "XRef"),
    )
)
_CATALOG_KEYS: Final = frozenset(
    (
        *("Type", "Version", "Pages", "Metadata", "OutputIntents", "Lang", "MarkInfo", "Names"),
        *("StructTreeRoot", "ViewerPreferences", "AF", "Outlines", "PageLabels", "Dests"),
        *("PageMode", "PageLayout"),
    )
)


def check_bare(document: Document) -> None:
    """Refuse a document that could show two things to two readers, or has a form already.

    Raises:
        MalformedPdfError: ``active-content``, ``not-bare`` or ``structure``.
    """
    active = document.names & _ACTIVE_NAMES
    if active:
        raise MalformedPdfError(PdfRule.ACTIVE_CONTENT, f"the file has {sorted(active)}")
    unknown = document.catalog.keys() - _CATALOG_KEYS
    if unknown:
        raise MalformedPdfError(PdfRule.NOT_BARE, f"the catalog has {sorted(unknown)}")
    trees = document.dictionary(document.catalog.get("Names", {}))
    if not trees.keys() <= {"EmbeddedFiles", "Dests"}:
        raise MalformedPdfError(PdfRule.NOT_BARE, "the catalog names more than attachments")
    for number in page_numbers(document):
        if "Annots" in document.dictionary(Reference(number)):
            raise MalformedPdfError(PdfRule.NOT_BARE, "a page has annotations")


def page_numbers(document: Document) -> tuple[int, ...]:
    """Return the object numbers of the pages, in order.

    Raises:
        MalformedPdfError: The page tree is no tree, or has too many leaves.
    """
    pages: list[int] = []
    pending = [document.catalog.get("Pages")]
    seen: set[PdfObject] = set()
    while pending:
        reference = pending.pop()
        if not isinstance(reference, Reference) or reference in seen or len(pages) > MAX_PAGES:
            raise MalformedPdfError(PdfRule.STRUCTURE, "the page tree is not a tree of pages")
        seen.add(reference)
        node = document.dictionary(reference)
        if node.get("Type") == "Page":
            pages.append(reference.number)
        else:
            pending.extend(reversed(_kids(document, node)))
    return tuple(pages)


def _kids(document: Document, node: Mapping[str, PdfObject]) -> tuple[PdfObject, ...]:
    if node.get("Type") != "Pages":
        raise MalformedPdfError(PdfRule.STRUCTURE, "a node of the page tree has another type")
    return document.array(node.get("Kids"))
