"""``yinxin ledger audit``: register against log, and both against what the auditor holds."""

import argparse
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from api.commands.ledger_proofs import root_certificate
from api.commands.registry import Commands, add_command
from api.composition import open_services
from api.console import FAILED, INDETERMINATE, OK, Output
from api.errors import UsageError
from api.services import Services
from certs.ledger.auditing import AuditFinding, AuditProblem, LedgerAudit
from certs.ledger.entries import LedgerName
from certs.ledger.sampling import LedgerSample, LedgerSampling
from signing.errors import SigningError
from signing.ledger.checkpoints import Checkpoint
from signing.ledger.notes import Note, parse_note
from verify.errors import LedgerProofError, StrangeLogError, TrustListError
from verify.ledger.seen_checkpoints import SeenCheckpoint, read_seen
from verify.trust_lists import TrustList

_MOST_FINDINGS: Final = 10_000
_SAMPLE: Final = 1_000
_WORDS: Final = {
    AuditProblem.TILES_CHANGED: ("账本文件被改动", "the published files were changed"),
    AuditProblem.LOG_REWRITTEN: ("账本不是所留检查点的延续", "not what the kept checkpoint began"),
    AuditProblem.ENTRY_CHANGED: ("数据库中的条目被改动", "the entry was changed in the database"),
    AuditProblem.ENTRY_REMOVED: ("数据库中的条目被删除", "the entry was removed from the database"),
    AuditProblem.ENTRY_BACK_DATED: ("条目时间早于其先后", "older than what stands before it"),
    AuditProblem.LICENSE_CHANGED: ("证照文件与账本不符", "other files than the log says"),
    AuditProblem.LICENSE_REMOVED: ("证照被删除", "the license was removed"),
    AuditProblem.LICENSE_UNLOGGED: ("证照未经账本", "the license never went through the log"),
    AuditProblem.EVENT_UNLOGGED: ("状态变更未经账本", "a change never went through the log"),
}


