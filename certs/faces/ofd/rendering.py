"""Pages of OFD files as pictures for people: our own faces, and most of what others write.

A page becomes an SVG of outlines, in which nothing of the file is left but numbers and pixels,
and typst turns it into a PNG. Whatever is wrong with a file ends in a ``FaceError``; sizes are
bounded, time is not: foreign files are drawn in worker processes with limits.
Source: GB/T 33190-2016, 7 (documents and pages), 15 (annotations), 18 (signatures).
"""

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from certs.errors import FaceError
from certs.faces.ofd import ofd_values as values
from certs.faces.ofd.objects import MAX_PIXELS, Budget, ObjectPainter
from certs.faces.ofd.page_drawings import PageDrawing, svg_document
from certs.faces.ofd.pixel_pictures import as_png, as_png_address
from certs.faces.ofd.resources import Resources
from certs.faces.ofd.seal_pictures import OFD_PICTURE, ShownSeal, shown_seals
from certs.faces.sealed_pages import LONGEST_SIDE, MOST_SEALS, SealedPage, SealPlace, as_webp
from signing.errors import MalformedOfdError
from signing.ofd.descriptions import Stamp
from signing.ofd.directory import Limits
from signing.ofd.package import Package, document_tree, read_package
from signing.ofd.xml_trees import Element

MAX_PAGE_MM: Final = 5_000.0
MAX_PAGES: Final = 5_000
MAX_SEALS: Final = 64
LIMITS: Final = Limits(file_bytes=64_000_000, inflated_bytes=256_000_000, part_bytes=32_000_000)
SEAL_LIMITS: Final = Limits(
    file_bytes=1_000_000, entries=200, inflated_bytes=16_000_000, part_bytes=8_000_000
)

