"""What an OFD document carries besides signatures: attachments, and the text on its pages.

Source: GB/T 33190-2016, 7.7 (pages), 11 (text), 20 (attachments).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from signing.errors import MalformedOfdError
from signing.ofd.package import DocumentBody, Package, document_tree, pages_of, templates_of
from signing.ofd.rules import OfdRule

MAX_ATTACHMENTS: Final = 256
MAX_ATTACHMENTS_BYTES: Final = 128_000_000
MAX_PAGES: Final = 5_000
MAX_TEXT_CHARACTERS: Final = 20_000_000


def read_attachments(package: Package, body: DocumentBody) -> Mapping[str, bytes]:
    """Return the attached files (附件) by name, in order.

    Raises:
        MalformedOfdError: The list or a file cannot be read, a name stands twice, or they are
            too many or too large.
    """
    base, document = document_tree(package, body)
    location = document.text_of("Attachments")
    if not location:
        return MappingProxyType({})
    base = package.locate(location, base=base)
    listed = package.tree(base, "Attachments").all("Attachment")
    if len(listed) > MAX_ATTACHMENTS:
        raise MalformedOfdError(OfdRule.TOO_LARGE, f"more than {MAX_ATTACHMENTS} attachments")
    files: dict[str, bytes] = {}
    bytes_left = MAX_ATTACHMENTS_BYTES
    for item in listed:
        name = item.attributes.get("Name", "")
        if name in files:
            raise MalformedOfdError(OfdRule.STRUCTURE, f"{name[:80]!r} is attached twice")
        entry = package.locate(item.text_of("FileLoc"), base=base)
        files[name] = package.archive.read(entry, max_bytes=bytes_left)
        bytes_left = max(1, bytes_left - len(files[name]))
    return MappingProxyType(files)


def page_texts(package: Package, body: DocumentBody) -> tuple[str, ...]:
    """Return what each page says: its templates' text pieces, then its own, one a line.

    The text is what the page's text objects hold. Text drawn as paths or pictures, and text
    of annotations and stamps, is not among it.

    Raises:
        MalformedOfdError: A page or template cannot be read, or there is too much text.
    """
    base, document = document_tree(package, body)
    templates = templates_of(document)
    reader = _TextReader(package)
    pages: list[str] = []
    for location in pages_of(document):
        if len(pages) >= MAX_PAGES:
            raise MalformedOfdError(OfdRule.TOO_LARGE, f"more than {MAX_PAGES} pages")
        used, own = reader.pieces(package.locate(location, base=base))
        drawn: list[str] = []
        for identifier in used:
            entry = package.locate(templates.get(identifier, ""), base=base)
            drawn.extend(reader.pieces(entry)[1])
        pages.append("\n".join((*drawn, *own)))
    return tuple(pages)


class _TextReader:
    """Reads the pages of one document, each entry once, counting the text that is used."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._known: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
        self._characters_left = MAX_TEXT_CHARACTERS

    def pieces(self, entry: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return which templates a page uses, and its own pieces of text."""
        known = self._known.get(entry)
        if known is None:
            found = self._package.find(entry, "Template", "TextCode")
            known = self._known[entry] = (
                tuple(
                    item.attributes.get("TemplateID", "")
                    for item in found
                    if item.name == "Template"
                ),
                tuple(item.text for item in found if item.name == "TextCode"),
            )
        self._characters_left -= sum(1 + len(piece) for piece in known[1]) + len(known[0])
        if self._characters_left < 0:
            raise MalformedOfdError(OfdRule.TOO_LARGE, "the pages hold too much text")
        return known
