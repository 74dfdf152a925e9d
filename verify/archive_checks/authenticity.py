"""真实性: the package is from whom it says, and says what it said (items 1-1 to 1-14, Y-1)."""

import re
import unicodedata
from typing import Final

from certs.civil_dates import day_of
from certs.packages.files import ENVELOPE, EVENTS, RECORD
from certs.packages.manifests import SHA512_MANIFEST, SM3_MANIFEST
from certs.packages.metadata import BY_PATH, problems_of
from certs.packages.package import BAGIT, DECLARATION
from verify.archive_checks.results import (
    CheckResult,
    by_hand,
    failed,
    fails_if,
    not_applicable,
    passed,
)
from verify.archive_checks.subjects import CheckSubject, PackageEvidence
from verify.conclusions import Conclusion
from verify.evidence_records import EvidenceDoubt

_PLACES: Final = re.compile(
    r"data/(?:content/[^/]+|metadata/(?:eep\.xml|premis\.jsonl)|evidence/[^/]+"
    r"|evidence/(?:certs|crl)/[^/]+|licenses/[^/]+\.zip)"
)
_PRIVATE_USE: Final = "Co"
_SPECIAL: Final = frozenset({"Cc", "Cs", "Cf", _PRIVATE_USE, "Zl", "Zp"})
_ENDED: Final = frozenset({EvidenceDoubt.EXPIRED, EvidenceDoubt.RENEWED_LATE})
_BLANK: Final = frozenset("\n\t")


def check_fixity(subject: CheckSubject) -> CheckResult:
    """1-1 固化信息有效性: signatures, seals and what proves their time hold.

    What held at sealing counts. Whether a certificate was revoked is known only now: where nobody
    tells, people have to look. Where the ledger's witnesses were silent, that is told.
    """
    if subject.is_case:
        return not_applicable(why="a case has no seal of its own")
    if not subject.verdicts:
        return by_hand(why="nobody verified the signatures")
    bad = [
        f"{name}: {verdict.at_sealing} ({', '.join(verdict.bad)})"
        for name, verdict in subject.verdicts.items()
        if verdict.at_sealing != "passed"
    ]
    said = {name.rpartition("/")[2]: verdict.now for name, verdict in subject.verdicts.items()}
    time = subject.issue_time or passed(unseen="the ledger was not asked")
    if bad:
        return fails_if(bad, **said, **time.evidence)
    if any(verdict.now != "passed" for verdict in subject.verdicts.values()):
        return by_hand(why="not settled now", **said, **time.evidence)
    return CheckResult(outcome=time.outcome, evidence={**said, **time.evidence})


def check_lengths(subject: CheckSubject) -> CheckResult:
    """1-2 元数据项长度, of the package and of the register."""
    return _of_both(subject, "length")


def check_types(subject: CheckSubject) -> CheckResult:
    """1-3 数据类型、格式."""
    return _of_both(subject, "form")


def check_values(subject: CheckSubject) -> CheckResult:
    """1-4 值域符合度."""
    return _of_both(subject, "values")


def check_reason(subject: CheckSubject) -> CheckResult:
    """1-5 值合理性: dates follow one another."""
    record = subject.record
    packed_on = subject.package.info.packed_on
    problems = [
        f"{event.step}: {event.at.isoformat()}"
        for event in subject.events
        if day_of(event.at) > packed_on
    ]
    if record is not None:
        if record.valid_to is not None and record.valid_to < record.valid_from:
            problems.append("有效期截止早于起始")
        if record.issued_on > packed_on:
            problems.append("颁发日期晚于归档日期")
    return fails_if(problems)


def check_characters(subject: CheckSubject) -> CheckResult:
    """1-6 特殊字符: no control, bidirectional or unpaired characters; private ones are named."""
    problems: list[str] = []
    private: set[str] = set()
    for path, value in subject.envelope.values.items():
        found = {unicodedata.category(letter) for letter in value if letter not in _BLANK}
        if found & (_SPECIAL - {_PRIVATE_USE}):
            problems.append(path)
        if _PRIVATE_USE in found:
            private.add(path)
    if private and not problems:
        named = "、".join(sorted(private))
        return by_hand(why="private-use characters need a font", elements=named)
    return fails_if(problems)


def check_archive_number(subject: CheckSubject) -> CheckResult:
    """1-7 档号规范性."""
    value = subject.envelope.values.get("档号/档号", "")
    is_sound = BY_PATH["档号/档号"].form.fullmatch(value) is not None
    is_own = value.startswith(f"{subject.package.info.fonds}-")
    return passed(number=value) if is_sound and is_own else failed(number=value)


def check_repetition(subject: CheckSubject) -> CheckResult:
    """1-8 重复性: no other package has the number."""
    if subject.registered is None:
        return by_hand(why="no register to compare with")
    return fails_if(subject.registered.repeated)


