"""The objects of foreign OFD pages as SVG: paths, texts, pictures, groups of them.

Everything written into the SVG is a number, a color or a picture of our own making: no text of
the file gets into it. Boundaries do not cut off what reaches beyond them, as most readers do
not. Source: GB/T 33190-2016, 8 (graphic units), 9 (paths), 10 (pictures), 11 (texts), 13
(composite objects).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from certs.errors import FaceError
from certs.faces.ofd import ofd_values as values
from certs.faces.ofd.pixel_pictures import MAX_PICTURE_BYTES, as_png_address
from certs.faces.ofd.resources import GlyphSource, Resources
from signing.ofd.xml_trees import Element

MAX_OBJECTS: Final = 50_000
MAX_GLYPHS: Final = 200_000
MAX_SEGMENTS: Final = 1_000_000
MAX_SVG_CHARACTERS: Final = 64_000_000
MAX_PIXELS: Final = 40_000_000
MAX_DEPTH: Final = 4

_DEFAULT_LINE_MM: Final = 0.353
_LEAST_DASH_MM: Final = 0.05
_MAX_DASHES: Final = 16
_JOINS: Final = {"Round": "round", "Bevel": "bevel"}
_CAPS: Final = {"Round": "round", "Square": "square"}
_BLACK: Final = ("#000000", 1.0)
_STYLES: Final = frozenset({"LineWidth", "Join", "Cap", "DashPattern"})


class Budget:
    """How much a page may still hold; shared by all that is drawn on it."""

    def __init__(self) -> None:
        self._left = {
            "objects": MAX_OBJECTS,
            "glyphs": MAX_GLYPHS,
            "segments": MAX_SEGMENTS,
            "characters": MAX_SVG_CHARACTERS,
            "pixels": MAX_PIXELS,
        }

    def spend(self, kind: str, amount: int = 1) -> None:
        """Take away what is used.

        Raises:
            FaceError: It is more than is left.
        """
        self._left[kind] -= amount
        if self._left[kind] < 0:
            raise FaceError(f"a page has too many {kind}")

    def left(self, kind: str) -> int:
        """Return how much there is left."""
        return self._left[kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Style:
    """What an object has of its layer, its drawing parameters and itself."""

    fill: tuple[str, float] = _BLACK
    stroke: tuple[str, float] = _BLACK
    attributes: Mapping[str, str] = field(default_factory=dict)


class ObjectPainter:
    """Draws objects with the resources of one document."""

    def __init__(self, resources: Resources, budget: Budget) -> None:
        self._resources = resources
        self._budget = budget
        self._defined: dict[tuple[int, str | int], str] = {}
        self.definitions: list[str] = []
        self._painters: dict[str, Callable[[Element, _Style, int], str]] = {
            "PathObject": self._path,
            "TextObject": self._text,
            "ImageObject": self._image,
            "CompositeObject": self._composite,
            "PageBlock": self._block,
        }

    def layer(self, element: Element, style: _Style | None = None, depth: int = 0) -> str:
        """Return what a layer, a block or an appearance holds.

        Raises:
            FaceError: It is far too much, or nested too deeply.
        """
        if depth > MAX_DEPTH:
            raise FaceError("the objects of a page are nested too deeply")
        own = self._styled(element, style or _Style())
        return "".join(self._object(child, own, depth) for child in element.children)

    def appearance(self, element: Element) -> str:
        """Return what an annotation looks like, in its place.

        Raises:
            FaceError: As for ``layer``.
        """
        return self._placed(element, self.layer(element))

    def _object(self, element: Element, style: _Style, depth: int) -> str:
        painter = self._painters.get(element.name)
        if painter is None or not values.claim(element.attributes, "Visible", default=True):
            return ""
        self._budget.spend("objects")
        content = painter(element, self._styled(element, style), depth)
        self._budget.spend("characters", len(content))
        return self._placed(element, content)

    def _placed(self, element: Element, content: str) -> str:
        """Put what was drawn in the object's coordinates into its place."""
        if not content:
            return ""
        attributes = element.attributes
        corner = values.numbers(attributes.get("Boundary"), 4)[:2]
        place = f"translate({_joined(corner)})" if len(corner) == 2 else ""  # noqa: PLR2004
        matrix = values.matrix(attributes.get("CTM"))
        if matrix is not None:
            place += f" matrix({_joined(matrix)})"
        opacity = values.opacity(attributes.get("Alpha"))
        pale = f' opacity="{opacity:.3f}"' if opacity < 1 else ""
        moved = f' transform="{place.strip()}"' if place else ""
        return f"<g{moved}{pale}>{content}</g>"

    def _styled(self, element: Element, style: _Style) -> _Style:
        """Return the style of an object: its own, its parameters', what it is in."""
        sources = [element, *self._resources.parameters(element.attributes.get("DrawParam"))]
        attributes = dict(style.attributes)
        fill, stroke = style.fill, style.stroke
        for source in reversed(sources):
            given = source.attributes
            attributes.update({key: given[key] for key in _STYLES & given.keys()})
            for color in source.all("FillColor"):
                fill = values.color(color)
            for color in source.all("StrokeColor"):
                stroke = values.color(color)
        return _Style(fill=fill, stroke=stroke, attributes=attributes)

    def _path(self, element: Element, style: _Style, _depth: int) -> str:
        has_line = values.claim(element.attributes, "Stroke", default=True)
        has_fill = values.claim(element.attributes, "Fill", default=False)
        paint = (
            f'fill="{style.fill[0]}"{_opacity("fill", style.fill)}' if has_fill else 'fill="none"'
        )
        if element.attributes.get("Rule") == "Even-Odd":
            paint += ' fill-rule="evenodd"'
        if has_line:
            paint += _line(style)
        pieces = []
        for data in values.paths_of(element):
            path, segments = values.svg_path(data, self._budget.left("segments") + 1)
            self._budget.spend("segments", segments)
            pieces.append(f'<path {paint} d="{path}"/>' if path else "")
        return "".join(pieces)

    def _image(self, element: Element, _style: _Style, _depth: int) -> str:
        identifier = element.attributes.get("ResourceID", "")
        data = self._resources.file(identifier, "MultiMedia", most=MAX_PICTURE_BYTES)
        box = values.box(element.attributes.get("Boundary"))
        if not data or box is None:
            return ""
        found = as_png_address(data, self._budget.left("pixels"))
        if found is None:
            return ""
        address, pixels = found
        self._budget.spend("pixels", pixels)
        # Pictures fill the unit square; without a matrix of their own, the boundary.
        scale = "" if "CTM" in element.attributes else f' transform="scale({_joined(box[2:])})"'
        return f'<image width="1" height="1" preserveAspectRatio="none"{scale} href="{address}"/>'

    def _composite(self, element: Element, style: _Style, depth: int) -> str:
        identifier = element.attributes.get("ResourceID", "")
        unit = self._resources.item(identifier, "CompositeGraphicUnit")
        contents = unit.all("Content") if unit else ()
        return "".join(self.layer(content, style, depth + 1) for content in contents)

    def _block(self, element: Element, style: _Style, depth: int) -> str:
        return self.layer(element, style, depth + 1)

    def _text(self, element: Element, style: _Style, _depth: int) -> str:
        size = values.number(element.attributes.get("Size"))
        if size <= 0 or not values.claim(element.attributes, "Fill", default=True):
            return ""
        if not style.fill[1]:
            return ""
        wide = values.number(element.attributes.get("HScale"), 1.0) or 1.0
        source = self._resources.glyphs(element.attributes.get("Font", ""))
        chosen = _chosen_glyphs(element)
        pieces, first = [], 0
        for code in element.all("TextCode"):
            text = code.text.strip("\r\n\t")
            for index, (x, y) in enumerate(self._places(code, text)):
                key: str | int = chosen.get(first + index, text[index])
                name = self._glyph(source, key)
                if name:
                    pieces.append(
                        f'<use href="#{name}" transform="matrix('
                        f'{_joined((size * wide, 0, 0, -size, x, y))})"/>'
                    )
            first += len(text)
        if not pieces:
            return ""
        paint = f'fill="{style.fill[0]}"{_opacity("fill", style.fill)}'
        return f"<g {paint}>{''.join(pieces)}</g>"

    def _places(self, code: Element, text: str) -> Iterator[tuple[float, float]]:
        self._budget.spend("glyphs", len(text))
        x, y = (values.number(code.attributes.get(name)) for name in "XY")
        across = values.steps(code.attributes.get("DeltaX"), len(text))
        down = values.steps(code.attributes.get("DeltaY"), len(text))
        for index in range(len(text)):
            yield x, y
            x += across[index] if index < len(across) else 0
            y += down[index] if index < len(down) else 0

    def _glyph(self, source: GlyphSource, key: str | int) -> str:
        """Return the name of a glyph's definition, empty for a blank one."""
        place = (id(source), key)
        name = self._defined.get(place)
        if name is None:
            path = source.path(key) if isinstance(key, str) else source.path_of_glyph(key)
            name = f"g{len(self._defined)}" if path else ""
            self._defined[place] = name
            if path:
                self._budget.spend("characters", len(path))
                self.definitions.append(f'<path id="{name}" d="{path}"/>')
        return name


