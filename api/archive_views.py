"""What people and programs are told of the archive, in one form for all."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from certs.packages.jobs import ArchiveJob, ArchiveStep, KeptChecks, KeptPackage
from verify.archive_checks.results import ArchiveReport, CheckOutcome, Principle
from verify.archiving.case_trials import CaseTrial
from verify.archiving.desk import ArchiveRun

OUTCOMES: Final = {
    CheckOutcome.PASS: "合格 pass",
    CheckOutcome.FAIL: "不合格 FAIL",
    CheckOutcome.MANUAL: "需人工 manual",
    CheckOutcome.NOT_APPLICABLE: "不适用 n/a",
}


def package_json(kept: KeptPackage) -> dict[str, Any]:
    """Return how a package is entered."""
    value = {
        "package": kept.package_id,
        "object": kept.object,
        "sha512": kept.sha512,
        "length_bytes": kept.length_bytes,
        "kind": kept.kind.value,
        "subject": kept.subject,
        "archive_number": kept.archive_number,
        "retention": kept.retention.value,
        "archived_at": kept.archived_at.isoformat(),
    }
    return value | ({"supersedes": kept.supersedes} if kept.supersedes else {})


def checks_json(checks: KeptChecks) -> Mapping[str, Any]:
    """Return a report that was kept."""
    value: Mapping[str, Any] = json.loads(checks.report)
    return value


def job_json(job: ArchiveJob) -> dict[str, Any]:
    """Return how far something has come."""
    step: ArchiveStep = job.step
    return {
        "subject": job.subject,
        "kind": job.kind.value,
        "step": step.value,
        "step_zh": step.zh,
        "problem": job.problem,
        "changed_at": job.changed_at.isoformat(),
    }


def trial_json(trial: CaseTrial) -> dict[str, Any]:
    """Return how often archiving a case failed, and why."""
    return {
        "case": trial.case_id,
        "attempts": trial.attempts,
        "stuck": trial.is_stuck,
        "code": trial.code,
        "reason": trial.reason,
        "tried_at": trial.tried_at.isoformat(),
        "next_at": trial.next_at.isoformat() if trial.next_at is not None else None,
    }


def trial_lines(trial: CaseTrial) -> tuple[str, str]:
    """Return the same in words, with what to do."""
    if trial.next_at is None:
        stands = f"{trial.attempts} 次未成，已停止重试"
        act = (
            f"排除原因后执行 yinxin archive case {trial.case_id} · mend the cause, then archive it"
        )
    else:
        stands = f"第 {trial.attempts} 次未成"
        act = f"将于 {trial.next_at:%Y-%m-%d %H:%M} UTC 再试 · tried again then"
    return f"办件 {trial.case_id}：归档受阻，{stands}。{trial.reason}", f"  {act}"


def run_json(run: ArchiveRun) -> dict[str, Any]:
    """Return what became of a group."""
    return {
        "archived": list(run.archived),
        "stopped": [{"subject": name, "problem": problem} for name, problem in run.stopped],
        "tidied": run.tidied,
    }


def state_of(report: ArchiveReport) -> str:
    """Say of a report as a whole what it comes to; what people have to look at is not passed."""
    if report.is_blocked:
        return OUTCOMES[CheckOutcome.FAIL]
    left = len(report.named(CheckOutcome.MANUAL))
    if left:
        return f"未见不合格，{left} 项需人工 · nothing failed, {left} items for people"
    return OUTCOMES[CheckOutcome.PASS]


def report_lines(report: ArchiveReport) -> Iterator[str]:
    """Yield a report of the four properties for people: what is not in order first."""
    yield f"四性检测 {report.stage}：{state_of(report)}  {report.subject}"
    for principle in Principle:
        yield f"  {principle}：{OUTCOMES[report.principle(principle)]}"
    worst = (CheckOutcome.FAIL, CheckOutcome.MANUAL)
    for outcome in worst:
        for item in report.items:
            if item.result.outcome is outcome:
                seen = "，".join(f"{key}={value}" for key, value in item.result.evidence.items())
                yield f"  {item.name} {item.zh} {item.en}：{OUTCOMES[outcome]}（{seen}）"