_SEAL_DPI: Final = 300
_MM_PER_INCH: Final = 25.4
_LAYERS: Final = {"Background": 0, "Body": 1, "Foreground": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class SealImage:
    """The picture of a seal, ready to be shown.

    Attributes:
        content: The file.
        media_type: Of PNG, JPEG, GIF or BMP.
    """

    content: bytes = field(repr=False)
    media_type: str


def page_count(ofd: bytes) -> int:
    """Return how many pages the first document of a file has.

    Raises:
        FaceError: It is no OFD file that can be read.
    """
    try:
        return len(_Document(read_package(ofd, LIMITS)).pages)
    except MalformedOfdError as error:
        raise FaceError(f"the OFD file cannot be read: {error}") from error


def page_png(ofd: bytes, *, page: int = 1, dpi: int = 100) -> bytes:
    """Render a page of the first document, seals included, as a PNG on white.

    Args:
        ofd: A foreign file.
        page: Counted from 1.
        dpi: Pixels per inch.

    Raises:
        FaceError: It cannot be read, has no such page, or the picture or what is on the page
            is far too much.
    """
    try:
        drawing = _Document(read_package(ofd, LIMITS)).draw(page)
    except MalformedOfdError as error:
        raise FaceError(f"the OFD file cannot be read: {error}") from error
    return drawing.png(dpi=dpi, ground="white")


def sealed_page(ofd: bytes) -> SealedPage:
    """Return the first page of the first document that a seal is shown on, or its first page.

    Raises:
        FaceError: As `page_png`.
    """
    try:
        document = _Document(read_package(ofd, LIMITS))
        page = document.first_sealed()
        drawing = document.draw(page)
        seals = document.seal_places(page, drawing)
    except MalformedOfdError as error:
        raise FaceError(f"the OFD file cannot be read: {error}") from error
    dpi = LONGEST_SIDE * _MM_PER_INCH / max(drawing.width_mm, drawing.height_mm)
    return SealedPage(
        picture=as_webp(drawing.png(dpi=dpi, ground="white")),
        page=page,
        pages=len(document.pages),
        seals=seals,
    )


def seal_images(ofd: bytes) -> tuple[SealImage, ...]:
    """Return the pictures of a document's seals, in order, at most 64.

    A picture that is an OFD file itself is rendered. What is no picture is left out.

    Raises:
        FaceError: The file cannot be read.
    """
    try:
        seals = shown_seals(read_package(ofd, LIMITS))
    except MalformedOfdError as error:
        raise FaceError(f"the OFD file cannot be read: {error}") from error
    images = (_seal_image(seal) for seal in seals[:MAX_SEALS])
    return tuple(image for image in images if image is not None)


def _seal_image(seal: ShownSeal) -> SealImage | None:
    try:
        if seal.media_type == OFD_PICTURE:
            drawing = _Document(read_package(seal.image, SEAL_LIMITS)).draw(1, with_seals=False)
            return SealImage(
                content=drawing.png(dpi=_SEAL_DPI, ground="none"), media_type="image/png"
            )
        is_picture = seal.media_type and as_png(seal.image, MAX_PIXELS) is not None
    except (FaceError, MalformedOfdError):
        return None
    return SealImage(content=seal.image, media_type=seal.media_type) if is_picture else None


class _Document:
    """The first document of a package."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._base, self._tree = document_tree(package, package.bodies[0])
        self._common = self._tree.one("CommonData")
        self.pages = self._tree.one("Pages").all("Page")
        if not 0 < len(self.pages) <= MAX_PAGES:
            raise FaceError(f"the document has {len(self.pages)} pages")

    def draw(self, page: int, *, with_seals: bool = True) -> PageDrawing:
        """Draw a page, counted from 1."""
        if not 0 < page <= len(self.pages):
            raise FaceError(f"there is no page {page}")
        listed = self.pages[page - 1]
        entry = self._package.locate(listed.attributes.get("BaseLoc", ""), base=self._base)
        tree = self._package.tree(entry, "Page")
        width, height = self._size(tree)
        resources = Resources(self._package)
        for item in tree.all("PageRes"):
            resources.load(item.text.strip(), entry)
        for name in ("PublicRes", "DocumentRes"):
            for item in self._common.all(name):
                resources.load(item.text.strip(), self._base)
        painter = ObjectPainter(resources, Budget())
        identifier = listed.attributes.get("ID", "")
        body = "".join(
            (
                *(painter.layer(layer) for layer in self._layers(tree)),
                *self._annotations(identifier, painter),
                *(self._stamps(identifier) if with_seals else ()),
            )
        )
        return PageDrawing(
            svg=svg_document(painter.definitions, body, width, height),
            width_mm=width,
            height_mm=height,
        )

    def first_sealed(self) -> int:
        """Return the first page that a seal is shown on, counted from 1; without one, 1."""
        stamped = {stamp.page for stamp in self._all_stamps()}
        names = [listed.attributes.get("ID", "") for listed in self.pages]
        return next((number for number, name in enumerate(names, 1) if name in stamped), 1)

    def seal_places(self, page: int, drawing: PageDrawing) -> tuple[SealPlace, ...]:
        """Return where seals are shown on a page, counted from 1, at most 64."""
        name = self.pages[page - 1].attributes.get("ID", "")
        found = (_place(stamp, drawing) for stamp in self._all_stamps() if stamp.page == name)
        return tuple(place for place in found if place is not None)[:MOST_SEALS]

    def _all_stamps(self) -> list[Stamp]:
        return [stamp for seal in shown_seals(self._package)[:MAX_SEALS] for stamp in seal.stamps]

    def _size(self, page: Element) -> tuple[float, float]:
        areas = (*page.all("Area"), *self._common.all("PageArea"))
        for area in areas:
            for name in ("PhysicalBox", "ApplicationBox", "ContentBox"):
                for item in area.all(name):
                    box = values.box(item.text)
                    if box is not None and max(box[2:]) <= MAX_PAGE_MM:
                        return box[2], box[3]
        raise FaceError("the page has no size")

    def _layers(self, page: Element) -> Iterator[Element]:
        """Yield the layers of a page and of its templates, the lowest first."""
        below: list[Element] = []
        above: list[Element] = []
        for used in page.all("Template"):
            layers, is_above = self._template(used)
            (above if is_above else below).extend(layers)
        yield from below
        yield from _sorted_layers(page)
        yield from above

    def _template(self, used: Element) -> tuple[list[Element], bool]:
        wanted = used.attributes.get("TemplateID", "")
        for item in self._common.all("TemplatePage"):
            if item.attributes.get("ID", "") == wanted:
                location = item.attributes.get("BaseLoc", "")
                entry = self._package.locate(location, base=self._base)
                order = used.attributes.get("ZOrder", item.attributes.get("ZOrder", ""))
                layers = _sorted_layers(self._package.tree(entry, "Page"))
                return layers, order == "Foreground"
        return [], False

    def _annotations(self, page: str, painter: ObjectPainter) -> Iterator[str]:
        for listed in self._tree.all("Annotations"):
            entry = self._package.locate(listed.text.strip(), base=self._base)
            for item in self._package.tree(entry, "Annotations").all("Page"):
                if item.attributes.get("PageID", "") != page:
                    continue
                notes = self._package.locate(item.text_of("FileLoc"), base=entry)
                for note in self._package.tree(notes, "PageAnnot").all("Annot"):
                    if values.claim(note.attributes, "Visible", default=True):
                        yield from (painter.appearance(item) for item in note.all("Appearance"))

    def _stamps(self, page: str) -> Iterator[str]:
        for number, seal in enumerate(shown_seals(self._package)[:MAX_SEALS]):
            stamps = [stamp for stamp in seal.stamps if stamp.page == page]
            address = _address(seal) if stamps else None
            if address is not None:
                yield from (
                    _stamp(stamp, address, f"c{number}-{at}") for at, stamp in enumerate(stamps)
                )


def _sorted_layers(page: Element) -> list[Element]:
    layers = [layer for content in page.all("Content") for layer in content.all("Layer")]
    return sorted(layers, key=lambda layer: _LAYERS.get(layer.attributes.get("Type", ""), 1))


def _place(stamp: Stamp, drawing: PageDrawing) -> SealPlace | None:
    """Return where a seal is shown on its page; of a seal across pages, the strip."""
    left, top, width, height = stamp.boundary
    if stamp.clip is not None:
        x, y, width, height = stamp.clip
        left, top = left + x, top + y
    across, down = drawing.width_mm, drawing.height_mm
    return SealPlace.within_page(
        left / across, top / down, (left + width) / across, (top + height) / down
    )


def _address(seal: ShownSeal) -> str | None:
    """Return a seal's picture as an address that holds it all."""
    try:
        if seal.media_type != OFD_PICTURE:
            found = as_png_address(seal.image, MAX_PIXELS)
            return found[0] if found else None
        drawing = _Document(read_package(seal.image, SEAL_LIMITS)).draw(1, with_seals=False)
    except (FaceError, MalformedOfdError):
        return None
    packed = base64.b64encode(drawing.svg.encode("ascii")).decode("ascii")
    return f"data:image/svg+xml;base64,{packed}"


def _stamp(stamp: Stamp, address: str, name: str) -> str:
    """Show a seal in its place; of a seal across pages, the strip of this page."""
    left, top, width, height = stamp.boundary
    image = (
        f'<image x="{left:.6g}" y="{top:.6g}" width="{width:.6g}" height="{height:.6g}"'
        f' preserveAspectRatio="none" href="{address}"/>'
    )
    if stamp.clip is None:
        return image
    x, y, across, down = stamp.clip
    return (
        f'<clipPath id="{name}"><path d="M{left + x:.6g} {top + y:.6g}h{across:.6g}v{down:.6g}'
        f'h{-across:.6g}z"/></clipPath><g clip-path="url(#{name})">{image}</g>'
    )
