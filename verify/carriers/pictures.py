"""Pictures taken apart: the code on a photograph or a screenshot."""

from typing import Final

from certs.errors import FaceError
from certs.faces.qr import read_qr
from verify.carriers.codes import looks_like_a_code, read_code_text
from verify.evidence import Evidence, Problem
from verify.report import DocumentFormat

PICTURES: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


def read_picture(data: bytes) -> Evidence:
    """Take a PNG or JPEG picture apart: the one license code that it shows."""
    try:
        texts = read_qr(data)
    except FaceError:
        return _refused("unreadable-picture")
    codes = tuple(dict.fromkeys(text for text in texts if looks_like_a_code(text)))
    if len(codes) > 1:
        return _refused("several-codes", count=str(len(codes)))
    if not codes and len(texts) == 1:
        return read_code_text(texts[0])
    return read_code_text(codes[0]) if codes else _refused("picture-without-code")


def _refused(reason: str, **facts: str) -> Evidence:
    return Evidence(format=DocumentFormat.QR, problem=Problem(reason=reason, facts=facts))
