"""A holder's own cases (我的办件) over HTTP."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.bodies import Body
from verify.acceptance.records import Case
from verify.case_receipts.records import CaseReceipt
from verify.matters.catalogue import Matter
from verify.outcomes.records import CaseOutcome, OutcomeKind


class HolderComplaintIn(Body):
    """窗口仍要求我交纸质件: which material."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"material": "business-license"}]})

    material: Annotated[str, StringConstraints(max_length=40)] = Field(
        default="", description="材料编码；空为通知书未列明的材料 · empty for one not listed"
    )


class HolderCaseOut(Body):
    """One case of the holder's."""

    case: str
    matter: str
    zh: str
    en: str
    opened_at: datetime
    outcome: OutcomeKind | None = Field(description="办理结果；空为在办 · null while it is open")
    receipt: str | None = Field(
        description="受理通知书编号，凭此投诉；空为尚未出具 · whoever has it may complain"
    )

    @classmethod
    def of(
        cls,
        case: Case,
        matter: Matter | None,
        outcome: CaseOutcome | None,
        receipt: CaseReceipt | None,
    ) -> Self:
        """Show a case; a matter that is gone is shown by its code."""
        return cls(
            case=case.id,
            matter=case.matter_code,
            zh=matter.name_zh if matter is not None else case.matter_code,
            en=matter.name_en if matter is not None else case.matter_code,
            opened_at=case.opened_at,
            outcome=outcome.kind if outcome is not None else None,
            receipt=receipt.number if receipt is not None else None,
        )


class HolderCasesOut(Body):
    """The newest cases of the holder."""

    cases: tuple[HolderCaseOut, ...]
