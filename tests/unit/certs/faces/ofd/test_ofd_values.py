"""Foreign values are numbers within bounds, or absent."""

import pytest

from certs.faces.ofd import ofd_values as values
from signing.ofd.xml_trees import Element


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.5", 1.5),
        (" -2 ", -2),
        (".5", 0.5),
        ("3.", 3),
        ("1e3", 1000),
        ("1e9", 7),
        ("NaN", 7),
        ("inf", 7),
        ("99999", 7),
        ("", 7),
        ("1 2", 7),
        ("1_0", 7),
        ("٣", 7),
        (None, 7),
    ],
)
def test_numbers(text: str | None, number: float) -> None:
    assert values.number(text, 7) == number


def test_boxes_have_a_size_and_matrices_six_numbers() -> None:
    assert values.box("1 2,3 4") == (1, 2, 3, 4)
    for text in (None, "", "1 2 3", "1 2 3 4 5", "1 2 0 4", "1 2 3 -4", "1 2 3 x"):
        assert values.box(text) is None
    assert values.matrix("1 0 0 1 5 6") == (1, 0, 0, 1, 5, 6)
    assert values.matrix("1 0 0 1 5") is None
    assert values.numbers("1 " * 10_000, 4) == []
    assert values.numbers("1 99999", 2) == []


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"Value": "255 0 16"}, ("#ff0010", 1)),
        ({"Value": "#ff #0 #10", "Alpha": "51"}, ("#ff0010", 0.2)),
        ({"Value": "128"}, ("#808080", 1)),
        ({"Value": "0 255 255 0"}, ("#ff0000", 1)),
        ({"Value": "300 -5 x", "Alpha": "999"}, ("#ff0000", 1)),
        ({}, ("#000000", 1)),
    ],
)
def test_colors(attributes: dict[str, str], expected: tuple[str, float]) -> None:
    color, opacity = values.color(Element("FillColor", attributes))
    assert color == expected[0]
    assert opacity == pytest.approx(expected[1])


def test_a_gradient_shows_its_first_color() -> None:
    segments = tuple(
        Element("Segment", children=(Element("Color", {"Value": value}),))
        for value in ("1 2 3", "4 5 6")
    )
    shade = Element("AxialShd", children=segments)
    assert values.color(Element("FillColor", {"Value": "9"}, children=(shade,))) == ("#010203", 1)


def test_steps_are_counted_and_never_more_than_asked() -> None:
    assert values.steps("1 g 3 2.5 4", 10) == [1, 2.5, 2.5, 2.5, 4]
    assert values.steps("g 999999999 1", 3) == [1, 1, 1]
    assert values.steps("g", 3) == []
    assert values.steps("g -5 1 2", 3) == [2]
    assert values.steps(None, 3) == []


@pytest.mark.parametrize(
    ("data", "path", "segments"),
    [
        ("M 1 2 L 3 4 C", "M1 2L3 4Z", 3),
        ("S 1 2 B 1 2 3 4 5 6 Q 1 2 3 4", "M1 2C1 2 3 4 5 6Q1 2 3 4", 3),
        ("M 0 0 A 5 5 0 1 0 9 9", "M0 0A5 5 0 1 0 9 9", 2),
        ("M 0 0 A 5 5 0 2 0 9 9 L 1 1", "M0 0", 1),
        ("L 1 2", "", 0),
        ("M 1 2 L 3", "M1 2", 1),
        ("M 1 2 X 3 4", "M1 2", 1),
        ('M 1 2 L 3 4"/><script>', "M1 2", 1),
        ("M 1 2 " + "L 1 1 " * 100, "M1 2" + "L1 1" * 9, 10),
        ("", "", 0),
    ],
)
def test_path_data_is_taken_as_far_as_it_makes_sense(data: str, path: str, segments: int) -> None:
    assert values.svg_path(data, 10) == (path, segments)


def test_truth_values_have_a_default() -> None:
    for text, truth in (("true", True), ("FALSE", False), ("1", True), ("0", False), ("?", True)):
        assert values.claim({"A": text}, "A", default=True) is truth
    assert not values.claim({}, "A", default=False)
