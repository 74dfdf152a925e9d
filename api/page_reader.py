"""Reads what pages say in separate, limited processes."""

from typing import Final, Self

from api.limited_processes import LimitedProcesses

_SECONDS: Final = 20.0
_MAX_TEXT_BYTES: Final = 8 * 2**20


class ProcessPageReader:
    """Reads pages; use as a context manager.

    Args:
        workers: How many processes there may be; each starts when first needed.
        seconds: How long one file may take.
    """

    def __init__(self, workers: int = 2, *, seconds: float = _SECONDS) -> None:
        self._processes = LimitedProcesses(
            "api.page_worker", workers=workers, max_answer_bytes=_MAX_TEXT_BYTES, seconds=seconds
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def page_text(self, pdf: bytes) -> str | None:
        """Return the text of the pages, or None if they cannot be read."""
        text = self._processes.ask(pdf)
        return None if text is None else text.decode("utf-8", "replace")

    def close(self) -> None:
        """End all processes."""
        self._processes.close()
