"""The page of an annotated copy (加注件): the face as a picture, and what the copy is good for."""

import json
import shutil
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import typst

from certs.civil_dates import BEIJING
from certs.copies import CopyStatement
from certs.errors import FaceError
from certs.faces.font_chains import FontChain
from certs.faces.pages import page_png
from certs.faces.qr import qr_svg

SEAL_CENTER_MM: Final = (160.0, 262.0)
"""Where the copy's own seal stands, from the upper left corner."""

_TEMPLATE: Final = Path(__file__).parents[1] / "types" / "annotated_copy" / "page.typ"
_REFUSALS: Final = (typst.TypstError, RuntimeError, ValueError)
_FACE_DPI: Final = 130
_NO_GLYPH: Final = "□"


def typeset_copy(
    statement: CopyStatement, face: bytes, *, author: str, address: str, specimen: bool
) -> bytes:
    """Typeset a copy that is ready for its own seal.

    Args:
        statement: What it is good for.
        face: The sealed face, PDF; its first page is drawn.
        author: Who makes the copy.
        address: Where its standing can be asked; ASCII.
        specimen: It is a 样本 and says so.

    Returns:
        A PDF/A-3b of one page, with the statement in its metadata.

    Raises:
        FaceError: It cannot be typeset.
    """
    fonts = FontChain()
    values = _values(statement, author=author, specimen=specimen)
    values = {name: _printable(item, fonts) for name, item in values.items()}
    values["statement"] = statement.written()
    typefaces = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder) for folder in fonts.folders],
    )
    with TemporaryDirectory(prefix="yinxin-copy-") as folder:
        # Pictures are files to typst; nothing else lies in the folder that it may read.
        root = Path(folder)
        shutil.copy(_TEMPLATE, root / "page.typ")
        (root / "face.png").write_bytes(page_png(face, dpi=_FACE_DPI))
        inputs = {
            "page": json.dumps(values, ensure_ascii=False),
            "qr": qr_svg(address),
            "face": "face.png",
        }
        try:
            pdf = typst.compile(
                str(root / "page.typ"),
                root=str(root),
                font_paths=typefaces,
                package_path=str(root / "packages"),
                package_cache_path=str(root / "packages"),
                format="pdf",
                pdf_standards="a-3b",
                pdf_tags=False,
                timestamp=int(statement.issued_at.timestamp()),
                sys_inputs=inputs,
            )
        except _REFUSALS as error:
            raise FaceError(f"typst refuses the copy: {error}") from error
    if not isinstance(pdf, bytes):
        raise FaceError("typst gave no page")
    return pdf


def _values(statement: CopyStatement, *, author: str, specimen: bool) -> dict[str, object]:
    return {
        "title": f"电子证照加注件 {statement.number}",
        "author": author,
        "number": statement.number,
        "limited_to": statement.limited_to,
        "issued_on": statement.issued_at.astimezone(BEIJING).strftime("%Y年%m月%d日"),
        "specimen": specimen,
        "marks": [mark.zh for mark in statement.marks],
        "rows": [
            {"zh": "编号", "en": "Number", "value": statement.number},
            {"zh": "证照", "en": "License", "value": statement.license_type},
            {"zh": "为谁", "en": "For whom", "value": statement.recipient},
            {"zh": "何事", "en": "What for", "value": statement.purpose},
            {"zh": "到何时", "en": "Until", "value": _moment(statement.expires_at)},
            {"zh": "仅限", "en": "Only for", "value": f"{statement.limited_to}，他用无效"},
        ],
    }


def _moment(at: datetime) -> str:
    return at.astimezone(BEIJING).strftime("%Y年%m月%d日 %H:%M")


def _printable(value: object, fonts: FontChain) -> object:
    """Return ``value`` with a box for whatever no font can print."""
    match value:
        case str():
            missing = set(fonts.missing(value))
            return "".join(_NO_GLYPH if letter in missing else letter for letter in value)
        case list():
            return [_printable(item, fonts) for item in value]
        case dict():
            return {key: _printable(item, fonts) for key, item in value.items()}
        case _:
            return value
