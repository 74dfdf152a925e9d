"""The fields of a license type (信息项): groups, obligations, formats and code lists."""

import re
from dataclasses import dataclass
from enum import StrEnum, unique
from functools import cache
from typing import Self

from certs.element_names import OF_TYPE, Element, names_of
from certs.errors import MalformedTypeError

_HEADING_NOISE = re.compile(r"\s|[*\uff0a]|[（(]必填[）)]|\ufeff")
_FORMAT = re.compile(r"(C|an|N)(\.\.)?([1-9][0-9]{0,3})(?:\.([1-9]))?")
_LENGTH_LIMIT = 4000
_DATE_FORMAT = "YYYYMMDD"
# 2026年12月31日 and a little more: dates are written in several forms, and kept in one.
_DATE_LENGTH = 16
_SHAPE_MARKS = {"#": "[0-9]", "@": "[A-Z]", "?": "[0-9A-Z]"}
_INITIALS = re.compile(r"[A-Z][A-Z0-9_]{1,31}")


@unique
class FieldGroup(StrEnum):
    """What a field tells about."""

    BASE = "基础信息"
    HOLDER = "持证主体信息"
    BUSINESS = "业务信息"
    MANAGEMENT = "管理信息"


@unique
class Obligation(StrEnum):
    """Whether a license can be without a field: 必选, 条件必选, 可选."""

    MANDATORY = "M"
    CONDITIONAL = "C"
    OPTIONAL = "O"


@unique
class FieldKind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    DATE = "date"
    CODE = "code"
    CHOICE = "choice"
    NUMBER = "number"


_LETTERS = {"C": FieldKind.TEXT, "an": FieldKind.CODE, "N": FieldKind.NUMBER}
_DATE_ELEMENTS = frozenset({Element.ISSUED_ON, Element.VALID_FROM, Element.VALID_TO})
NEEDED_ELEMENTS = frozenset(Element) - {Element.HOLDER_CODE_TYPE}
"""Base elements without which there is no license."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFormat:
    """数据格式, written as standards write it.

    ``C..100`` up to 100 characters of text, ``C4`` four; ``an18`` a code of 18 letters, digits
    and signs (ASCII, no spaces); ``N..8.2`` a number of up to 8 digits, 2 of them decimals;
    ``YYYYMMDD`` a day.

    Attributes:
        text: As it is written.
        kind: What it makes a field hold.
        max_length: The most characters somebody may fill in.
        is_exact: Whether there are exactly so many characters.
        decimals: The most decimals of a number.
    """

    text: str
    kind: FieldKind
    max_length: int
    is_exact: bool = False
    decimals: int = 0

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the format that ``text`` writes.

        Raises:
            MalformedTypeError: It writes none.
        """
        if text == _DATE_FORMAT:
            return cls(text=text, kind=FieldKind.DATE, max_length=_DATE_LENGTH)
        match = _FORMAT.fullmatch(text)
        if match is None:
            raise MalformedTypeError(
                f"not a format like C..100, an18, N..8.2 or {_DATE_FORMAT}: {text[:20]!r}"
            )
        letter, dots, length, decimals = match.groups()
        if int(length) > _LENGTH_LIMIT or (decimals and (letter != "N" or not dots)):
            raise MalformedTypeError(f"no field has the format {text!r}")
        return cls(
            text=text,
            kind=_LETTERS[letter],
            max_length=int(length) + bool(decimals),
            is_exact=dots is None,
            decimals=int(decimals or 0),
        )


