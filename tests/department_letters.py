"""What departments are asked, as the body of a letter."""

from datetime import timedelta
from typing import Any

from tests import world
from tests.doubles.acceptance import HOLDER

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
