"""The process that draws the sealed page of a document; started by ``api.sealed_pages``.

Native code looks at hostile bytes here, so nothing but a picture and numbers goes back.
"""

import struct
from typing import Final

from api.limited_worker import serve
from certs.errors import FaceError
from certs.faces import pages
from certs.faces.ofd import rendering

HEADER: Final = struct.Struct(">HHB")
"""The page, how many there are, how many seals."""
PLACE: Final = struct.Struct(">4d")
"""Left, top, right, bottom."""
_ZIP: Final = b"PK"


def answer(document: bytes) -> bytes | None:
    """Return the header, the places of the seals and the picture; None if it cannot be drawn."""
    read = rendering.sealed_page if document.startswith(_ZIP) else pages.sealed_page
    try:
        found = read(document)
    except FaceError:
        return None
    places = (
        PLACE.pack(item.left, item.top, item.left + item.width, item.top + item.height)
        for item in found.seals
    )
    return b"".join(
        (HEADER.pack(found.page, found.pages, len(found.seals)), *places, found.picture)
    )


if __name__ == "__main__":
    serve(answer)
