"""All items, and the run over them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from verify.archive_checks import authenticity, completeness, safety, usability
from verify.archive_checks.results import (
    ArchiveReport,
    CheckResult,
    ItemResult,
    Principle,
    Stage,
    failed,
)
from verify.archive_checks.subjects import CheckSubject

_SOURCE, _PROCESS, _ELEMENTS = Principle.SOURCE, Principle.PROCESS, Principle.ELEMENTS


@dataclass(frozen=True, slots=True)
class Item:
    """One item of DA/T 70.

    Attributes:
        number: Property and number, as ``1-1``.
        check: Looks at it; what it raises counts as failed.
    """

    number: str
    zh: str
    en: str
    principle: Principle
    check: Callable[[CheckSubject], CheckResult]


ITEMS: Final = (
    Item("1-1", "固化信息有效性", "signatures and seals hold", _SOURCE, authenticity.check_fixity),
    Item("1-2", "元数据项长度", "lengths of elements", _ELEMENTS, authenticity.check_lengths),
    Item("1-3", "元数据项数据类型、格式", "forms of elements", _ELEMENTS, authenticity.check_types),
    Item("1-4", "元数据项值域符合度", "values of elements", _ELEMENTS, authenticity.check_values),
    Item("1-5", "元数据项数据值合理性", "dates make sense", _ELEMENTS, authenticity.check_reason),
    Item("1-6", "特殊字符", "special characters", _ELEMENTS, authenticity.check_characters),
    Item("1-7", "档号规范性", "archive number", _ELEMENTS, authenticity.check_archive_number),
    Item("1-8", "元数据项重复性", "numbers are unique", _ELEMENTS, authenticity.check_repetition),
    Item(
        "1-9",
        "内容数据电子属性一致性（信息包）",
        "files are as the envelope says",
        _SOURCE,
        authenticity.check_content_attributes,
    ),
    Item(
        "1-10",
        "内容数据电子属性一致性（登记）",
        "files are as the register says",
        _SOURCE,
        authenticity.check_register_attributes,
    ),
    Item("1-11", "元数据与内容关联", "file paths", _ELEMENTS, authenticity.check_association),
    Item("1-12", "说明文件规范性", "descriptions agree", _ELEMENTS, authenticity.check_description),
    Item("1-13", "信息包目录结构规范性", "folders", _ELEMENTS, authenticity.check_structure),
    Item("1-14", "信息包一致性", "the package as a whole", _SOURCE, authenticity.check_package),
    Item("2-1", "总件数相符", "number of packages", _PROCESS, completeness.check_count),
    Item("2-2", "总字节数相符", "number of bytes", _ELEMENTS, completeness.check_bytes),
    Item("2-3", "元数据项完整性", "all elements", _ELEMENTS, completeness.check_elements),
    Item("2-4", "必填著录项", "required elements", _ELEMENTS, completeness.check_required),
    Item("2-5", "过程信息完整性", "steps of the process", _PROCESS, completeness.check_process),
    Item("2-6", "连续性元数据项", "no gaps", _PROCESS, completeness.check_continuity),
    Item("2-7", "内容数据完整性", "all content", _ELEMENTS, completeness.check_content),
    Item("2-8", "附件完整性", "faces carry the record", _SOURCE, completeness.check_attachments),
    Item("2-9", "归档范围", "all that must be archived", _PROCESS, completeness.check_scope),
    Item(
        "2-10",
        "信息包元数据完整性",
        "the envelope is whole",
        _ELEMENTS,
        completeness.check_package_metadata,
    ),
    Item(
        "2-11",
        "信息包内容数据完整性",
        "as many files as described",
        _ELEMENTS,
        completeness.check_package_content,
    ),
    Item("3-1", "信息包元数据可读性", "metadata", _ELEMENTS, usability.check_metadata_readable),
    Item("3-2", "数据库元数据可访问性", "register", _ELEMENTS, usability.check_register_readable),
    Item("3-3", "内容数据格式合规性", "formats for keeping", _ELEMENTS, usability.check_formats),
    Item("3-4", "内容数据可读性", "files open", _ELEMENTS, usability.check_content_readable),
    Item("3-5", "软硬件环境合规性（形成系统）", "system", _PROCESS, usability.check_system),
    Item("3-6", "软硬件环境合规性（软件）", "software", _PROCESS, usability.check_software),
    Item("3-7", "软硬件环境合规性（硬件）", "hardware", _PROCESS, usability.check_hardware),
    Item("3-8", "包内格式合规性", "nothing that runs", _ELEMENTS, usability.check_packing),
    Item("4-1", "杀毒软件", "a virus scanner", _PROCESS, safety.check_scanner),
    Item("4-2", "病毒感染", "no virus", _PROCESS, safety.check_viruses),
    Item("4-3", "载体多余文件", "nothing surplus", _ELEMENTS, safety.check_surplus),
    Item("4-4", "载体读取速度", "reading speed of a disc", _PROCESS, safety.check_medium),
    Item("4-5", "载体外观", "looks of a disc", _PROCESS, safety.check_medium),
    Item("4-6", "光盘合格性", "quality of a disc", _PROCESS, safety.check_medium),
    Item("4-7", "归档过程安全性", "the process is on record", _PROCESS, safety.check_audit),
    # An item of our own; the standard has none that we know of.
    Item("Y-1", "证据记录有效性", "evidence of time", _SOURCE, authenticity.check_evidence),
)


def run_checks(
    subject: CheckSubject, *, stage: Stage, checked_at: datetime, package_id: str = ""
) -> ArchiveReport:
    """Look at every item.

    Args:
        subject: The package.
        stage: When this is.
        checked_at: When exactly.
        package_id: Of the package, where it has one already.
    """
    return ArchiveReport(
        stage=stage,
        subject=subject.package.info.identifier,
        package_id=package_id,
        checked_at=checked_at,
        items=tuple(
            ItemResult(
                name=f"{stage}-{item.number}",
                zh=item.zh,
                en=item.en,
                principle=item.principle,
                result=_result(item, subject),
            )
            for item in ITEMS
        ),
    )


def _result(item: Item, subject: CheckSubject) -> CheckResult:
    """Return how an item went; what cannot be looked at is not in order."""
    try:
        return item.check(subject)
    except Exception as error:  # noqa: BLE001 - whatever it is, the item did not pass
        return failed(raised=type(error).__name__)
