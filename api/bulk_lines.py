"""Many verdicts in one call (批量核验): one line a question in, one line a verdict out.

Lines are answered in order and in small portions, so that memory does not grow with their number.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import to_json

from api.reports import brief_json
from api.schemas.verifications import QuestionIn
from certs.masking import redact
from verify.report import Report
from verify.verifier import Inquiry, Verifier

NDJSON: Final = "application/x-ndjson"
MOST_LINES: Final = 10_000
MAX_BATCH_BYTES: Final = 16 * 2**20
_PORTION: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkDesk:
    """Answers lines.

    Attributes:
        prepare: Asks regions in one go about all that a portion needs to know and memory does
            not hold; returns how such a text is judged.
    """

    verifier: Verifier
    inquiry: Inquiry
    prepare: Callable[[list[str]], Callable[[str], Report]]

    def answer(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the verdicts on the lines, some lines at a time."""
        numbered = enumerate(lines, start=1)
        while portion := list(islice(numbered, _PORTION)):
            yield b"".join(self._portion(portion))

    def _portion(self, portion: list[tuple[int, bytes]]) -> Iterator[bytes]:
        asked = [(number, question_text(line)) for number, line in portion]
        reports = {
            text: self.verifier.verify_text_at_hand(text, self.inquiry)
            for text in dict.fromkeys(text for _, text in asked if text)
        }
        missing = [text for text, report in reports.items() if report is None]
        judge = self.prepare(missing) if missing else None
        for number, text in asked:
            if text is None:
                yield _line({"line": number, "conclusion": None, "problem": _PROBLEM})
                continue
            report = reports[text]
            if report is None and judge is not None:
                report = reports[text] = judge(text)
            if report is not None:
                yield _line({"line": number, "asked": redact(text[:200]), **brief_json(report)})


_PROBLEM: Final = {
    "code": "INVALID_LINE",
    "zh": "此行不是含 identifier 或 code 的 JSON 对象",
    "en": "not a JSON object with identifier or code",
}


def question_text(line: bytes) -> str | None:
    """Return what a line asks about, or None if it is no question."""
    try:
        return QuestionIn.model_validate_json(line).text
    except ValidationError:
        return None


def _line(value: dict[str, Any]) -> bytes:
    return to_json(value) + b"\n"
