"""SVG of templates becomes paths, whole or not at all."""

import base64

import pytest

from certs.errors import FaceError
from certs.faces.drawing import Drawing, Segment, Shape
from certs.faces.ofd import static_layers
from certs.faces.ofd.static_layers import read_static_layer
from certs.faces.ofd.vectors import VectorPath, box_of, path_object, paths_of


def _svg(content: str, attributes: str = "") -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 200 100" {attributes}>{content}</svg>'
    )


def _read(content: str) -> tuple[VectorPath, ...]:
    return read_static_layer(_svg(content), width_mm=100, height_mm=50)


def _rounded(path: VectorPath) -> list[tuple[str, tuple[float, ...]]]:
    return [
        (segment.operator, tuple(round(value, 3) for value in segment.coordinates))
        for segment in path.path
    ]


def test_coordinates_become_millimeters_of_the_page() -> None:
    (path,) = _read(
        '<g transform="translate(10 20) scale(2)"><path d="m1 1 h3 v2 z" fill="#a1b2c3"/></g>'
    )
    assert path.fill == "#a1b2c3"
    assert path.line is None
    assert _rounded(path)[:3] == [("M", (6, 11)), ("L", (9, 11)), ("L", (9, 13))]
    assert _rounded(path)[-1] == ("Z", ())


def test_lines_keep_their_width_color_and_dashes() -> None:
    (path,) = _read(
        '<g stroke="#010203" fill="none" transform="rotate(90)"><path d="M0-10L50-10"'
        ' stroke-width="3" stroke-linecap="round" stroke-linejoin="bevel"'
        ' stroke-dasharray="4 2"/></g>'
    )
    assert path.fill is None
    assert path.line is not None
    assert (path.line.color, path.line.cap, path.line.join) == ("#010203", "Round", "Bevel")
    assert path.line.width_mm == pytest.approx(1.5)
    assert path.line.dashes_mm == pytest.approx((2, 1))
    xml = path_object(path, 7)
    assert xml.startswith('<ofd:PathObject ID="7" Boundary="3.5 0 3 26.5" LineWidth="1.5"')
    assert 'Cap="Round" Join="Bevel" DashPattern="2 1" Stroke="true" Fill="false"' in xml
    assert '<ofd:StrokeColor Value="1 2 3"/>' in xml
    assert xml.endswith(
        "<ofd:AbbreviatedData>M 1.5 0 L 1.5 25</ofd:AbbreviatedData></ofd:PathObject>"
    )


@pytest.mark.parametrize(
    ("shape", "box"),
    [
        ('<rect x="2" y="4" width="10" height="6"/>', (1, 2, 6, 5)),
        ('<circle cx="20" cy="20" r="6"/>', (7, 7, 13, 13)),
        ('<ellipse cx="20" cy="20" rx="6" ry="2"/>', (7, 9, 13, 11)),
        ('<line x1="2" y1="4" x2="12" y2="10" stroke="#000"/>', (1, 2, 6, 5)),
        ('<polygon points="2,4 12,4 12,10"/>', (1, 2, 6, 5)),
        ('<polyline points="2 4 12 4 12 10"/>', (1, 2, 6, 5)),
    ],
)
def test_simple_shapes_are_paths(shape: str, box: tuple[float, ...]) -> None:
    (path,) = _read(shape)
    assert box_of(path.path) == pytest.approx(box, abs=1.01)


def test_symbols_are_drawn_where_they_are_used_and_nowhere_else() -> None:
    one, other = _read(
        '<defs><symbol id="g1"><path d="M0 0H2V2Z"/></symbol></defs>'
        '<use xlink:href="#g1" x="10" fill="#ff0000"/><use xlink:href="#g1" y="20" fill="#00f"/>'
    )
    assert (one.fill, other.fill) == ("#ff0000", "#0000ff")
    assert _rounded(one)[0] == ("M", (5, 0))
    assert _rounded(other)[0] == ("M", (0, 10))


def test_a_drawing_inside_fills_its_frame() -> None:
    inner = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="10 10 4 4">'
        '<rect x="12" y="12" width="2" height="2"/></svg>'
    )
    data = base64.b64encode(inner.encode()).decode()
    (path,) = _read(
        '<image x="100" y="20" width="40" height="20"'
        f' xlink:href="data:image/svg+xml;base64,{data}"/>'
    )
    assert box_of(path.path) == pytest.approx((60, 15, 70, 20))


def test_what_the_sheet_hides_is_left_out_and_what_is_pale_is_mixed_with_it() -> None:
    sheet, mark, line = _read(
        '<path d="M0 0H9V9Z"/><rect width="200" height="100" fill="#fffef0"/>'
        '<path d="M1 1H90" fill="none" stroke="#123456"/>'
        '<path d="M0 0H50V50Z" fill="#ff000080"/>'
    )
    assert sheet.fill == "#fffef0"
    # Half red on ivory; it lies below the line, which it would let shine through.
    assert mark.fill == "#ff7f78"
    assert line.line is not None


