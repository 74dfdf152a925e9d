"""Corrections (纠错): somebody says that a license is missing, wrong or cannot be loaded.

提出 → 受理 → 标注 → 核实 → 撤销标注 → 归档 (the flow of DB3208/T 219-2024, by its table of
contents). What is upheld leads to a new version of the license, never to an edit; while it is
open, the license carries a flag. Proposed values are kept until the correction is archived.
"""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

from certs.errors import CorrectionStepError, MalformedCorrectionError
from certs.masking import redact

MOST_VALUES: Final = 50
MOST_CHARACTERS: Final = 4000
MOST_REMARK: Final = 500
_RECEIPT_BYTES: Final = 10


@unique
class CorrectionKind(StrEnum):
    """What is wrong; the three kinds of feedback of live interfaces."""

    MISSING = "missing"
    WRONG = "wrong"
    UNLOADABLE = "unloadable"

    @property
    def zh(self) -> str:
        """The term."""
        return _KINDS[self]


_KINDS: Final = MappingProxyType(
    {
        CorrectionKind.MISSING: "缺失",
        CorrectionKind.WRONG: "错误",
        CorrectionKind.UNLOADABLE: "加载失败",
    }
)


@unique
class CorrectionStep(StrEnum):
    """How far a correction has come."""

    RAISED = "raised"
    DECLINED = "declined"
    ACCEPTED = "accepted"
    FLAGGED = "flagged"
    UPHELD = "upheld"
    REJECTED = "rejected"
    UNFLAGGED = "unflagged"
    ARCHIVED = "archived"

    @property
    def zh(self) -> str:
        """The term."""
        return _STEPS[self]


_S = CorrectionStep
_STEPS: Final = MappingProxyType(
    {
        _S.RAISED: "提出",
        _S.DECLINED: "不予受理",
        _S.ACCEPTED: "受理",
        _S.FLAGGED: "标注",
        _S.UPHELD: "核实：属实",
        _S.REJECTED: "核实：不属实",
        _S.UNFLAGGED: "撤销标注",
        _S.ARCHIVED: "归档",
    }
)
NEXT_STEPS: Final[Mapping[CorrectionStep, frozenset[CorrectionStep]]] = MappingProxyType(
    {
        _S.RAISED: frozenset({_S.ACCEPTED, _S.DECLINED}),
        _S.DECLINED: frozenset({_S.ARCHIVED}),
        _S.ACCEPTED: frozenset({_S.FLAGGED}),
        _S.FLAGGED: frozenset({_S.UPHELD, _S.REJECTED}),
        _S.UPHELD: frozenset({_S.UNFLAGGED}),
        _S.REJECTED: frozenset({_S.UNFLAGGED}),
        _S.UNFLAGGED: frozenset({_S.ARCHIVED}),
        _S.ARCHIVED: frozenset(),
    }
)
"""What may follow what; there is no way back, and no way around the verification."""

FLAGGED: Final = frozenset({_S.FLAGGED, _S.UPHELD, _S.REJECTED})
"""While a correction stands so, its license carries the flag."""
VERIFIED: Final = frozenset({_S.UPHELD, _S.REJECTED})
_GIVES_REASON: Final = frozenset({_S.DECLINED, _S.UPHELD, _S.REJECTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionEvent:
    """One step, and who took it.

    Attributes:
        actor: A staff number or a citizen's opaque name, never a name.
        reason: Why; needed where somebody decides.
        license: The new version that came of it, with the step 撤销标注 of what was upheld.
    """

    step: CorrectionStep
    at: datetime
    actor: str
    reason: str = ""
    license: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLimits:
    """How long steps may take, in days (unconfirmed by any law read; settings of the instance)."""

    accept: int = 3
    verify: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One correction with all its steps, oldest first; the first is 提出.

    Attributes:
        receipt: 回执编号, 16 letters of base32.
        identifier: The license that is meant; empty where it is missing.
        type_code: 证照类型代码.
        remark: What is the matter, in words without personal data.
        proposed: Values as they should be, by field; personal data, dropped on archiving.

    Raises:
        MalformedCorrectionError: A part is missing, too long, or out of place.
    """

    receipt: str
    kind: CorrectionKind
    identifier: str = ""
    type_code: str
    remark: str = ""
    proposed: Mapping[str, str] = field(default_factory=dict, repr=False)
    events: tuple[CorrectionEvent, ...]

    def __post_init__(self) -> None:
        if bool(self.identifier) == (self.kind is CorrectionKind.MISSING):
            raise MalformedCorrectionError("缺失不写证照标识，其他须写 · identifier out of place")
        if len(self.remark) > MOST_REMARK or redact(self.remark) != self.remark:
            raise MalformedCorrectionError("说明过长或含公民身份号码 · remark too long or personal")
        if len(self.proposed) > MOST_VALUES or any(
            len(name) > MOST_REMARK or len(value) > MOST_CHARACTERS
            for name, value in self.proposed.items()
        ):
            raise MalformedCorrectionError("建议值过多或过长 · too many or too long values")
        if not self.events or self.events[0].step is not CorrectionStep.RAISED:
            raise MalformedCorrectionError("a correction begins with being raised")

    @property
    def step(self) -> CorrectionStep:
        """How far it has come."""
        return self.events[-1].step

    @property
    def proposer(self) -> str:
        """Who raised it."""
        return self.events[0].actor

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.step is not CorrectionStep.ARCHIVED

    @property
    def outcome(self) -> str:
        """Identifier of the license that came of it; empty if none did."""
        return next((event.license for event in self.events if event.license), "")

    def due_at(self, limits: DayLimits) -> datetime | None:
        """Return until when the step that waits is to be taken; None where nothing presses."""
        match self.step:
            case CorrectionStep.RAISED:
                return self.events[0].at + timedelta(days=limits.accept)
            case CorrectionStep.ACCEPTED | CorrectionStep.FLAGGED:
                return self.events[1].at + timedelta(days=limits.verify)
            case (
                CorrectionStep.DECLINED
                | CorrectionStep.UPHELD
                | CorrectionStep.REJECTED
                | CorrectionStep.UNFLAGGED
                | CorrectionStep.ARCHIVED
            ):
                return None

    def check_step(self, event: CorrectionEvent) -> None:
        """Refuse a step that cannot follow, that gives no reason, or that is not this person's.

        Raises:
            CorrectionStepError: It cannot be taken.
        """
        if event.step not in NEXT_STEPS[self.step]:
            raise CorrectionStepError(
                f"{self.step.zh}之后不能{event.step.zh} · {self.step} → {event.step}"
            )
        if event.step in _GIVES_REASON and not event.reason.strip():
            raise CorrectionStepError("请写明理由 · give the reason")
        if len(event.reason) > MOST_REMARK or redact(event.reason) != event.reason:
            raise CorrectionStepError("理由过长或含公民身份号码 · reason too long or personal")
        if event.step in VERIFIED and event.actor.strip() == self.proposer.strip():
            raise CorrectionStepError("核实人不得是提出人 · whoever raised it cannot verify it")
        if event.license and not self.is_closed_by(event):
            raise CorrectionStepError("此步骤不写新证照 · this step names no license")

    def is_closed_by(self, event: CorrectionEvent) -> bool:
        """Tell whether a step closes what was upheld: the new version is named with it."""
        return event.step is CorrectionStep.UNFLAGGED and self.step is CorrectionStep.UPHELD


def new_receipt() -> str:
    """Return a fresh receipt number, which tells nothing and cannot be guessed."""
    return base64.b32encode(secrets.token_bytes(_RECEIPT_BYTES)).decode("ascii")
