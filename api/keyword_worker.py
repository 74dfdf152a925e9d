"""The process that finds words on pages; started by ``yinxin stamp``.

Native code looks at hostile bytes here, so nothing but numbers goes back.
"""

import json
from dataclasses import asdict
from typing import Final

from api.limited_processes import LimitedProcesses
from api.limited_worker import serve
from certs.errors import FaceError
from certs.faces.keyword_places import KeywordPlace, find_keyword

_KEYWORD_BYTES: Final = 2
_MAX_ANSWER_BYTES: Final = 1 << 20
_SECONDS: Final = 60.0


def find_places(pdf: bytes, keyword: str) -> tuple[KeywordPlace, ...] | None:
    """Return where a word stands, found by another process; None if it cannot be looked for."""
    word = keyword.encode("utf-8")
    processes = LimitedProcesses(
        "api.keyword_worker", workers=1, max_answer_bytes=_MAX_ANSWER_BYTES, seconds=_SECONDS
    )
    try:
        answer = processes.ask(len(word).to_bytes(_KEYWORD_BYTES, "big") + word + pdf)
    finally:
        processes.close()
    if answer is None:
        return None
    return tuple(KeywordPlace(**item) for item in json.loads(answer))


def answer(request: bytes) -> bytes | None:
    """Return the places as JSON; the request is a length-prefixed word and the file."""
    end = _KEYWORD_BYTES + int.from_bytes(request[:_KEYWORD_BYTES], "big")
    try:
        places = find_keyword(request[end:], request[_KEYWORD_BYTES:end].decode("utf-8"))
    except (FaceError, UnicodeDecodeError):
        return None
    return json.dumps([asdict(place) for place in places]).encode("ascii")


if __name__ == "__main__":
    serve(answer)
