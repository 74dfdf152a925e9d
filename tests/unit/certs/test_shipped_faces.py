"""Faces of all types that come with the program: what stands on them and nothing overlaps."""

import atexit
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from certs.applications import parse_application
from certs.element_names import Element
from certs.faces.compiled import CompiledFaces
from certs.faces.content import FaceContent
from certs.faces.font_chains import FontChain
from certs.faces.layout import POINTS_PER_MM, PlacedText
from certs.faces.renderer import TypstRenderer
from certs.faces.slots import FaceSlots, TextSlot
from certs.faces.typefaces import EM
from certs.type_folders import shipped_type, shipped_types
from certs.type_imports import sample_rows
from certs.type_trials import specimen

TYPES = [item.short_name for item in shipped_types()]
UNDER_THE_SEAL = frozenset({"issuer", "issued_on"})
LONG_ISSUER = "样例省样例自治州样例自治县人力资源和社会保障局"
# Rules and bands at the edge of the sheet, and of a card (certs.faces.ornament).
FRAME_MM, CARD_FRAME_MM = 19.6, 4.6
OPENING, CLOSING = "（《〈「『【", "）》〉」』】，。；：、！？"
_TOLERANCE_MM = 0.05


@dataclass(frozen=True)
class Box:
    """A rectangle on the page, in mm from its left and upper edge."""

    name: str
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return min(across, down) > _TOLERANCE_MM

    def lies_in(self, other: "Box") -> bool:
        left, top = self.left - other.left, self.top - other.top
        right, bottom = other.right - self.right, other.bottom - self.bottom
        return min(left, top, right, bottom) > -_TOLERANCE_MM


@cache
def faces() -> CompiledFaces:
    made = CompiledFaces()
    atexit.register(made.close)
    return made


@cache
def fonts() -> FontChain:
    return FontChain()


@cache
def contents_of(short_name: str) -> tuple[FaceContent, ...]:
    """Every sample row, the longest values among them, with a long name of the issuer."""
    license_type = shipped_type(short_name)
    rows = sample_rows(license_type.folder)
    drawn = [specimen(license_type, parse_application(license_type, row)) for row in rows]
    return tuple(
        replace(content, values={**content.values, "issuer": LONG_ISSUER}) for content in drawn
    )


def slots_of(short_name: str) -> FaceSlots:
    return faces().template(contents_of(short_name)[0]).slots


def box_of(slot: TextSlot) -> Box:
    right, bottom = slot.x_mm + slot.width_mm, slot.y_mm + slot.height_mm
    return Box(slot.name, slot.x_mm, slot.y_mm, right, bottom)


def boxes_of(short_name: str) -> list[Box]:
    """The places of all that varies, the code included."""
    slots = slots_of(short_name)
    code = slots.code
    assert code is not None
    right, bottom = code.x_mm + code.size_mm, code.y_mm + code.size_mm
    return [*map(box_of, slots.texts), Box("code", code.x_mm, code.y_mm, right, bottom)]


def seal_of(short_name: str) -> Box:
    box = shipped_type(short_name).style.seal_box
    left, top = box.center_x_mm - box.width_mm / 2, box.center_y_mm - box.height_mm / 2
    return Box("seal", left, top, left + box.width_mm, top + box.height_mm)


def frame_of(short_name: str) -> Box:
    ground = shipped_type(short_name).style.ground
    edge = CARD_FRAME_MM if ground.is_card else FRAME_MM
    return Box("frame", edge, edge, ground.width_mm - edge, ground.height_mm - edge)


def run_box(run: PlacedText) -> Box:
    """The body of a run of text: as wide as its advances, one em high.

    Brackets and stops may hang out of a line by the half of them that is blank.
    """
    size_mm = run.size_pt / POINTS_PER_MM
    typeface = fonts().named(run.family)
    width = sum(typeface.advance(letter) for letter in run.text) / EM * size_mm
    left = run.x_mm + (size_mm / 2 if run.text[0] in OPENING else 0)
    right = run.x_mm + width - (size_mm / 2 if run.text[-1] in CLOSING else 0)
    top = run.baseline_mm - 0.88 * size_mm
    return Box(run.mark, left, top, right, top + size_mm)


def is_under_circle(box: Box, seal: Box) -> bool:
    x, y, radius = (
        (seal.left + seal.right) / 2,
        (seal.top + seal.bottom) / 2,
        (seal.right - seal.left) / 2,
    )
    across = max(box.left - x, x - box.right, 0)
    down = max(box.top - y, y - box.bottom, 0)
    return across**2 + down**2 < (radius - _TOLERANCE_MM) ** 2


