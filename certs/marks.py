"""Marks (标记) of data that are protected more than others; `certs.marking` finds them."""

from collections.abc import Iterable
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

_BETWEEN: Final = ","


@unique
class Mark(StrEnum):
    """What is protected more than other data."""

    UNDER_14 = "under-14"
    """不满十四周岁未成年人个人信息: whoever is a child's guardian agrees for the child.

    Source: 个人信息保护法 articles 28 and 31; unconfirmed.
    """
    TRADE_SECRET = "trade-secret"  # noqa: S105 - no password
    """商业秘密: no office makes it public without the holder's agreement.

    Source: 行政许可法 article 5; unconfirmed.
    """

    @property
    def zh(self) -> str:
        """What whoever sees the data is told, in Chinese."""
        return _WORDS[self][0]

    @property
    def en(self) -> str:
        """The same in English."""
        return _WORDS[self][1]


_WORDS: Final = MappingProxyType(
    {
        Mark.UNDER_14: (
            "含未满十四周岁未成年人个人信息：须有法定依据或监护人同意，不得另作他用",
            "data of a child under 14: by law or with a guardian's agreement alone",
        ),
        Mark.TRADE_SECRET: (
            "含商业秘密：不得公开，不得另作他用",
            "a trade secret: not to be made public, or used for anything else",
        ),
    }
)
EVERY_MARK: Final = frozenset(Mark)


def ordered(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Return marks once each, in the one order in which they are kept and shown."""
    return tuple(sorted(set(marks)))


def marks_text(marks: Iterable[Mark]) -> str:
    """Return the one text for marks; empty for none."""
    return _BETWEEN.join(ordered(marks))


def parse_marks(text: str) -> tuple[Mark, ...]:
    """Return the marks in a text that ``marks_text`` made."""
    return tuple(Mark(name) for name in text.split(_BETWEEN) if name)
