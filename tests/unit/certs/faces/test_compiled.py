import hashlib
import pickle
import re
import shutil
import subprocess
import threading
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import page as page_validation
import pytest

from certs.errors import FaceError, MissingGlyphError
from certs.faces.compiled import CompiledFaces
from certs.faces.compiled_documents import build_document
from certs.faces.content import FaceContent
from certs.faces.font_chains import FontChain
from certs.faces.pages import page_qr, page_text
from certs.faces.renderer import TypstRenderer
from certs.faces.workshop import TEMPLATE_NAME
from signing.errors import MalformedPdfError
from signing.pdf.reading import parse_strict
from signing.pdf.sealing import prepare_page
from tests.bare_pages import CONTENTS, written
from tests.unit.certs.face_samples import (
    CONTENT,
    IDENTIFIER,
    RECORD,
    SIGNATURE,
    VALUES,
    content_with,
)
from tests.unit.certs.faces.sealed_faces import (
    LONG_CONTENT,
    OTHER,
    compiled_faces,
    letters,
    prepared,
    sealed,
    typst_renderer,
    visible_seal,
)
from tests.unit.certs.faces.synthetic_fonts import RARE, write_font

CONTENTS_OF_ALL_LENGTHS = [CONTENT, OTHER, LONG_CONTENT]


def spoken(pdf: bytes) -> str:
    return re.sub(r"\s", "", page_text(pdf))


def test_face_says_every_value_and_the_identifier() -> None:
    text = spoken(sealed())

    assert [name for name, value in VALUES.items() if value not in text] == []
    assert IDENTIFIER in text
    assert "食品经营许可证" in text
    assert page_qr(sealed()) == (CONTENT.qr_text,)


@pytest.mark.parametrize("content", CONTENTS_OF_ALL_LENGTHS)
def test_both_writers_say_the_same_in_the_same_places(content: FaceContent) -> None:
    ours, theirs = letters(sealed(content)), letters(typst_renderer().render(content))

    assert Counter(letter.character for letter in ours) == Counter(
        letter.character for letter in theirs
    )
    for one, other in zip(_sorted(ours), _sorted(theirs), strict=True):
        assert one.character == other.character
        assert one.left_mm == pytest.approx(other.left_mm, abs=0.3)
        assert one.baseline_mm == pytest.approx(other.baseline_mm, abs=0.3)


def _sorted(found: Any) -> list[Any]:  # noqa: ANN401
    key = lambda letter: (letter.character, round(letter.baseline_mm / 2), letter.left_mm)  # noqa: E731
    return sorted(found, key=key)


def test_specimen_says_so_and_claims_no_legal_effect() -> None:
    genuine, specimen = spoken(sealed(replace(CONTENT, specimen=False))), spoken(sealed())

    assert specimen.count("样本") == 2
    assert "样本" not in genuine
    assert "与纸质证照具有同等法律效力" in genuine
    assert "与纸质证照具有同等法律效力" not in specimen


def test_strict_reader_accepts_the_face_with_its_files() -> None:
    read = parse_strict(sealed())

    assert read.attachments == {RECORD.name: RECORD.content, SIGNATURE.name: SIGNATURE.content}
    assert read.title == CONTENT.title
    assert read.signer_name == visible_seal().signer_name
    assert read.digest() == prepared().digest()


def test_files_are_attached_as_in_a_face_of_typst() -> None:
    def told(pdf: bytes) -> list[tuple[bytes, ...]]:
        pattern = rb"/F(\([^)]*\))/UF(\([^)]*\)).*?/AFRelationship(/\w+)/Desc(<\w+>)"
        return sorted(match.groups() for match in re.finditer(pattern, pdf, re.DOTALL))

    theirs = prepare_page(typst_renderer().render(CONTENT), visible_seal()).complete(CONTENTS)
    assert told(sealed()) == told(theirs)
    assert len(told(sealed())) == 2