@cache
def renderer() -> TypstRenderer:
    made = TypstRenderer()
    atexit.register(made.close)
    return made


@cache
def fixed_texts(short_name: str) -> tuple[Box, ...]:
    return tuple(_fixed_texts(contents_of(short_name)[0]))


def _fixed_texts(content: FaceContent) -> Iterator[Box]:
    """The ink of every character that the template itself prints, no value being filled in."""
    blank = replace(
        content,
        values=dict.fromkeys(content.values, ""),
        identifier="",
        specimen=False,
    )
    document = pypdfium2.PdfDocument(renderer().render(blank))
    page = document[0]
    height = page.get_height()
    text = page.get_textpage()
    for index in range(text.count_chars()):
        letter = chr(pdfium.FPDFText_GetUnicode(text, index))
        left, bottom, right, top = text.get_charbox(index)
        if letter.strip() and right > left:
            edges = (left, height - top, right, height - bottom)
            yield Box(letter, *(edge / POINTS_PER_MM for edge in edges))
    text.close()
    page.close()
    document.close()


@pytest.mark.parametrize("short_name", TYPES)
def test_no_place_on_a_face_overlaps_another(short_name: str) -> None:
    overlaps = [
        (one.name, other.name)
        for one, other in combinations(boxes_of(short_name), 2)
        if one.overlaps(other)
    ]

    assert overlaps == []


@pytest.mark.parametrize("short_name", TYPES)
def test_the_seal_lies_over_the_issuer_and_the_date_alone(short_name: str) -> None:
    seal = seal_of(short_name)
    under = {box.name for box in boxes_of(short_name) if is_under_circle(box, seal)}
    labels = [box.name for box in fixed_texts(short_name) if is_under_circle(box, seal)]

    assert under == UNDER_THE_SEAL
    assert labels == []
    assert seal.lies_in(frame_of(short_name))


@pytest.mark.parametrize("short_name", TYPES)
def test_the_solid_star_of_a_seal_covers_neither_issuer_nor_date(short_name: str) -> None:
    """The points of the star lie on a circle of a third of the seal's radius."""
    seal = seal_of(short_name)
    x, y = (seal.left + seal.right) / 2, (seal.top + seal.bottom) / 2
    reach = (seal.right - seal.left) / 2 / 3
    star = Box("star", x - reach, y - reach, x + reach, y + reach)

    assert [box.name for box in boxes_of(short_name) if box.overlaps(star)] == []


@pytest.mark.parametrize("short_name", TYPES)
def test_everything_stands_within_the_frame(short_name: str) -> None:
    frame = frame_of(short_name)
    outside = [
        box.name
        for box in (*boxes_of(short_name), *fixed_texts(short_name))
        if not box.lies_in(frame)
    ]

    assert outside == []


@pytest.mark.parametrize("short_name", TYPES)
def test_no_label_stands_in_the_place_of_a_value(short_name: str) -> None:
    labels = fixed_texts(short_name)
    covered = [
        (label.name, box.name)
        for box in boxes_of(short_name)
        for label in labels
        if label.overlaps(box)
    ]

    assert len(labels) > len(shipped_type(short_name).name)
    assert covered == []


@pytest.mark.parametrize("short_name", TYPES)
def test_the_longest_values_stay_in_their_places(short_name: str) -> None:
    places = {box.name: box for box in map(box_of, slots_of(short_name).texts)}
    for content in contents_of(short_name):
        marks = {content.mark_of(name): name for name in places}
        for run in faces().layout(content).texts:
            assert run_box(run).lies_in(places[marks[run.mark]]), run


@pytest.mark.parametrize("short_name", TYPES)
def test_no_value_is_printed_too_small_to_read(short_name: str) -> None:
    """Four points are the size of the small print on cards."""
    smallest = min(
        run.size_pt for content in contents_of(short_name) for run in faces().layout(content).texts
    )

    assert smallest >= 4


@pytest.mark.parametrize("short_name", TYPES)
def test_ordinary_name_of_a_holder_is_printed_large(short_name: str) -> None:
    content = contents_of(short_name)[0]
    sizes = {
        run.size_pt for run in faces().layout(content).texts if run.mark == Element.HOLDER_NAME
    }

    assert min(sizes) >= 9


def test_specimens_say_so_and_licenses_do_not() -> None:
    for short_name in TYPES:
        letters = "".join(box.name for box in fixed_texts(short_name))
        assert "样本" not in letters
        assert "具有同等法律效力" in letters
