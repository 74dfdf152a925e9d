"""The catalogue of lints: stable names, dimensions, levels, and words in both languages.

A name is its dimension and what is looked at, ``accuracy.check-character``. Rules and cross-checks
of license types are lints as well: ``consistency.rule.issued-before-valid`` and
``consistency.cross.operator-as-on-business-license``; their words stand in the type.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from certs.catalogue import LicenseType
from certs.field_problems import ProblemCode
from certs.lints.dimensions import Dimension, LintLevel
from certs.type_parts import CrossCheck, DataRule, RuleKind

_RULE: Final = "rule"
_CROSS: Final = "cross"


@dataclass(frozen=True, slots=True)
class Lint:
    """One lint.

    Attributes:
        name: Its stable name.
        level: What it means where it finds something.
        zh: What people read then, the field named before it.
        en: The same in English.
    """

    name: str
    level: LintLevel
    zh: str
    en: str

    @property
    def dimension(self) -> Dimension:
        """What it tells about."""
        return Dimension(self.name.partition(".")[0])


_REFUSE, _WARN = LintLevel.REFUSE, LintLevel.WARN
_ALL: Final = (
    Lint("completeness.required", _REFUSE, "必填项为空", "required, but empty"),
    Lint("completeness.placeholder", _WARN, "以占位文字代替内容", "filled with a placeholder"),
    Lint("completeness.files", _REFUSE, "文件缺失或损坏", "a file is missing or damaged"),
    Lint("accuracy.check-character", _REFUSE, "校验位不符", "wrong check character"),
    Lint("accuracy.format", _REFUSE, "格式不符", "not in the form of the field"),
    Lint("accuracy.cell", _REFUSE, "单元格格式不可用", "a spreadsheet has changed the value"),
    Lint("accuracy.code-list", _REFUSE, "不在代码表之内", "not in the code list"),
    Lint("accuracy.length", _REFUSE, "长度不符", "too long or too short"),
    Lint(
        "accuracy.characters",
        _REFUSE,
        "含不可见、私用或无法打印的字符",
        "characters that cannot be seen or printed",
    ),
    Lint("accuracy.unknown-field", _REFUSE, "该类型没有这一项", "the type has no such field"),
    Lint(
        "accuracy.citizen-number",
        _WARN,
        "形似公民身份号码而校验位不符",
        "looks like a citizen number, and its check character is wrong",
    ),
    Lint(
        "accuracy.misplaced-number",
        _WARN,
        "公民身份号码填在了公开的信息项中",
        "a citizen number in a field that is shown to everybody",
    ),
    Lint(
        "accuracy.region-at-issue",
        _WARN,
        "行政区划代码在颁发之日未启用或已撤销",
        "the region code was not in use on the day of issue",
    ),
    Lint(
        "accuracy.record",
        _REFUSE,
        "证照数据无法读取，或其类型版本不在目录中",
        "the record cannot be read, or its type version is not in the catalogue",
    ),
    Lint(
        "accuracy.record-signature",
        _REFUSE,
        "证照数据的签名验证不通过",
        "the signature of the record does not verify",
    ),
    Lint("accuracy.seal", _REFUSE, "照面或其签章验证不通过", "the sealed face does not verify"),
    Lint("accuracy.unread", _WARN, "文件未能核验完毕", "a file could not be examined to its end"),
    Lint(
        "timeliness.decision-to-store",
        _WARN,
        "颁发后超过规定天数才入库",
        "stored too many days after the decision",
    ),
    Lint(
        "timeliness.issued-ahead",
        _WARN,
        "颁发日期晚于入库之日",
        "issued on a day after it was stored",
    ),
    Lint(
        "timeliness.not-cancelled",
        _WARN,
        "过期已久，尚未注销",
        "expired long ago, and not cancelled",
    ),
    Lint(
        "uniqueness.number",
        _REFUSE,
        "证照编号重复",
        "the number of the license is another's",
    ),
    Lint("uniqueness.request", _REFUSE, "该申请此前已中止", "the request was given up before"),
    Lint("consistency.dates", _REFUSE, "日期先后矛盾", "dates contradict one another"),
    Lint(
        "consistency.validity",
        _REFUSE,
        "有效期限不合该证照类型",
        "a period of validity that the type does not know",
    ),
    Lint("consistency.rule", _REFUSE, "违反该证照类型的规则", "breaks a rule of the type"),
    Lint(
        "consistency.issuer-region",
        _WARN,
        "编号所含行政区划不属颁发机构辖区",
        "the region in the number is not within the issuer's",
    ),
    Lint(
        "consistency.register",
        _REFUSE,
        "登记簿与证照数据不一致",
        "the register says something else than the record",
    ),
    Lint(
        "consistency.page",
        _REFUSE,
        "照面内容与证照数据不一致",
        "the page says something else than the record",
    ),
)
LINTS: Final[Mapping[str, Lint]] = MappingProxyType({lint.name: lint for lint in _ALL})
"""All lints but the rules of types, by name."""

FILE_LINTS: Final = frozenset(
    {
        "completeness.files",
        "accuracy.record-signature",
        "accuracy.seal",
        "accuracy.unread",
        "consistency.page",
    }
)
"""Those that look into the files; where they find nothing, a license can be opened and verified."""

_OF_CODES: Final[Mapping[ProblemCode, str]] = MappingProxyType(
    {
        ProblemCode.MISSING_FIELD: "completeness.required",
        ProblemCode.UNKNOWN_FIELD: "accuracy.unknown-field",
        ProblemCode.WRONG_CHECK_CHARACTER: "accuracy.check-character",
        ProblemCode.MALFORMED_CODE: "accuracy.format",
        ProblemCode.FULL_WIDTH: "accuracy.format",
        ProblemCode.SCIENTIFIC_NOTATION: "accuracy.cell",
        ProblemCode.MALFORMED_NUMBER: "accuracy.format",
        ProblemCode.MALFORMED_DATE: "accuracy.format",
        ProblemCode.IMPOSSIBLE_DATE: "accuracy.format",
        ProblemCode.DATE_ORDER: "consistency.dates",
        ProblemCode.VALIDITY_TOO_LONG: "consistency.validity",
        ProblemCode.PERMANENT_NOT_ALLOWED: "consistency.validity",
        ProblemCode.TOO_LONG: "accuracy.length",
        ProblemCode.TOO_SHORT: "accuracy.length",
        ProblemCode.TOO_MANY_DECIMALS: "accuracy.format",
        ProblemCode.NOT_IN_LIST: "accuracy.code-list",
        ProblemCode.FORBIDDEN_CHARACTER: "accuracy.characters",
        ProblemCode.MISSING_GLYPH: "accuracy.characters",
        ProblemCode.FORMULA_CELL: "accuracy.cell",
        ProblemCode.NUMBER_CELL: "accuracy.cell",
        ProblemCode.BOOLEAN_CELL: "accuracy.cell",
        ProblemCode.ERROR_CELL: "accuracy.cell",
        ProblemCode.DATE_CELL: "accuracy.cell",
        ProblemCode.NESTED_VALUE: "accuracy.cell",
        ProblemCode.MALFORMED_PERIOD: "accuracy.format",
        ProblemCode.UNKNOWN_COLUMN: "accuracy.unknown-field",
        ProblemCode.DUPLICATE_NUMBER: "uniqueness.number",
        ProblemCode.ALREADY_LICENSED: "uniqueness.number",
        ProblemCode.GIVEN_UP: "uniqueness.request",
        ProblemCode.NO_ROOM_ON_FACE: "accuracy.length",
        ProblemCode.BROKEN_RULE: "consistency.rule",
    }
)


def lint_of(code: ProblemCode) -> Lint:
    """Return the lint that a problem of an application belongs to."""
    return LINTS[_OF_CODES[code]]


def rule_lint(rule: DataRule) -> Lint:
    """Return the rule of a type as a lint."""
    is_about_gaps = rule.kind in {RuleKind.ONE_OF, RuleKind.TOGETHER}
    dimension = Dimension.COMPLETENESS if is_about_gaps else Dimension.CONSISTENCY
    return Lint(f"{dimension}.{_RULE}.{rule.name}", rule.level, rule.zh, rule.en)


def cross_lint(check: CrossCheck) -> Lint:
    """Return the cross-check of a type as a lint."""
    name = f"{Dimension.CONSISTENCY}.{_CROSS}.{check.name}"
    return Lint(name, check.level, check.zh, check.en)


def lints_of(types: Iterable[LicenseType]) -> Mapping[str, Lint]:
    """Return the lints that types bring along, by name, and all others."""
    brought = [
        lint
        for item in types
        for lint in (*map(rule_lint, item.rules), *map(cross_lint, item.cross_checks))
    ]
    return {**LINTS, **{lint.name: lint for lint in brought}}
