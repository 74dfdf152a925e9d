"""The process that reads what pages say; started by ``api.page_reader``.

Native code looks at hostile bytes here, so nothing but text goes back.
"""

from api.limited_worker import serve
from certs.errors import FaceError
from certs.faces.pages import page_text


def read_page(pdf: bytes) -> bytes | None:
    """Return the text of the pages in UTF-8, or None if they cannot be read."""
    try:
        return page_text(pdf).encode("utf-8", "replace")
    except FaceError:
        return None


if __name__ == "__main__":
    serve(read_page)
