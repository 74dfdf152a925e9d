"""Names in other people's certificates (证书主题): the parts that people are shown.

Names are compared as bytes elsewhere; what is read here decides nothing but who is named, and
the unified code, which is only believed where it stands once. Source: RFC 5280 §4.1.2.4.
"""

from dataclasses import dataclass
from typing import Final

from signing import der
from signing.errors import MalformedStructureError
from signing.tolerances import Tolerance

_COMMON_NAME: Final = "2.5.4.3"
_ORGANIZATION: Final = "2.5.4.10"
_ORGANIZATION_CODE: Final = "2.5.4.97"
_MAX_PARTS: Final = 64
_NUMERIC, _TELETEX, _VISIBLE, _UNIVERSAL, _BMP = 0x12, 0x14, 0x1A, 0x1C, 0x1E
_ASCII: Final = ("ascii", "utf-8", "gb18030")
_ENCODINGS: Final = {
    der.UTF8_STRING: ("utf-8",),
    der.PRINTABLE_STRING: _ASCII,
    der.IA5_STRING: _ASCII,
    _NUMERIC: _ASCII,
    _VISIBLE: _ASCII,
    _TELETEX: _ASCII,
    _BMP: ("utf-16-be",),
    _UNIVERSAL: ("utf-32-be",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectName:
    """What a name says; a part that is missing is empty, several values stand side by side."""

    common_name: str
    organization: str
    organization_code: str


def read_name(encoded: bytes, tolerated: set[Tolerance]) -> SubjectName:
    """Read a Name, DER.

    Raises:
        MalformedStructureError: Not a name, or text that its type cannot hold in any known way.
    """
    values: dict[str, list[str]] = {}
    name = der.expect(der.read(encoded), der.SEQUENCE)
    for part in der.children(name, most=_MAX_PARTS):
        for attribute in der.children(der.expect(part, der.SET), most=_MAX_PARTS):
            kind, value = _pair(attribute)
            if value.tag in _ENCODINGS:
                values.setdefault(der.to_oid(kind), []).append(_text(value, tolerated))
    codes = values.get(_ORGANIZATION_CODE, [])
    return SubjectName(
        common_name=", ".join(values.get(_COMMON_NAME, [])),
        organization=", ".join(values.get(_ORGANIZATION, [])),
        organization_code=codes[0] if len(codes) == 1 else "",
    )


def _pair(attribute: der.Element) -> tuple[der.Element, der.Element]:
    found = der.children(der.expect(attribute, der.SEQUENCE), most=2)
    if len(found) != len(("type", "value")):
        raise MalformedStructureError("a part of a name has no value")
    return der.expect(found[0], der.OID), found[1]


def _text(value: der.Element, tolerated: set[Tolerance]) -> str:
    for encoding in _ENCODINGS[value.tag]:
        try:
            text = value.content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding != "ascii" and _ENCODINGS[value.tag] is _ASCII:
            tolerated.add(Tolerance.NON_ASCII_IA5)
        return text
    raise MalformedStructureError("a name has octets outside its type")
