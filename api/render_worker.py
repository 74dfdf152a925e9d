"""The process that draws pages and seals; started by ``yinxin render``.

Native code looks at hostile bytes here, so nothing but pictures goes back.
"""

import struct
from typing import Final

from api.limited_worker import serve
from certs.errors import FaceError
from certs.faces import pages
from certs.faces.ofd import rendering
from certs.faces.ofd.seal_pictures import OFD_PICTURE, media_type_of
from verify.carriers.sniffing import read_document
from verify.report import DocumentFormat

PAGE, SEALS = 0, 1
HEADER: Final = struct.Struct(">BHH")
LENGTH: Final = struct.Struct(">I")
_MAX_SEALS: Final = 64


def answer(request: bytes) -> bytes | None:
    """Return a page as PNG, or all seals, each with its length before it.

    The request is what to draw, the page and the resolution, and the document.
    """
    task, page, dpi = HEADER.unpack_from(request)
    data = request[HEADER.size :]
    try:
        if task == SEALS:
            return b"".join(LENGTH.pack(len(item)) + item for item in _seals(data))
        if data.startswith(b"PK"):
            return rendering.page_png(data, page=page, dpi=dpi)
        return pages.page_png(data, page=page, dpi=dpi)
    except FaceError:
        return None


def _seals(data: bytes) -> list[bytes]:
    """Return the picture file of every seal that can be shown."""
    evidence = read_document(data, None)
    if evidence.format is DocumentFormat.OFD:
        return [item.content for item in rendering.seal_images(data)]
    found = []
    for signature in evidence.signatures[:_MAX_SEALS]:
        image = signature.seal.description.picture.image if signature.seal is not None else b""
        kind = media_type_of(image)
        if kind:
            found.append(rendering.page_png(image) if kind == OFD_PICTURE else image)
    return found


if __name__ == "__main__":
    serve(answer)
