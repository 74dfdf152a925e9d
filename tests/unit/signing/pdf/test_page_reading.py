"""What a sealed page says: read off its operators, and nothing that cannot be seen."""

import re
from dataclasses import replace

import pytest

from certs.faces.layout import FaceLayout, PlacedText
from signing.errors import MalformedPdfError
from signing.page_marks import MAX_TEXTS
from signing.pdf.objects import Name, PdfObject, Reference, Stream
from signing.pdf.page_reading import read_page
from signing.pdf.reading import parse_strict
from tests import bare_pages
from tests.printed import (
    bare,
    content_of,
    exchanged,
    laid_out,
    operated,
    operators_of,
    page_number,
    printing,
    stored,
    without_marks,
)
from tests.unit.certs.faces.sealed_faces import sealed


def _rule(strict: object) -> str:
    with pytest.raises(MalformedPdfError) as caught:
        read_page(strict)  # type: ignore[arg-type]
    return caught.value.rule


def _altered(pattern: bytes, by: bytes) -> str:
    """The rule that a page breaks once the first match of ``pattern`` was replaced."""
    return _rule(operated(lambda text: re.sub(pattern, by, text, count=1, flags=re.DOTALL)))


def test_each_text_is_read_under_its_name_line_by_line() -> None:
    address = "安徽省芜湖市镜湖区中山北路77号侨鸿国际商城5层512室（样例）"
    read = read_page(parse_strict(sealed(printing(domicile=address))))

    lines = {text.name: text.lines for text in read.texts}
    assert read.is_marked
    assert lines["certificateNumber"] == (content_of().values["number"],)
    assert len(lines["domicile"]) > 1
    assert "".join(lines["domicile"]) == address


def test_a_rare_character_in_another_font_stays_in_its_line() -> None:
    read = read_page(parse_strict(sealed(printing(operator="陈㛃𬍛𬬭，（样例）饭店"))))

    assert read.texts[0].lines == ("陈㛃𬍛𬬭，（样例）饭店",)


def test_the_code_is_read_row_by_row() -> None:
    content = content_of()
    read = read_page(parse_strict(sealed(content)))

    top = f"{read.code[0]:b}"
    assert top.startswith("1111111")
    assert top.endswith("1111111")
    assert len(read.code) == max(row.bit_length() for row in read.code)


def test_a_page_without_marks_is_read_run_by_run() -> None:
    content = content_of()
    read = read_page(laid_out(content, without_marks))

    assert not read.is_marked
    assert {text.name for text in read.texts} == {""}
    assert content.values["number"] in {"".join(text.lines) for text in read.texts}
    assert read.code == read_page(parse_strict(sealed(content))).code


def test_a_page_without_a_code_has_none() -> None:
    read = read_page(laid_out(content_of(), lambda layout: replace(layout, code=None)))

    assert read.code == ()
    assert read.is_marked


def test_a_page_without_texts_says_nothing() -> None:
    empty = read_page(laid_out(content_of(), lambda page: replace(page, texts=(), code=None)))

    assert (empty.texts, empty.code, empty.is_marked) == ((), (), False)


def test_a_page_of_another_writer_is_told_from_a_changed_one() -> None:
    assert _rule(parse_strict(bare_pages.sealed())) == "foreign-page"


