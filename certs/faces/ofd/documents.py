"""The files of an OFD document with one face, ready to be sealed.

What all faces of a template share is one file, Tpls/Tpl_0/Content.xml, deflated and digested
once. Source: GB/T 33190-2016, 7.2 (package), 7.5 (Document.xml), 7.9 (resources), 20
(attachments).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from xml.sax.saxutils import quoteattr

from certs.civil_dates import day_of
from certs.errors import FaceError, MalformedIdentifierError
from certs.faces.content import Attachment, FaceContent
from certs.faces.drawing import format_number
from certs.faces.fonts import Family
from certs.faces.ofd.pages import PageText, font_identifier
from certs.faces.ofd.vectors import VectorPath, path_object
from certs.identifiers import LicenseIdentifier
from signing.algorithms import sm3
from signing.ofd.package import DocumentInfo
from signing.ofd.writing import Member

ROOT: Final = "Doc_0/"
IDENTIFIER_NAME: Final = "证照标识"
TYPE_NAME: Final = "证照类型代码"
ISSUER_NAME: Final = "证照颁发机构代码"
VERSION_NAME: Final = "版本号"

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE: Final = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_TEMPLATE: Final = "Tpls/Tpl_0/Content.xml"
_PAGE: Final = "Pages/Page_0/Content.xml"
_ATTACHMENTS: Final = "Attachs/"
_LIST: Final = "Attachments.xml"
_FILE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_IDENTIFIER_BYTES: Final = 16
_KILOBYTE: Final = 1024
# Fonts come first; then the template page and its layer.
_TEMPLATE_IDENTIFIER: Final = 1 + len(Family)
_LAYER_IDENTIFIER: Final = _TEMPLATE_IDENTIFIER + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticPage:
    """What all faces of a template share, as a template page (模板页).

    Attributes:
        member: Its file; what is derived from it is worked out once.
        box: The page, as PhysicalBox.
        last_identifier: The highest identifier in it.
    """

    member: Member = field(repr=False)
    box: str
    last_identifier: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfdDocument:
    """A document without OFD.xml and signatures (版式文档).

    Attributes:
        members: Its files, in order.
        info: What OFD.xml says about it.
        page: The identifier of its page, for stamps.
    """

    members: tuple[Member, ...] = field(repr=False)
    info: DocumentInfo
    page: str


def write_static_page(
    paths: Sequence[VectorPath], *, width_mm: float, height_mm: float
) -> StaticPage:
    """Write the template page of a static layer."""
    box = f"0 0 {format_number(width_mm, 3)} {format_number(height_mm, 3)}"
    first = _LAYER_IDENTIFIER + 1
    objects = "".join(path_object(path, number) for number, path in enumerate(paths, start=first))
    content = (
        f"{_area(box)}<ofd:Content>"
        f'<ofd:Layer ID="{_LAYER_IDENTIFIER}" Type="Background">{objects}</ofd:Layer>'
        "</ofd:Content>"
    )
    return StaticPage(
        member=_xml(_TEMPLATE, "Page", content),
        box=box,
        last_identifier=_LAYER_IDENTIFIER + len(paths),
    )


def page_identifiers(static: StaticPage) -> tuple[int, int]:
    """Return the identifiers of the page and of its layer."""
    return static.last_identifier + 1, static.last_identifier + 2


def write_document(
    content: FaceContent, static: StaticPage, page: PageText, fonts: dict[str, bytes]
) -> OfdDocument:
    """Put a document together.

    Args:
        content: What it says about itself and carries.
        static: What it shares with others.
        page: What it shows besides.
        fonts: Font files by family.

    Raises:
        FaceError: An attached file has no plain name.
    """
    page_identifier, layer = page_identifiers(static)
    return OfdDocument(
        members=(
            _document(static, page.last_identifier, has_attachments=bool(content.attachments)),
            _resources(fonts),
            *(
                Member(f"{ROOT}Res/{_font_file(family)}", data, is_stored=True)
                for family, data in fonts.items()
            ),
            static.member,
            _xml(_PAGE, "Page", _page(static, layer, page.objects)),
            *_attached(content),
        ),
        info=_info(content),
        page=str(page_identifier),
    )


def _xml(name: str, root: str, content: str, attributes: str = "") -> Member:
    text = f"{_HEAD}<ofd:{root} {_SPACE}{attributes}>{content}</ofd:{root}>"
    return Member(ROOT + name, text.encode("utf-8"))


def _area(box: str) -> str:
    return f"<ofd:Area><ofd:PhysicalBox>{box}</ofd:PhysicalBox></ofd:Area>"


def _document(static: StaticPage, last_identifier: int, *, has_attachments: bool) -> Member:
    page_identifier, _ = page_identifiers(static)
    attachments = (
        f"<ofd:Attachments>{_ATTACHMENTS}{_LIST}</ofd:Attachments>" if has_attachments else ""
    )
    return _xml(
        "Document.xml",
        "Document",
        f"<ofd:CommonData><ofd:MaxUnitID>{last_identifier}</ofd:MaxUnitID>"
        f"<ofd:PageArea><ofd:PhysicalBox>{static.box}</ofd:PhysicalBox></ofd:PageArea>"
        "<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>"
        f'<ofd:TemplatePage ID="{_TEMPLATE_IDENTIFIER}" Name="底图" ZOrder="Background"'
        f' BaseLoc="{_TEMPLATE}"/></ofd:CommonData>'
        f'<ofd:Pages><ofd:Page ID="{page_identifier}" BaseLoc="{_PAGE}"/></ofd:Pages>'
        f"{attachments}",
    )


def _page(static: StaticPage, layer: int, objects: str) -> str:
    return (
        f'<ofd:Template TemplateID="{_TEMPLATE_IDENTIFIER}" ZOrder="Background"/>'
        f"{_area(static.box)}<ofd:Content>"
        f'<ofd:Layer ID="{layer}" Type="Body">{objects}</ofd:Layer></ofd:Content>'
    )


def _resources(fonts: dict[str, bytes]) -> Member:
    listed = "".join(
        f'<ofd:Font ID="{font_identifier(family)}" FontName={quoteattr(family)}'
        f" FamilyName={quoteattr(family)}><ofd:FontFile>{_font_file(family)}</ofd:FontFile>"
        "</ofd:Font>"
        for family in fonts
    )
    return _xml("PublicRes.xml", "Res", f"<ofd:Fonts>{listed}</ofd:Fonts>", ' BaseLoc="Res"')


def _font_file(family: str) -> str:
    return f"font_{font_identifier(family)}.ttf"


def _attached(content: FaceContent) -> list[Member]:
    if not content.attachments:
        return []
    day = content.created_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    listed = "".join(
        f'<ofd:Attachment ID="a{number:03d}" Name={quoteattr(_plain(attachment))}'
        f' Format="{attachment.name.rpartition(".")[2]}" CreationDate="{day}"'
        f' Size="{format_number(len(attachment.content) / _KILOBYTE, 3)}" Visible="true">'
        f"<ofd:FileLoc>{attachment.name}</ofd:FileLoc></ofd:Attachment>"
        for number, attachment in enumerate(content.attachments, start=1)
    )
    return [
        _xml(_ATTACHMENTS + _LIST, "Attachments", listed),
        *(
            Member(f"{ROOT}{_ATTACHMENTS}{attachment.name}", attachment.content, is_stored=True)
            for attachment in content.attachments
        ),
    ]


def _plain(attachment: Attachment) -> str:
    if not _FILE_NAME.fullmatch(attachment.name) or attachment.name.lower() == _LIST.lower():
        raise FaceError(f"an attached file cannot be called {attachment.name!r}")
    return attachment.name


def _info(content: FaceContent) -> DocumentInfo:
    known = f"{content.identifier} {content.created_at.isoformat()}"
    return DocumentInfo(
        identifier=sm3(known.encode("utf-8"))[:_IDENTIFIER_BYTES].hex(),
        title=content.title,
        author=content.author,
        created_on=day_of(content.created_at).isoformat(),
        custom_datas=_custom_datas(content.identifier),
    )


def _custom_datas(written: str) -> tuple[tuple[str, str], ...]:
    """Name the license, and take its identifier apart for those who only read OFD.xml."""
    try:
        identifier = LicenseIdentifier.parse(written)
    except MalformedIdentifierError:  # previews show identifiers that nobody was given
        return ((IDENTIFIER_NAME, written),)
    return (
        (IDENTIFIER_NAME, written),
        (TYPE_NAME, str(identifier.type_code)),
        (ISSUER_NAME, str(identifier.issuer_code)),
        (VERSION_NAME, f"{identifier.version:03d}"),
    )
