import json
import math

import pytest

from certs.errors import FaceError
from certs.faces.slots import MAX_SLOTS, CodeSlot, FaceSlots, Horizontal, Vertical, parse_slots

TEXT = {
    "kind": "text",
    "page": 1,
    "x": 10.0,
    "y": 20,
    "width": 50.0,
    "height": 8.0,
    "name": "operator",
    "family": "Noto Serif SC",
    "size": 12.0,
    "min-size": 6.0,
    "color": "#1f1d1a",
    "horizontal": "center",
    "vertical": "bottom",
    "leading": 1.25,
    "lines": 3,
    "group": "",
}
CODE = {"kind": "code", "page": 1, "x": 100.0, "y": 100.0, "size": 30.0}


def parsed(*items: object) -> FaceSlots:
    return parse_slots(json.dumps(items), width_mm=297, height_mm=210)


def test_slots_are_read_as_declared() -> None:
    slots = parsed(TEXT, CODE)
    (text,) = slots.texts

    assert (text.name, text.x_mm, text.y_mm, text.width_mm) == ("operator", 10, 20, 50)
    assert (text.horizontal, text.vertical) == (Horizontal.CENTER, Vertical.BOTTOM)
    assert (text.size_pt, text.min_size_pt, text.lines) == (12, 6, 3)
    assert slots.code == CodeSlot(x_mm=100, y_mm=100, size_mm=30)
    assert parsed().code is None


@pytest.mark.parametrize(
    "change",
    [
        {"x": -1},
        {"x": 260},
        {"y": 203},
        {"page": 2},
        {"kind": "photo"},
        {"width": 0},
        {"height": math.inf},
        {"size": "12"},
        {"size": True},
        {"min-size": 13},
        {"lines": 0},
        {"leading": math.nan},
        {"color": "red"},
        {"color": "#1f1d1a80"},
        {"horizontal": "start"},
        {"vertical": "left"},
        {"name": None},
        {"group": 1},
    ],
)
def test_slot_that_makes_no_sense_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(FaceError):
        parsed(TEXT | change)


@pytest.mark.parametrize("items", [(TEXT, TEXT), (CODE, CODE), (1,), ([],), ({},)])
def test_doubled_or_shapeless_slots_are_refused(items: tuple[object, ...]) -> None:
    with pytest.raises(FaceError):
        parsed(*items)


def test_more_slots_than_a_face_has_are_refused() -> None:
    many = [TEXT | {"name": f"n{number}"} for number in range(MAX_SLOTS + 1)]
    assert len(parsed(*many[:-1]).texts) == MAX_SLOTS
    with pytest.raises(FaceError, match="at most"):
        parsed(*many)
