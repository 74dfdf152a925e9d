import pytest

from signing.errors import MalformedOfdError
from signing.ofd import contents
from signing.ofd.contents import page_texts, read_attachments
from signing.ofd.entry_names import resolve
from signing.ofd.integrity import read_integrity
from signing.ofd.package import DocumentInfo, Package, read_package
from signing.ofd.rules import OfdRule
from signing.ofd.writing import Member, write_zip
from tests.unit.signing.ofd.samples import PAGE, VALUE, repacked, sealed, xml

ROOT = xml("OFD", "<ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>")


def _package(files: dict[str, bytes]) -> Package:
    return read_package(write_zip([Member(name, data) for name, data in files.items()]))


def _rule(files: dict[str, bytes]) -> str:
    """The rule broken while a package and all it carries is read."""
    with pytest.raises(MalformedOfdError) as caught:
        _all_of(_package(files))
    return caught.value.rule


def _all_of(package: Package) -> None:
    read_attachments(package, package.bodies[0])
    page_texts(package, package.bodies[0])


def _document(content: str, pages: str = "") -> dict[str, bytes]:
    body = f"<ofd:CommonData/><ofd:Pages>{pages}</ofd:Pages>{content}"
    return {"OFD.xml": ROOT, "Doc_0/Document.xml": xml("Document", body)}


def test_a_package_tells_its_metadata_attachments_and_text() -> None:
    package = read_package(sealed())
    (body,) = package.bodies
    assert body.info.title == "食品经营许可证 <样本> & “副本”"
    assert body.info.author == "芜湖市市场监督管理局"
    assert body.info.custom_datas[:2] == (("电子证照标识", "1.2.156.3005.2"), ("version", "001"))
    files = read_attachments(package, body)
    assert list(files) == ["license.json", "license.p7s"]
    assert files["license.json"] == b'{"schema":"yinxin.license/1"}'
    assert page_texts(package, body) == ("食品经营许可证\n甲 & 乙\n第2行",)


def test_metadata_may_be_absent() -> None:
    assert _package({"OFD.xml": ROOT}).bodies[0].info == DocumentInfo()


@pytest.mark.parametrize(
    ("location", "base", "expected"),
    [
        ("/a/b.xml", "x/y.xml", "a/b.xml"),
        ("b.xml", "a/y.xml", "a/b.xml"),
        (" ./b.xml\n", "a/y.xml", "a/b.xml"),
        ("../a/b.xml", "x/y.xml", "a/b.xml"),
        ("a/b.xml", "x/y.xml", "a/b.xml"),
        ("b.xml", "y.xml", None),
        ("B.xml", "a/y.xml", None),
        ("../../a/b.xml", "x/y.xml", None),
        ("/../a/b.xml", "x/y.xml", None),
        ("a\\b.xml", "y.xml", None),
        ("", "a/y.xml", None),
        ("/", "a/y.xml", None),
    ],
)
def test_a_path_is_absolute_or_relative_to_the_file_that_names_it(
    location: str, base: str, expected: str | None
) -> None:
    assert resolve(location, base=base, names={"a/b.xml"}) == expected


def test_a_path_that_leads_to_two_entries_is_refused() -> None:
    with pytest.raises(MalformedOfdError) as caught:
        resolve("a/b.xml", base="a/y.xml", names={"a/b.xml", "a/a/b.xml"})
    assert caught.value.rule == OfdRule.PATH


@pytest.mark.parametrize(
    ("files", "rule"),
    [
        ({"ofd.xml": ROOT}, OfdRule.NOT_AN_OFD),
        ({"OFD.xml": b"<OFD/>"}, OfdRule.NOT_AN_OFD),
        ({"OFD.xml": ROOT.replace(b"ofd:OFD", b"ofd:ODF")}, OfdRule.NOT_AN_OFD),
        ({"OFD.xml": b"<OFD>" + b"<DocBody/>" * 65 + b"</OFD>"}, OfdRule.NOT_AN_OFD),
        ({"OFD.xml": b"not XML"}, OfdRule.XML),
        ({"OFD.xml": b"<OFD><DocBody><DocRoot/><DocRoot/></DocBody></OFD>"}, OfdRule.STRUCTURE),
        ({"OFD.xml": ROOT}, OfdRule.PATH),
        ({"OFD.xml": ROOT, "Doc_0/Document.xml": b"<Doc/>"}, OfdRule.STRUCTURE),
        ({"OFD.xml": ROOT, "Doc_0/Document.xml": b"<Document/>"}, OfdRule.STRUCTURE),
        (_document("", '<ofd:Page ID="1" BaseLoc="nowhere"/>'), OfdRule.PATH),
        (_document("", '<ofd:Page ID="1"/>'), OfdRule.PATH),
        (_document("<ofd:Attachments>nowhere</ofd:Attachments>"), OfdRule.PATH),
        (
            _document("<ofd:Attachments>A.xml</ofd:Attachments>")
            | {"Doc_0/A.xml": xml("Attachments", '<ofd:Attachment Name="x"/>')},
            OfdRule.PATH,
        ),
        (
            _document("<ofd:Attachments>A.xml</ofd:Attachments>")
            | {"Doc_0/A.xml": xml("Attachments", "<ofd:Attachment/>" * 257)},
            OfdRule.TOO_LARGE,
        ),
    ],
)
def test_a_package_that_leads_nowhere_is_refused(files: dict[str, bytes], rule: str) -> None:
    assert _rule(files) == rule


