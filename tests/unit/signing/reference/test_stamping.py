"""Seals on any PDF: where they stand, what they permit, what is refused, and who can read it."""

import io
import re
from collections.abc import Callable
from functools import cache

import page as page_validation
import pypdfium2
import pytest
from PIL import Image
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.signers.cms_embedder import SigMDPSetup

from signing.algorithms import SEAL_SIGNATURE_ATTRIBUTE, sm3
from signing.errors import MalformedPdfError
from signing.pdf.assembly import SealProfile
from signing.pdf.locating import covered_digest, locate_signatures
from signing.pdf.sealing import SealPlacement
from signing.reference import stamping
from signing.reference.documents import MAX_STAMPED_BYTES
from signing.seal_signatures import parse_seal_signature
from signing.signed_messages import Dialect, parse_message
from signing.timestamp_tokens import parse_token
from tests import stamped, world
from tests.foreign_timestamps import authority

WIDE = SealPlacement(page=1, left_mm=70, top_mm=250, width_mm=60, height_mm=30)
Make = Callable[[], bytes]


@cache
def _one() -> bytes:
    return stamped.stamp()


@cache
def _riding() -> bytes:
    return stamped.stamp(place=None, is_riding=True)


@cache
def _keeping() -> bytes:
    return stamped.stamp(kept_fields=(stamped.NEXT, WIDE))


@cache
def _two() -> bytes:
    return stamped.stamp(_keeping(), place=None)


each_kind = pytest.mark.parametrize(
    "make", [_one, _riding, _keeping, _two], ids=["one", "riding", "kept", "two"]
)


def _is_red(pixel: tuple[int, int, int]) -> bool:
    red, green, blue = pixel
    return red > 150 and green < 110 and blue < 110


def _red_in(picture: Image.Image, dpi: int) -> tuple[int, ...] | None:
    """Where the red of a picture stands: left, top, right, bottom in mm."""
    pixels = picture.convert("RGB")
    mask = Image.frombytes(
        "L",
        pixels.size,
        bytes(255 * _is_red(pixel) for pixel in zip(*[iter(pixels.tobytes())] * 3, strict=True)),
    )
    box = mask.getbbox()
    return box and tuple(round(value * 25.4 / dpi) for value in box)


def _red(pdf: bytes, page: int = 1) -> tuple[int, ...] | None:
    return _red_in(Image.open(io.BytesIO(stamped.poppler_png(pdf, page, dpi=50))), 50)


def _red_by_pdfium(pdf: bytes, page: int = 1) -> tuple[int, ...] | None:
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    picture = document[page - 1].render(scale=50 / 72).to_pil()
    document.close()
    return _red_in(picture, 50)


def _near(found: tuple[int, ...] | None, expected: tuple[int, ...]) -> bool:
    return found is not None and all(
        abs(one - other) <= 1 for one, other in zip(found, expected, strict=True)
    )


# What the file is --------------------------------------------------------------------------------


def test_a_seal_is_cms_and_seal_signature_over_the_whole_file() -> None:
    (located,) = locate_signatures(_one())
    assert located.is_whole_file
    digest = covered_digest(_one(), located)
    message = parse_message(Dialect.CMS, located.contents)
    message.verify(digest)
    parse_seal_signature(message.attributes[SEAL_SIGNATURE_ATTRIBUTE]).verify(digest)
    assert (located.filter_name, located.sub_filter) == SealProfile.CMS.value


@each_kind
def test_the_reference_finds_every_seal_sound(make: Make) -> None:
    report = stamped.judged(make())
    assert report.is_sound
    assert len(report.signatures) == (2 if make is _two else 1)


def test_the_original_bytes_stay_in_front() -> None:
    assert _one().startswith(stamped.document())


def test_a_seal_signature_alone_stands_in_the_other_profile() -> None:
    data = stamped.stamp(profile=SealProfile.GM_SEAL)
    (located,) = locate_signatures(data)
    assert (located.filter_name, located.sub_filter) == SealProfile.GM_SEAL.value
    parse_seal_signature(located.contents).verify(covered_digest(data, located))
    report = stamped.judged(data)
    assert (report.unlisted, report.is_sound) == (1, False)  # pyHanko does not know the kind