@pytest.mark.parametrize("content", CONTENTS_OF_ALL_LENGTHS)
def test_outside_checker_finds_nothing_wrong_with_what_is_ours(content: FaceContent) -> None:
    report = page_validation.validate_pdf_bytes(sealed(content), profile="3b")

    assert report.rules.total > 100
    constant = len(compiled_faces().template(content).constant)
    for finding in report.failures:
        # The ground is typst's: of its fonts the checker takes 0 for the width that is the default.
        number = re.match(r"font object (\d+) 0 has rendered CID \d+ width 0.000", finding.message)
        assert finding.rule_id == "PDFA3B-TRUETYPE-GLYPH-WIDTH-001", finding.message
        assert number is not None, finding.message
        assert int(number[1]) <= constant


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed")
def test_qpdf_finds_nothing_wrong(tmp_path: Path) -> None:
    path = tmp_path / "face.pdf"
    path.write_bytes(sealed())
    done = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("content", CONTENTS_OF_ALL_LENGTHS)
def test_face_is_small(content: FaceContent) -> None:
    assert len(sealed(content)) <= 170_000


def test_same_content_gives_the_same_bytes_in_another_writer() -> None:
    with CompiledFaces() as other:
        other.prepare(OTHER, visible_seal())
        assert other.prepare(CONTENT, visible_seal()) == prepared()


def test_compiled_templates_serve_in_other_processes() -> None:
    prepared()
    templates = pickle.loads(pickle.dumps(compiled_faces().templates))  # noqa: S301  our own
    with CompiledFaces(templates=templates) as other:
        other.close()  # No workshop: nothing can be compiled any more.
        assert other.prepare(CONTENT, visible_seal()) == prepared()
        with pytest.raises(FaceError, match="closed"):
            other.prepare(replace(CONTENT, template=Path("/absent")), visible_seal())


def test_faces_of_a_template_begin_alike_and_differ_later() -> None:
    one, other = prepared(), prepared(OTHER)

    assert one.opening is other.opening
    assert len(one.opening.data) > 80_000
    assert one.head != other.head
    for face in (one, other):
        assert face.digest() == hashlib.new("sm3", face.head + face.tail).digest()


def test_face_is_what_sealing_its_bare_page_gives() -> None:
    faces = compiled_faces()
    bare = build_document(CONTENT, faces.layout(CONTENT), faces.template(CONTENT), FontChain())
    assert prepare_page(written(bare), visible_seal()) == prepared()


def test_seal_of_another_look_begins_another_opening() -> None:
    appearance = replace(visible_seal().appearance, content=b"0 0 9 9 re f")
    other = compiled_faces().prepare(CONTENT, replace(visible_seal(), appearance=appearance))

    assert not other.head.startswith(prepared().opening.data)
    assert parse_strict(other.complete(CONTENTS)).appearance.endswith(b"0 0 9 9 re f")


def test_few_openings_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("certs.faces.compiled.MAX_OPENINGS", 1)
    specimen, genuine = CONTENT, replace(CONTENT, specimen=False)
    with CompiledFaces(templates=compiled_faces().templates) as faces:
        first = faces.prepare(specimen, visible_seal())
        assert faces.prepare(specimen, visible_seal()).opening is first.opening
        faces.prepare(genuine, visible_seal())
        again = faces.prepare(specimen, visible_seal())

    assert again == first
    assert again.opening is not first.opening


def test_seal_off_the_page_is_refused() -> None:
    placement = replace(visible_seal().placement, left_mm=280)
    with pytest.raises(MalformedPdfError):
        compiled_faces().prepare(CONTENT, replace(visible_seal(), placement=placement))


def test_rare_character_is_drawn_and_read_back(tmp_path: Path) -> None:
    write_font(tmp_path, RARE)
    content = content_with(legal_representative=f"张{RARE}明")
    fonts = FontChain([tmp_path])
    with CompiledFaces(fonts) as faces, TypstRenderer(fonts) as renderer:
        face = faces.prepare(content, visible_seal()).complete(CONTENTS)
        rendered = renderer.render(content)
        assert faces.missing_characters(f"{RARE}\u202e") == "\u202e"

    assert f"张{RARE}明" in spoken(face)
    assert f"张{RARE}明" in spoken(rendered)
    assert parse_strict(face).title == content.title
    with pytest.raises(MissingGlyphError) as caught:
        prepared(content)
    assert caught.value.characters == RARE


