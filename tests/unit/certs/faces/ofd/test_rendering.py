"""What people see of an OFD file, our own and others'."""

import base64
import io
import random
import re
import zlib
from dataclasses import replace

import pytest
from PIL import Image, ImageChops

from certs.errors import FaceError
from certs.faces.fonts import Family, typeface
from certs.faces.ofd import objects, rendering
from certs.faces.ofd.glyph_subsets import GlyphSubsets
from certs.faces.ofd.rendering import page_count, page_png, seal_images
from certs.faces.ofd.rendering import sealed_page as shown_page
from certs.faces.pages import page_png as pdf_page_png
from certs.faces.qr import read_qr
from signing.ofd.package import read_package
from tests.unit.certs.face_samples import CONTENT, gray_picture, opened_picture
from tests.unit.certs.faces.ofd.sealed_ofd import (
    RARE_CONTENT,
    changed,
    files_of,
    page_of,
    png_picture,
    sample,
    sealed,
    sealed_page,
)
from tests.unit.certs.faces.sealed_faces import typst_renderer

MM = 4
"""Pixels of a millimeter in the pictures below."""
DPI = 25.4 * MM
RED, WHITE = (255, 0, 0), (255, 255, 255)
FILL = '<FillColor Value="255 0 0"/>'


def _picture(ofd: bytes, **arguments: int) -> Image.Image:
    return opened_picture(page_png(ofd, dpi=round(DPI), **arguments)).convert("RGB")


def _at(picture: Image.Image, x_mm: float, y_mm: float) -> tuple[int, ...]:
    scale = picture.width / 50
    pixel = picture.getpixel((int(x_mm * scale), int(y_mm * scale)))
    assert isinstance(pixel, tuple)
    return pixel


def _drawn(ofd: bytes) -> Image.Image:
    """The picture of a page of 50 mm by 40 mm."""
    picture = _picture(ofd)
    assert abs(picture.width - 50 * MM) <= 1
    assert abs(picture.height - 40 * MM) <= 1
    return picture


def test_our_face_looks_like_the_pdf_face() -> None:
    content = replace(CONTENT, specimen=False)
    ours = gray_picture(page_png(sealed(content), dpi=100))
    theirs = gray_picture(pdf_page_png(typst_renderer().render(content), dpi=100))
    assert abs(ours.width - theirs.width) <= 1
    # The seal is on the one only; fine lines come out paler here than there.
    ours.paste(255, (760, 550, 960, 740))
    theirs.paste(255, (760, 550, 960, 740))
    size = (min(ours.width, theirs.width), min(ours.height, theirs.height))
    pictures = [picture.crop((0, 0, *size)) for picture in (ours, theirs)]
    # No dark pixel is farther than two pixels, half a millimeter, from one of the other's.
    for one, other in (pictures, pictures[::-1]):
        black = one.point([255 * (value < 80) for value in range(256)])
        dark = other.point([255 * (value < 140) for value in range(256)])
        assert black.histogram()[255] > 10_000
        assert ImageChops.subtract(black, _spread(dark)).histogram()[255] < 20


def _spread(picture: Image.Image) -> Image.Image:
    """Let every white pixel reach two pixels in all directions."""
    found = picture
    for x in (-2, -1, 0, 1, 2):
        for y in (-2, -1, 0, 1, 2):
            found = ImageChops.lighter(found, ImageChops.offset(picture, x, y))
    return found


def test_the_printed_code_can_be_read_and_the_seal_is_seen() -> None:
    png = page_png(sample(), dpi=200)
    assert read_qr(png) == (CONTENT.qr_text,)
    picture = opened_picture(png).convert("RGB")
    scale = 200 / 25.4
    # The star in the middle of the seal.
    red, green, blue = picture.getpixel((int(217 * scale), int(162 * scale)))  # type: ignore[misc]
    assert red > 180
    assert max(green, blue) < 80