def test_seals_of_both_profiles_stand_on_one_file() -> None:
    first = stamped.stamp(profile=SealProfile.GM_SEAL, kept_fields=(stamped.NEXT,))
    both = stamped.stamp(first, place=None)
    one, other = locate_signatures(both)
    parse_seal_signature(one.contents).verify(covered_digest(both, one))
    parse_message(Dialect.CMS, other.contents).verify(covered_digest(both, other))
    report = stamped.judged(both)
    assert report.signatures[0].is_sound
    assert (report.unlisted, report.is_sound) == (1, False)


def test_a_timestamp_stands_in_the_cms() -> None:
    data = stamped.stamp(timestamps=authority())
    (located,) = locate_signatures(data)
    message = parse_message(Dialect.CMS, located.contents)
    parse_token(message.timestamp).verify(sm3(message.signature.to_der()))
    (verdict,) = stamped.judged(data).signatures
    assert verdict.is_sound
    assert verdict.timestamped_at == world.NOON


@each_kind
def test_qpdf_finds_nothing_wrong(make: Make) -> None:
    assert stamped.complaints_of_qpdf(make()) == ""


@each_kind
def test_no_rule_of_pdf_a_is_broken(make: Make) -> None:
    found = _findings(make())
    if make is _two:
        # The checker wants every signature to cover the file as it is, not as it was then.
        found = [item for item in found if item[0] != "PDFA3B-SIGNATURE-BYTERANGE-001"]
    assert found == _findings(stamped.document())


def _findings(pdf: bytes) -> list[tuple[str, str]]:
    report = page_validation.validate_pdf_bytes(pdf, profile="3b")
    return [(finding.rule_id, finding.message) for finding in report.failures]


def test_old_pdf_a_gets_a_seal_without_transparency() -> None:
    before = stamped.document(1, standard="a-1b")
    data = stamped.stamp(before)
    assert b"/Multiply" not in data[len(before) :]
    assert b"/Multiply" in _one()[len(stamped.document()) :]
    assert stamped.judged(data).is_sound


# Where it stands ---------------------------------------------------------------------------------


def test_a_seal_stands_where_it_was_put() -> None:
    place = SealPlacement(page=2, left_mm=100, top_mm=30, width_mm=42, height_mm=42)
    data = stamped.stamp(place=place)
    assert [_red(data, number) is None for number in (1, 2, 3)] == [True, False, True]
    assert _near(_red(data, 2), (100, 30, 142, 72))
    assert _near(_red_by_pdfium(data, 2), (100, 30, 142, 72))


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_people_measure_on_the_page_as_they_see_it(rotation: int) -> None:
    turned = stamped.handmade(b"/MediaBox[0 0 595.28 841.89]/Rotate %d" % rotation)
    place = SealPlacement(left_mm=30, top_mm=50, width_mm=42, height_mm=42)
    data = stamped.stamp(turned, place=place)
    assert _near(_red(data), (30, 50, 72, 92))
    assert _near(_red_by_pdfium(data), (30, 50, 72, 92))


def test_a_seal_on_a_turned_page_stands_upright() -> None:
    place = SealPlacement(left_mm=30, top_mm=50, width_mm=42, height_mm=42)
    upright, turned = (
        _cut(stamped.stamp(stamped.handmade(b"/MediaBox[0 0 600 600]" + rotate), place=place))
        for rotate in (b"", b"/Rotate 90")
    )
    strange = sum(abs(one - other) > 90 for one, other in zip(upright, turned, strict=True))
    assert strange < len(upright) / 20


def _cut(pdf: bytes) -> bytes:
    picture = Image.open(io.BytesIO(stamped.poppler_png(pdf, 1, dpi=50))).convert("L")
    return picture.crop((59, 98, 142, 181)).tobytes()


def test_the_cropped_page_is_what_people_measure_on() -> None:
    cropped = stamped.handmade(b"/MediaBox[0 0 800 900]/CropBox[100 50 700 850]")
    place = SealPlacement(left_mm=10, top_mm=20, width_mm=42, height_mm=42)
    assert _near(_red_by_pdfium(stamped.stamp(cropped, place=place)), (10, 20, 52, 62))


