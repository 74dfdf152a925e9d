"""What departments are asked, as the body of a letter, and somebody on the wire of letters."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tests import world
from tests.doubles.acceptance import HOLDER
from tests.instance_parts import Post

HOUR = timedelta(hours=1)


def a_question(**changes: str) -> dict[str, Any]:
    """A question about a title, but for the changes."""
    at = world.NOON
    return {
        "case": "C" + "A" * 20,
        "material": "title",
        "department": "natural-resources",
        "question_zh": "是否核发",
        "question_en": "Was it issued",
        "code_type": HOLDER.code_type.value,
        "code": HOLDER.code,
        "name": "样本",
        "asked_at": at.isoformat(),
        "due_at": (at + 8 * HOUR).isoformat(),
        **changes,
    }


def _as_it_came(answer: bytes) -> bytes:
    return answer


@dataclass
class Wire:
    """Carries letters, keeps them, and lets somebody at what comes back."""

    post: Post
    twist: Callable[[bytes], bytes] = _as_it_came
    letters: list[tuple[str, bytes]] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)

    def letter(self, service_url: str, path: str, letter: bytes, *, max_bytes: int) -> bytes | None:
        self.letters.append((path, letter))
        answer = self.post.letter(service_url, path, letter, max_bytes=max_bytes)
        if answer is None:
            return None
        self.answers.append(answer)
        return self.twist(answer)

    def revocation_lists(self, service_url: str) -> tuple[bytes, ...]:
        return self.post.revocation_lists(service_url)