def test_rare_characters_are_seen() -> None:
    plain = sealed(RARE_CONTENT)
    page = "Doc_0/Pages/Page_0/Content.xml"
    xml = files_of(plain)[page].decode()
    outlines = re.search(r'<ofd:PathObject [^>]*><ofd:FillColor Value="31 29 26"/>.*?Object>', xml)
    assert outlines is not None
    without = changed(plain, {page: xml.replace(outlines[0], "").encode()})
    one, other = (gray_picture(page_png(ofd, dpi=72)) for ofd in (plain, without))
    box = ImageChops.difference(one, other).getbbox()
    assert box is not None
    assert box[2] - box[0] > 4 * 10
    assert box[3] - box[1] < 20


def test_paths_are_filled_stroked_and_moved() -> None:
    picture = _drawn(
        page_of(
            f'<PathObject Boundary="10 10 10 10" Fill="true" Stroke="false">{FILL}'
            "<AbbreviatedData>M 0 0 L 10 0 L 10 10 L 0 10 C</AbbreviatedData></PathObject>"
            '<PathObject Boundary="0 0 50 40" CTM="1 0 0 1 30 5" LineWidth="2">'
            '<StrokeColor Value="0 0 255"/><AbbreviatedData>M 0 0 L 0 20</AbbreviatedData>'
            "</PathObject>"
            '<PathObject Boundary="0 0 9 9" Visible="false" Fill="true">'
            "<AbbreviatedData>M 0 0 L 9 0 L 9 9</AbbreviatedData></PathObject>"
        )
    )
    assert _at(picture, 15, 15) == RED
    assert _at(picture, 22, 15) == WHITE
    assert _at(picture, 30, 15) == (0, 0, 255)
    assert _at(picture, 5, 2) == WHITE


def test_the_even_odd_rule_leaves_holes() -> None:
    data = "M 0 0 L 20 0 L 20 20 L 0 20 C M 5 5 L 15 5 L 15 15 L 5 15 C"
    for rule, middle in (("Even-Odd", WHITE), ("NonZero", RED)):
        picture = _drawn(
            page_of(
                f'<PathObject Boundary="0 0 20 20" Fill="true" Stroke="false" Rule="{rule}">{FILL}'
                f"<AbbreviatedData>{data}</AbbreviatedData></PathObject>"
            )
        )
        assert _at(picture, 10, 10) == middle
        assert _at(picture, 2, 2) == RED


def test_parameters_blocks_and_units_pass_on_what_they_say() -> None:
    path = "<AbbreviatedData>M 0 0 L 5 0 L 5 5 L 0 5 C</AbbreviatedData>"
    shape = f'<PathObject Boundary="0 0 5 5" Fill="true" Stroke="false">{path}</PathObject>'
    picture = _drawn(
        page_of(
            f"<PageBlock>{shape.replace('0 0 5 5', '10 0 5 5')}</PageBlock>"
            + shape.replace("<PathObject", '<PathObject DrawParam="3"')
            + '<CompositeObject Boundary="20 20 9 9" ResourceID="5" Alpha="128"'
            ' CTM="2 0 0 2 0 0"/>',
            resources=(
                '<DrawParams><DrawParam ID="3" Relative="4"/>'
                f'<DrawParam ID="4" Relative="3">{FILL}</DrawParam></DrawParams>'
                '<CompositeGraphicUnits><CompositeGraphicUnit ID="5"><Content>'
                f"{shape}</Content></CompositeGraphicUnit></CompositeGraphicUnits>"
            ),
        )
    )
    assert _at(picture, 2, 2) == RED
    assert _at(picture, 12, 2) == (0, 0, 0)
    assert all(abs(part - 127) < 3 for part in _at(picture, 28, 28))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP"])
def test_pictures_of_many_kinds_fill_their_square(kind: str) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (30, 20), RED).save(buffer, kind)
    picture = _drawn(
        page_of(
            '<ImageObject Boundary="5 5 10 10" ResourceID="7"/>'
            '<ImageObject Boundary="30 5 10 10" ResourceID="7" CTM="10 0 0 20 0 0"/>',
            resources='<MultiMedias><MultiMedia ID="7"><MediaFile>a.bin</MediaFile></MultiMedia>'
            "</MultiMedias>",
            files={"Doc_0/Res/a.bin": buffer.getvalue()},
        )
    )
    for place in ((6, 6), (14, 14), (31, 24)):
        red, green, blue = _at(picture, *place)
        assert red > 245
        assert max(green, blue) < 12
    assert _at(picture, 10, 17) == WHITE