def test_a_large_sheet_has_large_units() -> None:
    sheet = stamped.handmade(b"/MediaBox[0 0 300 420]/UserUnit 2")
    place = SealPlacement(left_mm=100, top_mm=20, width_mm=42, height_mm=42)
    data = stamped.stamp(sheet, place=place)
    assert b"/Rect [ 141.73 332.13 201.26 391.65 ]".replace(b" ", b"") in data.replace(b" ", b"")


def test_boxes_may_be_those_of_the_page_tree() -> None:
    pdf = stamped.handmade(b"", tree=b"/MediaBox[0 0 600 600]/Rotate 90")
    place = SealPlacement(left_mm=10, top_mm=20, width_mm=42, height_mm=42)
    assert _near(_red(stamped.stamp(pdf, place=place)), (10, 20, 52, 62))


@pytest.mark.parametrize(
    "place",
    [
        SealPlacement(left_mm=170, top_mm=10, width_mm=42, height_mm=42),
        SealPlacement(left_mm=-1, top_mm=10, width_mm=42, height_mm=42),
        SealPlacement(left_mm=10, top_mm=256, width_mm=42, height_mm=42),
        SealPlacement(left_mm=10, top_mm=-0.5, width_mm=42, height_mm=42),
        SealPlacement(page=4, left_mm=10, top_mm=10, width_mm=42, height_mm=42),
    ],
    ids=range(5),
)
def test_a_place_off_the_page_is_refused(place: SealPlacement) -> None:
    with pytest.raises(MalformedPdfError) as caught:
        stamped.stamp(place=place)
    assert caught.value.rule == "placement"


# Across the edges --------------------------------------------------------------------------------


def test_a_riding_seal_stands_at_the_edges_of_all_pages() -> None:
    for number in (1, 2, 3):
        found = _red(_riding(), number)
        assert found is not None
        assert _near((found[0], found[2]), (196, 210))
        assert 120 <= found[1] < found[3] <= 176


def test_the_strips_make_the_seal_again() -> None:
    pages = [
        Image.open(io.BytesIO(stamped.poppler_png(_riding(), number, dpi=100))).convert("RGB")
        for number in (1, 2, 3)
    ]
    width, height = pages[0].size
    step = round(14 * 100 / 25.4)
    together = Image.new("RGB", (3 * step, height))
    for number, picture in enumerate(pages):
        together.paste(picture.crop((width - step, 0, width, height)), (number * step, 0))
    whole = SealPlacement(left_mm=0, top_mm=(297 - 42) / 2, width_mm=42, height_mm=42)
    one = Image.open(
        io.BytesIO(stamped.poppler_png(stamped.stamp(stamped.handmade(), place=whole), 1, dpi=100))
    ).convert("RGB")
    expected = one.crop((0, 0, 3 * step, height))
    box = (0, round(127 * 100 / 25.4), 3 * step, round(169 * 100 / 25.4))
    pairs = zip(
        together.crop(box).convert("L").tobytes(),
        expected.crop(box).convert("L").tobytes(),
        strict=True,
    )
    different = sum(abs(left - right) > 100 for left, right in pairs)
    assert different < 0.04 * (box[2] - box[0]) * (box[3] - box[1])


def test_one_signature_covers_all_strips() -> None:
    assert len(locate_signatures(_riding())) == 1
    assert _riding().count(b"/Subtype /Stamp") == 2


def test_a_seal_may_ride_and_stand_on_a_page() -> None:
    data = stamped.stamp(is_riding=True)
    assert stamped.judged(data).is_sound
    assert data.count(b"/Subtype /Stamp") == 3


def test_many_pages_share_several_imprints() -> None:
    data = stamped.stamp(stamped.document(23), place=None, is_riding=True)
    assert data.count(b"/Subtype /Stamp") == 22
    # 23 pages are 11 and 12, so that no strip gets narrower than 3.5 mm.
    widths = [_red(data, number) for number in (1, 11, 12, 23)]
    assert all(found is not None and found[2] - found[0] <= 4 for found in widths)


def test_one_page_alone_has_no_edges_to_go_across() -> None:
    with pytest.raises(MalformedPdfError) as caught:
        stamped.stamp(stamped.document(1), place=None, is_riding=True)
    assert caught.value.rule == "placement"


# Several seals -----------------------------------------------------------------------------------


def test_further_seals_fill_the_fields_kept_for_them() -> None:
    three = stamped.stamp(_two(), place=None)
    report = stamped.judged(three)
    assert report.is_sound
    assert [item.covers_entire_file for item in report.signatures] == [False, False, True]
    assert three.startswith(_two())
    assert stamped.complaints_of_qpdf(three) == ""


