"""Codes of matters, materials, questions and choices: lower-case words joined by hyphens."""

import re
from typing import Final

from verify.errors import MalformedMatterError

_CODE: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MAX_LENGTH: Final = 40


def check_code(code: str) -> None:
    """Check one.

    Raises:
        MalformedMatterError: It is none.
    """
    if len(code) > _MAX_LENGTH or not _CODE.fullmatch(code):
        raise MalformedMatterError(f"not a code: {code[:_MAX_LENGTH]!r}")
