"""The process that takes documents apart; started by ``api.examiner``."""

from typing import Final

from api.limited_worker import LENGTH_BYTES, serve
from verify.examination import examine
from verify.examination_json import encode_examination

NO_CONTENT: Final = b"-"
WITH_CONTENT: Final = b"+"


def to_request(data: bytes, content: bytes | None) -> bytes:
    """Return a request: the document's length, the document, and what it is detached from."""
    length = len(data).to_bytes(LENGTH_BYTES, "big")
    rest = NO_CONTENT if content is None else WITH_CONTENT + content
    return length + data + rest


def answer(request: bytes) -> bytes:
    """Return the examination that ``request`` asks for, as JSON."""
    length = int.from_bytes(request[:LENGTH_BYTES], "big")
    data, rest = request[LENGTH_BYTES : LENGTH_BYTES + length], request[LENGTH_BYTES + length :]
    content = rest[1:] if rest[:1] == WITH_CONTENT else None
    return encode_examination(examine(data, content=content))


if __name__ == "__main__":
    serve(answer)
