"""An OFD file as parts that lead to each other: OFD.xml, its documents and what they name.

Source: GB/T 33190-2016, 7.2 (package), 7.4 (OFD.xml), 7.5 (Document.xml).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from signing.errors import MalformedOfdError
from signing.ofd.archive import DEFAULT_LIMITS, Archive
from signing.ofd.directory import Limits
from signing.ofd.entry_names import resolve
from signing.ofd.rules import OfdRule
from signing.ofd.xml_trees import MAX_XML_BYTES, Element, XmlReader

ENTRY_POINT: Final = "OFD.xml"
MAX_BODIES: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentInfo:
    """What OFD.xml says about a document (文档元数据).

    Attributes:
        identifier: DocID.
        created_on: CreationDate as written.
        custom_datas: CustomData by name, in order; a name may stand twice.
    """

    identifier: str = ""
    title: str = ""
    author: str = ""
    created_on: str = ""
    custom_datas: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentBody:
    """One document of a package (DocBody).

    Attributes:
        root: DocRoot as written.
        signature_lists: Every path to a Signatures.xml as written; more than one is wrong.
    """

    info: DocumentInfo
    root: str
    signature_lists: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Package:
    """The parts of one OFD file.

    Attributes:
        bodies: The documents, in order; readers for people show the first.
    """

    archive: Archive
    bodies: tuple[DocumentBody, ...]
    _xml: XmlReader

    def locate(self, location: str, *, base: str = ENTRY_POINT) -> str:
        """Return the entry that a path in ``base`` means.

        Raises:
            MalformedOfdError: ``path``: none, or two.
        """
        found = resolve(location, base=base, names=self.archive.entries)
        if found is None:
            raise MalformedOfdError(OfdRule.PATH, f"{location[:80]!r} leads nowhere")
        return found

    def tree(self, name: str, root: str) -> Element:
        """Return an entry's XML, whose root element must be ``root``.

        Raises:
            MalformedOfdError: No entry, not such XML, or another root.
        """
        element = self._xml.tree(self.archive.read(name, max_bytes=MAX_XML_BYTES))
        if element.name != root:
            raise MalformedOfdError(OfdRule.STRUCTURE, f"{name[:80]!r} is no {root}")
        return element

    def find(self, name: str, *elements: str) -> tuple[Element, ...]:
        """Return elements anywhere in an entry's XML, without their children.

        Raises:
            MalformedOfdError: No entry, or not XML.
        """
        return self._xml.find(self.archive.read(name, max_bytes=MAX_XML_BYTES), *elements)


def read_package(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Package:
    """Open an OFD file.

    Raises:
        MalformedOfdError: The container cannot be read safely, or OFD.xml does not lead to a
            document; ``rule`` tells why.
    """
    return open_archive(Archive(data, limits))


def open_archive(archive: Archive) -> Package:
    """Read OFD.xml; see ``read_package``.

    Raises:
        MalformedOfdError: OFD.xml is absent, damaged or leads to no document.
    """
    if ENTRY_POINT not in archive.entries:
        raise MalformedOfdError(OfdRule.NOT_AN_OFD, "there is no OFD.xml")
    xml = XmlReader()
    root = xml.tree(archive.read(ENTRY_POINT, max_bytes=MAX_XML_BYTES))
    bodies = root.all("DocBody")
    if root.name != "OFD" or not 0 < len(bodies) <= MAX_BODIES:
        raise MalformedOfdError(OfdRule.NOT_AN_OFD, "OFD.xml names no document")
    return Package(archive, tuple(_body(body) for body in bodies), xml)


def document_tree(package: Package, body: DocumentBody) -> tuple[str, Element]:
    """Return the entry of a document's root, and its tree.

    Raises:
        MalformedOfdError: DocRoot leads nowhere, or to no document.
    """
    name = package.locate(body.root)
    return name, package.tree(name, "Document")


def pages_of(document: Element) -> Iterator[str]:
    """Yield the paths of a document's pages, in order, as written.

    Raises:
        MalformedOfdError: There is no list of pages, or two.
    """
    for page in document.one("Pages").all("Page"):
        yield page.attributes.get("BaseLoc", "")


def page_identifiers(document: Element) -> frozenset[str]:
    """Return the identifiers of a document's pages, which stamps refer to.

    Raises:
        MalformedOfdError: There is no list of pages, or two.
    """
    pages = document.one("Pages").all("Page")
    return frozenset(page.attributes.get("ID", "") for page in pages)


def templates_of(document: Element) -> dict[str, str]:
    """Return the paths of a document's template pages by ID, as written.

    Raises:
        MalformedOfdError: There is no CommonData, or two.
    """
    return {
        template.attributes.get("ID", ""): template.attributes.get("BaseLoc", "")
        for template in document.one("CommonData").all("TemplatePage")
    }


def _body(body: Element) -> DocumentBody:
    return DocumentBody(
        info=_info(body.optional("DocInfo") or Element("DocInfo")),
        root=body.text_of("DocRoot"),
        signature_lists=tuple(item.text.strip() for item in body.all("Signatures")),
    )


def _info(info: Element) -> DocumentInfo:
    custom = info.optional("CustomDatas")
    return DocumentInfo(
        identifier=info.text_of("DocID"),
        title=info.text_of("Title"),
        author=info.text_of("Author"),
        created_on=info.text_of("CreationDate"),
        custom_datas=tuple(
            (item.attributes.get("Name", ""), item.text)
            for item in (custom.all("CustomData") if custom else ())
        ),
    )
