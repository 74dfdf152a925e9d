"""``eep.xml`` (电子文件封装包): metadata, and the files by their digests.

The files lie outside (外部数据模式) as themselves: the envelope has their SM3 instead of their
bytes. Source: unconfirmed; DA/T 48-2009 as a public implementation writes it.
"""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final
from xml.etree.ElementTree import Element as XmlElement
from xml.sax.saxutils import escape

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from certs.civil_dates import BEIJING
from certs.errors import MalformedPackageError
from certs.packages.bag_info import PackageType
from certs.packages.files import ENVELOPE, PackageFile
from certs.packages.metadata import ELEMENTS
from certs.packages.rules import PackageRule

NAMESPACE: Final = "http://www.saac.gov.cn/standards/ERM/encapsulation"
MAX_ENVELOPE_BYTES: Final = 2 * 2**20
METHOD: Final = "sm3-base64Binary"
_REMEMBERED: Final = 4
_MODE: Final = "仅提供SM3摘要信息，文档数据在外部保存"
_FORMAT: Final = "本封装包按 DA/T 48-2009 的元素组织，文档数据在外部保存"
_MEDIA: Final = {
    "pdf": "application/pdf",
    "ofd": "application/ofd",
    "json": "application/json",
    "p7s": "application/pkcs7-signature",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedFile:
    """A file as the envelope describes it.

    Attributes:
        name: Path in the package.
        sm3: Its digest, hexadecimal.
    """

    name: str
    media_type: str
    length_bytes: int
    sm3: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What an envelope says.

    Attributes:
        values: The metadata, by path of ``certs.packages.metadata``.
        files: The documents.
    """

    type: PackageType
    made_at: str
    made_by: str
    values: Mapping[str, str]
    files: tuple[DescribedFile, ...]


def describe(files: Mapping[str, PackageFile]) -> tuple[DescribedFile, ...]:
    """Return the content files as an envelope describes them."""
    return tuple(
        DescribedFile(
            name=name,
            media_type=media_type_of(name),
            length_bytes=file.length_bytes,
            sm3=file.sm3,
        )
        for name, file in sorted(files.items())
    )


def media_type_of(name: str) -> str:
    """Return the media type that the end of a name stands for."""
    return _MEDIA.get(name.rpartition(".")[2], "application/octet-stream")


def write_envelope(
    values: Mapping[str, str],
    files: Iterable[DescribedFile],
    *,
    type: PackageType,  # noqa: A002 - 封装包类型
    made_at: datetime,
    made_by: str,
) -> bytes:
    """Return the envelope; the same arguments, the same bytes."""
    documents = "".join(_document(number, file) for number, file in enumerate(files, start=1))
    made = made_at.astimezone(BEIJING).isoformat(timespec="seconds")
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<电子文件封装包 xmlns="{NAMESPACE}">'
        f"{_tag('封装包格式描述', _FORMAT)}<版本>2009</版本>"
        '<被签名对象 eep版本="2009">'
        f"{_tag('封装包类型', type)}{_tag('封装包创建时间', made)}{_tag('封装包创建单位', made_by)}"
        f"<封装内容><文件实体块><文件实体>{_metadata(values)}"
        f"<文件数据>{documents}</文件数据>"
        "</文件实体></文件实体块></封装内容></被签名对象></电子文件封装包>\n"
    )
    return text.encode()


def parse_envelope(content: bytes) -> Envelope:
    """Read what ``write_envelope`` wrote.

    Raises:
        MalformedPackageError: ``envelope``.
    """
    if len(content) > MAX_ENVELOPE_BYTES:
        raise _bad("too large")
    return _parsed(content)


@lru_cache(_REMEMBERED)
def _parsed(content: bytes) -> Envelope:
    """Take an envelope apart; while a package is made, it is looked at several times."""
    try:
        root = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise _bad("no XML") from error
    signed = root.find(_path("被签名对象"))
    entity = root.find(_path("被签名对象", "封装内容", "文件实体块", "文件实体"))
    if root.tag != _path("电子文件封装包") or signed is None or entity is None:
        raise _bad("elements are missing")
    try:
        kind = PackageType(_text(signed, "封装包类型"))
        files = tuple(_described(item) for item in entity.findall(_path("文件数据", "文档")))
    except ValueError as error:
        raise _bad("an element is not of its kind") from error
    return Envelope(
        type=kind,
        made_at=_text(signed, "封装包创建时间"),
        made_by=_text(signed, "封装包创建单位"),
        values={
            element.path: _text(entity, *element.path.split("/"))
            for element in ELEMENTS
            if entity.find(_path(*element.path.split("/"))) is not None
        },
        files=files,
    )


def _document(number: int, file: DescribedFile) -> str:
    """Return the block of one document (文档)."""
    digest = base64.b64encode(bytes.fromhex(file.sm3)).decode("ascii")
    return (
        "<文档>"
        f"{_tag('文档标识符', f'文档{number}')}{_tag('文档序号', str(number))}"
        f"{_tag('题名', file.name.rpartition('/')[2])}"
        f'<文档数据 文档数据ID="文档{number}-数据"><编码 编码ID="文档{number}-编码"><电子属性>'
        f"{_tag('格式信息', file.media_type)}{_tag('计算机文件名', file.name)}"
        f"{_tag('计算机文件大小', str(file.length_bytes))}</电子属性>"
        f"{_tag('编码描述', _MODE)}{_tag('反编码关键字', METHOD)}{_tag('编码数据', digest)}"
        "</编码></文档数据></文档>"
    )


def _described(item: XmlElement) -> DescribedFile:
    coding = item.find(_path("文档数据", "编码"))
    if coding is None or _text(coding, "反编码关键字") != METHOD:
        raise ValueError("another coding")
    return DescribedFile(
        name=_text(coding, "电子属性", "计算机文件名"),
        media_type=_text(coding, "电子属性", "格式信息"),
        length_bytes=int(_text(coding, "电子属性", "计算机文件大小")),
        sm3=base64.b64decode(_text(coding, "编码数据"), validate=True).hex(),
    )


def _metadata(values: Mapping[str, str]) -> str:
    """Return the elements in the order of the table, each in its group."""
    pieces: list[str] = []
    group = ""
    for element in ELEMENTS:
        outer, _, name = element.path.rpartition("/")
        if outer != group:
            pieces += [f"</{group}>" if group else "", f"<{outer}>" if outer else ""]
            group = outer
        if element.path in values:
            pieces.append(_tag(name, values[element.path]))
    return "".join([*pieces, f"</{group}>" if group else ""])


def _tag(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


@lru_cache
def _path(*names: str) -> str:
    return "/".join(f"{{{NAMESPACE}}}{name}" for name in names)


def _text(element: XmlElement, *names: str) -> str:
    found = element.find(_path(*names))
    return (found.text or "") if found is not None else ""


def _bad(message: str) -> MalformedPackageError:
    return MalformedPackageError(PackageRule.ENVELOPE, message, about=ENVELOPE)
