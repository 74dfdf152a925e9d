"""What checks of the four properties found (检测结果).

There is no score: one item that fails is one too many, and what no program can see is left to a
person by name. Source: unconfirmed; items as public implementations of DA/T 70-2018 list them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, unique

from certs.canonical import JsonValue

SCHEMA = "yinxin.archive-checks/1"


@unique
class CheckOutcome(StrEnum):
    """How an item went."""

    PASS = "pass"  # noqa: S105 - an outcome
    FAIL = "fail"
    MANUAL = "manual"
    """A person has to look; never silently good."""
    NOT_APPLICABLE = "not-applicable"


@unique
class Stage(StrEnum):
    """环节: when it is looked at."""

    CAPTURE = "GD"
    """归档."""
    TRANSFER = "YJ"
    """移交接收."""
    KEEPING = "CQ"
    """长期保存."""


@unique
class Principle(StrEnum):
    """What the archives law asks of electronic records (档案法 art. 37)."""

    SOURCE = "来源可靠"
    PROCESS = "程序规范"
    ELEMENTS = "要素合规"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """How one item went, and by what one can tell.

    Attributes:
        evidence: What was seen, in values; names nobody.
    """

    outcome: CheckOutcome
    evidence: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemResult:
    """One item of a report.

    Attributes:
        name: Stage, property and number, as ``GD-1-1``.
        zh: What is looked at.
        en: The same in English.
        principle: Which demand of the law it serves.
    """

    name: str
    zh: str
    en: str
    principle: Principle
    result: CheckResult


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveReport:
    """四性检测报告.

    Attributes:
        package_id: Of the package; empty at capture, where the report becomes part of it.
    """

    stage: Stage
    subject: str
    package_id: str
    checked_at: datetime
    items: tuple[ItemResult, ...]

    @property
    def is_blocked(self) -> bool:
        """Whether an item failed, so that the package cannot go on."""
        return any(item.result.outcome is CheckOutcome.FAIL for item in self.items)

    def named(self, outcome: CheckOutcome) -> tuple[str, ...]:
        """Return the items that went so."""
        return tuple(item.name for item in self.items if item.result.outcome is outcome)

    def principle(self, principle: Principle) -> CheckOutcome:
        """Return the worst that items for one demand say: fail, then manual, then pass."""
        found = {item.result.outcome for item in self.items if item.principle is principle}
        for outcome in (CheckOutcome.FAIL, CheckOutcome.MANUAL, CheckOutcome.PASS):
            if outcome in found:
                return outcome
        return CheckOutcome.NOT_APPLICABLE

    def as_json(self) -> dict[str, JsonValue]:
        """Return the report as a JSON object."""
        return {
            "schema": SCHEMA,
            "stage": self.stage.value,
            "subject": self.subject,
            "package": self.package_id,
            "checked_at": self.checked_at.isoformat(timespec="seconds"),
            "blocked": self.is_blocked,
            "principles": {item.value: self.principle(item).value for item in Principle},
            "results": [
                {
                    "item": item.name,
                    "zh": item.zh,
                    "en": item.en,
                    "principle": item.principle.value,
                    "outcome": item.result.outcome.value,
                    "evidence": dict(item.result.evidence),
                }
                for item in self.items
            ],
        }


def passed(**evidence: str) -> CheckResult:
    """Return that an item is in order."""
    return CheckResult(outcome=CheckOutcome.PASS, evidence=evidence)


def failed(**evidence: str) -> CheckResult:
    """Return that an item is not in order."""
    return CheckResult(outcome=CheckOutcome.FAIL, evidence=evidence)


def by_hand(**evidence: str) -> CheckResult:
    """Return that a person has to look."""
    return CheckResult(outcome=CheckOutcome.MANUAL, evidence=evidence)


def not_applicable(**evidence: str) -> CheckResult:
    """Return that there is nothing to look at."""
    return CheckResult(outcome=CheckOutcome.NOT_APPLICABLE, evidence=evidence)


def fails_if(problems: tuple[str, ...] | list[str], **evidence: str) -> CheckResult:
    """Return that an item is in order unless there are problems, of which some are named."""
    if not problems:
        return passed(**evidence)
    shown = "；".join(problems[:10])
    return failed(problems=shown, count=str(len(problems)), **evidence)
