"""Figures of data quality as the database counts them, without any person's data."""

from dataclasses import dataclass, field
from typing import NamedTuple, Self

from certs.lints.dimensions import Dimension


class Department(NamedTuple):
    """Who answers for a part of the stock: one type of one issuer, by code.

    Attributes:
        issuer_code: 证照颁发机构代码; empty for corrections of licenses that are missing.
    """

    type_code: str
    issuer_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityFigures:
    """What was counted for all departments.

    Attributes:
        licenses: Licenses in the register that have not ended; all others are among these.
        with_findings: Licenses with an open finding, by dimension.
        affected: Licenses with any open finding.
        by_lint: Licenses with an open finding, by lint.
        before: Open findings at the moment to compare with; None where there is none.
        now: Open findings now.
        delays: Licenses by days from the decision until they were stored.
        opened: Licenses whose files were opened and verified at some time.
        unusable: Those of them with an open finding about their files.
        corrections: Open corrections.
    """

    licenses: dict[Department, int] = field(default_factory=dict)
    with_findings: dict[tuple[Department, Dimension], int] = field(default_factory=dict)
    affected: dict[Department, int] = field(default_factory=dict)
    by_lint: dict[tuple[Department, str], int] = field(default_factory=dict)
    before: dict[Department, int] | None = None
    now: dict[Department, int] = field(default_factory=dict)
    delays: dict[Department, dict[int, int]] = field(default_factory=dict)
    opened: dict[Department, int] = field(default_factory=dict)
    unusable: dict[Department, int] = field(default_factory=dict)
    corrections: dict[Department, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentQuality:
    """The quality of one department's licenses of one type.

    Attributes:
        licenses: Licenses in the register that have not ended.
        affected: Those with an open finding.
        by_dimension: The same, by dimension; all five are there.
        by_lint: The same, by lint; the most frequent first.
        findings: Open findings.
        trend: How many more than before the last look over the stock; None before the first.
        median_days: Days from the decision until a license is stored; None where none is known.
        p90_days: The same, of the slowest tenth the fastest.
        opened: Licenses whose files were opened and verified.
        usable: Those of them that were found whole.
        open_corrections: 未办结纠错.
    """

    department: Department
    licenses: int
    affected: int
    by_dimension: dict[Dimension, int]
    by_lint: dict[str, int]
    findings: int
    trend: int | None
    median_days: int | None
    p90_days: int | None
    opened: int
    usable: int
    open_corrections: int

    @classmethod
    def of(cls, department: Department, figures: QualityFigures) -> Self:
        """Return what figures say of a department."""
        days = figures.delays.get(department, {})
        opened = figures.opened.get(department, 0)
        lints = {
            lint: count for (owner, lint), count in figures.by_lint.items() if owner == department
        }
        now = figures.now.get(department, 0)
        before = figures.before
        return cls(
            department=department,
            licenses=figures.licenses.get(department, 0),
            affected=figures.affected.get(department, 0),
            by_dimension={
                item: figures.with_findings.get((department, item), 0) for item in Dimension
            },
            by_lint=dict(sorted(lints.items(), key=lambda item: (-item[1], item[0]))),
            findings=now,
            trend=None if before is None else now - before.get(department, 0),
            median_days=percentile(days, 50),
            p90_days=percentile(days, 90),
            opened=opened,
            usable=opened - figures.unusable.get(department, 0),
            open_corrections=figures.corrections.get(department, 0),
        )

    @property
    def usable_share(self) -> float | None:
        """The share of what was opened that is whole; None where nothing was opened."""
        return self.usable / self.opened if self.opened else None


def departments_of(figures: QualityFigures) -> tuple[DepartmentQuality, ...]:
    """Return every department that figures tell of, by type and issuer."""
    known = {*figures.licenses, *figures.corrections}
    return tuple(DepartmentQuality.of(item, figures) for item in sorted(known))


def percentile(counts: dict[int, int], percent: int) -> int | None:
    """Return the least value that ``percent`` of all do not exceed; None where there is none.

    Args:
        counts: How often each value is there.
        percent: 1 to 100.
    """
    needed = -(-sum(counts.values()) * percent // 100)
    seen = 0
    for value in sorted(counts):
        seen += counts[value]
        if seen >= needed:
            return value
    return None
