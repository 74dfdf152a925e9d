"""What people and programs are told of evidence records (存证), in one form for all."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from certs.evidence.batches import PATIENCE, EvidenceBatch
from certs.evidence.desk import EvidenceRun
from certs.evidence.ports import EvidenceWork
from verify.conclusions import Conclusion
from verify.evidence_records import EvidenceDoubt, EvidenceVerdict

_MOST_NAMED: Final = 100
_CONCLUSIONS: Final[Mapping[Conclusion, str]] = {
    Conclusion.PASSED: "证据记录有效 the evidence holds",
    Conclusion.FAILED: "证据记录不成立 the evidence does not hold",
    Conclusion.INDETERMINATE: "证据记录无法采信 the evidence cannot be believed",
}
_DOUBTS: Final[Mapping[EvidenceDoubt, str]] = {
    EvidenceDoubt.UNKNOWN_AUTHORITY: "时间戳机构不受信任 nobody trusted stands behind the clock",
    EvidenceDoubt.REVOCATION: "时间戳机构已吊销或无法查证 revoked, or nobody can tell",
    EvidenceDoubt.RENEWED_LATE: "续期时已过期 it had ended when it was renewed",
    EvidenceDoubt.EXPIRED: "已过期且未续期 it has ended and was not renewed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceState:
    """How the evidence of an archive stands.

    Attributes:
        has_service: Whether there is a timestamp service.
        waiting: How many packages are in no batch.
        overdue: Packages that are without evidence for longer than they should be, by id.
        ended: Batches whose evidence ended before it was renewed.
        next_end: When the next evidence ends; None where there is none.
    """

    has_service: bool
    batches: int
    packages: int
    timestamps: int
    waiting: int
    overdue: tuple[str, ...]
    ended: tuple[int, ...]
    next_end: datetime | None

    @classmethod
    def of(cls, work: EvidenceWork, *, has_service: bool, now: datetime) -> "EvidenceState":
        """Return the state of this moment."""
        batches = work.evidence.batches()
        ends = [item.ends_at for item in batches if item.ends_at and not item.has_ended(now)]
        return cls(
            has_service=has_service,
            batches=len(batches),
            packages=sum(item.packages for item in batches if item.stamps),
            timestamps=sum(item.stamps for item in batches),
            waiting=work.evidence.waiting() + _unstamped(batches),
            overdue=work.evidence.overdue(_MOST_NAMED, before=now - PATIENCE),
            ended=tuple(item.number for item in batches if item.has_ended(now)),
            next_end=min(ends, default=None),
        )

    @property
    def is_good(self) -> bool:
        """Whether nobody has to do anything."""
        return not (self.overdue or self.ended)

    def as_json(self) -> dict[str, Any]:
        """Return the state as a JSON object."""
        return asdict(self) | {"next_end": self.next_end.isoformat() if self.next_end else None}

    def lines(self) -> Iterator[str]:
        """Yield what people read, with what to do next."""
        yield (
            f"存证 {self.packages} 个信息包，{self.batches} 批，时间戳 {self.timestamps} 个"
            " · packages, batches, timestamps"
        )
        yield f"待存证 {self.waiting} 个 waiting"
        if self.next_end is not None:
            yield f"最早到期 the next ends: {self.next_end.isoformat()}"
        if not self.has_service:
            yield (
                "没有时间戳服务，不做存证；请设置 timestamp_url · "
                "no timestamp service, so no evidence is made; set timestamp_url"
            )
        yield from (
            f"两天以上无证据，请执行 yinxin archive evidence --now · overdue: {item}"
            for item in self.overdue
        )
        yield from (f"批次证据已过期 the evidence of a batch has ended: {it}" for it in self.ended)


def _unstamped(batches: tuple[EvidenceBatch, ...]) -> int:
    return sum(item.packages for item in batches if not item.stamps)


def run_json(run: EvidenceRun) -> dict[str, Any]:
    """Return what became of batches."""
    return asdict(run)


def run_lines(run: EvidenceRun) -> Iterator[str]:
    """Yield what people read of a run."""
    yield f"新时间戳 {len(run.done)} 批 batches with a new timestamp"
    if run.no_gain:
        yield (
            "时间戳机构尚无更晚到期的证书 · "
            "the authority has no certificate yet that would last longer"
        )
    yield from (f"批次证据已过期 the evidence of a batch has ended: {item}" for item in run.ended)
    yield from (
        f"读不到（损坏、缺失或已销毁），未列入 could not be read, left out: {item}"
        for item in run.left_out
    )


def verdict_json(verdict: EvidenceVerdict) -> dict[str, Any]:
    """Return what a record is worth."""
    since = verdict.proves_since
    return {
        "conclusion": verdict.conclusion.value,
        "problem": verdict.problem,
        "since": since.isoformat() if since else None,
        "until": verdict.ends_at.isoformat() if verdict.ends_at else None,
        "timestamps": [
            {
                "time": stamp.time.isoformat(),
                "authority": stamp.authority,
                "ends_at": stamp.ends_at.isoformat(),
                "doubt": stamp.doubt.value if stamp.doubt else None,
            }
            for stamp in verdict.stamps
        ],
    }


def verdict_lines(verdict: EvidenceVerdict) -> Iterator[str]:
    """Yield what people read of a verdict."""
    yield _CONCLUSIONS[verdict.conclusion] + (f": {verdict.problem}" if verdict.problem else "")
    for stamp in verdict.stamps:
        doubt = f"；{_DOUBTS[stamp.doubt]}" if stamp.doubt else ""
        yield (
            f"{stamp.time.isoformat()} {stamp.authority}，"
            f"到期 ends {stamp.ends_at.isoformat()}{doubt}"
        )
