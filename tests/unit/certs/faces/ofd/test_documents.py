"""OFD faces: complete, deterministic, and readable by the strict reader and by people's tools."""

import io
import pickle
import re
import time
from dataclasses import replace
from pathlib import Path
from xml.sax.saxutils import unescape

import pytest
from fontTools.ttLib import TTFont

from certs.errors import FaceError, MissingGlyphError
from certs.faces.content import Attachment, Relationship
from certs.faces.font_chains import FontChain
from certs.faces.fonts import Family, covered_code_points
from certs.faces.layout import FaceLayout
from certs.faces.ofd.compiled import CompiledOfdFaces
from certs.faces.ofd.documents import ISSUER_NAME, TYPE_NAME, VERSION_NAME
from certs.identifiers import LicenseIdentifier, LicenseTypeCode, SocialCreditCode
from signing.errors import MalformedOfdError
from signing.ofd.reading import parse_strict
from signing.seal_signatures import parse_seal_signature
from tests.unit.certs.face_samples import (
    CONTENT,
    IDENTIFIER,
    RECORD,
    SIGNATURE,
    VALUES,
    content_with,
)
from tests.unit.certs.faces.ofd.sealed_ofd import (
    RARE_CONTENT,
    RARE_NAME,
    SEAL_BOX,
    files_of,
    ofd_faces,
    sample,
    sealed,
)
from tests.unit.certs.faces.synthetic_fonts import RARE, write_font
from tests.world import NOON

PAGE = "Doc_0/Pages/Page_0/Content.xml"
TEMPLATE = "Doc_0/Tpls/Tpl_0/Content.xml"


def _page(ofd: bytes) -> str:
    return files_of(ofd)[PAGE].decode()


def _objects(xml: str, name: str) -> list[str]:
    return re.findall(rf"<ofd:{name} .*?</ofd:{name}>", xml)


def test_the_strict_reader_reads_a_sealed_face() -> None:
    read = parse_strict(sample())

    assert read.attachments == {"license.json": RECORD.content, "license.p7s": SIGNATURE.content}
    assert read.info.title == CONTENT.title
    assert read.info.author == CONTENT.author
    assert read.info.created_on == "2026-03-18"
    assert re.fullmatch("[0-9a-f]{32}", read.info.identifier)
    assert ("证照标识", IDENTIFIER) in read.info.custom_datas
    (signature,) = read.signatures
    assert [stamp.boundary for stamp in signature.stamps] == [SEAL_BOX]
    value = parse_seal_signature(signature.value)
    value.verify(signature.digest)
    assert (value.document, value.signed_at) == (signature.document, NOON)
    assert value.seal.encoded == signature.seal


@pytest.mark.parametrize("content", [CONTENT, RARE_CONTENT])
def test_every_field_can_be_read_as_text(content: object) -> None:
    assert isinstance(content, type(CONTENT))
    (page,) = parse_strict(sealed(content)).page_texts()
    together = "".join(page.split("\n"))
    for value in (*content.values.values(), content.identifier):
        assert value in together
    assert "<ofd" not in page


def test_a_line_stays_one_piece_of_text() -> None:
    """Signs that are pushed together, and rare characters, do not take a line apart."""
    content = content_with(operator="甲（乙）、（丙）", legal_representative=RARE_NAME)
    lines = parse_strict(sealed(content)).page_texts()[0].split("\n")
    assert "甲（乙）、（丙）" in lines
    assert RARE_NAME in lines


def test_the_same_content_gives_the_same_bytes() -> None:
    with CompiledOfdFaces() as faces:
        for content in (CONTENT, RARE_CONTENT):
            one, other = faces.document(content), ofd_faces().document(content)
            assert one == other
            assert [member.packed for member in one.members] == [
                member.packed for member in other.members
            ]


def test_faces_of_a_template_share_its_page_and_nothing_else() -> None:
    one = {member.name: member for member in ofd_faces().document(CONTENT).members}
    other = {
        member.name: member
        for member in ofd_faces().document(content_with(operator="另一家")).members
    }
    assert one[TEMPLATE] is other[TEMPLATE]
    assert one[PAGE] != other[PAGE]
    real = ofd_faces().document(replace(CONTENT, specimen=False)).members
    assert one[TEMPLATE] not in real


def test_what_is_compiled_can_be_given_to_another_process() -> None:
    ofd_faces().document(CONTENT)
    templates = pickle.loads(pickle.dumps(dict(ofd_faces().templates)))  # noqa: S301 - our own
    with CompiledOfdFaces(templates=templates) as faces:
        faces.close()  # Without its folder it could not compile any more.
        assert faces.document(CONTENT) == ofd_faces().document(CONTENT)


