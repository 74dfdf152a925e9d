"""可用性: what is archived can be read, now and later (items 3-1 to 3-8)."""

import json
import re
from importlib.metadata import version
from platform import machine, python_version, system
from ssl import OPENSSL_VERSION
from typing import Final

from certs.file_formats import begins_as, is_for_keeping
from certs.packages.files import CONTENT, LICENSES
from verify.archive_checks.results import (
    CheckResult,
    by_hand,
    failed,
    fails_if,
    passed,
)
from verify.archive_checks.subjects import CheckSubject

_ACTIVE: Final = re.compile(rb"/(JavaScript|JS|Launch|Encrypt|RichMedia)[\x00\s(<\[/]")
_PROGRAM: Final = "yinxin"
_MARKED: Final = frozenset({"pdf", "ofd"})


def check_metadata_readable(subject: CheckSubject) -> CheckResult:
    """3-1 信息包中元数据可读性."""
    return passed(elements=str(len(subject.envelope.values)), events=str(len(subject.events)))


def check_register_readable(subject: CheckSubject) -> CheckResult:
    """3-2 目标数据库元数据可访问性."""
    if subject.registered is None:
        return by_hand(why="no register was asked")
    return passed(identifier=subject.registered.identifier)


def check_formats(subject: CheckSubject) -> CheckResult:
    """3-3 内容数据格式合规性, by how the files begin."""
    problems = [
        name
        for name, file in subject.package.files.items()
        if not _is_of_its_format(name, file.content)
    ]
    return fails_if(problems, files=str(len(subject.package.files)))


def check_content_readable(subject: CheckSubject) -> CheckResult:
    """3-4 内容数据可读性: whoever verified opened every face; records are JSON."""
    problems: list[str] = []
    for name, file in subject.content.items():
        end = name.rpartition(".")[2]
        if end == "json" and not _is_json(file.content):
            problems.append(name)
        if end in _MARKED and subject.verdicts and name not in subject.verdicts:
            problems.append(name)
    faces = [name for name in subject.content if name.rpartition(".")[2] in _MARKED]
    if faces and not subject.verdicts and not problems:
        return by_hand(why="nobody opened the faces")
    return fails_if(problems, faces=str(len(faces)))


def check_system(subject: CheckSubject) -> CheckResult:
    """3-5 软硬件环境合规性: the system that made it is on record; a person looks at it."""
    name = subject.envelope.values.get("信息系统描述/系统名称", "")
    if not name:
        return failed(why="no system on record")
    return by_hand(system=name)


def check_software(subject: CheckSubject) -> CheckResult:
    """3-6 软件环境: what looked at it is on record; whether that is as it must be, people know."""
    program = f"{_PROGRAM} {version(_PROGRAM)}"
    python = f"Python {python_version()}, {OPENSSL_VERSION}"
    return by_hand(program=program, runtime=python, package=subject.package.info.identifier)


def check_hardware(subject: CheckSubject) -> CheckResult:
    """3-7 硬件环境: the same of the machine; what it is called stays in the house."""
    return by_hand(machine=machine(), system=system(), package=subject.package.info.identifier)


def check_packing(subject: CheckSubject) -> CheckResult:
    """3-8 包内格式合规性: nothing encrypted, nothing that runs; the container stores plainly."""
    problems = [
        name
        for name, file in subject.content.items()
        if name.endswith(".pdf") and _ACTIVE.search(file.content)
    ]
    problems += [
        name
        for name in subject.package.files
        if name.endswith(".zip") and not name.startswith(LICENSES)
    ]
    return fails_if(problems, method="stored")


def _is_of_its_format(name: str, content: bytes) -> bool:
    """Whether a file of a known format begins as it must; other content formats are refused."""
    end = name.rpartition(".")[2]
    if not is_for_keeping(end):
        return not name.startswith(CONTENT)
    return begins_as(end, content.lstrip(b"\n\r\t "))


def _is_json(content: bytes) -> bool:
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return False
    return True