def test_a_seal_in_a_wide_field_keeps_its_shape() -> None:
    before, after = _two(), stamped.stamp(_two(), place=None)
    assert _red(before) != _red(after)
    wide = _red_by_pdfium(stamped.stamp(stamped.document(), place=None, is_riding=True))
    assert wide is not None
    found = _red_by_pdfium(after)
    assert found is not None
    assert _near(found[2:], (162, 280))  # 30 mm high, as the field is


@pytest.mark.parametrize(
    ("make", "options"),
    [
        (_one, {"place": None}),
        (_one, {"place": stamped.NEXT}),
        (_two, {"place": WIDE}),
        (_two, {"place": None, "is_riding": True}),
        (_two, {"place": None, "kept_fields": (WIDE,)}),
        (lambda: stamped.stamp(_two(), place=None), {"place": None}),
    ],
    ids=range(6),
)
def test_what_an_earlier_seal_forbids_is_refused(make: Make, options: dict[str, object]) -> None:
    with pytest.raises(MalformedPdfError) as caught:
        stamped.stamp(make(), **options)  # type: ignore[arg-type]
    assert caught.value.rule == "locked"


@pytest.mark.parametrize(
    ("make", "permission"), [(_one, 1), (_riding, 1), (_keeping, 2)], ids=["one", "riding", "kept"]
)
def test_the_first_seal_says_what_may_still_be_changed(make: Make, permission: int) -> None:
    found = set(re.findall(rb"/TransformMethod /DocMDP.*?/P (\d)", make(), re.DOTALL))
    assert found == {b"%d" % permission}


def test_an_open_field_in_a_file_that_forbids_every_change_stays_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    forbidding = SigMDPSetup(md_algorithm="sm3", certify=True, docmdp_perms=MDPPerm.NO_CHANGES)
    with monkeypatch.context() as patch:
        patch.setattr(stamping, "_rules", lambda *_: forbidding)
        locked = stamped.stamp(kept_fields=(stamped.NEXT,))
    with pytest.raises(MalformedPdfError, match="forbids any change"):
        stamped.stamp(locked, place=None)


def test_too_many_kept_fields_are_refused() -> None:
    with pytest.raises(MalformedPdfError) as caught:
        stamped.stamp(kept_fields=(stamped.NEXT,) * 17)
    assert caught.value.rule == "too-many-signatures"


def test_a_field_that_a_form_designer_left_open_is_filled() -> None:
    form = _with_fields(
        b"<</Type/Annot/Subtype/Widget/FT/Sig/T(Chief)/F 132/P 3 0 R/Rect[100 100 220 220]>>"
    )
    data = stamped.stamp(form, place=None)
    assert stamped.judged(data).is_sound
    assert _near(_red(data), (35, 219, 78, 262))


def test_other_open_fields_stay_open() -> None:
    widgets = [
        b"<</Type/Annot/Subtype/Widget/FT/Sig/T(%b)/F 132/P 3 0 R/Rect[%d 100 %d 220]>>"
        % (name, left, left + 120)
        for name, left in ((b"Seal1", 100), (b"Seal2", 300))
    ]
    first = stamped.stamp(_with_fields(*widgets), place=None)
    second = stamped.stamp(first, place=None)
    assert stamped.judged(second).is_sound
    assert len(stamped.judged(second).signatures) == 2


def test_a_field_with_demands_of_its_own_is_not_filled() -> None:
    form = _with_fields(
        b"<</Type/Annot/Subtype/Widget/FT/Sig/T(Chief)/F 132/P 3 0 R"
        b"/Rect[100 100 220 220]/SV<</Type/SV/Ff 2/SubFilter[/X]>>>>"
    )
    with pytest.raises(MalformedPdfError) as caught:
        stamped.stamp(form, place=None)
    assert caught.value.rule == "placement"


def test_a_text_box_with_the_name_of_our_field_is_left_alone() -> None:
    form = _with_fields(
        b"<</Type/Annot/Subtype/Widget/FT/Tx/T(Seal1)/V(kept)/F 4/P 3 0 R/Rect[100 100 220 120]>>"
    )
    data = stamped.stamp(form)
    assert stamped.judged(data).is_sound
    assert b"(Seal2)" in data
    assert data.count(b"(kept)") == 1