def test_values_are_escaped_and_never_become_markup() -> None:
    hostile = "\"/></ofd:Layer>&lt;<![CDATA[]]>&#x41;'"
    content = replace(content_with(operator=hostile), title=f"证 {hostile}", author=hostile)
    read = parse_strict(sealed(content))
    assert hostile in "".join(read.page_texts()[0].split("\n"))
    assert (read.info.title, read.info.author) == (f"证 {hostile}", hostile)


def test_identifiers_are_unique_and_grow() -> None:
    files = files_of(sealed(RARE_CONTENT))
    xml = "".join(
        files[name].decode()
        for name in ("Doc_0/PublicRes.xml", TEMPLATE, PAGE, "Doc_0/Document.xml")
    )
    numbers = [int(number) for number in re.findall(r' ID="(\d+)"', xml)]
    assert len(numbers) == len(set(numbers))
    highest = re.search(r"<ofd:MaxUnitID>(\d+)<", xml)
    assert highest is not None
    assert max(numbers) == int(highest[1])
    drawn = [int(number) for number in re.findall(r'Object ID="(\d+)"', xml)]
    assert drawn == sorted(drawn)


def test_texts_stand_where_the_layout_puts_them() -> None:
    layout = ofd_faces().layout(CONTENT)
    (operator,) = (run for run in layout.texts if run.text == VALUES["operator"])
    (text,) = (
        item for item in _objects(_page(sample()), "TextObject") if VALUES["operator"] in item
    )
    found = re.search(r'Boundary="(\S+) (\S+) .*Size="(\S+)".*X="0" Y="(\S+)" DeltaX="(.*?)"', text)
    assert found is not None
    left, top, size, baseline = map(float, found.groups()[:4])
    assert left == pytest.approx(operator.x_mm, abs=0.001)
    assert top + baseline == pytest.approx(operator.baseline_mm, abs=0.002)
    assert size == pytest.approx(operator.size_pt * 25.4 / 72, abs=0.0001)
    assert found[5] == f"g {len(operator.text) - 1} {size:.2f}"


def test_embedded_fonts_have_what_the_page_says() -> None:
    files = files_of(sample())
    listed = dict(
        re.findall(
            r'<ofd:Font ID="(\d)".*?<ofd:FontFile>(.*?)</ofd:FontFile>',
            files["Doc_0/PublicRes.xml"].decode(),
        )
    )
    for text in _objects(_page(sample()), "TextObject"):
        font = re.search(r' Font="(\d)"', text)
        said = re.search(r"<ofd:TextCode[^>]*>(.*?)</ofd:TextCode>", text)
        assert font is not None
        assert said is not None
        data = files[f"Doc_0/Res/{listed[font[1]]}"]
        assert {ord(c) for c in unescape(said[1])} <= set(TTFont(io.BytesIO(data)).getBestCmap())


def test_rare_characters_are_drawn_under_text_that_cannot_be_seen() -> None:
    page = _page(sealed(RARE_CONTENT))
    hidden = [item for item in _objects(page, "TextObject") if 'Alpha="0"' in item]
    assert [RARE_NAME in item for item in hidden] == [True]
    before = page[: page.index(hidden[0])]
    assert before.endswith("</ofd:PathObject>")
    seen = [item for item in _objects(page, "TextObject") if 'Alpha="0"' not in item]
    assert all(max(item) <= "\uffff" for item in seen)


def test_fonts_that_the_owner_added_are_drawn_and_not_embedded(tmp_path: Path) -> None:
    write_font(tmp_path, RARE)
    with CompiledOfdFaces(FontChain([tmp_path])) as faces:
        members = {
            member.name: member.data
            for member in faces.document(content_with(legal_representative=f"陈{RARE}")).members
        }
    page = members[PAGE].decode()
    assert b"Rare Han" not in members["Doc_0/PublicRes.xml"]
    (hidden,) = (item for item in _objects(page, "TextObject") if RARE in item)
    assert 'Alpha="0"' in hidden
    with pytest.raises(MissingGlyphError):
        ofd_faces().document(content_with(legal_representative=f"陈{RARE}"))