@dataclass(frozen=True, slots=True)
class CodeItem:
    """One value of a code list: its code, and the label that is kept and printed."""

    code: str
    label: str

    def is_in(self, value: str) -> bool:
        """Tell whether a field has this value, with a detail in parentheses or without."""
        return value == self.label or value.startswith((f"{self.label}（", f"{self.label}("))


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """When a field is required: another one has one of these values; any, if none is named."""

    field: str
    values: tuple[str, ...] = ()

    def holds(self, value: str) -> bool:
        """Tell whether it holds for what the other field has; a detail in parentheses aside."""
        if not self.values:
            return bool(value)
        return value in self.values or re.split("[（(]", value, maxsplit=1)[0] in self.values


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """One field of a license type.

    A field with a code list keeps the label, as faces print it; who fills it in may give the
    code instead.

    Attributes:
        name: The name in records and interfaces: lower case and underscores.
        label_zh: The label on the face and in spreadsheets.
        label_en: The same in English.
        group: What it tells about.
        obligation: Whether a license can be without it.
        required_if: When a conditional field is required.
        format: 数据格式.
        shape: What a code must look like: ``#`` a digit, ``@`` a capital, ``?`` either, other
            characters themselves; empty for any.
        code_list: 代码表 of a field that holds one of a few values.
        allows_detail: Whether such a value may be followed by a detail in parentheses.
        defaults_to: The field whose value it takes where it is left blank.
        is_personal: Whether messages mask the value.
        is_birth: Whether it is the date of birth of whom the license is about; a license about a
            child is marked.
        is_trade_secret: Whether it is a trade secret of the holder's (商业秘密).
        initials: Pinyin initials, as interfaces name it behind ``KZ_``; base elements have
            names of their own.
        aliases: Other column headings it goes by.
        element: The base element it fills, if it does.
    """

    name: str
    label_zh: str
    label_en: str
    group: FieldGroup = FieldGroup.BUSINESS
    obligation: Obligation
    required_if: Condition | None = None
    format: FieldFormat
    shape: str = ""
    code_list: tuple[CodeItem, ...] = ()
    allows_detail: bool = False
    defaults_to: str = ""
    is_personal: bool = False
    is_birth: bool = False
    is_trade_secret: bool = False
    initials: str = ""
    aliases: tuple[str, ...] = ()
    element: Element | None = None

    def __post_init__(self) -> None:
        is_conditional = self.obligation is Obligation.CONDITIONAL
        if is_conditional != (self.required_if is not None):
            raise MalformedTypeError("required_if: belongs to the obligation C, and only there")
        if self.code_list and self.format.kind is not FieldKind.TEXT:
            raise MalformedTypeError("code_list: its labels need a format like C..20")
        if self.allows_detail and not self.code_list:
            raise MalformedTypeError("allows_detail: only what is in a code list has a detail")
        if self.shape and self.kind is not FieldKind.CODE:
            raise MalformedTypeError("shape: only codes have one")
        if (self.element is None) != bool(_INITIALS.fullmatch(self.initials)):
            raise MalformedTypeError("initials: capitals, for fields without an element alone")
        if self.is_birth and (self.kind is not FieldKind.DATE or self.element is not None):
            raise MalformedTypeError("birth: a date, and none that every license says")
        if self.is_trade_secret and self.element is not None:
            raise MalformedTypeError("trade_secret: what every license says is none")
        self._check_element()

    def _check_element(self) -> None:
        is_date = self.kind is FieldKind.DATE
        if self.element is not None and is_date != (self.element in _DATE_ELEMENTS):
            raise MalformedTypeError(f"element: {self.element} does not fit the format")
        if self.element in NEEDED_ELEMENTS and not self.is_required:
            raise MalformedTypeError(f"obligation: {self.element} cannot be optional")

    @property
    def kind(self) -> FieldKind:
        """What it holds."""
        return FieldKind.CHOICE if self.code_list else self.format.kind

    @property
    def is_required(self) -> bool:
        """Whether no license can be without it."""
        return self.obligation is Obligation.MANDATORY

    @property
    def max_length(self) -> int:
        """The most characters somebody may fill in."""
        return self.format.max_length

    @property
    def choices(self) -> tuple[str, ...]:
        """The labels of its code list."""
        return tuple(item.label for item in self.code_list)

    @property
    def heading_keys(self) -> frozenset[str]:
        """Every column heading it goes by, as ``heading_key`` writes them."""
        initials = (self.initials, OF_TYPE + self.initials) if self.initials else ()
        spellings = names_of(self.element) if self.element else initials
        headings = (self.label_zh, self.label_en, self.name, *self.aliases, *spellings)
        return frozenset(heading_key(heading) for heading in headings)


def heading_key(heading: str) -> str:
    """Return a column heading without case, spaces, line breaks and marks of obligation."""
    return _HEADING_NOISE.sub("", heading).casefold()


@cache
def shape_pattern(shape: str) -> re.Pattern[str]:
    """Return the pattern of the codes that have a shape."""
    return re.compile("".join(_SHAPE_MARKS.get(mark, re.escape(mark)) for mark in shape))
