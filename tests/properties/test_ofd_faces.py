"""Whatever a license says, its OFD face says the same, and nothing else."""

from dataclasses import replace
from xml.etree import ElementTree as ET

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certs.faces.content import FaceContent
from certs.faces.fonts import Family, covered_code_points
from certs.faces.ofd.rendering import page_png
from signing.ofd.reading import parse_strict
from tests.unit.certs.face_samples import CONTENT, content_with
from tests.unit.certs.faces.ofd.sealed_ofd import ofd_faces, sealed

_RARE = [chr(code) for code in sorted(covered_code_points(Family.SERIF)) if code > 0xFFFF]
_MARKUP = "<>&\"'[]!-/=;#x "
_WORDS = st.one_of(
    st.text(st.sampled_from("芜湖市镜区（），、。《》·ABC012" + _MARKUP), min_size=1, max_size=20),
    st.text(st.sampled_from(_RARE), min_size=1, max_size=8),
    st.sampled_from(["&lt;", "]]>", "<!--", "</ofd:TextCode>", "&#65;", "\u3400"]),
)
_QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def contents(draw: st.DrawFn) -> FaceContent:
    """The sample with texts of any kind that its places can hold."""

    def text() -> str:
        return " ".join("".join(draw(st.lists(_WORDS, min_size=1, max_size=3))).split()) or "证"

    content = content_with(operator=text(), legal_representative=text(), premises=text())
    return replace(content, title=text(), author=text(), specimen=draw(st.booleans()))


@_QUICK
@given(contents())
def test_what_a_face_says_is_found_in_it(content: FaceContent) -> None:
    read = parse_strict(sealed(content))
    (page,) = read.page_texts()
    together = "".join(page.split())
    for value in content.values.values():
        assert "".join(value.split()) in together
    assert (read.info.title, read.info.author) == (content.title, content.author)


@_QUICK
@given(contents())
def test_a_face_is_well_formed_and_always_the_same(content: FaceContent) -> None:
    document = ofd_faces().document(content)
    for member in document.members:
        if member.name.endswith(".xml"):
            ET.fromstring(member.data)  # noqa: S314 - our own
    assert ofd_faces().document(content) == document


@settings(max_examples=5, deadline=None)
@given(contents())
def test_every_face_can_be_drawn(content: FaceContent) -> None:
    assert page_png(sealed(content), dpi=30) != page_png(sealed(CONTENT), dpi=30)