@pytest.mark.parametrize(
    ("pattern", "by"),
    [
        (rb"\nBT\n", b"\n3 Tr\nBT\n"),
        (rb"\nBT\n", b"\nBT\n3 Tr\n"),
        (rb" Tj\n", b" Tj\n3 Tr\n"),
        (rb" Tm <", b" Tm 3 Tr <"),
        (rb" Tj\n", b" Tj\n0 Tz\n"),
        (rb" Tj\n", b" Tj\n50 Ts\n"),
        (rb"1 0 0 1 ", b"0 0 0 0 "),
        (rb"1 0 0 1 ", b"1 0 0 -1 "),
        (rb"/Ground Do", b"/Ground Do\n0 0 1 1 re W n"),
        (rb"/Ground Do", b"/Ground Do\nq"),
        (rb"\nET\n", b"\nET\n1 1 1 rg 0 0 900 900 re f\n"),
        (rb"\nET\n", b"\nET\n/Ground Do\n"),
        (rb"\nET\n", b"\nET\nBT\n/F0 12 Tf 0 0 0 rg 1 0 0 1 9 9 Tm <0001> Tj\nET\n"),
        (rb"cm 0 g", b"cm 1 g"),
        (rb"f Q", b"n Q"),
        (rb"f Q\nEMC", b"f Q\nEMC\n1 1 1 rg 0 0 900 900 re f"),
        (rb"EMC\n", b""),
        (rb"EMC\nET", b"ET"),
        (rb"EMC\n/yx", b"3 Tr\n/yx"),
        (rb"/yx\.domicile BMC", b"/yx.domicile BMC\n/yx.premises BMC"),
        (rb"/yx\.domicile BMC\n", b""),
        (rb"/yx\.code BMC\n", b""),
        (rb"f Q\nEMC", b"f Q"),
        (rb"/yx\.domicile BMC", b"/yx.domicile BMC\nEMC\n/yx.premises BMC"),
        (rb"/yx\.domicile BMC", b"/yx.9 BMC"),
        (rb"/yx\.domicile BMC", b"/yx.domicile <</ActualText(x)>> BDC"),
        (rb"/yx\.domicile BMC", b"/domicile BMC"),
        (rb"> Tj", b"> '"),
        (rb"Tm <", b"Tm <0"),
        (rb"/F0 ", b"/F9 "),
        (rb"q (\S+) 0 0 -\S+ ", rb"q \1 0 0 -9 "),
        (rb"0 0 7 1 re", b"00 0 7 1 re"),
        (rb"0 0 7 1 re", b"0 0 7 2 re"),
        (rb"0 0 7 1 re", b"900 0 7 1 re"),
        (rb"0 0 7 1 re", b"0 900 7 1 re"),
    ],
)
def test_an_operator_that_our_writer_does_not_use_makes_the_page_unreadable(
    pattern: bytes, by: bytes
) -> None:
    assert _altered(pattern, by) == "page-content"


@pytest.mark.parametrize(
    ("pattern", "by"),
    [
        (rb"/F0 \S+ Tf", b"/F0 0 Tf"),
        (rb"/F0 \S+ Tf", b"/F0 0.9 Tf"),
        (rb"/F0 \S+ Tf", b"/F0 -12 Tf"),
        (rb"/F0 \S+ Tf", b"/F0 900 Tf"),
        (rb"1 0 0 1 \S+ ", b"1 0 0 1 -900 "),
        (rb"1 0 0 1 \S+ ", b"1 0 0 1 835 "),
        (rb"(1 0 0 1 \S+) \S+ Tm", rb"\1 -30 Tm"),
        (rb"(1 0 0 1 \S+) \S+ Tm", rb"\1 590 Tm"),
        (rb"q \S+ 0 0 -\S+ ", b"q 0.1 0 0 -0.1 "),
        (rb"q \S+ 0 0 -\S+ ", b"q 0 0 0 -0 "),
        (rb"(q \S+ 0 0 \S+) \S+ ", rb"\1 -50 "),
        (rb"(q \S+ 0 0 \S+ \S+) \S+ cm", rb"\1 20 cm"),
        (rb"q \S+ 0 0 -\S+ \S+ \S+ cm", b"q 6 0 0 -6 300 580 cm"),
    ],
)
def test_what_cannot_be_seen_does_not_count_as_printed(pattern: bytes, by: bytes) -> None:
    assert _altered(pattern, by) == "hidden-content"


