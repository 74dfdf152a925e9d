"""Signature.xml (签名描述文件) as values: what is signed, how, by which program, shown where.

Source: GB/T 33190-2016, 18.2; which spellings occur is taken from real files.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final

from signing.algorithms import SM3, SM3_BYTES
from signing.errors import MalformedOfdError
from signing.ofd.rules import OfdRule
from signing.ofd.xml_trees import Element

Box = tuple[float, float, float, float]
"""Left, top, width, height, millimeters from the upper left corner."""

_SM3_SPELLINGS: Final = frozenset({"sm3", SM3, f"{SM3}.1", f"{SM3}.2"})
_NUMBER: Final = re.compile(r"[+-]?\d{1,9}(?:\.\d{0,20})?(?:[eE][+-]?\d{1,2})?")
_WHITE_SPACE: Final = re.compile(r"\s+")
_MAX_CHECK_VALUE: Final = 1024
MAX_REFERENCES: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """The program that made a signature (创建签名时所用的签章组件提供者)."""

    name: str
    company: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Where a seal is shown (签名的外观, StampAnnot).

    Attributes:
        page: The identifier of the page, not its number.
        boundary: On the page.
        clip: The part of the seal that is shown, from the corner of the boundary; a seal
            across pages (骑缝章) is shown in strips.
    """

    page: str
    boundary: Box
    clip: Box | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What a Signature.xml says.

    Attributes:
        signed_at: SignatureDateTime as written; for display only.
        check_method: As written; None means MD5 by the standard.
        references: FileRef and the digest; None where there is no digest of 32 bytes.
        bad_stamps: The stamps that cannot be read, by identifier.
        seal_location: Seal/BaseLoc; None when the seal lies in the value only.
    """

    provider: Provider
    method: str
    signed_at: str
    check_method: str | None
    references: tuple[tuple[str, bytes | None], ...]
    stamps: tuple[Stamp, ...]
    bad_stamps: tuple[str, ...]
    seal_location: str | None
    value_location: str


def describe(root: Element) -> Description:
    """Read the tree of a Signature.xml.

    Raises:
        MalformedOfdError: ``structure``: an element is absent that must stand once, or two
            programs could take two different ones.
    """
    signed = root.one("SignedInfo")
    references = signed.optional("References") or Element("References")
    seal = signed.optional("Seal")
    stamps = [(item, _stamp(item)) for item in signed.all("StampAnnot")]
    if len(references.children) > MAX_REFERENCES:
        raise MalformedOfdError(OfdRule.STRUCTURE, f"more than {MAX_REFERENCES} references")
    return Description(
        provider=_provider(signed.optional("Provider") or Element("Provider")),
        method=signed.text_of("SignatureMethod"),
        signed_at=signed.text_of("SignatureDateTime"),
        check_method=references.attributes.get("CheckMethod"),
        references=tuple(_reference(item) for item in references.all("Reference")),
        stamps=tuple(stamp for _, stamp in stamps if stamp),
        bad_stamps=tuple(item.attributes.get("ID", "") for item, stamp in stamps if not stamp),
        seal_location=seal.one("BaseLoc").text.strip() if seal else None,
        value_location=root.one("SignedValue").text.strip(),
    )


def is_sm3(check_method: str | None) -> bool:
    """Whether a CheckMethod means SM3; absent it means MD5, which nobody may rely on."""
    return check_method is not None and check_method.strip().lower() in _SM3_SPELLINGS


def _provider(element: Element) -> Provider:
    return Provider(
        name=element.attributes.get("ProviderName", ""),
        company=element.attributes.get("Company", ""),
        version=element.attributes.get("Version", ""),
    )


def _reference(element: Element) -> tuple[str, bytes | None]:
    location = element.attributes.get("FileRef", "")
    values = element.all("CheckValue")
    text = values[0].text if len(values) == 1 else ""
    return location, _digest(text)


def _digest(text: str) -> bytes | None:
    if len(text) > _MAX_CHECK_VALUE:
        return None
    try:
        value = base64.b64decode(_WHITE_SPACE.sub("", text).encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
    return value if len(value) == SM3_BYTES else None


def _stamp(element: Element) -> Stamp | None:
    page = element.attributes.get("PageRef", "")
    boundary = _box(element.attributes.get("Boundary", ""))
    clip_text = element.attributes.get("Clip")
    clip = _box(clip_text) if clip_text is not None else None
    if not page or boundary is None or (clip is None and clip_text is not None):
        return None
    return Stamp(page=page, boundary=boundary, clip=clip)


def _box(text: str) -> Box | None:
    words = text.split(maxsplit=4)
    if not all(_NUMBER.fullmatch(word) for word in words):
        return None
    match [float(word) for word in words]:
        case [left, top, width, height] if width >= 0 and height >= 0:
            return left, top, width, height
        case _:
            return None