@pytest.mark.parametrize(
    "value",
    [
        "甲\u202e乙",
        "甲\x00乙",
        "甲\n乙",
        "甲\u200b乙",
        "甲\u2028乙",
        "甲\u05d0乙",
        "甲\ue000乙",
        "甲\ud800",
    ],
)
@pytest.mark.parametrize("place", ["operator", "title", "identifier"])
def test_hostile_characters_are_refused(value: str, place: str) -> None:
    content = content_with(operator=value)
    if place != "operator":
        content = replace(CONTENT, **{place: value})  # type: ignore[arg-type]
    with pytest.raises(MissingGlyphError):
        prepared(content)


@pytest.mark.parametrize(
    "value",
    ["(a) \\ <b> /N 1 0 R", "endstream endobj", "%%EOF", "&amp;<x>]]>", "#panic()", "(((", ")\\"],
)
def test_markup_of_any_kind_is_printed_not_obeyed(value: str) -> None:
    content = replace(content_with(operator=value), title=value, author=value)
    face = sealed(content)

    assert re.sub(r"\s", "", value) in spoken(face)
    assert parse_strict(face).title == value
    assert page_validation.validate_pdf_bytes(face, profile="3b").rules.total > 100


def test_texts_that_fit_at_no_size_are_refused() -> None:
    with pytest.raises(FaceError, match="do not fit"):
        prepared(content_with(business_items="热食类食品制售，" * 300))
    with pytest.raises(FaceError, match="20000 characters"):
        prepared(content_with(business_items="热" * 20_000))


def test_missing_value_and_bad_code_are_refused() -> None:
    values = {name: value for name, value in VALUES.items() if name != "premises"}
    with pytest.raises(FaceError, match="premises"):
        prepared(replace(CONTENT, values=values))
    for text in ("", "汉字", "9" * 8000):
        with pytest.raises(FaceError):
            prepared(replace(CONTENT, qr_text=text))


def test_empty_values_leave_empty_places() -> None:
    face = sealed(content_with(supervisors=""))
    assert "王海涛" not in spoken(face)
    assert parse_strict(face).title == CONTENT.title


def test_face_without_files_has_none() -> None:
    assert parse_strict(sealed(replace(CONTENT, attachments=()))).attachments == {}


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (None, "usable template"),
        ("#let face(given) = [字", "typst refuses"),
        ("#let face(given) = { [字]; pagebreak(); [字] }", "one page"),
        ('#let face(given) = link("https://x.example")[字]', "cannot be compiled"),
        ('#import "/shared/slots.typ": slot\n#let face(given) = slot("a", width: 999mm)', "page"),
    ],
)
def test_unusable_template_is_refused(tmp_path: Path, source: str | None, message: str) -> None:
    if source is not None:
        (tmp_path / TEMPLATE_NAME).write_text(source, encoding="utf-8")
    template = tmp_path if source is not None else tmp_path / "absent"
    for _ in range(2):
        with pytest.raises(FaceError, match=message):
            prepared(replace(CONTENT, template=template))


def test_template_without_slots_makes_a_face(tmp_path: Path) -> None:
    (tmp_path / TEMPLATE_NAME).write_text("#let face(given) = [字]", encoding="utf-8")
    assert spoken(sealed(replace(CONTENT, template=tmp_path))) == "字"


def test_threads_share_one_writer() -> None:
    contents = [content_with(operator=f"第{index}号饭店") for index in range(8)]
    faces: dict[int, bytes] = {}
    with CompiledFaces() as shared:

        def work(index: int) -> None:
            faces[index] = shared.prepare(contents[index], visible_seal()).complete(CONTENTS)

        threads = [threading.Thread(target=work, args=(index,)) for index in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert [faces[index] == sealed(contents[index]) for index in range(8)] == [True] * 8
