"""A small document of ours, sealed by nobody in particular, and ways to spoil it."""

import base64
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache

from signing import der
from signing.algorithms import sm3
from signing.ofd.archive import Archive
from signing.ofd.descriptions import Stamp
from signing.ofd.package import DocumentInfo
from signing.ofd.reading import add_signature
from signing.ofd.sealing import PreparedOfd, prepare
from signing.ofd.writing import Member, write_zip

XMLNS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
NOON = datetime(2026, 3, 1, 4, 0, 0, tzinfo=UTC)
SEAL = der.sequence(der.octets(bytes(range(256)) * 2), der.octets(b"seal"))
OTHER_SEAL = der.sequence(der.octets(b"another seal"))
VALUE = der.sequence(SEAL, der.octets(b"value" * 20))
OTHER_VALUE = der.sequence(OTHER_SEAL, der.octets(b"other" * 20))
STAMP = Stamp(page="7", boundary=(140.0, 220.5, 42.0, 42.0))
INFO = DocumentInfo(
    identifier="0123456789abcdef0123456789abcdef",
    title="食品经营许可证 <样本> & “副本”",
    author="芜湖市市场监督管理局",
    created_on="2026-03-01",
    custom_datas=(("电子证照标识", "1.2.156.3005.2"), ("version", "001")),
)
SIGN_0 = "Doc_0/Signs/Sign_0/"
SIGN_1 = "Doc_0/Signs/Sign_1/"
LIST = "Doc_0/Signs/Signatures.xml"
PAGE = "Doc_0/Pages/Page_0/Content.xml"


def xml(root: str, content: str) -> bytes:
    opening = f'<?xml version="1.0" encoding="UTF-8"?>\n<ofd:{root} {XMLNS}>'
    return f"{opening}{content}</ofd:{root}>".encode()


def _text(text: str) -> str:
    return f'<ofd:TextObject ID="9"><ofd:TextCode X="0">{text}</ofd:TextCode></ofd:TextObject>'


@cache
def document() -> tuple[Member, ...]:
    """A page on a template, with two attachments, deflated where it pays."""
    lines = "".join(f'<ofd:PathObject Boundary="0 {top} 210 297"/>' for top in range(60))
    return (
        Member(
            "Doc_0/Document.xml",
            xml(
                "Document",
                '<ofd:CommonData><ofd:TemplatePage ID="3" BaseLoc="Tpls/Tpl_0/Content.xml"/>'
                '</ofd:CommonData><ofd:Pages><ofd:Page ID="7" BaseLoc="Pages/Page_0/Content.xml"/>'
                "</ofd:Pages><ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>",
            ),
        ),
        Member("Doc_0/Tpls/Tpl_0/Content.xml", xml("Page", lines + _text("食品经营许可证"))),
        Member(
            PAGE,
            xml("Page", '<ofd:Template TemplateID="3"/>' + _text("甲 &amp; 乙") + _text("第2行")),
        ),
        Member(
            "Doc_0/Attachs/Attachments.xml",
            xml(
                "Attachments",
                '<ofd:Attachment ID="1" Name="license.json"><ofd:FileLoc>license.json</ofd:FileLoc>'
                '</ofd:Attachment><ofd:Attachment ID="2" Name="license.p7s">'
                "<ofd:FileLoc>/Doc_0/Attachs/license.p7s</ofd:FileLoc></ofd:Attachment>",
            ),
        ),
        Member("Doc_0/Attachs/license.json", b'{"schema":"yinxin.license/1"}', is_stored=True),
        Member("Doc_0/Attachs/license.p7s", der.sequence(der.octets(b"p7" * 40))),
    )


def prepared() -> PreparedOfd:
    return prepare(document(), info=INFO, seal=SEAL, stamps=(STAMP,), signed_at=NOON)


@cache
def sealed() -> bytes:
    """Sealed once."""
    return prepared().complete(VALUE)