@pytest.mark.parametrize("code", [b"0000", b"FFFF", b"0FFF"])
def test_a_sign_that_stands_for_no_character_is_no_text(code: bytes) -> None:
    assert _altered(rb"Tm <....", b"Tm <" + code) == "unknown-glyph"


def test_the_sign_after_the_last_one_of_a_font_stands_for_nothing() -> None:
    def beyond(text: bytes) -> bytes:
        runs = re.findall(rb"/F0 .*? Tm <([0-9A-F]+)> Tj", text)
        last = max(int(run[at : at + 4], 16) for run in runs for at in range(0, len(run), 4))
        return re.sub(rb"(/F0 .*? Tm <)....", rb"\g<1>%04X" % (last + 1), text, count=1)

    assert _rule(operated(beyond)) == "unknown-glyph"


def test_more_texts_than_a_face_can_have_are_not_read() -> None:
    def many(text: bytes) -> bytes:
        mark = re.search(rb"/yx\.domicile BMC\n.*?EMC\n", text, re.DOTALL)
        assert mark is not None
        return text.replace(mark[0], mark[0] * (MAX_TEXTS + 1))

    assert _rule(operated(many)) == "too-large"


def test_more_characters_than_a_face_can_have_are_not_read() -> None:
    def long(text: bytes) -> bytes:
        text = re.sub(rb"/F0 \S+ Tf", b"/F0 1 Tf", text)
        run = re.search(rb"/yx\.domicile BMC\n([^\n]*\n)", text)
        assert run is not None
        return text.replace(run[1], run[1] * 2000)

    assert _rule(operated(long)) == "too-large"


def test_an_endless_page_is_not_inflated() -> None:
    strict = operated(lambda text: text + b"\n" * (5 << 20))
    assert _rule(strict) == "page-content"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("Encoding", Name("Identity-V")),
        ("Subtype", Name("Type3")),
        ("DescendantFonts", ()),
        ("DescendantFonts", 7),
    ],
)
def test_a_font_that_is_not_embedded_as_ours_makes_the_page_unreadable(
    key: str, value: PdfObject
) -> None:
    document = bare()
    page = document.objects[page_number(document) - 1]
    assert isinstance(page, dict)
    fonts = page["Resources"]["Font"]
    number = fonts["F0"].number
    font = document.objects[number - 1]
    assert isinstance(font, dict)
    entries = {name: font[name] for name in font}
    if key == "DescendantFonts":  # what is referred to no longer must not be left over
        entries["Yx"] = font["DescendantFonts"]
    assert _rule(exchanged(document, number, {**entries, key: value})) == "page-content"


def _descendant(widths: PdfObject) -> str:
    document = bare()
    number, entry = next(
        (number, value)
        for number, value in enumerate(document.objects, start=1)
        if isinstance(value, dict) and value.get("Subtype") == "CIDFontType0" and "W" in value
        if isinstance(value["W"], tuple) and value["W"][0] == 1
    )
    assert isinstance(entry, dict)
    return _rule(exchanged(document, number, {**entry, "W": widths}))


@pytest.mark.parametrize(
    "widths", [(), (1, (1000,)), (1, ()), (2, (1000,) * 90), (1, 90, 1000), 7, (1, (-9,) * 90)]
)
def test_widths_that_do_not_fit_the_characters_make_the_page_unreadable(widths: PdfObject) -> None:
    assert _descendant(widths) == "page-content"


def test_a_character_map_of_another_form_makes_the_page_unreadable() -> None:
    document = bare()
    number, entry = next(
        (number, value)
        for number, value in enumerate(document.objects, start=1)
        if isinstance(value, Stream) and value.entries.get("Type") == "CMap"
        if b"/Adobe-Identity-UCS" in value.data
    )
    assert isinstance(entry, Stream)
    changed = stored(entry.data.replace(b"<0001> <", b"<0001>  <", 1), Type=Name("CMap"))
    assert _rule(exchanged(document, number, changed)) == "page-content"


