"""The static layer of a face: the SVG that typst makes of a template, as paths of a page.

Of SVG there is what typst writes and what simple drawings need; anything else is refused, so
that nothing of a template gets lost unseen. Opacity becomes a paler color: what is see-through
is mixed with the color of the sheet below it, because not every reader of OFD can.
Source: SVG 1.1.
"""

import base64
import binascii
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from fontTools.misc.transform import Identity, Transform
from fontTools.pens.transformPen import TransformPen
from fontTools.svgLib.path.parser import parse_path

from certs.errors import FaceError
from certs.faces.drawing import Segment
from certs.faces.ofd.pens import MAX_SEGMENTS, SegmentPen
from certs.faces.ofd.svg_values import (
    INHERITED,
    color_of,
    length_of,
    line_of,
    mixed,
    numbers_of,
    opacity_of,
    shape_data,
    transform_of,
)
from certs.faces.ofd.vectors import Box, VectorPath, box_of, overlap

MAX_SVG_BYTES: Final = 16 << 20
MAX_PATHS: Final = 20_000
MAX_DEPTH: Final = 32

_LINK: Final = "{http://www.w3.org/1999/xlink}href"
_CLIP: Final = re.compile(r"url\(#([^)]+)\)")
_DRAWING: Final = "data:image/svg+xml;base64,"
_UNSEEN: Final = frozenset({"defs", "clipPath", "title", "desc", "metadata"})
_GROUPS: Final = frozenset({"g", "svg", "symbol"})
_WHITE: Final = "#ffffff"
_HAIR_MM: Final = 0.01
_CORNERS: Final = 4


