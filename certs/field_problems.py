"""What can be wrong with a value that somebody filled in, in words for that somebody."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Self

from certs.masking import mask, redact

_MAX_SHOWN = 60


@unique
class ProblemCode(StrEnum):
    """The stable name of a problem; programs may rely on it."""

    MISSING_FIELD = "missing-field"
    UNKNOWN_FIELD = "unknown-field"
    WRONG_CHECK_CHARACTER = "wrong-check-character"
    MALFORMED_CODE = "malformed-code"
    FULL_WIDTH = "full-width"
    SCIENTIFIC_NOTATION = "scientific-notation"
    MALFORMED_NUMBER = "malformed-number"
    MALFORMED_DATE = "malformed-date"
    IMPOSSIBLE_DATE = "impossible-date"
    DATE_ORDER = "date-order"
    VALIDITY_TOO_LONG = "validity-too-long"
    PERMANENT_NOT_ALLOWED = "permanent-not-allowed"
    TOO_LONG = "too-long"
    TOO_SHORT = "too-short"
    TOO_MANY_DECIMALS = "too-many-decimals"
    NOT_IN_LIST = "not-in-list"
    FORBIDDEN_CHARACTER = "forbidden-character"
    MISSING_GLYPH = "missing-glyph"
    FORMULA_CELL = "formula-cell"
    NUMBER_CELL = "number-cell"
    BOOLEAN_CELL = "boolean-cell"
    ERROR_CELL = "error-cell"
    DATE_CELL = "date-cell"
    NESTED_VALUE = "nested-value"
    MALFORMED_PERIOD = "malformed-period"
    UNKNOWN_COLUMN = "unknown-column"
    DUPLICATE_NUMBER = "duplicate-number"
    ALREADY_LICENSED = "already-licensed"
    GIVEN_UP = "given-up"
    NO_ROOM_ON_FACE = "no-room-on-face"
    BROKEN_RULE = "broken-rule"


# Chinese first, as people read them; {facts} come from whoever found the problem.
_WORDS: Mapping[ProblemCode, tuple[str, str]] = MappingProxyType(
    {
        ProblemCode.MISSING_FIELD: ("必填项为空", "required, but empty"),
        ProblemCode.UNKNOWN_FIELD: (
            "该证照类型没有这一项",
            "the license type has no such field",
        ),
        ProblemCode.WRONG_CHECK_CHARACTER: (
            "校验位不符，请核对是否录错",
            "wrong check character; probably mistyped",
        ),
        ProblemCode.MALFORMED_CODE: ("格式不符", "not in the form of this code"),
        ProblemCode.FULL_WIDTH: (
            "含全角字符，请改为半角",
            "full-width characters; type them half-width",
        ),
        ProblemCode.SCIENTIFIC_NOTATION: (
            "表格软件把号码变成了科学计数，末位数字已丢失；请将该列设为文本后重新录入",
            "scientific notation has lost the last digits; format the column as text and retype",
        ),
        ProblemCode.MALFORMED_NUMBER: ("不是数字", "not a number"),
        ProblemCode.MALFORMED_DATE: (
            "日期格式不符，应如 2026-03-18、2026年3月18日 或 20260318",
            "not a date like 2026-03-18, 2026年3月18日 or 20260318",
        ),
        ProblemCode.IMPOSSIBLE_DATE: ("没有这一天", "no such day"),
        ProblemCode.DATE_ORDER: ("早于{earlier}", "before {earlier}"),
        ProblemCode.VALIDITY_TOO_LONG: (
            "超过该证照类型的最长有效期限 {longest}",
            "longer than the type's longest validity, {longest}",
        ),
        ProblemCode.PERMANENT_NOT_ALLOWED: (
            "该证照类型不允许长期有效",
            "the license type has no permanent validity",
        ),
        ProblemCode.TOO_LONG: (
            "{length} 个字符，超过上限 {limit}",
            "{length} characters, the limit is {limit}",
        ),
        ProblemCode.TOO_SHORT: (
            "{length} 个字符，应为 {limit} 个",
            "{length} characters, there must be {limit}",
        ),
        ProblemCode.TOO_MANY_DECIMALS: (
            "小数位数超过 {limit} 位",
            "more than {limit} decimals",
        ),
        ProblemCode.NOT_IN_LIST: ("不在可选值之内：{choices}", "not one of {choices}"),
        ProblemCode.FORBIDDEN_CHARACTER: (
            "含不可见或私用字符：{characters}",
            "invisible or private-use characters: {characters}",
        ),
        ProblemCode.MISSING_GLYPH: (
            "字库中没有这些字：{characters}",
            "no font has these characters: {characters}",
        ),
        ProblemCode.FORMULA_CELL: (
            "单元格是公式，请改为录入的值",
            "the cell is a formula; type the value itself",
        ),
        ProblemCode.NUMBER_CELL: (
            "单元格是数字格式，会丢失前导零或末位；请将该列设为文本后重新录入",
            "a number cell loses leading zeros or last digits; format it as text and retype",
        ),
        ProblemCode.BOOLEAN_CELL: (
            "单元格是逻辑值，应为文本",
            "the cell is a truth value, not text",
        ),
        ProblemCode.ERROR_CELL: ("单元格是错误值", "the cell is an error"),
        ProblemCode.DATE_CELL: (
            "单元格是日期时间格式，该项不能接受",
            "the cell is a date or time that this field does not take",
        ),
        ProblemCode.NESTED_VALUE: (
            "不是文本，而是对象、列表或二进制内容",
            "an object, a list or bytes, not text",
        ),
        ProblemCode.MALFORMED_PERIOD: (
            "不是起止日期，应如 2026-01-01至2031-01-01",
            "not a period like 2026-01-01至2031-01-01",
        ),
        ProblemCode.UNKNOWN_COLUMN: ("该列没有表头", "the column has no heading"),
        ProblemCode.DUPLICATE_NUMBER: (
            "与第 {row} 行的证照编号重复",
            "the same license number as in row {row}",
        ),
        ProblemCode.ALREADY_LICENSED: (
            "该证照编号已有有效证照",
            "a license with this number is in force already",
        ),
        ProblemCode.GIVEN_UP: (
            "该行此前的签发已中止，请另建表格重新申请",
            "issuing this row was given up before; ask again in a new workbook",
        ),
        ProblemCode.NO_ROOM_ON_FACE: (
            "照面无法绘制，通常是内容过长或有无法打印的字：{reason}",
            "the face cannot be drawn, most often for texts that are too long: {reason}",
        ),
        # The words of a rule stand in its license type.
        ProblemCode.BROKEN_RULE: ("{zh}", "{en}"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldProblem:
    """One problem of one field.

    Attributes:
        field: The field's name.
        label_zh: The field's Chinese label.
        value: The value as it may be shown: short, printable, personal parts masked.
        code: Its stable name.
        zh: What people read.
        en: The same in English.
    """

    field: str
    label_zh: str
    value: str
    code: ProblemCode
    zh: str
    en: str

    @classmethod
    def of(  # noqa: PLR0913 - a problem has that many sides
        cls,
        code: ProblemCode,
        *,
        field: str,
        label_zh: str,
        value: str,
        is_personal: bool = False,
        facts: Mapping[str, object] | None = None,
    ) -> Self:
        """Return the problem with its words filled in."""
        zh, en = _WORDS[code]
        return cls(
            field=field,
            label_zh=label_zh,
            value=show_value(value, is_personal=is_personal),
            code=code,
            zh=zh.format_map(facts or {}),
            en=en.format_map(facts or {}),
        )


def show_value(text: str, *, is_personal: bool = False) -> str:
    """Return ``text`` as a message may show it.

    Masked where personal, without whole citizen numbers in any case; at most 60
    characters; what cannot be seen is written as its code point.
    """
    safe = mask(text) if is_personal else redact(text)
    if len(safe) > _MAX_SHOWN:
        safe = safe[: _MAX_SHOWN - 1] + "…"
    return "".join(letter if letter.isprintable() else f"<{code_point(letter)}>" for letter in safe)


def code_point(letter: str) -> str:
    """Return the notation U+XXXX of one character."""
    return f"U+{ord(letter):04X}"
