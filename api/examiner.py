"""Examines documents in separate, limited processes: hostile bytes cannot hold up the service."""

from pathlib import Path
from typing import Final, Self

from api.examination_worker import to_request
from api.limited_processes import LimitedProcesses
from signing.algorithms import sm3
from verify.checks import Outcome
from verify.errors import MalformedExaminationError
from verify.evidence import MAX_FILE_BYTES
from verify.examination import Examination, refused
from verify.examination_json import MAX_JSON_BYTES, decode_examination

_SECONDS: Final = 60.0


class ProcessExaminer:
    """Examines documents; use as a context manager.

    Args:
        workers: How many processes there may be; each starts when first needed.
        seconds: How long one document may take on the clock.
        types: Where imported license types lie; None where only those of the program are known.
    """

    def __init__(
        self, workers: int = 2, *, seconds: float = _SECONDS, types: Path | None = None
    ) -> None:
        self._processes = LimitedProcesses(
            "api.examination_worker",
            workers=workers,
            max_answer_bytes=MAX_JSON_BYTES,
            seconds=seconds,
            arguments=(str(types),) if types is not None else (),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def examine(self, data: bytes, content: bytes | None = None) -> Examination:
        """Return the examination; one that broke the limits says so."""
        digest = sm3(data).hex()
        if len(data) > MAX_FILE_BYTES or len(content or b"") > MAX_FILE_BYTES:
            return refused(digest, "too-large", limit=str(MAX_FILE_BYTES // 2**20))
        answer = self._processes.ask(to_request(data, content))
        if answer is None:
            return refused(digest, "limits", outcome=Outcome.UNKNOWN)
        try:
            return decode_examination(answer)
        except MalformedExaminationError:
            return refused(digest, "limits", outcome=Outcome.UNKNOWN)

    def close(self) -> None:
        """End all processes."""
        self._processes.close()
