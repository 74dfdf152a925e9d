"""What verdicts and legal status come to in the codes of the sharing family."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from api.sharing_codes import (
    KNOWN_ERRORS,
    FileResult,
    InfoResult,
    ShareStatus,
    file_result,
    info_result,
    info_result_of,
    status_of,
)
from certs.errors import WrongCheckCharacterError
from certs.statuses import StatusEvent, StatusKind, check_transition, status_at
from tests import sealed, world
from tests.carrier_cases import photo_of
from tests.desks import license_of
from tests.foreign_cases import foreign_cases
from tests.sealed import NOW, Regions, code_text, judge, verifier_of
from tests.verdict_cases import Case, all_cases, report_of
from verify.checks import Check, Level, Outcome
from verify.conclusions import Conclusion
from verify.report import Report

DAY = timedelta(days=1)
IN_TIME = license_of()
NOON = world.NOON


def event(kind: StatusKind, at: int = 0) -> StatusEvent:
    return StatusEvent(kind=kind, effective_at=NOON + at * DAY, recorded_at=NOON + at * DAY)


@pytest.mark.parametrize("case", all_cases(), ids=str)
def test_in_every_circumstance_a_file_passes_exactly_if_its_verdict_does(case: Case) -> None:
    report = report_of(case)
    result = file_result(report)

    assert (result is FileResult.PASSED) == (report.conclusion is Conclusion.PASSED)
    assert (result is None) == (report.conclusion is Conclusion.INDETERMINATE)


@pytest.mark.parametrize("case", all_cases(), ids=str)
def test_a_bad_check_on_seals_is_told_before_one_on_the_file(case: Case) -> None:
    report = report_of(case)
    if report.conclusion is not Conclusion.FAILED:
        return
    bad = {
        item.check.value
        for item in report.findings
        if item.outcome is Outcome.BAD and report.level(item) is Level.REFUSE
    }

    of_files = ("file.", "record.", "license.", "code.record")
    is_of_seals = any(not name.startswith(of_files) for name in bad)
    is_of_seals = is_of_seals and "file.format" not in bad
    expected = FileResult.SEAL_FAILED if is_of_seals else FileResult.FILE_FAILED
    assert file_result(report) is expected


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("text", FileResult.FILE_FAILED),
        ("unsealed page", FileResult.SEAL_FAILED),
        ("one bit", FileResult.SEAL_FAILED),
        ("forged seal", FileResult.SEAL_FAILED),
        ("a space more", FileResult.SEAL_FAILED),
        ("another identifier printed", FileResult.FILE_FAILED),
        ("record swapped", FileResult.FILE_FAILED),
        ("license expired", FileResult.FILE_FAILED),
        ("revoked", FileResult.FILE_FAILED),
        ("suspended", FileResult.FILE_FAILED),
        ("issuer not named", FileResult.SEAL_FAILED),
        ("silent region", None),
        ("no trust list", None),
        ("sound OFD", FileResult.PASSED),
    ],
)
def test_circumstances_come_to_the_codes_that_the_document_names(
    name: str, result: FileResult | None
) -> None:
    case = next(item for item in all_cases() if item.name == name)

    assert file_result(report_of(case)) is result


def test_a_genuine_document_that_is_no_license_is_never_a_good_license() -> None:
    passed = [report_of(item) for item in foreign_cases() if item.conclusion is Conclusion.PASSED]
    others = [report for report in passed if report.license is None]

    assert len(others) > 3
    for report in others:
        assert file_result(report) is FileResult.FILE_FAILED
        assert info_result_of(report) is InfoResult.MISMATCH


def test_a_picture_of_a_good_code_is_no_license_file() -> None:
    report = judge(photo_of(code_text(sealed.record())))

    assert (report.conclusion, report.license is None) == (Conclusion.PASSED, False)
    assert file_result(report) is FileResult.FILE_FAILED
    assert info_result_of(report) is InfoResult.VALID


@pytest.mark.parametrize("kind", StatusKind)
def test_every_legal_status_has_its_result(kind: StatusKind) -> None:
    expected = {
        StatusKind.ACTIVE: InfoResult.VALID,
        StatusKind.PENDING: InfoResult.NOT_ACTIVATED,
        StatusKind.SUSPENDED: InfoResult.SUSPENDED,
    }

    assert info_result(IN_TIME, event(kind), NOW) is expected.get(kind, InfoResult.ENDED)


def test_dates_decide_where_the_status_does_not() -> None:
    over = replace(IN_TIME, valid_to=date(2026, 3, 17))
    ahead = replace(IN_TIME, valid_from=date(2026, 3, 19))
    endless = replace(IN_TIME, valid_to=None)
    active = event(StatusKind.ACTIVE)

    assert info_result(over, active, NOW) is InfoResult.ENDED
    assert info_result(replace(over, valid_to=date(2026, 3, 18)), active, NOW) is InfoResult.VALID
    assert info_result(ahead, active, NOW) is InfoResult.NOT_ACTIVATED
    assert info_result(endless, active, NOW) is InfoResult.VALID
    assert info_result(IN_TIME, None, NOW) is InfoResult.NOT_ACTIVATED
    for kind in (StatusKind.SUSPENDED, StatusKind.PENDING):
        assert info_result(over, event(kind), NOW) is InfoResult.ENDED
    assert info_result(ahead, event(StatusKind.SUSPENDED), NOW) is InfoResult.SUSPENDED


def test_a_license_canceled_before_it_began_has_ended_and_is_not_waiting() -> None:
    ahead = replace(IN_TIME, valid_from=date(2027, 1, 1))
    check_transition(StatusKind.PENDING, StatusKind.VOID)
    events = [event(StatusKind.PENDING), event(StatusKind.VOID)]

    governing = status_at(events, day=NOW, known=NOW)
    assert info_result(ahead, governing, NOW) is InfoResult.ENDED
    for kind in (StatusKind.CANCELLED, StatusKind.RESCINDED, StatusKind.WITHDRAWN):
        assert info_result(ahead, event(kind), NOW) is InfoResult.ENDED


def scanned(regions: Regions | None = None, address: str = "") -> Report:
    text = address or code_text(sealed.record())
    return verifier_of(regions=regions).verify_text(text)


@pytest.mark.parametrize("kind", StatusKind)
def test_a_scanned_code_comes_to_the_same_results(kind: StatusKind) -> None:
    report = scanned(Regions(event=sealed.event(kind)))

    assert info_result_of(report) is info_result(IN_TIME, event(kind), NOW)


def test_a_code_that_is_wrong_or_undecided_is_never_good() -> None:
    other = replace(sealed.record(), salt=b"t" * 16)
    forged = code_text(sealed.record(), signer=world.region("610300").record_signer)
    expired = replace(sealed.record(), valid_to=date(2026, 3, 17))
    results = [
        info_result_of(scanned(Regions(event=None, digest=""))),
        info_result_of(scanned(Regions(event=None))),
        info_result_of(scanned(address=code_text(other))),
        info_result_of(scanned(Regions(silent=True))),
        info_result_of(scanned(address="HTTP://WUHU.TEST/V#0")),
        info_result_of(scanned(Regions(digest=expired.digest.hex()), code_text(expired))),
    ]

    assert results == [
        InfoResult.NOT_FOUND,
        InfoResult.NOT_ACTIVATED,
        InfoResult.MISMATCH,
        None,
        InfoResult.MISMATCH,
        InfoResult.ENDED,
    ]
    assert info_result_of(scanned(address=forged)) is not InfoResult.VALID


def test_a_forged_code_of_a_suspended_license_is_wrong_and_not_suspended() -> None:
    event = sealed.event(StatusKind.SUSPENDED)
    report = judge(sealed.sound(), regions=Regions(event=event))
    forged = replace(
        report,
        findings=tuple(
            replace(item, outcome=Outcome.BAD) if item.check is Check.ISSUER_CODE else item
            for item in report.findings
        ),
    )

    assert info_result_of(report) is InfoResult.SUSPENDED
    assert info_result_of(forged) is InfoResult.MISMATCH


def test_every_code_has_words_in_both_languages() -> None:
    for code in (*ShareStatus, *InfoResult, *FileResult):
        zh, en = code.words
        assert zh
        assert en.isascii()


def test_kinds_of_errors_are_told_by_the_nearest_status() -> None:
    assert status_of(WrongCheckCharacterError("x")) is ShareStatus.PARAMETER_ERROR
    assert issubclass(WrongCheckCharacterError, KNOWN_ERRORS)
