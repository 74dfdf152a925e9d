import tracemalloc

import pytest

from signing.errors import MalformedOfdError
from signing.ofd import xml_trees
from signing.ofd.rules import OfdRule
from signing.ofd.xml_trees import Element, XmlReader


def _rule(data: bytes) -> str:
    with pytest.raises(MalformedOfdError) as caught:
        XmlReader().tree(data)
    return caught.value.rule


def test_a_tree_has_local_names_plain_attributes_and_own_text() -> None:
    tree = XmlReader().tree(
        b'\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?><o:OFD xmlns:o="urn:o" xmlns:p="urn:p"'
        b' ID="1" p:ID="2">one<o:A>\xe5\x8d\xb0</o:A>two<!-- no --><A/>&lt;</o:OFD>'
    )
    assert tree == Element(
        "OFD", {"ID": "1"}, "onetwo<", (Element("A", {}, "印", ()), Element("A", {}, "", ()))
    )


def test_elements_are_found_at_any_depth_in_order() -> None:
    data = b'<a><T>1</T><b><U x="2"/><T>3<i>no</i></T></b></a>'
    found = XmlReader().find(data, "T", "U")
    assert [(item.name, item.text, dict(item.attributes)) for item in found] == [
        ("T", "1", {}),
        ("U", "", {"x": "2"}),
        ("T", "3", {}),
    ]


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", OfdRule.XML),
        (b"<a>", OfdRule.XML),
        (b"<a/><b/>", OfdRule.XML),
        (b"<a>&x;</a>", OfdRule.XML),
        (b"<x:a/>", OfdRule.XML),
        (b'<a b="1" b="2"/>', OfdRule.XML),
        (b"<a>\xff</a>", OfdRule.XML),
        (b"<a>\x00</a>", OfdRule.XML),
        ("<a/>".encode("utf-16"), OfdRule.XML),
        ("<a/>".encode("utf-16-le"), OfdRule.XML),
        (b"\xfe\xff" + "<印/>".encode("utf-16-be"), OfdRule.XML),
        ("\ufeff印<a/>".encode("utf-16-le"), OfdRule.XML),
        (b'<?xml version="1.0" encoding="GBK"?><a/>', OfdRule.XML),
        (b'<?xml version="1.0" encoding="no-such"?><a/>', OfdRule.XML),
        (b'<?xml version="1.0" encoding="iso-8859-1"?><a/>', OfdRule.XML),
        (b"<!DOCTYPE a><a/>", OfdRule.DOCTYPE),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', OfdRule.DOCTYPE),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', OfdRule.DOCTYPE),
        (b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://h/">%x;]><a/>', OfdRule.DOCTYPE),
        (b"<a>" * 65 + b"</a>" * 65, OfdRule.XML_DEPTH),
        (b"<a>" * 1_000_000, OfdRule.XML_DEPTH),
        (b"<a>" + b"<b/>" * 300_000 + b"</a>", OfdRule.XML_SIZE),
        (b"<a>" + b'<b c="1"/>' * 150_000 + b"</a>", OfdRule.XML_SIZE),
        (b"<a>" + b" " * 16_000_000 + b"</a>", OfdRule.XML_SIZE),
    ],
)
def test_hostile_xml_is_refused(data: bytes, rule: str) -> None:
    assert _rule(data) == rule


def test_billions_of_laughs_take_no_memory() -> None:
    lines = b"".join(b'<!ENTITY l%d "%b">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 20))
    bomb = b'<!DOCTYPE a [<!ENTITY l0 "lol">' + lines + b"]><a>&l19;</a>"
    tracemalloc.start()
    try:
        assert _rule(bomb) == OfdRule.DOCTYPE
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_the_deepest_allowed_tree_is_read() -> None:
    assert XmlReader().tree(b"<a>" * 64 + b"</a>" * 64).name == "a"


def test_many_small_documents_count_together() -> None:
    reader = XmlReader(max_items=10)
    for number in range(5):
        reader.tree(f'<a b="{number}"/>'.encode())
    with pytest.raises(MalformedOfdError) as caught:
        reader.find(b"<a/>", "nothing")
    assert caught.value.rule == OfdRule.XML_SIZE


def test_a_document_that_is_asked_for_again_is_not_read_again() -> None:
    reader = XmlReader(max_items=3)
    assert reader.tree(b'<a b="1"/>') is reader.tree(b'<a b="1"/>')


def test_a_page_longer_than_any_tree_can_still_be_searched() -> None:
    count = xml_trees.MAX_TREE_ITEMS + 1
    page = b"<a>" + b"<b/>" * count + b"<T>x</T></a>"
    assert [item.text for item in XmlReader().find(page, "T")] == ["x"]


def test_an_element_that_must_stand_once_may_not_stand_twice() -> None:
    tree = XmlReader().tree(b"<a><b> 1 </b><c/><c/></a>")
    assert tree.one("b").text == " 1 "
    assert tree.text_of("b") == "1"
    assert tree.text_of("d") == ""
    assert tree.optional("d") is None
    for ask in (tree.one, tree.optional, tree.text_of):
        with pytest.raises(MalformedOfdError, match="twice"):
            ask("c")
    with pytest.raises(MalformedOfdError, match="no d"):
        tree.one("d")
