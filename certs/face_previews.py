"""What a face would look like (照面预览) of what somebody is still filling in.

A preview says 样本, has no seal, no number of its own and nothing inside: nothing is allocated,
signed or stored for it. Values that are not right yet stand there as they were typed.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from certs.applications import MissingCharacters, read_values
from certs.catalogue import LicenseType
from certs.element_names import Element
from certs.face_contents import day_in_words, face_marks
from certs.faces.content import FaceContent
from certs.faces.pages import page_jpeg
from certs.field_problems import FieldProblem
from certs.holder_codes import HolderCodeType
from certs.ports import FaceWriter
from certs.type_fields import FieldKind, FieldSpec
from signing.pdf.sealing import SealAppearance, SealPlacement, VisibleSeal

PREVIEW: Final = "预览"
_IDENTIFIER: Final = "（预览，未签发）"
_NOTHING_DRAWN: Final = SealAppearance(width_mm=1, height_mm=1, content=b"")
_ROOM_BYTES: Final = 16
_DPI: Final = 80


def preview_content(  # noqa: PLR0913 - what a preview is made of
    license_type: LicenseType,
    raw: Mapping[str, str],
    *,
    issuer: str,
    code_text: str,
    at: datetime,
    missing_characters: MissingCharacters,
) -> tuple[FaceContent, tuple[FieldProblem, ...]]:
    """Return the face of what was filled in so far, and what is not right yet.

    Args:
        license_type: The type.
        raw: What was filled in, by field name.
        issuer: 颁发机构, as faces print it.
        code_text: What the code in the corner says.
        at: The present instant.
        missing_characters: Says what no font can print; it is left out.
    """
    values, problems = read_values(license_type, raw, missing_characters=missing_characters)
    texts = {
        spec.name: _drawn(spec, values, raw, missing_characters) for spec in license_type.fields
    }
    content = FaceContent(
        template=license_type.folder,
        values={**texts, "issuer": issuer},
        title=f"{PREVIEW} {license_type.name}",
        author=issuer,
        identifier=_IDENTIFIER,
        qr_text=code_text,
        created_at=at,
        specimen=True,
        ornament=license_type.style.ground,
        marks=face_marks(license_type),
    )
    return content, tuple(problems)


def draw_preview(content: FaceContent, writer: FaceWriter) -> bytes:
    """Return a picture (JPEG) of a preview; where the seal would be, nothing is.

    Raises:
        FaceError: The texts do not fit, or the template cannot be used.
    """
    prepared = writer.prepare(
        content,
        VisibleSeal(
            placement=SealPlacement(left_mm=1, top_mm=1, width_mm=1, height_mm=1),
            appearance=_NOTHING_DRAWN,
            signed_at=content.created_at,
            reason=PREVIEW,
            signer_name=PREVIEW,
            contents_bytes=_ROOM_BYTES,
        ),
    )
    unsigned = b"<" + b"00" * prepared.contents_bytes + b">"
    return page_jpeg(prepared.head + unsigned + prepared.tail, dpi=_DPI)


def _drawn(
    spec: FieldSpec,
    values: Mapping[str, str],
    raw: Mapping[str, str],
    missing_characters: MissingCharacters,
) -> str:
    """Return what a face would print; where that cannot be said yet, what was typed."""
    text = values.get(spec.name)
    if text is None:
        typed = "".join(letter for letter in raw.get(spec.name, "").strip() if letter.isprintable())
        missing = missing_characters(typed)
        return "".join(letter for letter in typed if letter not in missing)[: spec.max_length]
    if spec.element is Element.HOLDER_CODE_TYPE and text:
        return HolderCodeType(text).name_zh
    if spec.kind is FieldKind.DATE and text:
        return day_in_words(text)
    return text