def check_content_attributes(subject: CheckSubject) -> CheckResult:
    """1-9 内容数据电子属性一致性: size and digest are those in the metadata."""
    described = {file.name: file for file in subject.envelope.files}
    problems = [
        name
        for name, file in subject.content.items()
        if name in described
        and (described[name].length_bytes, described[name].sm3) != (file.length_bytes, file.sm3)
    ]
    return fails_if(problems, files=str(len(described)))


def check_register_attributes(subject: CheckSubject) -> CheckResult:
    """1-10 the same, of what the register says."""
    registered = subject.registered
    if registered is None:
        return by_hand(why="no register to compare with")
    problems = [
        name
        for name, digest in registered.digests.items()
        if name not in subject.content or subject.content[name].sm3 != digest
    ]
    if registered.identifier != subject.package.info.identifier:
        problems.append("电子文件号")
    return fails_if(problems, files=str(len(registered.digests)))


def check_association(subject: CheckSubject) -> CheckResult:
    """1-11 元数据与内容关联: every path leads to a file, every file is mentioned."""
    described = {file.name for file in subject.envelope.files}
    problems = [f"{name}: 无文件" for name in sorted(described - subject.content.keys())]
    problems += [f"{name}: 未著录" for name in sorted(subject.content.keys() - described)]
    return fails_if(problems, files=str(len(described)))


def check_description(subject: CheckSubject) -> CheckResult:
    """1-12 说明文件规范性: bagit.txt and bag-info.txt say what the envelope says."""
    info, values = subject.package.info, subject.envelope.values
    pairs = {
        "电子文件号": info.identifier,
        "档号/全宗号": info.fonds,
        "档号/保管期限": info.retention,
    }
    problems = [path for path, value in pairs.items() if values.get(path) != value]
    if subject.package.tags[BAGIT] != DECLARATION:
        problems.append(BAGIT)
    if subject.envelope.type is not info.type:
        problems.append("封装包类型")
    return fails_if(problems)


def check_structure(subject: CheckSubject) -> CheckResult:
    """1-13 信息包目录结构规范性."""
    everything = {*subject.package.files, *subject.package.references}
    problems = [name for name in sorted(everything) if not _PLACES.fullmatch(name)]
    needed = {ENVELOPE, EVENTS} | (set() if subject.is_case else {RECORD})
    problems += [f"{name}: 缺" for name in sorted(needed - everything)]
    return fails_if(problems, files=str(len(everything)))


def check_package(subject: CheckSubject) -> CheckResult:
    """1-14 信息包一致性: the package is, as a whole, the one that was sent or stored."""
    delivery = subject.delivery
    if delivery is None:
        # Its manifests are made from the files themselves, and nothing was carried anywhere.
        tags = subject.package.tags
        return passed(manifests=f"{SM3_MANIFEST}, {SHA512_MANIFEST}", tags=str(len(tags)))
    said = {"expected": delivery.digest, "found": delivery.found}
    return passed(**said) if delivery.digest == delivery.found else failed(**said)


def check_evidence(subject: CheckSubject) -> CheckResult:
    """Y-1 证据记录: a trusted clock saw the package, and its evidence was renewed in time.

    Source: RFC 4998; DA/T 70 has no such item that we know of.
    """
    found = subject.evidence
    if found is None:
        return not_applicable(why="it is made of what is stored")
    if found.verdict is None:
        return _without_evidence(found)
    ends = found.verdict.ends_at
    until = {} if ends is None else {"until": ends.isoformat()}
    match found.verdict.conclusion:
        case Conclusion.PASSED:
            return passed(since=found.verdict.stamps[0].time.isoformat(), **until)
        case Conclusion.FAILED:
            return failed(why=found.verdict.problem)
        case Conclusion.INDETERMINATE:
            doubts = [stamp.doubt for stamp in found.verdict.stamps if stamp.doubt is not None]
            has_ended = not _ENDED.isdisjoint(doubts)
            return (failed if has_ended else by_hand)(why=", ".join(doubts), **until)


def _without_evidence(found: PackageEvidence) -> CheckResult:
    if not found.is_expected:
        return by_hand(why="no timestamp service is configured")
    if found.is_overdue:
        return failed(why="no evidence record was made in time")
    return not_applicable(why="it is made within two days")


def _of_both(subject: CheckSubject, kind: str) -> CheckResult:
    """Look at the metadata in the package, and at what the register says."""
    problems = list(problems_of(subject.envelope.values, kinds=frozenset({kind})))
    registered = subject.registered
    if registered is not None and registered.values:
        found = problems_of(registered.values, kinds=frozenset({kind}))
        problems += [f"登记 {item}" for item in found]
    return fails_if(problems, elements=str(len(subject.envelope.values)))
