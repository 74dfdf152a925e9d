"""What the pages of a foreign OFD document share: fonts, pictures, drawing parameters, units.

What cannot be read is as good as absent: people are shown what there is.
Source: GB/T 33190-2016, 7.9 (resources), 8.2 (drawing parameters), 13 (composite objects).
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from certs.errors import FaceError, MissingGlyphError
from certs.faces.drawing import svg_path
from certs.faces.fonts import Family, typeface
from certs.faces.ofd.foreign_fonts import MAX_FONT_BYTES, ForeignFont
from certs.faces.ofd.pens import SegmentPen
from signing.errors import MalformedOfdError
from signing.ofd.package import Package
from signing.ofd.xml_trees import Element

MAX_FONTS: Final = 64
MAX_PARAMETERS_DEPTH: Final = 8
_MAX_RESOURCES: Final = 10_000
_SANS_NAMES: Final = ("黑", "sans", "hei", "arial", "helvetica", "gothic", "等线", "雅黑")
_DIGITS: Final = 4


class GlyphSource:
    """How one font of a document draws characters: by its own file, or a family of ours."""

    def __init__(self, name: str, own: ForeignFont | None) -> None:
        """Choose a family by the font's name."""
        is_sans = any(part in name.lower() for part in _SANS_NAMES)
        self._family = Family.SANS if is_sans else Family.SERIF
        self._own = own

    def path(self, character: str) -> str:
        """Return a character's outline in em, y up; empty if there is none."""
        if self._own is not None and (glyph := self._own.glyph_of(character)):
            return self._own.path(glyph)
        return _family_path(self._family, character)

    def path_of_glyph(self, glyph: int) -> str:
        """Return the outline of a glyph by its number, empty without a font of its own."""
        return self._own.path(glyph) if self._own is not None else ""


@lru_cache(maxsize=4096)
def _family_path(family: Family, character: str) -> str:
    pen = SegmentPen()
    for candidate in (family, *Family):
        try:
            typeface(candidate).draw(character, pen)
        except MissingGlyphError:
            continue
        return svg_path(tuple(pen.segments), _DIGITS)
    return ""


class Resources:
    """The resources of one document."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._found: dict[str, tuple[Element, str, str]] = {}
        self._sources: dict[str, GlyphSource] = {}

    def load(self, location: str, base: str) -> None:
        """Read a file of resources (Res); later ones do not replace earlier ones."""
        try:
            entry = self._package.locate(location, base=base)
            root = self._package.tree(entry, "Res")
        except MalformedOfdError:
            return
        folder = root.attributes.get("BaseLoc", "").strip().rstrip("/")
        for kind in root.children:
            for item in kind.children:
                if len(self._found) < _MAX_RESOURCES:
                    place = (item, entry, folder)
                    self._found.setdefault(item.attributes.get("ID", ""), place)

    def item(self, identifier: str, name: str) -> Element | None:
        """Return a resource of one kind."""
        found = self._found.get(identifier)
        return found[0] if found and found[0].name == name else None

    def file(self, identifier: str, name: str, *, most: int) -> bytes:
        """Return the file that a resource names; empty if there is none."""
        found = self._found.get(identifier)
        if found is None or found[0].name != name:
            return b""
        item, base, folder = found
        written = item.all("FontFile" if name == "Font" else "MediaFile")
        location = written[0].text.strip() if written else ""
        # Paths count from BaseLoc, which counts from the file that holds them.
        for candidate in (f"{folder}/{location}" if folder else location, location):
            try:
                entry = self._package.locate(candidate, base=base)
                return self._package.archive.read(entry, max_bytes=most)
            except MalformedOfdError:
                continue
        return b""

    def glyphs(self, identifier: str) -> GlyphSource:
        """Return how a font draws; a font that is absent draws like one of ours."""
        source = self._sources.get(identifier)
        if source is None:
            source = self._opened(identifier)
            if len(self._sources) >= MAX_FONTS:
                raise FaceError(f"the pages use more than {MAX_FONTS} fonts")
            self._sources[identifier] = source
        return source

    def parameters(self, identifier: str | None) -> Iterator[Element]:
        """Yield drawing parameters (DrawParam), then those that they are relative to."""
        for _ in range(MAX_PARAMETERS_DEPTH):
            found = self.item(identifier or "", "DrawParam")
            if found is None:
                return
            yield found
            identifier = found.attributes.get("Relative")

    def _opened(self, identifier: str) -> GlyphSource:
        font = self.item(identifier, "Font") or Element("Font")
        name = " ".join(font.attributes.get(key, "") for key in ("FontName", "FamilyName"))
        data = self.file(identifier, "Font", most=MAX_FONT_BYTES)
        try:
            own = ForeignFont(data) if data else None
        except FaceError:
            own = None
        return GlyphSource(name, own)
