"""How far somebody reaches besides a role (权限范围): license types and matters that were named.

Systems that call, and people who act for an enterprise, may touch what they were given and
nothing that was not named.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final

from certs.errors import ReachRefusedError

EVERY: Final = "*"
"""Every license type, or every matter, those that come later as well."""
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_MOST_CODES: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """The license types and the matters that somebody may touch.

    Attributes:
        license_types: Codes of types, or ``*`` alone; empty for none.
        matters: Codes of matters, or ``*`` alone; empty for none.

    Raises:
        ReachRefusedError: Too many, no codes, or ``*`` beside others.
    """

    license_types: frozenset[str] = frozenset()
    matters: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for codes in (self.license_types, self.matters):
            is_every = codes == {EVERY}
            if len(codes) > _MOST_CODES or not (is_every or all(map(_CODE.fullmatch, codes))):
                raise ReachRefusedError(
                    "证照类型和事项须为代码，或单独一个 * · types and matters are codes, or * alone"
                )

    def covers(self, need: "Need") -> bool:
        """Tell whether what is needed was given."""
        match need.subject:
            case Subject.LICENSE_TYPE:
                return _holds(self.license_types, need.code)
            case Subject.MATTER:
                return _holds(self.matters, need.code)

    def lacking(self, needs: Iterable["Need"]) -> "Need | None":
        """Return the first of these that was not given, or None."""
        return next((need for need in needs if not self.covers(need)), None)


@unique
class Subject(StrEnum):
    """What a reach is about."""

    LICENSE_TYPE = "license-type"
    MATTER = "matter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a request touches.

    Attributes:
        code: Of a license type or a matter; ``*`` where it could be any.
    """

    subject: Subject
    code: str = EVERY


def codes_of(texts: Iterable[str]) -> frozenset[str]:
    """Return the codes that somebody wrote, with spaces or commas between them."""
    return frozenset(code for text in texts for code in re.split(r"[\s,，、]+", text) if code)


def _holds(given: frozenset[str], code: str) -> bool:
    return EVERY in given or code in given
