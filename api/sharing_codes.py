"""Result codes of the sharing family (GB/T 36906), and what of ours each stands for.

The texts of the standard were not at hand; the codes are those of working systems that name it
(head.status 0 to 4, 信息验证 0 to 6, 文件验证 0 to 2). Source: unconfirmed.

The family knows no "undecided". What could not be decided is told as a service that did not
answer in time, without a result, and never as good.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import IntEnum, unique
from types import MappingProxyType
from typing import Final

from api.http_errors import (
    BasisMissingError,
    FaceMissingError,
    NotAllowedError,
    NotAuthenticatedError,
    NotServedHereError,
    UnknownLicenseTypeError,
)
from certs.civil_dates import day_of
from certs.errors import (
    DisplayCodeError,
    LicenseNotFoundError,
    MalformedIdentifierError,
    OverAskError,
    WrongCheckCharacterError,
)
from certs.licenses import License
from certs.statuses import StatusEvent, StatusKind
from signing.errors import KeyUnavailableError
from verify.case_errors import CaseNotFoundError
from verify.checks import Check, Level, Outcome
from verify.conclusions import Conclusion
from verify.errors import SourceSilentError
from verify.report import DocumentFormat, Finding, Report


@unique
class ShareStatus(IntEnum):
    """``head.status``: whether the question could be answered."""

    SUCCESS = 0
    NOT_AUTHORIZED = 1
    TIMEOUT = 2
    NO_RECORD = 3
    PARAMETER_ERROR = 4

    @property
    def words(self) -> tuple[str, str]:
        """What it means, Chinese and English."""
        return _STATUS_WORDS[self]


@unique
class InfoResult(IntEnum):
    """信息验证: whether what was submitted is what the register says, and holds."""

    VALID = 0
    NOT_ACTIVATED = 1
    SUSPENDED = 2
    ENDED = 3
    INCOMPLETE = 4
    NOT_FOUND = 5
    MISMATCH = 6

    @property
    def words(self) -> tuple[str, str]:
        """What it means, Chinese and English."""
        return _INFO_WORDS[self]


@unique
class FileResult(IntEnum):
    """文件验证: whether a license's file is genuine and its license in force."""

    PASSED = 0
    SEAL_FAILED = 1
    FILE_FAILED = 2

    @property
    def words(self) -> tuple[str, str]:
        """What it means, Chinese and English."""
        return _FILE_WORDS[self]


_STATUS_WORDS: Final = {
    ShareStatus.SUCCESS: ("成功", "success"),
    ShareStatus.NOT_AUTHORIZED: ("未获得授权", "not authorized"),
    ShareStatus.TIMEOUT: ("服务超时，未得出结论", "the service did not answer in time"),
    ShareStatus.NO_RECORD: ("没有记录", "no record"),
    ShareStatus.PARAMETER_ERROR: ("参数错误", "a parameter is wrong"),
}
_INFO_WORDS: Final = {
    InfoResult.VALID: ("正确且有效", "correct and in force"),
    InfoResult.NOT_ACTIVATED: ("正确且未激活", "correct, not yet in force"),
    InfoResult.SUSPENDED: ("正确且暂时失效", "correct, suspended"),
    InfoResult.ENDED: ("正确且已失效", "correct, no longer in force"),
    InfoResult.INCOMPLETE: ("信息不全无法验证", "too little to verify"),
    InfoResult.NOT_FOUND: ("查无此信息", "nothing is found"),
    InfoResult.MISMATCH: ("信息错误参数不一致", "wrong: it differs from the register"),
}
_FILE_WORDS: Final = {
    FileResult.PASSED: ("通过", "passed"),
    FileResult.SEAL_FAILED: ("签章校验失败", "the seal or signature failed"),
    FileResult.FILE_FAILED: ("文件校验失败", "the file failed"),
}

STATUS_OF_ERRORS: Final[Mapping[type[Exception], ShareStatus]] = MappingProxyType(
    {
        NotAuthenticatedError: ShareStatus.NOT_AUTHORIZED,
        NotAllowedError: ShareStatus.NOT_AUTHORIZED,
        BasisMissingError: ShareStatus.NOT_AUTHORIZED,
        CaseNotFoundError: ShareStatus.NOT_AUTHORIZED,
        OverAskError: ShareStatus.NOT_AUTHORIZED,
        NotServedHereError: ShareStatus.TIMEOUT,
        KeyUnavailableError: ShareStatus.TIMEOUT,
        SourceSilentError: ShareStatus.TIMEOUT,
        LicenseNotFoundError: ShareStatus.NO_RECORD,
        FaceMissingError: ShareStatus.NO_RECORD,
        DisplayCodeError: ShareStatus.NO_RECORD,
        UnknownLicenseTypeError: ShareStatus.PARAMETER_ERROR,
        MalformedIdentifierError: ShareStatus.PARAMETER_ERROR,
        WrongCheckCharacterError: ShareStatus.PARAMETER_ERROR,
    }
)
"""What the family reports itself; every other error is a problem document."""