@cache
def sealed_twice() -> bytes:
    """Sealed by a second one across two strips."""
    strips = (
        Stamp(page="7", boundary=(10, 10, 20, 20), clip=(0, 0, 10, 20)),
        Stamp(page="7", boundary=(30, 10, 20, 20), clip=(10, 0, 10, 20)),
    )
    added = add_signature(sealed(), seal=OTHER_SEAL, stamps=strips, signed_at=NOON)
    return added.complete(OTHER_VALUE)


def members_of(data: bytes) -> list[Member]:
    """The members of a file as our writer would write them."""
    archive = Archive(data)
    return [
        Member(name, archive.read(name), is_stored=True)
        if not entry.method
        else Member(name, archive.read(name), deflated=archive.packed(name))
        for name, entry in archive.entries.items()
    ]


def repacked(
    data: bytes,
    change: Mapping[str, bytes | Callable[[bytes], bytes]] | None = None,
    *,
    add: Sequence[Member] = (),
    without: Sequence[str] = (),
) -> bytes:
    """The file with changed, added or removed entries; the zip itself is sound."""
    changes = dict(change or {})
    members: list[Member] = []
    for member in members_of(data):
        new = changes.pop(member.name, member.data)
        content = new(member.data) if callable(new) else new
        if content != member.data:
            members.append(Member(member.name, content, is_stored=member.is_stored))
        elif member.name not in without:
            members.append(member)
    assert not changes
    return write_zip([*members, *add])


def signature_xml(  # noqa: PLR0913 - each is one way to write it
    files: Mapping[str, bytes],
    *,
    method: str | None = "SM3",
    value: str = "SignedValue.dat",
    seal: str | None = None,
    stamps: str = "",
    more: str = "",
) -> bytes:
    """A Signature.xml as others write it, with references by path."""
    references = "".join(
        f'<ofd:Reference FileRef="{path}"><ofd:CheckValue>'
        f"{base64.b64encode(sm3(data)).decode()}</ofd:CheckValue></ofd:Reference>"
        for path, data in files.items()
    )
    named = "" if method is None else f' CheckMethod="{method}"'
    own_seal = "" if seal is None else f"<ofd:Seal><ofd:BaseLoc>{seal}</ofd:BaseLoc></ofd:Seal>"
    return xml(
        "Signature",
        '<ofd:SignedInfo><ofd:Provider ProviderName="他人" Company="甲" Version="2"/>'
        "<ofd:SignatureMethod>1.2.156.10197.1.501</ofd:SignatureMethod>"
        "<ofd:SignatureDateTime>2020-01-25 15:31:56</ofd:SignatureDateTime>"
        f"<ofd:References{named}>{references}{more}</ofd:References>{stamps}{own_seal}"
        f"</ofd:SignedInfo><ofd:SignedValue>{value}</ofd:SignedValue>",
    )


def foreign(
    signature: bytes,
    files: Mapping[str, bytes] | None = None,
    *,
    line: str = '<ofd:Signature ID="1" BaseLoc="Sign_0/Signature.xml"/>',
) -> bytes:
    """A small file of another program: one page, one signature."""
    parts = {
        "OFD.xml": xml(
            "OFD",
            "<ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID></ofd:DocInfo><ofd:DocRoot>"
            "Doc_0/Document.xml</ofd:DocRoot><ofd:Signatures>/Doc_0/Signs/Signatures.xml"
            "</ofd:Signatures></ofd:DocBody>",
        ),
        "Doc_0/Document.xml": xml(
            "Document",
            '<ofd:CommonData/><ofd:Pages><ofd:Page ID="1" BaseLoc="Content.xml"/></ofd:Pages>',
        ),
        "Doc_0/Content.xml": xml("Page", _text("你好")),
        LIST: xml("Signatures", line),
        f"{SIGN_0}Signature.xml": signature,
        f"{SIGN_0}SignedValue.dat": VALUE,
        **(files or {}),
    }
    return write_zip(
        [Member(name, data, is_stored=len(data) > 100_000) for name, data in parts.items()]
    )


def foreign_files() -> dict[str, bytes]:
    """What a signature over everything in such a file references, by absolute path."""
    archive = Archive(foreign(b""))
    protected = ("OFD.xml", "Doc_0/Document.xml", "Doc_0/Content.xml")
    return {f"/{name}": archive.read(name) for name in protected}