def register(group: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the commands of the ledger."""
    audit = add_command(
        group, "audit", _audit, text="账本审计 · register against the log", parents=[shared]
    )
    audit.add_argument(
        "--checkpoint", type=Path, metavar="FILE", help="此前留存的检查点 an earlier one, kept"
    )
    audit.add_argument(
        "--root",
        type=Path,
        metavar="PEM",
        help="信任根证书：核对检查点的签名 who may have signed it",
    )
    audit.add_argument(
        "--sample",
        type=int,
        metavar="N",
        help=f"逐件证明多少件证照 prove so many licenses ({_SAMPLE:,} with a checkpoint)",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Audited:
    """What an audit found.

    Attributes:
        seen: The checkpoint in hand as its signatures say; None where no root was given.
        sample: None where no checkpoint was given.
    """

    findings: tuple[AuditFinding, ...]
    seen: SeenCheckpoint | None
    sample: LedgerSample | None

    @property
    def code(self) -> int:
        """1 where something does not agree, 2 where nobody saw the checkpoint."""
        if self.findings or (self.sample is not None and self.sample.unproved):
            return FAILED
        return INDETERMINATE if self.seen is not None and not self.seen.sightings else OK


class _UnbelievedError(Exception):
    """The checkpoint in hand shows nothing.

    Attributes:
        code: Whether that is bad, or only open.
    """

    def __init__(self, code: int, line: str) -> None:
        super().__init__(line)
        self.code = code


def _audit(options: argparse.Namespace, output: Output) -> int:
    note = _note(options.checkpoint) if options.checkpoint is not None else None
    if note is None and (options.root is not None or options.sample is not None):
        raise UsageError("请用 --checkpoint 给出检查点 · name the checkpoint with --checkpoint")
    with open_services(options.home) as services:
        try:
            seen = _seen(note, options.root, services) if note and options.root else None
        except _UnbelievedError as error:
            output.result({"checkpoint": None, "said": str(error)}, str(error))
            return error.code
        held = _held(note) if note is not None else None
        audited = _Audited(
            findings=_findings(services, held, output),
            seen=seen,
            sample=_sample(services, held, options.sample, output) if held is not None else None,
        )
    output.result(_json(audited), *_lines(audited))
    return audited.code


def _findings(
    services: Services, held: Checkpoint | None, output: Output
) -> tuple[AuditFinding, ...]:
    with output.progress() as progress:
        task = progress.add_task("审计 auditing", total=None)
        audit = LedgerAudit(
            unit_of_work=services.unit_of_work,
            shelf=services.ledger.shelf,
            on_progress=lambda done: progress.update(task, completed=done),
        )
        return tuple(islice(audit.run(held=held), _MOST_FINDINGS))


def _sample(
    services: Services, held: Checkpoint, count: int | None, output: Output
) -> LedgerSample:
    wanted = _SAMPLE if count is None else count
    with output.progress() as progress:
        task = progress.add_task("抽查 proving", total=wanted)
        sampling = LedgerSampling(
            unit_of_work=services.unit_of_work,
            objects=services.objects,
            shelf=services.ledger.shelf,
            on_progress=lambda done: progress.update(task, completed=done),
        )
        return sampling.run(wanted, held=held)


# What the auditor holds ------------------------------------------------------------------------


def _note(path: Path) -> Note:
    try:
        return parse_note(path.read_text("utf-8"))
    except (UnicodeDecodeError, SigningError) as error:
        raise UsageError(f"{path} 不是检查点 · not a checkpoint") from error


def _held(note: Note) -> Checkpoint:
    try:
        return Checkpoint.parse(note.text)
    except SigningError as error:
        raise UsageError("所给文件不是检查点 · not a checkpoint") from error


def _seen(note: Note, root: Path, services: Services) -> SeenCheckpoint:
    """Check who signed the checkpoint: the instance has the list, the root vouches for it."""
    own = services.trust.current()
    if own is None:
        raise _UnbelievedError(INDETERMINATE, "实例没有信任列表 · the instance has no trust list")
    try:
        trust = TrustList.parse(own.encoded, root=root_certificate(root))
        seen = read_seen(note, trust.regions)
    except TrustListError as error:
        told = f"信任列表不由此根证书担保 · the root does not vouch for the list: {error}"
        raise _UnbelievedError(INDETERMINATE, told) from error
    except StrangeLogError as error:
        told = f"信任列表中没有 {error} · a log of nobody in the trust list"
        raise _UnbelievedError(INDETERMINATE, told) from error
    except LedgerProofError as error:
        told = f"检查点签名不成立 · its signature does not hold: {error}"
        raise _UnbelievedError(FAILED, told) from error
    if seen.log is not LedgerName.ISSUE:
        raise UsageError("检查点不是签发账本的 · not a checkpoint of the log of issuing")
    return seen


# In words --------------------------------------------------------------------------------------


def _json(audited: _Audited) -> dict[str, Any]:
    sample, seen = audited.sample, audited.seen
    return {
        "findings": [
            {"problem": item.problem.value, "position": item.position, "subject": item.subject}
            for item in audited.findings
        ],
        "checkpoint": None if seen is None else _seen_json(seen),
        "sample": None
        if sample is None
        else {
            "proved": len(sample.proved),
            "later": list(sample.later),
            "unproved": list(sample.unproved),
        },
    }


def _seen_json(seen: SeenCheckpoint) -> dict[str, Any]:
    return {
        "origin": seen.checkpoint.origin,
        "size": seen.checkpoint.size,
        "region": str(seen.keeper.code),
        "seen": [
            {"region": str(item.region), "at": item.at.isoformat()} for item in seen.sightings
        ],
    }


def _lines(audited: _Audited) -> list[str]:
    lines = [] if audited.seen is None else _seen_lines(audited.seen)
    if audited.sample is not None:
        lines += _sample_lines(audited.sample)
    lines += [_finding_line(item) for item in audited.findings]
    return lines if audited.findings else [*lines, "登记簿与账本一致 · register and log agree"]


def _seen_lines(seen: SeenCheckpoint) -> list[str]:
    head = seen.checkpoint
    told = f"{head.origin}，{head.size:,} 条 entries，{seen.keeper.name} 签名 signed"
    lines = [f"检查点 checkpoint：{told}"]
    lines += [f"见证 seen by {item.region}：{item.at.isoformat()}" for item in seen.sightings]
    return lines if seen.sightings else [*lines, "没有其他地区见证 · no other region saw it"]


def _sample_lines(sample: LedgerSample) -> list[str]:
    lines = [f"抽查证明 {len(sample.proved):,} 件在账本中 · licenses proved to be in the log"]
    if sample.later:
        lines.append(f"检查点之后签发 {len(sample.later):,} 件 · issued after the checkpoint")
    return lines + [f"{item} 无法证明 · cannot be proved" for item in sample.unproved]


def _finding_line(item: AuditFinding) -> str:
    zh, en = _WORDS[item.problem]
    where = "" if item.position is None else f"第 {item.position} 条 entry {item.position} "
    return f"{where}{item.subject} {zh} · {en}".strip()
