"""What a case raises at an issuer: a license that is wrong, missing or cannot be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final

from certs.corrections import CorrectionKind, CorrectionStep
from certs.element_names import Element
from certs.regions import RegionCode
from verify.acceptance.lookups import Lookup
from verify.acceptance.notices import CaseMaterial
from verify.acceptance.places import Place
from verify.acceptance.reasons import REASONS, LookupResult, ReasonCode
from verify.acceptance.records import Applicant, Decision, Form
from verify.matters.ways import LicenseRule, Way

_KINDS: Final[Mapping[ReasonCode, CorrectionKind]] = MappingProxyType(
    {
        ReasonCode.P04: CorrectionKind.WRONG,
        ReasonCode.P05: CorrectionKind.UNLOADABLE,
        ReasonCode.P08: CorrectionKind.UNLOADABLE,
    }
)
"""What each reason that opens a correction says of the license."""

ENDED: Final = frozenset({CorrectionStep.DECLINED, CorrectionStep.ARCHIVED})
"""After these steps nothing more is to be heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCorrection:
    """A correction that a case raises.

    Attributes:
        place: The case and its material, and the field of its form where that is wrong.
        kind: What is wrong.
        region: Whose issuer has to look into it.
        license: 电子证照标识; empty where there is none, though there should be.
        type_code: 证照类型代码.
        remark: Why, without anybody's data.
        raised_at: When the case raised it.
        receipt: Under which number the issuer keeps it; empty while it was not delivered.
        step: How far it has come there; None while it was not delivered.
        outcome: The license that came of it; empty while none did.
        attempts: How often delivering it, or asking after it, was tried.
        operator: Who raised it at the window; empty where a decision did.
        proposed: What should stand there, by field of the license; personal data, kept until the
            issuer has it.
    """

    place: Place
    kind: CorrectionKind
    region: RegionCode
    license: str
    type_code: str
    remark: str
    raised_at: datetime
    receipt: str = ""
    step: CorrectionStep | None = None
    outcome: str = ""
    attempts: int = 0
    operator: str = ""
    proposed: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RaisedCorrection:
    """What the issuer is told.

    Attributes:
        correction: What is wrong.
        proposed: Of whom a missing license is; personal data, in letters and corrections only.
    """

    correction: CaseCorrection
    proposed: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a correction stands at the issuer."""

    receipt: str
    step: CorrectionStep
    outcome: str = ""


def correction_of(
    decision: Decision, item: CaseMaterial, *, own: RegionCode
) -> CaseCorrection | None:
    """Return what a decision says is wrong with a license; None where it says nothing.

    A license that was not found is missing where its department confirms that it was issued, or
    paper is demanded because there is none. Whose license that is, is known to the own region.
    """
    reason = decision.request.reason
    ground = decision.ground
    if reason is not None and ground is not None and REASONS[reason].opens_correction:
        return _of_found(decision, reason, ground) if ground.license is not None else None
    searched = item.lookup_by(Way.E_LICENSE)
    is_missing = reason is ReasonCode.P01 or decision.request.form is Form.DEPARTMENT_CHECK
    if not is_missing or searched is None or searched.result is not LookupResult.NONE:
        return None
    rule = item.rule(Way.E_LICENSE)
    if not isinstance(rule, LicenseRule):
        return None
    return CaseCorrection(
        place=Place(case_id=decision.case_id, material=decision.material),
        kind=CorrectionKind.MISSING,
        region=own,
        license="",
        type_code=str(rule.license_types[0]),
        remark=f"办件核验未查到电子证照（{decision.case_id}，{decision.material}）",
        raised_at=decision.decided_at,
    )


def _of_found(decision: Decision, reason: ReasonCode, ground: Lookup) -> CaseCorrection | None:
    if ground.license is None or ground.region is None:
        return None
    return CaseCorrection(
        place=Place(case_id=decision.case_id, material=decision.material),
        kind=_KINDS[reason],
        region=ground.region,
        license=str(ground.license),
        type_code=str(ground.license.type_code),
        remark=f"办件核验 {reason}：{REASONS[reason].zh}（{decision.case_id}）",
        raised_at=decision.decided_at,
    )


def proposal_of(correction: CaseCorrection, owner: Applicant) -> Mapping[str, str]:
    """Return of whom a license is missing, or what should stand in one that was found."""
    if correction.license:
        return correction.proposed
    return {
        Element.HOLDER_NAME.value: owner.name,
        Element.HOLDER_CODE.value: owner.code.code,
        Element.HOLDER_CODE_TYPE.value: owner.code.code_type.value,
    }
