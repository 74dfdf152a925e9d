"""Results of a look-up, and the legal reasons (例外情形) that still allow a demand for paper."""

from dataclasses import dataclass
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final


@unique
class LookupResult(StrEnum):
    """查询结果: what was said about one material of one applicant, asked in one way.

    Registers of licenses say the first eight. ``EXPIRED`` includes a license that ends sooner
    than the rule allows, ``MISMATCH`` a license of another holder or without a needed field,
    ``UNVERIFIED`` one whose verdict is not ``passed``. ``NONE`` is said only when every region
    answered. Registers of facts and departments say ``CONFIRMED`` or ``DENIED``; a department is
    first ``ASKED``, and ``TIMED_OUT`` when it has let its time pass. Every register may be silent:
    ``SOURCE_DOWN``.
    """

    VALID = "valid"
    NONE = "none"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    SOURCE_DOWN = "source_down"
    MISMATCH = "mismatch"
    UNVERIFIED = "unverified"
    CONFIRMED = "confirmed"
    DENIED = "denied"
    ASKED = "asked"
    TIMED_OUT = "timed_out"

    @property
    def names_license(self) -> bool:
        """Tell whether a license was found, however it stands."""
        return self in _OF_LICENSES

    @property
    def serves(self) -> bool:
        """Tell whether the material is had by it, so that nobody may ask for the paper."""
        return self in {LookupResult.VALID, LookupResult.CONFIRMED}


_OF_LICENSES: Final = frozenset(
    {
        LookupResult.VALID,
        LookupResult.EXPIRED,
        LookupResult.SUSPENDED,
        LookupResult.REVOKED,
        LookupResult.MISMATCH,
        LookupResult.UNVERIFIED,
    }
)


@unique
class ReasonCode(StrEnum):
    """Codes of the reasons; receipts and statistics use them."""

    P01 = "P01"
    P02 = "P02"
    P03 = "P03"
    P04 = "P04"
    P05 = "P05"
    P06 = "P06"
    P07 = "P07"
    P08 = "P08"
    P09 = "P09"
    P10 = "P10"
    P99 = "P99"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionReason:
    """A reason for demanding paper.

    Attributes:
        code: Its code.
        zh: The reason in Chinese, as the applicant reads it.
        en: The same in English.
        applies_to: The results of a look-up that it fits.
        legal_zh: What allows the demand.
        legal_en: The same in English.
        always_needs_approver: Whether it needs a second person even while nothing serves.
        needs_note: Whether it must be put into words.
        opens_correction: Whether the issuing department must look into the license (纠错).
    """

    code: ReasonCode
    zh: str
    en: str
    applies_to: frozenset[LookupResult]
    legal_zh: str
    legal_en: str
    always_needs_approver: bool = False
    needs_note: bool = False
    opens_correction: bool = False

    def needs_approver(self, result: LookupResult) -> bool:
        """Tell whether a second person must agree: always while something serves."""
        return self.always_needs_approver or result.serves


# State Council Decree 716 (国务院令第716号): article 7, what sharing yields is not demanded;
# article 10, an e-license is as good as the paper; article 11, it serves as the basis of a
# matter unless a law or an administrative regulation says otherwise.
_SHARING_ZH: Final = "国务院令第716号第七条：仅限能够通过共享获取的材料不得要求提交"
_SHARING_EN: Final = "State Council Decree 716, art. 7: covers only what sharing can yield"
_EQUAL_ZH: Final = "国务院令第716号第十条：仅有效的电子证照与纸质证照具有同等效力"
_EQUAL_EN: Final = "State Council Decree 716, art. 10: only a valid e-license equals the paper"
_STATUTE_ZH: Final = "国务院令第716号第十一条：法律、行政法规另有规定的除外"
_STATUTE_EN: Final = "State Council Decree 716, art. 11: where a law or regulation says otherwise"

