"""Draws the sealed page of what somebody brought, in separate, limited processes."""

import struct
from typing import Final, Protocol, Self

from api.limited_processes import LimitedProcesses
from api.sealed_page_worker import HEADER, PLACE
from certs.faces.sealed_pages import SealedPage, SealPlace

_SECONDS: Final = 20.0
_MAX_PICTURE_BYTES: Final = 4 * 2**20
_WEBP: Final = b"RIFF"


class PageViewer(Protocol):
    """Shows the page of a document that a seal stands on."""

    def view(self, document: bytes) -> SealedPage | None:
        """Return the page, or None if it cannot be drawn within limits."""
        ...


class ProcessPageViewer:
    """Draws pages; use as a context manager.

    Args:
        workers: How many processes there may be; each starts when first needed.
        seconds: How long one document may take.
    """

    def __init__(self, workers: int = 2, *, seconds: float = _SECONDS) -> None:
        self._processes = LimitedProcesses(
            "api.sealed_page_worker",
            workers=workers,
            max_answer_bytes=_MAX_PICTURE_BYTES,
            seconds=seconds,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def view(self, document: bytes) -> SealedPage | None:
        """Return the page of a PDF or an OFD file, or None if it cannot be drawn within limits."""
        answer = self._processes.ask(document)
        return None if answer is None else read_answer(answer)

    def close(self) -> None:
        """End all processes."""
        self._processes.close()


def read_answer(answer: bytes) -> SealedPage | None:
    """Return what a process says, or None: one that a document has taken over may say anything."""
    try:
        page, pages, count = HEADER.unpack_from(answer)
        picture = HEADER.size + count * PLACE.size
        edges = [PLACE.unpack_from(answer, at) for at in range(HEADER.size, picture, PLACE.size)]
    except struct.error:
        return None
    if not answer.startswith(_WEBP, picture):
        return None
    places = (SealPlace.within_page(*item) for item in edges)
    return SealedPage(
        picture=answer[picture:],
        page=page,
        pages=pages,
        seals=tuple(item for item in places if item is not None),
    )
