# ruff: noqa: RUF001  the signs of Chinese text are what this module is about
"""Where a line of Chinese text may end (行首行尾禁则), and what room its punctuation takes up.

Some signs may not begin a line and some not end one; Latin words and numbers stay whole, unless
one alone is longer than the line. Full-width punctuation brings half an em of white space with
it, which is taken away between two such signs and at the ends of a line (标点挤压).
Source: W3C, Requirements for Chinese Text Layout, 3.1.6 and 3.2.2; unconfirmed against a
national standard.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import Final, NamedTuple

HALF_EM: Final = 500

CLOSING: Final = "，。．、：；？！》）』」】〗〕〉］｝”’"
"""Signs whose right half is empty."""
OPENING: Final = "《（『「【〖〔〈［｛“‘"
"""Signs whose left half is empty."""

_NOT_FIRST: Final = CLOSING + "·・…—～％‰℃°′″々〻ー,.:;?!)]}%|/-"
_NOT_LAST: Final = OPENING + "￥¥＄$£€＃#№§([{@"
_WORD: Final = r"!-~\u00a1-\u024f\u0370-\u052f"
_COMBINING: Final = r"\u0300-\u036f\u20d0-\u20ff\u3099\u309a\ufe00-\ufe0f\U000e0100-\U000e01ef"
_SPACES: Final = " \u3000"
# What stays together: signs that open, a word or a character, signs that close, spaces.
_UNIT: Final = re.compile(
    f"[{re.escape(_NOT_LAST)}]*(?:[{_WORD}]+|.)"
    # Behind a dot, a stroke or a colon goes on what began before it.
    f"(?:[{re.escape(_NOT_FIRST)}{_COMBINING}]++(?:(?<=[./:-])[{_WORD}]++)?+)*+[{_SPACES}]*+",
    re.DOTALL,
)
# Between two such signs, where one brings half an em of white space too much.
_SQUEEZED: Final = re.compile(
    f"(?<=[{CLOSING}])(?=[{CLOSING}{OPENING}])|(?<=[{OPENING}])(?=[{OPENING}])"
)


class Line(NamedTuple):
    """A line of a text: its characters from ``start`` to ``end``, no spaces at its end."""

    start: int
    end: int


class Paragraph:
    """A text that has been measured and can be broken into lines of any width.

    All lengths are in 1/1000 em.

    Attributes:
        text: The text, not empty.
        squeezes: The characters before which half an em is taken away.
    """

    def __init__(self, text: str, advances: Sequence[int]) -> None:
        self.text = text
        self.squeezes = frozenset(match.start() for match in _SQUEEZED.finditer(text))
        self._starts: list[int] = []
        self._ends: list[int] = []
        at = 0
        for index, advance in enumerate(advances):
            if index in self.squeezes:
                at -= HALF_EM
            self._starts.append(at)
            at += advance
            self._ends.append(at)

    def offset(self, line: Line, index: int) -> int:
        """Return how far from the beginning of its line a character stands.

        It is negative where the white half of a sign hangs out of the line.
        """
        return self._starts[index] - self._starts[line.start] - self._hanging(line.start, OPENING)

    def width(self, line: Line) -> int:
        """Return how much room a line takes, white halves at its ends left out."""
        natural = self._ends[line.end - 1] - self._starts[line.start]
        return natural - self._hanging(line.start, OPENING) - self._hanging(line.end - 1, CLOSING)

    def lines(self, width: float, most: int) -> tuple[Line, ...] | None:
        """Break the text into lines, each as long as it can be.

        Args:
            width: How long a line may be.
            most: How many lines there may be.

        Returns:
            The lines; None if there would be more, or a character is wider than a line.
        """
        whole = self._line(0, len(self.text))
        if self.width(whole) <= width:
            return (whole,)
        if self._ends[-1] > most * (width + 2 * HALF_EM):
            return None
        lines: list[Line] = []
        start = 0
        while start < len(self.text) and len(lines) < most:
            line = self._longest(start, width)
            if line is None:
                return None
            lines.append(line)
            start = self._after_spaces(line.end)
        return tuple(lines) if start == len(self.text) else None

    @cached_property
    def _units(self) -> tuple[int, ...]:
        """Where a line may end: after each unit that stays together."""
        return tuple(match.end() for match in _UNIT.finditer(self.text))

    def _longest(self, start: int, width: float) -> Line | None:
        """Return the longest line from ``start`` on, broken within a unit only if it must be."""
        found: Line | None = None
        for end in self._units[bisect_right(self._units, start) :]:
            line = self._line(start, end)
            if self.width(line) > width:
                break
            found = line
        return found or self._piece(start, width)

    def _piece(self, start: int, width: float) -> Line | None:
        """Return as much of a unit as a line holds, None if not even one character."""
        end = start
        while end < len(self.text) and self.width(Line(start, end + 1)) <= width:
            end += 1
        if start + 1 < end < len(self.text) and self._is_bad_break(end):
            end -= 1
        return Line(start, end) if end > start else None

    def _is_bad_break(self, at: int) -> bool:
        before, after = self.text[at - 1], self.text[at]
        return before in _NOT_LAST or (after in _NOT_FIRST and before not in _NOT_FIRST)

    def _line(self, start: int, end: int) -> Line:
        trimmed = len(self.text[:end].rstrip(_SPACES))
        return Line(start, max(trimmed, start + 1))

    def _after_spaces(self, end: int) -> int:
        return len(self.text) - len(self.text[end:].lstrip(_SPACES))

    def _hanging(self, index: int, signs: str) -> int:
        return HALF_EM if self.text[index] in signs else 0