def test_texts_use_embedded_fonts_then_ours() -> None:
    font = GlyphSubsets(typeface(Family.SERIF)).write("一")
    text = (
        '<TextObject Boundary="{0} 0 10 20" Font="{1}" Size="10">'
        '<TextCode X="0" Y="10" DeltaX="10">{2}</TextCode></TextObject>'
    )
    resources = (
        '<Fonts><Font ID="2" FontName="A"><FontFile>a.ttf</FontFile></Font>'
        '<Font ID="3" FontName="黑体"/></Fonts>'
    )
    ofd = page_of(
        text.format(5, 2, "一") + text.format(25, 3, "一\ue000"),
        resources=resources,
        files={"Doc_0/Res/a.ttf": font},
    )
    picture = _drawn(ofd)
    for left in (5, 25):
        # A bar in the middle of the em square, a little above half of its height.
        column = [_at(picture, left + 5, y / 10) for y in range(120)]
        dark = [index / 10 for index, color in enumerate(column) if max(color) < 128]
        assert dark
        assert 4 < sum(dark) / len(dark) < 8
        assert _at(picture, left + 5, 15) == WHITE


def test_chosen_glyphs_take_the_place_of_characters() -> None:
    font = GlyphSubsets(typeface(Family.SERIF)).write("一口")
    glyphs = '<CGTransform CodePosition="1" CodeCount="1"><Glyphs>{}</Glyphs></CGTransform>'
    pictures = []
    for content, code in ((glyphs.format(2), "口一"), ("", "口口")):
        pictures.append(
            _drawn(
                page_of(
                    '<TextObject Boundary="5 0 30 20" Font="2" Size="10">'
                    f'{content}<TextCode X="0" Y="10" DeltaX="10">{code}</TextCode></TextObject>',
                    resources='<Fonts><Font ID="2" FontName="A"><FontFile>a.ttf</FontFile></Font>'
                    "</Fonts>",
                    files={"Doc_0/Res/a.ttf": font},
                )
            )
        )
    assert pictures[0].tobytes() == pictures[1].tobytes()


def test_templates_and_annotations_are_drawn_too() -> None:
    path = "<AbbreviatedData>M 0 0 L 5 0 L 5 5 L 0 5 C</AbbreviatedData>"
    shape = f'<PathObject Boundary="0 0 5 5" Fill="true" Stroke="false">{FILL}{path}</PathObject>'
    ofd = page_of("", document="<Annotations>Annots.xml</Annotations>")
    notes = "".join(
        f'<Annot Visible="{visible}"><Appearance Boundary="{left} 10 5 5">{shape}'
        "</Appearance></Annot>"
        for visible, left in (("true", 10), ("false", 20))
    )
    ofd = changed(
        ofd,
        {
            "Doc_0/Page.xml": b'<Page><Template TemplateID="9"/><Template TemplateID="8"/></Page>',
            "Doc_0/Tpl.xml": f"<Page><Content><Layer>{shape}</Layer></Content></Page>".encode(),
            "Doc_0/Annots.xml": b'<Annotations><Page PageID="1"><FileLoc>Annot.xml</FileLoc></Page>'
            b'<Page PageID="2"><FileLoc>None.xml</FileLoc></Page></Annotations>',
            "Doc_0/Annot.xml": f"<PageAnnot>{notes}</PageAnnot>".encode(),
        },
    )
    picture = _drawn(ofd)
    assert [_at(picture, *place) for place in ((2, 2), (12, 12), (22, 12))] == [RED, RED, WHITE]


