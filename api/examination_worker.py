"""The process that takes documents apart; started by ``api.examiner``."""

import sys
from functools import partial
from pathlib import Path
from typing import Final

from api.limited_worker import LENGTH_BYTES, serve
from certs.catalogue import Catalogue
from certs.type_folders import catalogue_with
from verify.examination import examine
from verify.examination_json import encode_examination

NO_CONTENT: Final = b"-"
WITH_CONTENT: Final = b"+"


def to_request(data: bytes, content: bytes | None) -> bytes:
    """Return a request: the document's length, the document, and what it is detached from."""
    length = len(data).to_bytes(LENGTH_BYTES, "big")
    rest = NO_CONTENT if content is None else WITH_CONTENT + content
    return length + data + rest


def answer(request: bytes, *, types: Catalogue | None = None) -> bytes:
    """Return the examination that ``request`` asks for, as JSON.

    Args:
        request: As ``to_request`` makes it.
        types: The license types that are known here; None for those of the program.
    """
    length = int.from_bytes(request[:LENGTH_BYTES], "big")
    data, rest = request[LENGTH_BYTES : LENGTH_BYTES + length], request[LENGTH_BYTES + length :]
    content = rest[1:] if rest[:1] == WITH_CONTENT else None
    return encode_examination(examine(data, content=content, types=types))


if __name__ == "__main__":
    known = catalogue_with(Path(sys.argv[1])) if sys.argv[1:] else None
    serve(partial(answer, types=known))