def read_static_layer(svg: str, *, width_mm: float, height_mm: float) -> tuple[VectorPath, ...]:
    """Read a page that typst wrote as SVG.

    Args:
        svg: The document; its view box becomes the page.
        width_mm: Width of the page.
        height_mm: Height of the page.

    Returns:
        What is drawn, the lowest first; what is painted over completely is left out.

    Raises:
        FaceError: It has something that cannot be drawn as paths, or far too much.
    """
    page = (0.0, 0.0, width_mm, height_mm)
    reader = _Reader(page)
    try:
        reader.document(svg, Identity, page, page, depth=0)
    except (ValueError, LookupError, ArithmeticError, TypeError) as error:
        raise FaceError(f"the drawing has a value that makes no sense: {error}") from error
    return tuple(reader.paths)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where an element stands: its coordinates, its frame and what it inherits.

    Attributes:
        matrix: From the element's coordinates to the page's.
        clip: What is shown, on the page.
        named: The elements of the document by identifier.
    """

    matrix: Transform
    clip: Box
    named: Mapping[str, Element]
    style: Mapping[str, str] = field(default_factory=dict)
    opacity: float = 1.0
    depth: int = 0


class _Reader:
    """Walks one document and those inside it, collecting paths."""

    def __init__(self, page: Box) -> None:
        self.paths: list[VectorPath] = []
        self._page = page
        self._sheet = _WHITE
        self._segments_left = MAX_SEGMENTS

    def document(self, svg: str, matrix: Transform, frame: Box, clip: Box, *, depth: int) -> None:
        """Draw a document; its view box fills ``frame``."""
        root = _parsed(svg)
        left, top, width, height = numbers_of(root.get("viewBox", ""))
        fitted = matrix.translate(frame[0], frame[1])
        fitted = fitted.scale((frame[2] - frame[0]) / width, (frame[3] - frame[1]) / height)
        place = _Place(
            matrix=fitted.translate(-left, -top),
            clip=clip,
            named={item.get("id", ""): item for item in root.iter()},
            depth=depth,
        )
        self._children(root, place)

    def _children(self, element: Element, place: _Place) -> None:
        if place.depth > MAX_DEPTH:
            raise FaceError("the drawing is nested too deeply")
        for child in element:
            self._draw(child, replace(place, depth=place.depth + 1))

    def _draw(self, element: Element, place: _Place) -> None:
        name = str(element.tag).rpartition("}")[2]
        if name in _UNSEEN or (name == "symbol" and element.get("id")):
            return
        place = self._entered(element, place)
        if name in _GROUPS:
            self._children(element, place)
        elif name == "use":
            self._use(element, place)
        elif name == "image":
            self._image(element, place)
        else:
            self._shape(name, element, place)

    def _entered(self, element: Element, place: _Place) -> _Place:
        """Return the place with the element's own coordinates, style and frame."""
        given = dict(element.attrib)
        for part in given.pop("style", "").split(";"):
            key, _, value = part.partition(":")
            given[key.strip()] = value.strip()
        place = replace(
            place,
            matrix=place.matrix.transform(transform_of(given.get("transform", ""))),
            style={**place.style, **{key: given[key] for key in INHERITED & given.keys()}},
            opacity=place.opacity * opacity_of(given.get("opacity")),
        )
        if "clip-path" not in given:
            return place
        return replace(place, clip=overlap(place.clip, self._clip(given["clip-path"], place)))

    def _clip(self, reference: str, place: _Place) -> Box:
        found = _CLIP.fullmatch(reference)
        shapes = list(place.named[found[1]]) if found else []
        if len(shapes) == 1:
            name = str(shapes[0].tag).rpartition("}")[2]
            box = _rectangle(self._outline(name, shapes[0], place))
            if box is not None:
                return box
        raise FaceError("a face of this kind cuts drawings off along rectangles only")

    def _use(self, element: Element, place: _Place) -> None:
        target = place.named[element.get(_LINK, element.get("href", ""))[1:]]
        x, y = length_of(element.attrib, "x"), length_of(element.attrib, "y")
        place = replace(place, matrix=place.matrix.translate(x, y), depth=place.depth + 1)
        if str(target.tag).endswith("symbol"):
            self._children(target, place)
        elif place.depth <= MAX_DEPTH:
            self._draw(target, place)
        else:
            raise FaceError("the drawing is nested too deeply")

    def _image(self, element: Element, place: _Place) -> None:
        data = element.get(_LINK, element.get("href", ""))
        if not data.startswith(_DRAWING):
            raise FaceError("a face of this kind cannot show pictures made of pixels")
        if place.opacity < 1 or place.depth > MAX_DEPTH:
            raise FaceError("the drawing has a see-through picture, or is nested too deeply")
        left, top = length_of(element.attrib, "x"), length_of(element.attrib, "y")
        right = left + length_of(element.attrib, "width")
        bottom = top + length_of(element.attrib, "height")
        try:
            inner = base64.b64decode(data[len(_DRAWING) :], validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise FaceError("the drawing has a picture that cannot be read") from error
        frame = (left, top, right, bottom)
        self.document(inner, place.matrix, frame, place.clip, depth=place.depth + 1)

    def _shape(self, name: str, element: Element, place: _Place) -> None:
        path = self._outline(name, element, place)
        fill = self._color("fill", "black", place)
        stroke = self._color("stroke", "none", place)
        xx, xy, yx, yy, _, _ = place.matrix
        scale = math.sqrt(abs(xx * yy - xy * yx))
        vector = VectorPath(
            path=path,
            fill=fill[0] if fill else None,
            line=line_of(place.style, stroke[0], scale) if stroke else None,
            is_even_odd=place.style.get("fill-rule") == "evenodd",
            clip=place.clip,
        )
        if path and (vector.fill or vector.line):
            colors = [color for color in (fill, stroke) if color]
            self._add(vector, is_opaque=all(opacity == 1 for _, opacity in colors))

    def _outline(self, name: str, element: Element, place: _Place) -> tuple[Segment, ...]:
        pen = SegmentPen(self._segments_left)
        parse_path(shape_data(name, element.attrib), TransformPen(pen, place.matrix))
        self._segments_left -= len(pen.segments)
        return tuple(pen.segments)

    def _color(self, name: str, default: str, place: _Place) -> tuple[str, float] | None:
        """Return a color as it looks on the sheet, and how opaque it is."""
        found = color_of(place.style.get(name, default))
        if found is None:
            return None
        opacity = found[1] * opacity_of(place.style.get(f"{name}-opacity")) * place.opacity
        return mixed(found[0], opacity, sheet=self._sheet), opacity

    def _add(self, vector: VectorPath, *, is_opaque: bool) -> None:
        if len(self.paths) >= MAX_PATHS:
            raise FaceError("the drawing has too many paths")
        if not is_opaque:
            self.paths.insert(self._above_sheet(vector), vector)
            return
        box = _rectangle(vector.path)
        if box is not None and self._fills_page(overlap(box, vector.clip or box)):
            self.paths.clear()
            self._sheet = vector.fill or self._sheet
        self.paths.append(vector)

    def _above_sheet(self, vector: VectorPath) -> int:
        """Return how low a see-through path may lie.

        It has the color that it has on the sheet, so it goes below lines that it would let
        shine through, but not below filled paths.
        """
        own = box_of(vector.path)
        for index in range(len(self.paths), 0, -1):
            below = self.paths[index - 1]
            box = box_of(below.path)
            if below.fill and own and box and _has_size(overlap(own, box)):
                return index
        return 0

    def _fills_page(self, box: Box) -> bool:
        edges = zip(overlap(box, self._page), self._page, strict=True)
        return all(abs(edge - page) < _HAIR_MM for edge, page in edges)


def _has_size(box: Box) -> bool:
    return box[2] > box[0] and box[3] > box[1]


def _rectangle(path: Sequence[Segment]) -> Box | None:
    """Return a path's box if the path runs once around that box."""
    box = box_of(path)
    if box is None or any(segment.operator == "C" for segment in path):
        return None
    points = [
        (round(segment.coordinates[0], 3), round(segment.coordinates[1], 3))
        for segment in path
        if segment.coordinates
    ]
    if len(points) not in {_CORNERS, _CORNERS + 1}:
        return None
    is_straight = all(x == u or y == v for (x, y), (u, v) in pairwise([*points, points[0]]))
    left, top, right, bottom = (round(edge, 3) for edge in box)
    corners = {(left, top), (right, top), (right, bottom), (left, bottom)}
    return box if is_straight and set(points) == corners else None


def _parsed(svg: str) -> Element:
    if len(svg) > MAX_SVG_BYTES:
        raise FaceError("the drawing is larger than 16 MB")
    try:
        root: Element = ElementTree.fromstring(svg, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise FaceError("the drawing is no SVG") from error
    return root