def test_what_is_pale_stays_above_filled_paths() -> None:
    panel, mark = _read(
        '<rect x="5" y="5" width="50" height="50" fill="#fff"/>'
        '<path d="M0 0H50V50Z" opacity="0.5" fill-opacity="50%"/>'
    )
    assert panel.fill == "#ffffff"
    assert mark.fill == "#bfbfbf"


def test_a_frame_cuts_off_through_the_boundary() -> None:
    (path,) = _read(
        '<clipPath id="c"><path d="M0 0H20V20H0Z"/></clipPath>'
        '<g clip-path="url(#c)"><path d="M10 10H90V90H10Z"/></g>'
    )
    assert 'Boundary="5 5 5 5"' in path_object(path, 1)
    (hidden,) = _read(
        '<clipPath id="c"><path d="M0 0H20V20H0Z"/></clipPath>'
        '<g clip-path="url(#c)"><path d="M50 50H90V90H50Z"/></g>'
    )
    assert path_object(hidden, 1) == ""


def test_no_two_moves_stand_side_by_side() -> None:
    (path,) = _read('<path d="M0 0m5 5l1 0 0 1zM7 7M8 8L9 9M1 1"/>')
    xml = path_object(path, 1)
    words = xml.partition("<ofd:AbbreviatedData>")[2].split("<")[0].split()
    letters = [word for word in words if word.isalpha()]
    assert letters == ["M", "L", "L", "L", "C", "M", "L"]


def test_curves_and_arcs_become_cubic_curves() -> None:
    (path,) = _read('<path d="M0 0Q10 0 10 10T20 20A5 5 0 0 1 30 20C1 2 3 4 5 6"/>')
    assert {segment.operator for segment in path.path} == {"M", "C"}
    assert "AbbreviatedData>M 0 0 B " in path_object(path, 1)


def test_shapes_of_a_drawing_keep_their_rule() -> None:
    shape = Shape(
        path=(Segment("M", (0, 0)), Segment("L", (2, 0)), Segment("L", (2, 2)), Segment("Z")),
        color="#c00000",
        is_even_odd=True,
    )
    (path,) = paths_of(Drawing(width_mm=2, height_mm=2, shapes=(shape,)), left_mm=5, top_mm=7)
    xml = path_object(path, 3)
    assert 'Boundary="5 7 2 2" Stroke="false" Fill="true" Rule="Even-Odd"' in xml


@pytest.mark.parametrize(
    "content",
    [
        "<text>证</text>",
        '<rect width="9" height="9" rx="2"/>',
        '<path d="M0 0H9V9Z" fill="url(#gradient)"/>',
        '<image width="9" height="9" xlink:href="data:image/png;base64,AAAA"/>',
        '<image width="9" height="9" xlink:href="data:image/svg+xml;base64,!"/>',
        '<image width="9" height="9" opacity="0.5" xlink:href="data:image/svg+xml;base64,AAAA"/>',
        '<use xlink:href="#nothing"/>',
        '<g id="a"><use xlink:href="#a"/></g>',
        '<path d="M0"/>',
        '<g transform="skewX(3)"/>',
        '<g transform="scale("/>',
        '<g clip-path="url(#c)"/>',
        '<clipPath id="c"><path d="M0 0L9 0L9 9Z"/></clipPath><g clip-path="url(#c)"/>',
        '<path d="M0 0H9V9Z" opacity="much"/>',
        '<path d="M0 0H9" stroke="#000" stroke-width="thin"/>',
        '<path d="M0 0H9" stroke="#000" stroke-linecap="odd"/>',
        "<g>" * 40 + "</g>" * 40,
    ],
)
def test_what_cannot_be_drawn_is_refused(content: str) -> None:
    with pytest.raises(FaceError):
        _read(content)


@pytest.mark.parametrize(
    "svg",
    [
        "",
        "no svg",
        _svg("").replace("200 100", "200"),
        _svg("").replace("200 100", "0 0"),
        '<!DOCTYPE svg [<!ENTITY a "b">]><svg viewBox="0 0 1 1">&a;</svg>',
    ],
)
def test_what_is_no_drawing_is_refused(svg: str) -> None:
    with pytest.raises(FaceError):
        read_static_layer(svg, width_mm=10, height_mm=10)


def test_drawings_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(static_layers, "MAX_PATHS", 3)
    with pytest.raises(FaceError, match="too many paths"):
        _read('<path d="M0 0H1V1Z"/>' * 4)
    monkeypatch.setattr(static_layers, "MAX_SEGMENTS", 5)
    with pytest.raises(FaceError, match="too many lines"):
        _read('<path d="M0 0H1V1H2V2H3Z"/>')
    monkeypatch.setattr(static_layers, "MAX_SVG_BYTES", 10)
    with pytest.raises(FaceError, match="16 MB"):
        _read("")
