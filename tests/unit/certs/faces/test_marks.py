"""Names around the pieces of a face: there for programs, unseen by people and other readers."""

import re
from dataclasses import replace

from certs.faces.compiled_documents import build_document
from certs.faces.font_chains import FontChain
from certs.faces.ofd.rendering import page_png as ofd_png
from certs.faces.pages import page_png, page_qr, page_text
from signing.ofd.archive import Archive
from signing.pdf.sealing import prepare_document
from tests.bare_pages import CONTENTS
from tests.printed import PAGE, content_of, operators_of, without_marks
from tests.unit.certs.face_samples import CONTENT
from tests.unit.certs.faces.ofd import sealed_ofd
from tests.unit.certs.faces.sealed_faces import compiled_faces, sealed, visible_seal


def _unmarked() -> bytes:
    """The sample face as it was before its pieces had names."""
    faces = compiled_faces()
    layout = without_marks(faces.layout(CONTENT))
    document = build_document(CONTENT, layout, faces.template(CONTENT), FontChain())
    return prepare_document(document, visible_seal()).complete(CONTENTS)


def test_names_change_nothing_that_people_see() -> None:
    assert page_png(sealed(CONTENT), dpi=60) == page_png(_unmarked(), dpi=60)
    assert page_text(sealed(CONTENT)) == page_text(_unmarked())
    assert page_qr(sealed(CONTENT)) == page_qr(_unmarked())


def test_names_change_nothing_that_people_see_in_an_ofd() -> None:
    faces = sealed_ofd.ofd_faces()
    marked, plain = (
        sealed_ofd.changed(
            sealed_ofd.sealed(CONTENT),
            {member.name: member.data for member in faces.document(CONTENT, layout).members},
        )
        for layout in (faces.layout(CONTENT), without_marks(faces.layout(CONTENT)))
    )

    assert marked != plain
    assert ofd_png(marked, dpi=60) == ofd_png(plain, dpi=60)


def test_every_text_and_the_code_of_a_pdf_stand_in_a_mark_of_their_own() -> None:
    content = content_of()
    faces = compiled_faces()
    layout = faces.layout(content)
    document = build_document(content, layout, faces.template(content), FontChain())
    _, operators = operators_of(document)

    names = re.findall(rb"/yx\.(\w+) BMC\n(?:(?!BMC).)*?EMC", operators, re.DOTALL)
    assert [name.decode() for name in names] == [
        *dict.fromkeys(t.mark for t in layout.texts),
        "code",
    ]
    assert operators.count(b"BMC") == operators.count(b"EMC") == len(names)


def test_every_object_of_an_ofd_page_has_a_name() -> None:
    content = replace(content_of(), values={**content_of().values, "operator": "陈㛃𬍛𬬭"})
    page = Archive(sealed_ofd.sealed(content)).read(PAGE).decode()

    objects = re.findall(r'<ofd:(?:Text|Path)Object ID="\d+"( Name="\w+")?', page)
    assert len(objects) > 15
    assert "" not in objects
    assert page.count(' Name="certificateHolderName"') == 2
    assert page.count(' Name="code"') == 1


def test_pieces_side_by_side_are_not_joined_under_one_name() -> None:
    """Runs without a gap between them become one OFD text, but not if they say two things."""
    layout = sealed_ofd.ofd_faces().layout(content_of())
    first, *_ = layout.texts
    end_mm = first.x_mm + len(first.text) * first.size_pt * 25.4 / 72
    follower = replace(first, x_mm=end_mm, text="甲", mark="domicile")
    joined = replace(layout, texts=(first, follower), code=None)
    document = sealed_ofd.ofd_faces().document(content_of(), joined)
    page = next(member for member in document.members if member.name == PAGE).data.decode()

    assert re.findall(r'TextObject ID="\d+" Name="(\w+)"', page) == [first.mark, "domicile"]