def _chosen_glyphs(element: Element) -> dict[int, int]:
    """Return the glyph numbers that take the place of characters (CGTransform)."""
    chosen: dict[int, int] = {}
    for item in element.all("CGTransform"):
        start = int(values.number(item.attributes.get("CodePosition")))
        for glyphs in item.all("Glyphs"):
            words = glyphs.text.split(maxsplit=MAX_GLYPHS)[:MAX_GLYPHS]
            chosen |= {start + index: int(values.number(word)) for index, word in enumerate(words)}
    return chosen


def _line(style: _Style) -> str:
    given = style.attributes
    width = values.number(given.get("LineWidth"), _DEFAULT_LINE_MM) or _DEFAULT_LINE_MM
    words = [
        f' stroke="{style.stroke[0]}" stroke-width="{abs(width):.4g}"',
        _opacity("stroke", style.stroke),
    ]
    if join := _JOINS.get(given.get("Join", "")):
        words.append(f' stroke-linejoin="{join}"')
    if cap := _CAPS.get(given.get("Cap", "")):
        words.append(f' stroke-linecap="{cap}"')
    dashes = values.numbers(given.get("DashPattern"), _MAX_DASHES)
    if dashes and min(dashes) >= _LEAST_DASH_MM:
        words.append(f' stroke-dasharray="{_joined(dashes)}"')
    return "".join(words)


def _opacity(name: str, color: tuple[str, float]) -> str:
    return f' {name}-opacity="{color[1]:.3f}"' if color[1] < 1 else ""


def _joined(numbers: Iterator[float] | tuple[float, ...] | list[float]) -> str:
    return " ".join(f"{value:.6g}" for value in numbers)
