"""安全性: nothing harmful is in it, and nobody meddled while it was made (items 4-1 to 4-7)."""

from typing import Final

from verify.archive_checks.results import (
    CheckResult,
    by_hand,
    failed,
    fails_if,
    not_applicable,
    passed,
)
from verify.archive_checks.subjects import CheckSubject

_AWAY: Final = "the scanner did not answer, or did not say"


def check_scanner(subject: CheckSubject) -> CheckResult:
    """4-1 系统安装杀毒软件: which one it is, and how new its signatures are."""
    if subject.scanner is None:
        return by_hand(why="no scanner is configured")
    try:
        return passed(scanner=subject.scanner.name())
    except OSError:
        return by_hand(why=_AWAY)


def check_viruses(subject: CheckSubject) -> CheckResult:
    """4-2 病毒感染: where no scanner answers nobody can tell, and that is not good."""
    scanner = subject.scanner
    if scanner is None:
        return by_hand(why="no scanner is configured")
    try:
        found = [
            f"{name}: {virus}"
            for name, file in subject.content.items()
            if (virus := scanner.scan(file.content))
        ]
    except OSError:
        return by_hand(why=_AWAY)
    return fails_if(found, files=str(len(subject.content)))


def check_surplus(subject: CheckSubject) -> CheckResult:
    """4-3 载体多余文件: the package has nothing that no manifest lists."""
    files = {*subject.package.files, *subject.package.references}
    counted = subject.package.info.payload_files
    return passed(files=str(counted)) if len(files) == counted else failed(files=str(len(files)))


def check_medium(subject: CheckSubject) -> CheckResult:
    """4-4 to 4-6 载体: an object store has no discs."""
    return not_applicable(why="no disc", package=subject.package.info.identifier)


def check_audit(subject: CheckSubject) -> CheckResult:
    """4-7 归档过程安全: what was done with it stands in the ledger."""
    if subject.is_audited is None:
        return by_hand(why="the ledger is written when the package is stored")
    return passed() if subject.is_audited else failed(why="no entry of the ledger is about it")