def test_added_fonts_are_not_embedded_for_common_planes_either(tmp_path: Path) -> None:
    unusual = next(
        chr(code)
        for code in range(0xA000, 0xA48D)
        if not any(code in covered_code_points(family) for family in Family)
    )
    write_font(tmp_path, unusual)
    with CompiledOfdFaces(FontChain([tmp_path])) as faces:
        members = faces.document(content_with(legal_representative=f"陈{unusual}")).members
        alone = faces.document(content_with(legal_representative=unusual)).members
    (page,) = (member.data.decode() for member in members if member.name == PAGE)
    (hidden,) = (item for item in _objects(page, "TextObject") if unusual in item)
    assert 'Alpha="0"' in hidden
    for document in (members, alone):
        fonts = [member.name for member in document if member.name.endswith(".ttf")]
        assert fonts == ["Doc_0/Res/font_2.ttf", "Doc_0/Res/font_1.ttf"]


def test_lines_below_each_other_stay_apart() -> None:
    layout = ofd_faces().layout(CONTENT)
    one = next(run for run in layout.texts if run.text == VALUES["operator"])
    end_mm = one.x_mm + len(one.text) * one.size_pt * 25.4 / 72
    other = replace(one, x_mm=end_mm, baseline_mm=one.baseline_mm + 5, text="下一行")
    for texts, objects in (((one, other), 2), ((one, replace(one, x_mm=end_mm)), 1)):
        alone = FaceLayout(width_mm=297, height_mm=210, texts=texts, code=None)
        members = ofd_faces().document(CONTENT, alone).members
        (page,) = (member.data.decode() for member in members if member.name == PAGE)
        assert len(_objects(page, "TextObject")) == objects


def test_the_day_of_making_is_the_day_in_beijing() -> None:
    late = replace(CONTENT, created_at=CONTENT.created_at.replace(hour=20))
    assert ofd_faces().document(late).info.created_on == "2026-03-19"


def test_a_line_of_rare_characters_alone_needs_no_font(tmp_path: Path) -> None:
    write_font(tmp_path, RARE)
    with CompiledOfdFaces(FontChain([tmp_path])) as faces:
        layout = faces.layout(content_with(legal_representative=RARE))
        (rare,) = (run for run in layout.texts if run.text == RARE)
        alone = FaceLayout(width_mm=297, height_mm=210, texts=(rare,), code=None)
        document = faces.document(CONTENT, alone)
    assert not [member for member in document.members if member.name.endswith(".ttf")]


def test_the_identifier_is_taken_apart_for_readers_of_the_entry_point() -> None:
    identifier = LicenseIdentifier(
        type_code=LicenseTypeCode("11100000MB9TXY0149001"),
        issuer_code=SocialCreditCode("11340200MB9TXY014H"),
        serial="000000001",
        version=2,
    )
    info = ofd_faces().document(replace(CONTENT, identifier=str(identifier))).info
    assert dict(info.custom_datas) == {
        "证照标识": str(identifier),
        TYPE_NAME: "11100000MB9TXY0149001",
        ISSUER_NAME: "11340200MB9TXY014H",
        VERSION_NAME: "002",
    }
    assert info.identifier != ofd_faces().document(CONTENT).info.identifier


@pytest.mark.parametrize(
    "name", ["Attachments.xml", "../x", "a b", "证.json", "", "x" * 200, "a/b"]
)
def test_attached_files_have_plain_names(name: str) -> None:
    odd = Attachment(
        name=name,
        media_type="text/plain",
        description="",
        relationship=Relationship.DATA,
        content=b"",
    )
    with pytest.raises(FaceError, match="cannot be called"):
        ofd_faces().document(replace(CONTENT, attachments=(odd,)))


def test_files_of_one_name_are_refused() -> None:
    with pytest.raises((FaceError, MalformedOfdError)):
        sealed(replace(CONTENT, attachments=(RECORD, RECORD)))


def test_a_face_without_attachments_lists_none() -> None:
    document = ofd_faces().document(replace(CONTENT, attachments=()))
    assert not [member for member in document.members if "Attach" in member.name]
    (root,) = (item for item in document.members if item.name == "Doc_0/Document.xml")
    assert b"Attachments" not in root.data


def test_a_template_that_draws_nothing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "face.typ").write_text('#let face(given) = text(font: "Nothing", skew)[]')
    with CompiledOfdFaces() as faces, pytest.raises(FaceError):
        faces.document(replace(CONTENT, template=tmp_path))


def test_sealed_faces_are_small_and_quickly_made() -> None:
    sealed(CONTENT)
    best = min(_seconds() for _ in range(5))
    assert len(sample()) <= 250_000
    # The goal is 12 ms for all of it; a busy machine gets three times as much.
    assert best <= 0.036


def _seconds() -> float:
    begins = time.process_time()
    sealed(CONTENT)
    return time.process_time() - begins