def _with_fields(*widgets: bytes) -> bytes:
    references = b" ".join(b"%d 0 R" % number for number in range(6, 6 + len(widgets)))
    return stamped.handmade(
        b"/MediaBox[0 0 595.28 841.89]/Annots[%b]" % references,
        catalog=b"/AcroForm<</Fields[%b]>>" % references,
        more=widgets,
    )


# Any PDF -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        ("--object-streams=generate",),
        ("--object-streams=generate", "--linearize"),
        ("--linearize",),
        ("--qdf",),
        ("--min-version=1.4", "--object-streams=disable"),
    ],
    ids=range(5),
)
def test_files_of_other_writers_are_sealed(options: tuple[str, ...]) -> None:
    data = stamped.stamp(
        stamped.qpdf(stamped.document(), *options), kept_fields=(stamped.NEXT,), is_riding=True
    )
    second = stamped.stamp(data, place=None)
    assert stamped.judged(second).is_sound
    assert stamped.complaints_of_qpdf(second) == ""


def test_a_file_with_two_kinds_of_tables_is_written_anew_first() -> None:
    data = stamped.stamp(stamped.hybrid())
    assert not data.startswith(stamped.hybrid())
    assert b"/XRefStm" not in data
    assert stamped.judged(data).is_sound
    assert b"(Contract) Tj" in data


def test_a_file_with_a_loose_table_is_written_anew_first() -> None:
    loose = stamped.handmade().replace(b"/Size 6", b"/Size 5")
    data = stamped.stamp(loose)
    assert not data.startswith(loose)
    assert stamped.judged(data).is_sound


def test_bytes_after_the_end_are_covered_like_the_rest() -> None:
    data = stamped.stamp(stamped.handmade() + b"\n% a printer's remark\n")
    assert stamped.judged(data).is_sound


def _encrypted() -> bytes:
    return stamped.qpdf(stamped.handmade(), "--encrypt", "", "owner", "256", "--")


@pytest.mark.parametrize(
    ("make", "rule"),
    [
        (_encrypted, "encrypted"),
        (
            lambda: stamped.handmade(
                catalog=b"/AcroForm<</Fields[]/XFA 6 0 R>>",
                more=(b"<</Length 1>>\nstream\nx\nendstream",),
            ),
            "active-content",
        ),
        (lambda: bytes(MAX_STAMPED_BYTES + 1), "too-large"),
        (lambda: b"", "syntax"),
        (lambda: b"no PDF at all", "syntax"),
        (lambda: stamped.document()[:3000], "syntax"),
        (lambda: stamped.handmade().replace(b"/Count 1", b"/Count 0"), "structure"),
        (lambda: stamped.handmade().replace(b"/Count 1", b"/Count -"), "syntax"),
        (lambda: stamped.handmade(b""), "placement"),
        (lambda: stamped.handmade(b"/MediaBox[0 0 9]"), "placement"),
        (lambda: stamped.handmade(b"/MediaBox[0 0 600 600]/Rotate 45"), "placement"),
        (lambda: stamped.handmade(b"/MediaBox[0 0 600 600]/CropBox[700 0 800 9]"), "placement"),
    ],
    ids=range(12),
)
def test_what_cannot_be_sealed_is_refused_by_name(make: Make, rule: str) -> None:
    with pytest.raises(MalformedPdfError) as caught:
        stamped.stamp(make())
    assert caught.value.rule == rule


def test_damaged_files_are_sealed_or_refused_but_never_crash() -> None:
    data = stamped.handmade()
    for offset in range(0, len(data), 7):
        changed = data[:offset] + bytes((data[offset] ^ 0x13,)) + data[offset + 1 :]
        try:
            stamped.stamp(changed)
        except MalformedPdfError:
            continue


def test_a_file_approved_by_others_without_rules_takes_another_seal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(stamping, "_rules", lambda *_: None)
        approved = stamped.stamp()
    assert b"/DocMDP" not in approved
    both = stamped.stamp(approved, place=stamped.NEXT)
    assert b"/DocMDP" not in both  # only the first signature of a file may set rules
    assert stamped.judged(both).is_sound
    assert len(stamped.judged(both).signatures) == 2