def test_seals_of_all_kinds_can_be_taken_out() -> None:
    (image,) = seal_images(sample())
    assert (image.content, image.media_type) == (png_picture(), "image/png")

    inner = page_of(
        f'<PathObject Boundary="0 0 50 40" Fill="true" Stroke="false">{FILL}'
        "<AbbreviatedData>M 0 0 L 25 0 L 25 40 L 0 40 C</AbbreviatedData></PathObject>"
    )
    (image,) = seal_images(sealed(image=inner, kind="ofd"))
    assert image.media_type == "image/png"
    picture = opened_picture(image.content).convert("RGBA")
    assert picture.getpixel((10, 10)) == (*RED, 255)
    assert picture.getpixel((picture.width - 10, 10))[3] == 0  # type: ignore[index]

    for junk in (b"\x89PNG\r\n\x1a\n junk", b"PK\x03\x04 junk", b"nothing", page_of("")[:-1]):
        assert seal_images(sealed(image=junk, kind="png")) == ()
    assert seal_images(page_of("")) == ()


def test_a_seal_that_is_a_file_itself_is_seen_on_the_page() -> None:
    inner = page_of(
        f'<PathObject Boundary="0 0 50 40" Fill="true" Stroke="false">{FILL}'
        "<AbbreviatedData>M 0 0 L 50 0 L 50 40 L 0 40 C</AbbreviatedData></PathObject>"
    )
    picture = opened_picture(page_png(sealed(image=inner, kind="OFD"), dpi=72)).convert("RGB")
    scale = 72 / 25.4
    assert picture.getpixel((int(200 * scale), int(160 * scale))) == RED


def test_a_seal_in_a_seal_in_a_seal_is_not_followed() -> None:
    inner = sealed_page()
    shown = opened_picture(page_png(inner, dpi=72)).convert("RGB")
    scale = 72 / 25.4
    assert shown.getpixel((int(15 * scale), int(15 * scale)))[0] > 180  # type: ignore[index]
    picture = opened_picture(page_png(sealed(image=inner, kind="ofd"), dpi=72)).convert("RGB")
    # The middle of the inner seal, if it were shown.
    red, green, _ = picture.getpixel((int(208.6 * scale), int(156.8 * scale)))  # type: ignore[misc]
    assert red - green < 80


@pytest.mark.parametrize("page", [0, -1, 2, 10**9])
def test_pages_that_are_not_there_are_refused(page: int) -> None:
    assert page_count(sample()) == 1
    with pytest.raises(FaceError, match="no page"):
        page_png(sample(), page=page)


@pytest.mark.parametrize("dpi", [0, -5, 1, 2_000])
def test_pictures_have_a_bounded_size(dpi: int) -> None:
    ofd = page_of("", size="0 0 5 5") if dpi == 1 else sample()
    with pytest.raises(FaceError, match="too many pixels"):
        page_png(ofd, dpi=dpi)


@pytest.mark.parametrize("size", ["", "0 0 0 5", "0 0 6000 10", "1e9", "a b c d"])
def test_a_page_needs_a_size(size: str) -> None:
    with pytest.raises(FaceError, match="no size"):
        page_png(page_of("", size=size))


def _many(kind: str) -> tuple[str, int]:
    path = (
        '<PathObject Boundary="0 0 1 1"><AbbreviatedData>M 0 0 L 1 1</AbbreviatedData></PathObject>'
    )
    text = '<TextObject Size="1"><TextCode>' + "一" * 9 + "</TextCode></TextObject>"
    return {"objects": (path * 4, 3), "segments": (path * 2, 3), "glyphs": (text, 8)}[kind]