def test_two_attachments_of_one_name_are_refused() -> None:
    item = '<ofd:Attachment Name="x"><ofd:FileLoc>A.xml</ofd:FileLoc></ofd:Attachment>'
    files = _document("<ofd:Attachments>A.xml</ofd:Attachments>")
    assert _rule(files | {"Doc_0/A.xml": xml("Attachments", item * 2)}) == OfdRule.STRUCTURE


def test_a_page_that_uses_a_template_that_does_not_exist_is_refused() -> None:
    files = _document("", '<ofd:Page ID="1" BaseLoc="P.xml"/>')
    page = xml("Page", '<ofd:Template TemplateID="9"/>')
    assert _rule(files | {"Doc_0/P.xml": page}) == OfdRule.PATH


def test_a_short_file_that_says_a_lot_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "MAX_TEXT_CHARACTERS", 100)
    monkeypatch.setattr(contents, "MAX_PAGES", 20)
    page = '<ofd:Page ID="1" BaseLoc="P.xml"/>'
    short = {"Doc_0/P.xml": xml("Page", "<ofd:TextCode>ab</ofd:TextCode>")}
    assert _rule(_document("", page * 21) | short) == OfdRule.TOO_LARGE
    _all_of(_package(_document("", page * 20) | short))
    long = {"Doc_0/P.xml": xml("Page", "<ofd:TextCode>abcde</ofd:TextCode>")}
    assert _rule(_document("", page * 20) | long) == OfdRule.TOO_LARGE


def test_package_integrity_compares_names() -> None:
    assert read_integrity(read_package(sealed())) is None
    listed = ("/OFD.xml", "/Doc_0/Document.xml")
    files = _document("")

    def integrity(names: tuple[str, ...], more: dict[str, bytes]) -> tuple[object, ...]:
        entries = "".join(f'<ofd:File ID="1" FileLoc="{name}"/>' for name in names)
        content = xml(
            "DocEntries",
            "<ofd:SignedValueLoc>/signedvalue.dat</ofd:SignedValueLoc>"
            f"<ofd:FileList>{entries}</ofd:FileList>",
        )
        found = read_integrity(_package(files | {"OFDEntries.xml": content} | more))
        assert found is not None
        assert found.entries_xml == content
        return found.is_complete, found.value, found.missing, found.unlisted

    value = {"signedvalue.dat": VALUE}
    assert integrity(listed, value) == (True, VALUE, (), ())
    assert integrity(listed, {}) == (False, b"", (), ())
    assert integrity((*listed, "/b"), value) == (False, VALUE, ("/b",), ())
    assert integrity(listed, {**value, "b": b"c"}) == (False, VALUE, (), ("b",))
    assert integrity(listed[:1], value) == (False, VALUE, (), ("Doc_0/Document.xml",))


def test_an_unreadable_integrity_list_lists_nothing() -> None:
    found = read_integrity(_package(_document("") | {"OFDEntries.xml": b"<DocEntries/>"}))
    assert found is not None
    assert not found.is_readable
    assert not found.is_complete
    assert found.unlisted == ("Doc_0/Document.xml", "OFD.xml")


def test_text_of_a_changed_page_is_the_changed_text() -> None:
    changed = repacked(sealed(), {PAGE: lambda data: data.replace("甲".encode(), "丙".encode())})
    package = read_package(changed)
    assert "丙 & 乙" in page_texts(package, package.bodies[0])[0]


def test_a_value_of_integrity_that_cannot_be_held_is_missing() -> None:
    content = xml(
        "DocEntries", "<ofd:SignedValueLoc>v</ofd:SignedValueLoc><ofd:FileList></ofd:FileList>"
    )
    members = [Member(name, data) for name, data in _document("").items()]
    members += [Member("OFDEntries.xml", content), Member("v", bytes(1_000_001), is_stored=True)]
    found = read_integrity(read_package(write_zip(members)))
    assert found is not None
    assert (found.value, found.is_complete) == (b"", False)
    assert "v" in found.unlisted