_R = LookupResult
_ALL: Final = (
    ExceptionReason(
        code=ReasonCode.P01,
        zh="没有电子证照，核验也未查到",
        en="There is no e-license, and a check found nothing",
        applies_to=frozenset({_R.NONE, _R.DENIED}),
        legal_zh=_SHARING_ZH,
        legal_en=_SHARING_EN,
    ),
    ExceptionReason(
        code=ReasonCode.P02,
        zh="数据源没有应答，或者核验部门逾期未答复",
        en="A register does not answer, or the department let its time pass",
        applies_to=frozenset({_R.SOURCE_DOWN, _R.TIMED_OUT}),
        legal_zh=_SHARING_ZH,
        legal_en=_SHARING_EN,
    ),
    ExceptionReason(
        code=ReasonCode.P03,
        zh="电子证照已过期、将到期、暂扣或者终止",
        en="The e-license has expired, is about to, is suspended or has ended",
        applies_to=frozenset({_R.EXPIRED, _R.SUSPENDED, _R.REVOKED}),
        legal_zh=_EQUAL_ZH,
        legal_en=_EQUAL_EN,
    ),
    ExceptionReason(
        code=ReasonCode.P04,
        zh="电子证照或者核验结果与申请人不符，或者缺项",
        en="The e-license or the check does not match the applicant, or lacks a field",
        applies_to=frozenset({_R.MISMATCH, _R.DENIED}),
        legal_zh=_EQUAL_ZH,
        legal_en=_EQUAL_EN,
        opens_correction=True,
    ),
    ExceptionReason(
        code=ReasonCode.P05,
        zh="电子印章或者数字签名未通过核验",
        en="Seal or signature did not pass verification",
        applies_to=frozenset({_R.UNVERIFIED}),
        legal_zh=_EQUAL_ZH,
        legal_en=_EQUAL_EN,
        opens_correction=True,
    ),
    ExceptionReason(
        code=ReasonCode.P06,
        zh="持证主体拒绝在线用证或者核验",
        en="The holder refuses the use of the e-license, or the check",
        applies_to=frozenset({_R.VALID, _R.CONFIRMED}),
        legal_zh="持证主体的书面意思表示",
        legal_en="The holder's written declaration",
    ),
    ExceptionReason(
        code=ReasonCode.P07,
        zh="发证地区尚未接入",
        en="The issuing region is not connected",
        applies_to=frozenset({_R.NONE, _R.UNVERIFIED}),
        legal_zh=_SHARING_ZH,
        legal_en=_SHARING_EN,
    ),
    ExceptionReason(
        code=ReasonCode.P08,
        zh="存量证照的影像无法辨认",
        en="The digitized stock license cannot be read",
        applies_to=frozenset({_R.VALID, _R.MISMATCH, _R.UNVERIFIED}),
        legal_zh=_EQUAL_ZH,
        legal_en=_EQUAL_EN,
        opens_correction=True,
    ),
    ExceptionReason(
        code=ReasonCode.P09,
        zh="法律、行政法规规定须核验原件",
        en="A statute requires the original to be inspected",
        applies_to=frozenset({_R.VALID, _R.CONFIRMED}),
        legal_zh=_STATUTE_ZH,
        legal_en=_STATUTE_EN,
        always_needs_approver=True,
    ),
    ExceptionReason(
        code=ReasonCode.P10,
        zh="原件须收回或者注销（换发、收回）",
        en="The original must be surrendered or canceled",
        applies_to=frozenset({_R.VALID, _R.CONFIRMED, _R.EXPIRED, _R.SUSPENDED, _R.REVOKED}),
        legal_zh=_STATUTE_ZH,
        legal_en=_STATUTE_EN,
        always_needs_approver=True,
    ),
    ExceptionReason(
        code=ReasonCode.P99,
        zh="其他",
        en="Other",
        # Not while something serves or may yet: "other" is no legal reason.
        applies_to=frozenset(_R) - {_R.VALID, _R.CONFIRMED, _R.ASKED},
        legal_zh="由审批人说明",
        legal_en="As the approver states",
        always_needs_approver=True,
        needs_note=True,
    ),
)

REASONS: Final = MappingProxyType({reason.code: reason for reason in _ALL})
"""Every reason by its code."""


def reasons_for(*results: LookupResult) -> tuple[ReasonCode, ...]:
    """Return the reasons that fit one of the results, in the order of their codes."""
    return tuple(reason.code for reason in _ALL if not reason.applies_to.isdisjoint(results))