@pytest.mark.parametrize("kind", ["objects", "segments", "glyphs"])
def test_what_a_page_holds_is_bounded(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    content, limit = _many(kind)
    page_png(page_of(content))
    monkeypatch.setattr(objects, f"MAX_{kind.upper()}", limit)
    with pytest.raises(FaceError, match=f"too many {kind}"):
        page_png(page_of(content))


def test_units_that_use_themselves_end() -> None:
    use = '<CompositeObject Boundary="0 0 5 5" ResourceID="5"/>'
    with pytest.raises(FaceError, match="nested"):
        page_png(
            page_of(
                use,
                resources="<CompositeGraphicUnits>"
                f'<CompositeGraphicUnit ID="5"><Content>{use * 2}</Content></CompositeGraphicUnit>'
                "</CompositeGraphicUnits>",
            )
        )


@pytest.mark.parametrize(("width", "height"), [(8_000, 6_000), (10_000, 9_500), (30_000, 30_000)])
def test_pictures_that_unfold_to_more_than_a_page_may_hold_are_refused(
    width: int, height: int
) -> None:
    rows = zlib.compress(bytes(100 * (1 + width)), 9)
    header = width.to_bytes(4) + height.to_bytes(4) + bytes((8, 0, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + b"".join(
        len(body).to_bytes(4) + name + body + zlib.crc32(name + body).to_bytes(4)
        for name, body in ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    )
    with pytest.raises(FaceError, match="too many pixels"):
        page_png(
            page_of(
                '<ImageObject Boundary="5 5 10 10" ResourceID="7"/>',
                resources='<MultiMedias><MultiMedia ID="7"><MediaFile>a.png</MediaFile>'
                "</MultiMedia></MultiMedias>",
                files={"Doc_0/Res/a.png": bomb},
            )
        )


def test_what_is_missing_or_damaged_is_left_out() -> None:
    picture = _drawn(
        page_of(
            '<ImageObject Boundary="5 5 10 10" ResourceID="7"/>'
            '<ImageObject Boundary="5 5 10 10" ResourceID="8"/>'
            '<ImageObject ResourceID="7"/><CompositeObject ResourceID="99"/>'
            '<TextObject Font="2" Size="5"><TextCode>\ue000</TextCode></TextObject>'
            '<TextObject Font="2" Size="-5"><TextCode>一</TextCode></TextObject>'
            '<TextObject Font="2" Size="5" Fill="false"><TextCode>一</TextCode></TextObject>'
            "<PathObject><AbbreviatedData>nonsense</AbbreviatedData></PathObject><Other/>",
            resources='<Fonts><Font ID="2" FontName="A"><FontFile>x.ttf</FontFile></Font></Fonts>'
            '<MultiMedias><MultiMedia ID="7"><MediaFile>a.png</MediaFile></MultiMedia>'
            '<MultiMedia ID="8"><MediaFile>none.png</MediaFile></MultiMedia></MultiMedias>',
            files={"Doc_0/Res/a.png": b"no picture", "Doc_0/Res/x.ttf": b"OTTO no font"},
        )
    )
    assert picture.getcolors() == [(picture.width * picture.height, WHITE)]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"%PDF-1.7", page_of("")[:-3]])
def test_what_is_no_ofd_file_is_refused(data: bytes) -> None:
    for read in (page_png, page_count, seal_images):
        with pytest.raises(FaceError):
            read(data)


def test_no_text_of_a_file_gets_into_the_drawing() -> None:
    evil = '"/><image href="file:///etc/passwd"/><g a="'
    quoted = evil.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    ofd = page_of(
        f'<PathObject ID="{quoted}" Boundary="{quoted}" CTM="{quoted}" Join="{quoted}"'
        f' Rule="{quoted}" Alpha="{quoted}" LineWidth="{quoted}" DashPattern="{quoted}">'
        f'<StrokeColor Value="{quoted}" Alpha="{quoted}"/>'
        f"<AbbreviatedData>M 0 0 L {quoted}</AbbreviatedData></PathObject>"
        f'<TextObject Size="5" HScale="{quoted}"><TextCode X="{quoted}" DeltaX="{quoted}">'
        f"{quoted}</TextCode></TextObject>"
    )
    package = read_package(ofd)
    svg = rendering._Document(package).draw(1).svg
    assert "passwd" not in svg
    assert "<image" not in svg
    assert page_png(ofd)


def test_extreme_values_do_not_stop_the_drawing() -> None:
    huge, tiny = "20000 20000 20000 20000 20000 20000", "1e-12 0 0 1e-12 0 0"
    for matrix in (huge, tiny, "0 0 0 0 0 0"):
        shapes = "".join(
            f'<PathObject Boundary="-20000 20000 1 1" CTM="{matrix}" LineWidth="{width}"'
            ' DashPattern="0.05 20000"><AbbreviatedData>M 0 0 A 0 20000 20000 1 1 1 1 B 1 2 3 4 5 6'
            " L 20000 -20000 C C C</AbbreviatedData></PathObject>"
            f'<TextObject Size="20000" HScale="20000" CTM="{matrix}"><TextCode>一A</TextCode>'
            "</TextObject>"
            for width in ("20000", "1e-12", "0")
        )
        nested = f"<PageBlock>{'<PageBlock>' * 3}{shapes}{'</PageBlock>' * 3}</PageBlock>"
        assert page_png(page_of(nested), dpi=50)


def test_damaged_parts_end_in_a_picture_or_a_refusal() -> None:
    some = random.Random(33190)  # noqa: S311 - a fixed sample
    files = files_of(sealed(RARE_CONTENT))
    outcomes = set()
    for _ in range(25):
        name = some.choice([name for name in files if not name.endswith((".json", ".p7s"))])
        data = bytearray(files[name])
        for _ in range(some.randint(1, 5)):
            at = some.randrange(len(data))
            data[at : at + some.randint(0, 9)] = some.randbytes(some.randint(0, 9))
        try:
            page_png(changed(sample(), {**files, name: bytes(data)}), dpi=20)
            outcomes.add("drawn")
        except FaceError:
            outcomes.add("refused")
    assert outcomes == {"drawn", "refused"}


def test_addresses_hold_what_they_show() -> None:
    svg = rendering._Document(read_package(sample())).draw(1).svg
    (address,) = re.findall(r'href="data:image/png;base64,([^"]+)"', svg)
    picture = opened_picture(base64.b64decode(address)).convert("RGBA")
    assert picture.tobytes() == opened_picture(png_picture()).convert("RGBA").tobytes()


def _stamped(stamps: str, *, pages: str = '<Page ID="1" BaseLoc="Page.xml"/>') -> bytes:
    """The small sealed document with other stamps; nobody verifies it here."""
    ofd = sealed_page()
    files = files_of(ofd)
    (signature,) = (name for name in files if name.endswith("Signature.xml"))
    described = re.sub(rb"<ofd:StampAnnot [^>]*/>", stamps.encode(), files[signature])
    document = files["Doc_0/Document.xml"].replace(
        b'<Page ID="1" BaseLoc="Page.xml"/>', pages.encode()
    )
    return changed(ofd, {signature: described, "Doc_0/Document.xml": document})


def test_the_page_with_a_seal_tells_where_it_stands() -> None:
    shown = shown_page(sealed_page())
    (place,) = shown.seals

    assert (shown.page, shown.pages) == (1, 1)
    assert (place.left, place.top) == (0.1, 0.125)
    assert (round(place.width, 6), round(place.height, 6)) == (0.4, 0.5)
    assert opened_picture(shown.picture).format == "WEBP"


def test_of_a_seal_across_pages_the_strip_is_told() -> None:
    strip = '<ofd:StampAnnot ID="3" PageRef="1" Boundary="40 5 20 20" Clip="0 0 10 20"/>'
    (place,) = shown_page(_stamped(strip)).seals

    assert (round(place.left, 6), round(place.width, 6)) == (0.8, 0.2)


def test_the_first_page_with_a_seal_is_shown() -> None:
    pages = '<Page ID="1" BaseLoc="Page.xml"/><Page ID="2" BaseLoc="Page.xml"/>'
    stamp = '<ofd:StampAnnot ID="3" PageRef="2" Boundary="5 5 20 20"/>'

    assert shown_page(_stamped(stamp, pages=pages)).page == 2
    assert shown_page(_stamped(stamp)).page == 1
    assert shown_page(_stamped(stamp)).seals == ()


def test_an_ofd_file_that_cannot_be_read_shows_no_page() -> None:
    with pytest.raises(FaceError):
        shown_page(b"PK\x03\x04")
