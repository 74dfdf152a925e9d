"""What a sealed OFD page says: read off its objects, and nothing that cannot be seen."""

import hashlib
import re

import pytest

from signing.errors import MalformedOfdError
from signing.ofd.page_reading import read_page
from signing.ofd.reading import StrictOfd, parse_strict
from signing.page_marks import MAX_CHARACTERS, MAX_TEXTS
from signing.pdf.page_reading import read_page as read_pdf_page
from signing.pdf.reading import parse_strict as parse_strict_pdf
from tests.printed import content_of, ofd_with, ofd_without_names, printing
from tests.unit.certs.faces.ofd import sealed_ofd
from tests.unit.certs.faces.sealed_faces import sealed

RARE = "陈㛃𬍛𬬭"


def _rule(strict: StrictOfd) -> str:
    with pytest.raises(MalformedOfdError) as caught:
        read_page(strict)
    return caught.value.rule


def _altered(pattern: str, by: str) -> str:
    """The rule that a page breaks once the first match of ``pattern`` was replaced."""
    content = printing(operator=RARE)
    return _rule(ofd_with(lambda page: re.sub(pattern, by, page, count=1), content))


@pytest.mark.parametrize("operator", ["样例饭店", RARE, '<b>&"老街口"</b>（集团）、有限公司'])
def test_both_faces_say_the_same_under_the_same_names(operator: str) -> None:
    content = printing(
        operator=operator, domicile="安徽省芜湖市镜湖区中山北路77号侨鸿国际商城5层512室（样例）"
    )
    ofd = read_page(parse_strict(sealed_ofd.sealed(content)))

    assert ofd == read_pdf_page(parse_strict_pdf(sealed(content)))
    assert ofd.is_marked
    assert ofd.texts[0].lines == (operator,)


def test_a_page_without_names_is_read_object_by_object() -> None:
    content = content_of()
    read = read_page(ofd_without_names(content))

    assert not read.is_marked
    assert {text.name for text in read.texts} == {""}
    assert content.values["number"] in {"".join(text.lines) for text in read.texts}
    assert read.code == read_page(parse_strict(sealed_ofd.sealed(content))).code


def test_a_page_of_another_writer_is_told_from_a_changed_one() -> None:
    assert _rule(parse_strict(sealed_ofd.sealed_page())) == "foreign-page"


@pytest.mark.parametrize(
    ("pattern", "by"),
    [
        ('<ofd:TextObject ID="', '<ofd:TextObject Visible="false" ID="'),
        ('<ofd:TextObject ID="', '<ofd:TextObject CTM="0 0 0 0 0 0" ID="'),
        ('<ofd:TextObject ID="', '<ofd:TextObject Alpha="0" ID="'),
        ('<ofd:TextObject ID="', '<ofd:TextObject ofd:Visible="false" ID="'),
        ('<ofd:TextObject ID="', '<!-- x --><ofd:TextObject ID="'),
        ('<ofd:TextObject ID="', '<ofd:ImageObject ID="9"/><ofd:TextObject ID="'),
        ('<ofd:PathObject ID="', '<ofd:PathObject Alpha="0" ID="'),
        (' Type="Body">', ' Type="Body" DrawParam="9">'),
        ("</ofd:Layer>", '</ofd:Layer><ofd:Layer ID="999" Type="Foreground"></ofd:Layer>'),
        ("</ofd:Content></ofd:Page>", "</ofd:Content><ofd:PageRes>x</ofd:PageRes></ofd:Page>"),
        ('<ofd:TextCode X="0"', '<ofd:TextCode X="900"'),
        ("<ofd:TextCode", "<ofd:Clips></ofd:Clips><ofd:TextCode"),
        ("</ofd:TextCode>", "&#65;</ofd:TextCode>"),
        ("</ofd:TextCode>", "<![CDATA[x]]></ofd:TextCode>"),
        (' Name="domicile"', ' Name="9"'),
        (' Name="domicile"', ""),
        (' Name="code"', ""),
        (' Name="code"', ' Name="other"'),
        (' DeltaX="', ' DeltaX="g 99 '),
        (' DeltaX="', ' DeltaX="- '),
        (r' DeltaX="[^"]*"', ' DeltaX="g"'),
        (r' DeltaX="[^"]*"', ""),
        (r"M (\d+) (\d+) L", r"M \1 \1\2 L"),
        (r"Data>M 0 0 L 7 0 L 7 1 ", "Data>M 0 0 L 7 0 L 7 2 "),
        (r"Data>M 0 0 L 7 0 L 7 1 L 0 1 C", "Data>M 7 0 L 0 0 L 0 1 L 7 1 C"),
        (r"Data>M 0 0 L 7 0 L 7 1 L 0 1 C", "Data>M 0 0 L 900 0 L 900 1 L 0 1 C"),
        (r"Data>M 0 0 L 7 0 L 7 1 L 0 1 C", "Data>M 0 900 L 7 900 L 7 901 L 0 901 C"),
        (r"Data>M 0 0 L 7 0 L 7 1 L 0 1 C", "Data>C"),
        (r'CTM="(\S+) 0 0 \S+ 0 0"', r'CTM="\1 0 0 9 0 0"'),
        ('Value="0 0 0"/><ofd:Abb', 'Value="9 0 0"/><ofd:Abb'),
    ],
)
def test_an_object_that_our_writer_does_not_draw_makes_the_page_unreadable(
    pattern: str, by: str
) -> None:
    assert _altered(pattern, by) == "page-content"


