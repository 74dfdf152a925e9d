"""完整性: nothing is missing (items 2-1 to 2-11)."""

from itertools import pairwise
from typing import Final

from certs.packages.files import ENVELOPE, EVENTS, OFD, PDF, RECORD, SIGNATURE, VALIDATION
from certs.packages.metadata import problems_of
from verify.archive_checks.results import (
    CheckResult,
    by_hand,
    failed,
    fails_if,
    not_applicable,
    passed,
)
from verify.archive_checks.subjects import CheckSubject

_LICENSE_STEPS: Final = ("制证", "用印", "收集", "整理", "清点")
_CASE_STEPS: Final = ("受理", "办结", "收集", "整理", "清点")
_REQUIRED: Final = frozenset({"required"})


def check_count(subject: CheckSubject) -> CheckResult:
    """2-1 总件数相符."""
    delivery = subject.delivery
    if delivery is None or not delivery.count:
        return not_applicable(why="looked at by itself")
    said = {"listed": str(delivery.count), "found": str(delivery.found_count)}
    return passed(**said) if delivery.count == delivery.found_count else failed(**said)


def check_bytes(subject: CheckSubject) -> CheckResult:
    """2-2 总字节数相符."""
    info = subject.package.info
    everything = subject.package.payload
    counted = sum(item.length_bytes for item in everything.values())
    said = {"stated": str(info.payload_bytes), "counted": str(counted)}
    is_same = counted == info.payload_bytes and len(everything) == info.payload_files
    delivery = subject.delivery
    if delivery is not None:
        is_same = is_same and delivery.length_bytes == delivery.found_bytes
    return passed(**said) if is_same else failed(**said)


def check_elements(subject: CheckSubject) -> CheckResult:
    """2-3 元数据项完整性: every element of the table is there, and no other."""
    problems = problems_of(subject.envelope.values, kinds=_REQUIRED | {"known"})
    return fails_if(problems, elements=str(len(subject.envelope.values)))


def check_required(subject: CheckSubject) -> CheckResult:
    """2-4 必填著录项, of the package and of the register."""
    problems = list(problems_of(subject.envelope.values, kinds=_REQUIRED))
    registered = subject.registered
    if registered is not None and registered.values:
        problems += [f"登记 {item}" for item in problems_of(registered.values, kinds=_REQUIRED)]
    return fails_if(problems)


def check_process(subject: CheckSubject) -> CheckResult:
    """2-5 过程信息完整性: every step was done by somebody at some time."""
    steps = {event.step: event for event in subject.events}
    needed = _CASE_STEPS if subject.is_case else _LICENSE_STEPS
    problems = [f"{step}: 无记录" for step in needed if step not in steps]
    problems += [f"{event.step}: 无责任者" for event in subject.events if not event.agent]
    return fails_if(problems, events=str(len(subject.events)))


def check_continuity(subject: CheckSubject) -> CheckResult:
    """2-6 连续性元数据项: events follow one another in time; documents count without a gap."""
    times = [event.at for event in subject.events]
    problems = [one.isoformat() for one, other in pairwise(times) if other < one]
    names = [file.name for file in subject.envelope.files]
    if names != sorted(set(names)):
        problems.append("文档序号")
    return fails_if(problems)


def check_content(subject: CheckSubject) -> CheckResult:
    """2-7 内容数据完整性: record, signature and at least one face; no empty file."""
    problems = [name for name, file in subject.content.items() if not file.length_bytes]
    if not subject.is_case:
        problems += [name for name in (RECORD, SIGNATURE) if name not in subject.content]
        if not {PDF, OFD} & subject.content.keys():
            problems.append("照面")
    return fails_if(problems, files=str(len(subject.content)))


def check_attachments(subject: CheckSubject) -> CheckResult:
    """2-8 附件完整性: each face carries the record that lies beside it."""
    if subject.is_case:
        return not_applicable(why="a case has no face")
    if not subject.verdicts:
        return by_hand(why="nobody opened the faces")
    record = subject.content[RECORD].sm3
    problems = [name for name, said in subject.verdicts.items() if said.record != record]
    return fails_if(problems, record=record)


def check_scope(subject: CheckSubject) -> CheckResult:
    """2-9 归档范围: what must be archived of such a thing is."""
    needed = {ENVELOPE, EVENTS}
    if not subject.is_case:
        needed |= {RECORD, SIGNATURE, VALIDATION}
    return fails_if(sorted(needed - subject.package.files.keys()))


def check_package_metadata(subject: CheckSubject) -> CheckResult:
    """2-10 信息包元数据完整性: the envelope has all its parts."""
    envelope = subject.envelope
    problems = [
        name
        for name, value in (
            ("封装包创建时间", envelope.made_at),
            ("封装包创建单位", envelope.made_by),
        )
        if not value
    ]
    if not envelope.files:
        problems.append("文档")
    return fails_if(problems)


def check_package_content(subject: CheckSubject) -> CheckResult:
    """2-11 信息包内容数据完整性: as many files as described; what lies elsewhere is known."""
    described, found = len(subject.envelope.files), len(subject.content)
    references = subject.package.references
    said = {"described": str(described), "found": str(found), "elsewhere": str(len(references))}
    is_known = all(item.length_bytes for item in references.values())
    return passed(**said) if described == found and is_known else failed(**said)
