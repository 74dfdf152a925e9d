"""Corrections (纠错) over HTTP."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.bodies import Body, Identifier
from certs.corrections import Correction, CorrectionEvent, CorrectionKind, CorrectionStep, DayLimits

_Name = Annotated[str, StringConstraints(min_length=1, max_length=60)]
_Value = Annotated[str, StringConstraints(max_length=4000)]
_Remark = Annotated[str, StringConstraints(max_length=500)]


class CorrectionIn(Body):
    """What is wrong with a license, or that it is missing."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "wrong",
                    "license": "1.2.156.3005.2.11100000MB9TXY0149001.11340200MB9TXY014H.JY1.001.X",
                    "type": "food_business",
                    "fields": {"premises": "芜湖市镜湖区样例东路3号"},
                    "remark": "经营场所门牌号有误",
                }
            ]
        }
    )

    kind: CorrectionKind = Field(description="missing 缺失 · wrong 错误 · unloadable 加载失败")
    license: Identifier | None = Field(default=None, description="证照标识; absent if missing")
    type: _Name = Field(description="证照类型短名或代码")
    fields: dict[_Name, _Value] = Field(
        default={}, max_length=50, description="建议的值; kept until the correction is archived"
    )
    remark: _Remark = Field(default="", description="说明; no citizen numbers")


class CorrectionStepIn(Body):
    """The next step of a correction."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"step": "accepted"}]})

    step: Literal[
        "accepted", "declined", "flagged", "upheld", "rejected", "unflagged", "archived"
    ] = Field(description="受理、不予受理、标注、核实属实、核实不属实、撤销标注、归档")
    reason: _Remark = Field(default="", description="理由; needed where somebody decides")
    license: Identifier | None = Field(
        default=None, description="新版本的标识; with `unflagged` of what was upheld"
    )


class CorrectionEventOut(Body):
    """One step."""

    step: CorrectionStep
    term: str
    at: datetime
    reason: str
    license: str | None

    @classmethod
    def of(cls, event: CorrectionEvent) -> Self:
        """Show a step; who took it stays inside."""
        return cls(
            step=event.step,
            term=event.step.zh,
            at=event.at,
            reason=event.reason,
            license=event.license or None,
        )


class CorrectionOut(Body):
    """A correction; the proposed values only where it is looked at by itself."""

    receipt: str = Field(description="回执编号")
    kind: CorrectionKind
    license: str | None
    type: str = Field(description="证照类型代码")
    step: CorrectionStep
    term: str
    due_at: datetime | None = Field(description="until when the next step is to be taken")
    outcome: str | None = Field(description="the license that came of it")
    events: tuple[CorrectionEventOut, ...]
    remark: str | None = None
    fields: dict[str, str] | None = None

    @classmethod
    def of(cls, item: Correction, limits: DayLimits, *, whole: bool = False) -> Self:
        """Show a correction."""
        return cls(
            receipt=item.receipt,
            kind=item.kind,
            license=item.identifier or None,
            type=item.type_code,
            step=item.step,
            term=item.step.zh,
            due_at=item.due_at(limits),
            outcome=item.outcome or None,
            events=tuple(CorrectionEventOut.of(event) for event in item.events),
            remark=item.remark if whole else None,
            fields=dict(item.proposed) if whole else None,
        )


class CorrectionPageOut(Body):
    """Corrections, newest first."""

    corrections: tuple[CorrectionOut, ...]
    next: str | None = Field(description="`after` of the next page; null on the last one")
