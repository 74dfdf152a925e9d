"""What a text in a row means, whatever source it came from.

Staged rows are texts and nothing else, and are judged a second time by those who issue them.
So everything that decides about a row is decided here, from its texts; what a source knows
beyond them (the cell was a number) is written into the text as a mark that people can read.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from certs.errors import RefusedValueError
from certs.field_problems import ProblemCode
from certs.type_fields import FieldKind, FieldSpec

MAX_CELL_CHARACTERS: Final = 32_767
"""The longest cell, as in spreadsheet programs."""

# Chinese words, because people see them in the workbook of refused rows.
_MARKS: Final[Mapping[ProblemCode, str]] = MappingProxyType(
    {
        ProblemCode.FORMULA_CELL: "⟦公式⟧",
        ProblemCode.SCIENTIFIC_NOTATION: "⟦科学计数⟧",
        ProblemCode.NUMBER_CELL: "⟦数字格式⟧",
        ProblemCode.BOOLEAN_CELL: "⟦逻辑值⟧",
        ProblemCode.ERROR_CELL: "⟦错误值⟧",
        ProblemCode.DATE_CELL: "⟦日期格式⟧",
        ProblemCode.NESTED_VALUE: "⟦非文本⟧",
    }
)
_CODES: Final = {mark: code for code, mark in _MARKS.items()}
_MARK: Final = re.compile("|".join(_CODES))
# Programs take text for a formula that begins so; some do for the full-width forms too.
_FORMULA_STARTS: Final = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
_SCIENTIFIC: Final = re.compile(r"[+-]?[0-9](?:\.[0-9]+)?[Ee]\+[0-9]{2,3}")
# What exporters write so that spreadsheet programs keep the zeros: ="0012". No cell is
# asked for and nothing computed, so the text inside is what was meant.
_KEPT_TEXT: Final = re.compile(r'="([^"]*)"')
_MIDNIGHT: Final = r"(?:[ T]0{1,2}:00(?::00(?:\.0{1,6})?)?)?"
_LOOSE_DATE: Final = re.compile(
    rf"([0-9]{{4}})([-/.])([0-9]{{1,2}})\2([0-9]{{1,2}}){_MIDNIGHT}", re.ASCII
)
_ONE_DATE: Final = (
    r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日|[0-9]{8}"
)
_PERIOD: Final = re.compile(
    rf"自?\s*({_ONE_DATE})\s*起?\s*(?:至|到|[-~\uff0d\uff5e\u2013]|[\u2014\u2015]{{1,2}})"
    rf"\s*({_ONE_DATE}|长期)\s*止?"
)


def refused_text(code: ProblemCode, shown: str) -> str:
    """Return the text of a refused cell, which ``meant_text`` will refuse for the same reason.

    Args:
        code: Why the cell is refused.
        shown: What the cell shows.
    """
    speaks_for_itself = (code is ProblemCode.FORMULA_CELL and shown.startswith("=")) or (
        code is ProblemCode.SCIENTIFIC_NOTATION and _SCIENTIFIC.fullmatch(shown) is not None
    )
    if speaks_for_itself and _KEPT_TEXT.fullmatch(shown) is None:
        return shown
    return f"{_MARKS[code]}{shown}"[:MAX_CELL_CHARACTERS]


def shown_text(text: str) -> str:
    """Return ``text`` without the mark of a refused cell."""
    return _MARK.sub("", text, count=1) if text.startswith("⟦") else text


def meant_text(spec: FieldSpec, text: str) -> str:
    """Return what ``text`` says for its field: without tricks, dates as YYYY-MM-DD.

    One apostrophe in front is what people type to keep a text; it goes. So does the
    wrapping of ``="0012"``.

    Raises:
        RefusedValueError: It is a formula or a number in scientific notation, or bears the
            mark of a cell that was refused.
    """
    if not text:
        return text
    meant = text[1:].lstrip() if text[0] == "'" else text
    kept = _KEPT_TEXT.fullmatch(meant)
    if kept:
        meant = kept.group(1).strip()
    if meant[:1] == "⟦":
        _refuse_marked(meant)
    if meant[:1] in _FORMULA_STARTS and not _is_signed_number(spec, meant):
        raise RefusedValueError(ProblemCode.FORMULA_CELL)
    if _SCIENTIFIC.fullmatch(meant):
        raise RefusedValueError(ProblemCode.SCIENTIFIC_NOTATION)
    return _plain_date(meant) if spec.kind is FieldKind.DATE else meant


def split_period(text: str) -> tuple[str, str]:
    """Return both ends of a period such as ``2026-01-01至2031-01-01``.

    Raises:
        RefusedValueError: It is no such period.
    """
    match = _PERIOD.fullmatch(text)
    if match is None:
        raise RefusedValueError(ProblemCode.MALFORMED_PERIOD)
    return _plain_date(match.group(1)), _plain_date(match.group(2))


def _refuse_marked(text: str) -> None:
    match = _MARK.match(text)
    if match:
        raise RefusedValueError(_CODES[match.group()])


def _is_signed_number(spec: FieldSpec, text: str) -> bool:
    """Tell whether the field itself will judge the sign."""
    return spec.kind is FieldKind.NUMBER and text[1:2].isdigit()


def _plain_date(text: str) -> str:
    """Return 2026/1/2, 2026.01.02 or 2026-1-2 as 2026-01-02, without an hour of midnight."""
    match = _LOOSE_DATE.fullmatch(text)
    if match is None:
        return text
    year, _, month, day = match.groups()
    return f"{year}-{month:0>2}-{day:0>2}"
