"""四性检测: every item passes on a sound package, and each fails on what it is there for."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache

import pytest

from certs.packages.envelopes import describe, write_envelope
from certs.packages.events import EventType, PackageEvent, write_events
from certs.packages.files import ENVELOPE, EVENTS, OFD, PDF, RECORD, SIGNATURE, PackageFile
from certs.packages.metadata import license_metadata
from certs.packages.package import ArchivePackage
from certs.records import LicenseRecord
from signing.algorithms import sm3
from tests import archived
from tests.archived import AT, TERMS
from verify.archive_checks.registry import ITEMS, run_checks
from verify.archive_checks.results import CheckOutcome, Principle, Stage
from verify.archive_checks.subjects import (
    CheckSubject,
    Delivery,
    PackageEvidence,
    Registered,
    Verdict,
)
from verify.conclusions import Conclusion
from verify.evidence_records import EvidenceDoubt, EvidenceVerdict, JudgedStamp

FAIL, PASS, MANUAL = CheckOutcome.FAIL, CheckOutcome.PASS, CheckOutcome.MANUAL
ABSENT = CheckOutcome.NOT_APPLICABLE
ENVIRONMENT = {"3-5", "3-6", "3-7"}
DISCS = {"4-4", "4-5", "4-6"}
STEPS = ("制证", "用印", "收集", "整理", "清点")


class Clean:
    def name(self) -> str:
        return "a scanner"

    def scan(self, content: bytes) -> str:
        return "" if content else "empty"


class Infected(Clean):
    def scan(self, content: bytes) -> str:
        return "Eicar" if content.startswith(b"%PDF") else ""


class Silent(Clean):
    def name(self) -> str:
        raise OSError

    def scan(self, content: bytes) -> str:
        raise OSError(len(content))


def events(*steps: str) -> tuple[PackageEvent, ...]:
    return tuple(
        PackageEvent(type=EventType.INGESTION, step=step, at=AT, agent="yinxin") for step in steps
    )


@cache
def package() -> ArchivePackage:
    made = archived.package()
    return with_files(made, {EVENTS: write_events(events(*STEPS))})


def with_files(made: ArchivePackage, contents: dict[str, bytes | None]) -> ArchivePackage:
    """The package with other files, or without some, and counted anew."""
    files = {name: file for name, file in made.files.items() if contents.get(name, b"") is not None}
    files |= {
        name: PackageFile(content=content)
        for name, content in contents.items()
        if content is not None
    }
    lengths = [file.length_bytes for file in files.values()]
    info = replace(made.info, payload_bytes=sum(lengths), payload_files=len(lengths))
    return ArchivePackage(info=info, files=files)


def described(**changed: str) -> ArchivePackage:
    """The package with other metadata; an underscore stands for the solidus of a path."""
    record = LicenseRecord.parse(package().files[RECORD].content)
    values = license_metadata(record, fonds=TERMS.fonds, retention=TERMS.retention)
    values |= {name.replace("_", "/"): value for name, value in changed.items()}
    content = {name: file for name, file in package().files.items() if "/content/" in name}
    envelope = write_envelope(
        values,
        describe(content),
        type=package().info.type,
        made_at=AT,
        made_by=TERMS.organization,
    )
    return with_files(package(), {ENVELOPE: envelope})


_PROVED = JudgedStamp(time=AT, authority="Clock", ends_at=AT + timedelta(days=3650), doubt=None)


@cache
def sound() -> CheckSubject:
    data = package().encode()
    record = package().files[RECORD].sm3
    good = Verdict(now="passed", at_sealing="passed", record=record)
    return CheckSubject(
        package=package(),
        verdicts={PDF: good, OFD: good},
        registered=Registered(
            identifier=package().info.identifier,
            digests={name: package().files[name].sm3 for name in (RECORD, SIGNATURE, PDF, OFD)},
        ),
        delivery=Delivery(
            digest=sm3(data).hex(),
            found=sm3(data).hex(),
            length_bytes=len(data),
            found_bytes=len(data),
            count=1,
            found_count=1,
        ),
        scanner=Clean(),
        is_audited=True,
        evidence=PackageEvidence(
            verdict=EvidenceVerdict(conclusion=Conclusion.PASSED, stamps=(_PROVED,)),
            is_overdue=False,
            is_expected=True,
        ),
    )


def outcomes(subject: CheckSubject) -> dict[str, CheckOutcome]:
    report = run_checks(subject, stage=Stage.CAPTURE, checked_at=AT)
    return {item.name.removeprefix("GD-"): item.result.outcome for item in report.items}


@dataclass(frozen=True)
class Fault:
    """What is done to a sound package, and which item must say so."""

    item: str
    harm: Callable[[], CheckSubject]
    outcome: CheckOutcome = FAIL


def changed(**parts: object) -> Callable[[], CheckSubject]:
    return lambda: replace(sound(), **parts)  # type: ignore[arg-type]


def packed(make: Callable[[], ArchivePackage]) -> Callable[[], CheckSubject]:
    return lambda: replace(sound(), package=make())


def files(contents: dict[str, bytes | None]) -> Callable[[], CheckSubject]:
    return packed(lambda: with_files(package(), contents))


def told(*said: PackageEvent) -> Callable[[], CheckSubject]:
    return files({EVENTS: write_events(said)})


_FAILED = Verdict(now="failed", at_sealing="failed", bad=("signature.intact",))
_OTHER = {PDF: Verdict(now="passed", at_sealing="passed", record="0" * 64)}
_LATER = replace(events("用印")[0], at=AT + timedelta(days=9))
_NOBODY = replace(events("收集")[0], agent="")


def evidence(
    conclusion: Conclusion | None,
    *doubts: EvidenceDoubt,
    is_overdue: bool = False,
    is_expected: bool = True,
) -> Callable[[], CheckSubject]:
    """A package whose evidence record is worth so much; None for one without a record."""
    stamps = tuple(replace(_PROVED, doubt=doubt) for doubt in doubts)
    verdict = None
    if conclusion is not None:
        verdict = EvidenceVerdict(conclusion=conclusion, stamps=stamps or (_PROVED,))
    return changed(
        evidence=PackageEvidence(verdict=verdict, is_overdue=is_overdue, is_expected=is_expected)
    )


FAULTS = (
    Fault("1-1", changed(verdicts={PDF: _FAILED})),
    Fault("1-1", changed(verdicts={}), MANUAL),
    Fault("1-2", packed(lambda: described(内容描述_题名="长" * 501))),
    Fault("1-3", packed(lambda: described(内容描述_日期="三月"))),
    Fault("1-4", packed(lambda: described(档号_保管期限="5年"))),
    Fault("1-5", told(*events(*STEPS), _LATER)),
    Fault("1-6", packed(lambda: described(内容描述_题名="许可\u202e证"))),
    Fault("1-6", packed(lambda: described(内容描述_题名="许可\ue000证")), MANUAL),
    Fault("1-7", packed(lambda: described(档号_档号="1-2026-D30-1"))),
    Fault("1-8", changed(registered=Registered(identifier="", digests={}, repeated=("A-1",)))),
    Fault("1-8", changed(registered=None), MANUAL),
    Fault("1-9", files({RECORD: b"{}"})),
    Fault("1-10", changed(registered=Registered(identifier="x", digests={PDF: "0" * 64}))),
    Fault("1-10", changed(registered=None), MANUAL),
    Fault("1-11", files({"data/content/other.json": b"{}"})),
    Fault("1-12", packed(lambda: described(档号_全宗号="OTHER"))),
    Fault("1-13", files({"data/other/a.txt": b"x"})),
    Fault("1-14", lambda: replace(sound(), delivery=_delivery(found="0" * 64))),
    Fault("Y-1", changed(evidence=None), ABSENT),
    Fault("Y-1", evidence(Conclusion.FAILED)),
    Fault("Y-1", evidence(Conclusion.INDETERMINATE, EvidenceDoubt.EXPIRED)),
    Fault("Y-1", evidence(Conclusion.INDETERMINATE, EvidenceDoubt.RENEWED_LATE)),
    Fault("Y-1", evidence(Conclusion.INDETERMINATE, EvidenceDoubt.REVOCATION), MANUAL),
    Fault("Y-1", evidence(None), ABSENT),
    Fault("Y-1", evidence(None, is_overdue=True)),
    Fault("Y-1", evidence(None, is_overdue=True, is_expected=False), MANUAL),
    Fault("2-1", lambda: replace(sound(), delivery=_delivery(found_count=2))),
    Fault("2-1", changed(delivery=None), ABSENT),
    Fault("2-2", lambda: replace(sound(), delivery=_delivery(found_bytes=1))),
    Fault("2-3", packed(lambda: described(聚合层次=" "))),
    Fault("2-4", packed(lambda: described(内容描述_责任者=""))),
    Fault("2-5", told(*events(*STEPS[:-1]))),
    Fault("2-5", told(*events(*STEPS), _NOBODY)),
    Fault("2-6", told(_LATER, *events(*STEPS))),
    Fault("2-7", files({PDF: None, OFD: None})),
    Fault("2-7", files({PDF: b""})),
    Fault("2-8", changed(verdicts=_OTHER)),
    Fault("2-8", changed(verdicts={}), MANUAL),
    Fault("2-9", files({SIGNATURE: None})),
    Fault("2-10", files({ENVELOPE: b"<a/>"})),
    Fault("2-11", files({"data/content/other.json": b"{}"})),
    Fault("3-1", files({EVENTS: b"{"})),
    Fault("3-2", changed(registered=None), MANUAL),
    Fault("3-3", files({PDF: b"MZ"})),
    Fault("3-3", files({"data/content/a.exe": b"MZ"})),
    Fault("3-4", files({"data/content/a.json": b"{"})),
    Fault("3-4", changed(verdicts={}), MANUAL),
    Fault("3-5", packed(lambda: described(信息系统描述_系统名称=""))),
    Fault("3-8", files({PDF: b"%PDF-1.7 /JavaScript (x)"})),
    Fault("4-1", changed(scanner=None), MANUAL),
    Fault("4-2", changed(scanner=None), MANUAL),
    Fault("4-2", changed(scanner=Infected())),
    Fault("4-1", changed(scanner=Silent()), MANUAL),
    Fault("4-2", changed(scanner=Silent()), MANUAL),
    Fault("4-3", packed(lambda: replace(package(), info=replace(package().info, payload_files=9)))),
    Fault("4-7", changed(is_audited=False)),
    Fault("4-7", changed(is_audited=None), MANUAL),
)


def _delivery(**parts: object) -> Delivery:
    delivery = sound().delivery
    assert delivery is not None
    return replace(delivery, **parts)  # type: ignore[arg-type]


def test_a_sound_package_passes_every_item_that_a_program_can_see() -> None:
    found = outcomes(sound())

    assert {name for name, outcome in found.items() if outcome is MANUAL} == ENVIRONMENT
    assert {name for name, outcome in found.items() if outcome is ABSENT} == DISCS
    assert {name for name, outcome in found.items() if outcome is FAIL} == set()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.item} {fault.outcome}")
def test_each_item_sees_what_it_is_there_for(fault: Fault) -> None:
    assert outcomes(fault.harm())[fault.item] is fault.outcome


def test_every_item_has_a_fault_that_it_sees() -> None:
    never = (ENVIRONMENT - {"3-5"}) | DISCS  # what people look at, and what there is not
    assert {item.number for item in ITEMS} - never == {fault.item for fault in FAULTS}


def test_the_items_are_all_that_the_standard_counts_each_once_and_our_own() -> None:
    counted = {1: 14, 2: 11, 3: 8, 4: 7}
    expected = [
        f"{part}-{number}" for part, last in counted.items() for number in range(1, last + 1)
    ]
    assert [item.number for item in ITEMS] == [*expected, "Y-1"]


def test_what_cannot_be_looked_at_is_not_in_order() -> None:
    report = run_checks(files({ENVELOPE: b"no XML"})(), stage=Stage.KEEPING, checked_at=AT)

    raised = {item.name for item in report.items if "raised" in item.result.evidence}
    assert {"CQ-1-2", "CQ-1-6", "CQ-2-10", "CQ-3-1"} <= raised
    assert report.is_blocked
    assert all(item.result.outcome is FAIL for item in report.items if item.name in raised)


def test_a_report_says_how_each_demand_of_the_law_is_met() -> None:
    good = run_checks(sound(), stage=Stage.TRANSFER, checked_at=AT, package_id="a" * 64)
    bad = run_checks(changed(verdicts={PDF: _FAILED})(), stage=Stage.TRANSFER, checked_at=AT)

    assert good.principle(Principle.SOURCE) is PASS
    assert good.principle(Principle.PROCESS) is MANUAL
    assert (bad.principle(Principle.SOURCE), bad.is_blocked) == (FAIL, True)
    value = good.as_json()
    assert value["package"] == "a" * 64
    assert value["blocked"] is False
    assert len(value["results"]) == len(ITEMS)  # type: ignore[arg-type]