KNOWN_ERRORS: Final = tuple(STATUS_OF_ERRORS)


def status_of(error: Exception) -> ShareStatus:
    """Return the status for one of ``KNOWN_ERRORS``."""
    return next(found for kind, found in STATUS_OF_ERRORS.items() if isinstance(error, kind))


_OF_FILES: Final = frozenset(
    {
        Check.FILE_FORMAT,
        Check.FILE_INTEGRITY,
        Check.FILE_STRICT,
        Check.RECORD_PRESENT,
        Check.RECORD_SIGNATURE,
        Check.RECORD_PAGE,
        Check.CODE_RECORD,
        Check.LICENSE_VALIDITY,
        Check.LICENSE_STATUS,
    }
)
"""Checks on the file and the license in it; every other check is about signatures and seals,
about whose they are, and whether those may be believed."""

_OF_LISTS: Final = {
    "list-suspended": InfoResult.SUSPENDED,
    "list-ended": InfoResult.ENDED,
    "list-superseded": InfoResult.ENDED,
    "not-begun": InfoResult.NOT_ACTIVATED,
    "not-registered": InfoResult.NOT_FOUND,
    "other-record": InfoResult.MISMATCH,
}
_OF_VALIDITY: Final = {"expired": InfoResult.ENDED, "not-yet": InfoResult.NOT_ACTIVATED}


_FACES: Final = frozenset({DocumentFormat.PDF, DocumentFormat.OFD})


def info_result(license: License, event: StatusEvent | None, now: datetime) -> InfoResult:
    """Return how a license stands, where what was submitted is right.

    The legal status decides first: a license that was canceled before it began has ended, and a
    suspended one whose last day is over does not come back.

    Args:
        license: As the register keeps it.
        event: What governs its status; None before anything has taken effect.
        now: The present.
    """
    today = day_of(now)
    result = _of_kind(event.kind if event is not None else StatusKind.PENDING)
    if license.is_expired_on(today):
        return InfoResult.ENDED
    if result is InfoResult.VALID and today < license.valid_from:
        return InfoResult.NOT_ACTIVATED
    return result


def _of_kind(kind: StatusKind) -> InfoResult:
    match kind:
        case StatusKind.ACTIVE:
            return InfoResult.VALID
        case StatusKind.PENDING:
            return InfoResult.NOT_ACTIVATED
        case StatusKind.SUSPENDED:
            return InfoResult.SUSPENDED
        case (
            StatusKind.REVOKED
            | StatusKind.RESCINDED
            | StatusKind.WITHDRAWN
            | StatusKind.CANCELLED
            | StatusKind.VOID
            | StatusKind.SUPERSEDED
            | StatusKind.TRANSFERRED
        ):
            return InfoResult.ENDED


def info_result_of(report: Report) -> InfoResult | None:
    """Return what a verdict on a code comes to; None where nothing was decided."""
    match report.conclusion:
        case Conclusion.PASSED:
            return InfoResult.VALID if report.license is not None else InfoResult.MISMATCH
        case Conclusion.INDETERMINATE:
            return None
        case Conclusion.FAILED:
            bad = _refusing(report)
            # A forged code says nothing about any license, so what is forged comes first.
            others = [item for item in bad if item.check not in _LEGAL]
            return InfoResult.MISMATCH if others else max(_of_finding(item) for item in bad)


_LEGAL: Final = frozenset({Check.LICENSE_STATUS, Check.LICENSE_VALIDITY})


def _of_finding(finding: Finding) -> InfoResult:
    if finding.check is Check.LICENSE_VALIDITY:
        return _OF_VALIDITY.get(finding.reason, InfoResult.MISMATCH)
    if finding.reason == "not-active":
        return _of_kind(StatusKind(finding.facts["kind"]))
    return _OF_LISTS.get(finding.reason, InfoResult.MISMATCH)


def file_result(report: Report) -> FileResult | None:
    """Return what a verdict on a file comes to; None where nothing was decided.

    A sealed document that is no license fails as a file, however genuine its seal; and so does
    what is only about a license, such as a receipt, or a picture of its code.
    """
    match report.conclusion:
        case Conclusion.PASSED:
            is_license = report.license is not None and report.format in _FACES
            return FileResult.PASSED if is_license else FileResult.FILE_FAILED
        case Conclusion.INDETERMINATE:
            return None
        case Conclusion.FAILED:
            bad = {item.check for item in _refusing(report)}
            # In what cannot be read nobody can have looked for a seal.
            is_of_file = Check.FILE_FORMAT in bad or bad <= _OF_FILES
            return FileResult.FILE_FAILED if is_of_file else FileResult.SEAL_FAILED


def _refusing(report: Report) -> list[Finding]:
    """Return the findings for which the policy refuses."""
    return [
        item
        for item in report.findings
        if item.outcome is Outcome.BAD and report.level(item) is Level.REFUSE
    ]