@pytest.mark.parametrize(
    ("pattern", "by"),
    [
        (r'(<ofd:TextObject.*?) Size="[^"]*"', r'\1 Size="0.1"'),
        (r'(<ofd:TextObject.*?) Size="[^"]*"', r'\1 Size="-4"'),
        (r'(<ofd:TextObject.*?) Boundary="\S+', r'\1 Boundary="900'),
        (r'(<ofd:TextObject.*?) Boundary="\S+', r'\1 Boundary="-900'),
        (r'(<ofd:TextObject.*?) Boundary="(\S+) \S+', r'\1 Boundary="\2 220'),
        (r'(<ofd:TextObject.*?) Boundary="(\S+ \S+) \S+', r'\1 Boundary="\2 0'),
        (r'(<ofd:TextObject.*?) Boundary="(\S+ \S+) \S+', r'\1 Boundary="\2 3'),
        (r'(<ofd:TextObject.*?) Boundary="(\S+ \S+ \S+) [^"]+', r'\1 Boundary="\2 0.2'),
        (r'(<ofd:TextCode.*?) Y="[^"]*"', r'\1 Y="60"'),
        (r'(<ofd:TextCode.*?) Y="[^"]*"', r'\1 Y="-6"'),
        (r'(Name="domicile".*?<ofd:FillColor Value="\d+ \d+ \d+")', r'\1 Alpha="0"'),
        (r' Alpha="0"', ""),
        (r'<ofd:PathObject ID="\d+" Name="certificateHolderName".*?</ofd:PathObject>', ""),
        (r'CTM="\S+ 0 0 \S+ 0 0"', 'CTM="0.01 0 0 0.01 0 0"'),
        (r'CTM="\S+ 0 0 \S+ 0 0"', 'CTM="9 0 0 9 0 0"'),
        (r'(Name="code" Boundary=")\S+ \S+', r"\g<1>400 400"),
        (r'(Name="code" Boundary=")\S+ \S+', r"\g<1>68 80"),
    ],
)
def test_what_cannot_be_seen_does_not_count_as_printed(pattern: str, by: str) -> None:
    assert _altered(pattern, by) == "hidden-content"


def test_outlines_say_nothing_without_the_text_behind_them() -> None:
    pattern = (
        r'(Name="certificateHolderName".*?</ofd:PathObject>)<ofd:TextObject.*?</ofd:TextObject>'
    )
    assert _altered(pattern, r"\1") == "hidden-content"


def test_outlines_at_the_end_of_the_page_say_nothing() -> None:
    outlines = (
        '<ofd:PathObject ID="9" Name="domicile" Boundary="9 9 9 9" Stroke="false" Fill="true">'
        '<ofd:FillColor Value="0 0 0"/><ofd:AbbreviatedData>M 0 0 L 1 1 C</ofd:AbbreviatedData>'
        "</ofd:PathObject>"
    )
    assert _altered("</ofd:Layer>", f"{outlines}</ofd:Layer>") == "page-content"


def test_an_annotation_could_lie_over_the_page() -> None:
    over = ofd_with(
        lambda text: text.replace(
            "<ofd:Pages>", "<ofd:Annotations>A.xml</ofd:Annotations><ofd:Pages>"
        ),
        name="Doc_0/Document.xml",
    )
    assert _rule(over) == "page-content"


def test_a_second_page_is_none_of_ours() -> None:
    two = ofd_with(
        lambda text: re.sub(r"(<ofd:Page ID=.*?/>)", r"\1\1", text), name="Doc_0/Document.xml"
    )
    assert _rule(two) == "foreign-page"


def test_more_texts_than_a_face_can_have_are_not_read() -> None:
    def many(page: str) -> str:
        text = re.search(r'<ofd:TextObject ID="\d+" Name="domicile".*?</ofd:TextObject>', page)
        other = re.search(r'<ofd:TextObject ID="\d+" Name="premises".*?</ofd:TextObject>', page)
        assert text is not None
        assert other is not None
        return page.replace(text[0], (text[0] + other[0]) * MAX_TEXTS)

    assert _rule(ofd_with(many)) == "too-large"


def test_a_second_code_is_none_of_ours() -> None:
    def twice(page: str) -> str:
        code = re.search(r'<ofd:PathObject ID="\d+" Name="code".*?</ofd:PathObject>', page)
        assert code is not None
        return page.replace(code[0], code[0] * 2)

    assert _rule(ofd_with(twice)) == "page-content"


def test_outlines_that_no_text_explains_cannot_stand_before_others() -> None:
    pattern = r'(<ofd:PathObject ID="\d+" Name="certificateHolderName".*?</ofd:PathObject>)'
    assert _altered(pattern, r"\1\1") == "page-content"


def test_an_endless_page_is_not_read() -> None:
    noise = hashlib.shake_256(b"noise").hexdigest(5 << 20)
    endless = ofd_with(lambda page: page.replace("</ofd:Layer>", f"{noise}</ofd:Layer>"))
    assert _rule(endless) == "too-large"


def test_more_characters_than_a_face_can_have_are_not_read() -> None:
    def long(page: str) -> str:
        text = re.search(r'Name="premises".*?DeltaX="([^"]*)">([^<]*)<', page)
        assert text is not None
        count = MAX_CHARACTERS + 1
        longer = text[0].replace(
            f'"{text[1]}">{text[2]}<', f'"g {count - 1} 0.001">{"样" * count}<'
        )
        return page.replace(text[0], longer)

    assert _rule(ofd_with(long)) == "too-large"