@pytest.mark.parametrize(
    "entries",
    [
        {"BleedBox": (0, 0, 10, 10)},
        {"Group": {"S": Name("Transparency")}},
        {"Contents": ()},
        {"TrimBox": (0, 0, 1, 1)},
    ],
)
def test_a_page_with_more_than_our_writer_gives_it_is_unreadable(
    entries: dict[str, PdfObject],
) -> None:
    document = bare()
    number = page_number(document)
    page = document.objects[number - 1]
    assert isinstance(page, dict)
    if "Contents" in entries:
        entries = {"Contents": (page["Contents"],)}
    expected = "foreign-page" if "Contents" in entries else "page-content"
    assert _rule(exchanged(document, number, {**page, **entries})) == expected


def test_a_box_above_the_page_that_cuts_it_off_is_seen() -> None:
    document = bare()
    number, root = next(
        (number, value)
        for number, value in enumerate(document.objects, start=1)
        if isinstance(value, dict) and value.get("Type") == Name("Pages")
    )
    cut = exchanged(document, number, {**root, "CropBox": (0, 0, 10, 10)})
    assert _rule(cut) == "page-content"


def test_resources_of_another_form_are_seen() -> None:
    document = bare()
    number = page_number(document)
    page = document.objects[number - 1]
    assert isinstance(page, dict)
    changed = {**page, "Resources": (page["Resources"],)}
    assert _rule(exchanged(document, number, changed)) == "page-content"


def test_a_resource_that_could_hide_something_is_seen() -> None:
    document = bare()
    number = page_number(document)
    page = document.objects[number - 1]
    assert isinstance(page, dict)
    resources = page["Resources"]
    assert isinstance(resources, dict)
    changed = {**resources, "ExtGState": {"Pale": {"ca": 0}}}
    assert _rule(exchanged(document, number, {**page, "Resources": changed})) == "page-content"


def test_the_code_cannot_lie_over_a_text() -> None:
    def moved(layout: FaceLayout) -> FaceLayout:
        assert layout.code is not None
        text = layout.texts[0]
        code = replace(layout.code, x_mm=text.x_mm, y_mm=text.baseline_mm - 2)
        return replace(layout, code=code)

    assert _rule(laid_out(content_of(), moved)) == "hidden-content"


def test_something_outside_the_marks_makes_the_page_unreadable() -> None:
    def one_without(layout: FaceLayout) -> FaceLayout:
        first: PlacedText = replace(layout.texts[0], mark="")
        return replace(layout, texts=(first, *layout.texts[1:]))

    assert _rule(laid_out(content_of(), one_without)) == "page-content"


def test_a_second_page_is_none_of_ours() -> None:
    document = bare()
    number = page_number(document)
    page = document.objects[number - 1]
    assert isinstance(page, dict)
    root = page["Parent"]
    assert isinstance(root, Reference)
    count = len(document.objects) + 1
    objects = [*document.objects, {**page}]
    kids = (Reference(number), Reference(count))
    objects[root.number - 1] = {"Type": Name("Pages"), "Kids": kids, "Count": 2}
    two = replace(
        document,
        objects=tuple(objects),
        order=(*document.order, count),
        trailer={**document.trailer, "Size": count + 1},
    )
    assert _rule(exchanged(two, number, page)) == "page-content"


def test_a_page_whose_operators_are_damaged_is_unreadable() -> None:
    document = bare()
    number, _ = operators_of(document)
    damaged = stored(b"not deflated", Filter=Name("FlateDecode"))
    assert _rule(exchanged(document, number, damaged)) == "page-content"


def test_a_page_packed_in_another_way_needs_another_reader() -> None:
    document = bare()
    number, operators = operators_of(document)
    packed = stored(operators.hex().encode() + b">", Filter=Name("ASCIIHexDecode"))
    packed = replace(packed, entries={**packed.entries, "DecodeParms": None})
    assert _rule(exchanged(document, number, packed)) == "foreign-page"
