"""Data quality (数据质量) over HTTP."""

from datetime import datetime
from typing import Self

from pydantic import Field

from api.quality_reports import QualityReport, report_json
from api.schemas.bodies import Body
from api.stock_linting import FindingWords
from certs.lints.dimensions import Dimension, LintLevel
from certs.lints.findings import KeptFinding


class QualityFindingOut(Body):
    """What a lint found about a license; never a value."""

    lint: str = Field(description="检查项; its stable name")
    dimension: Dimension
    level: LintLevel
    field: str = Field(description="信息项 or file; empty where it is about the whole license")
    label: str
    zh: str
    en: str
    first_seen: datetime
    last_seen: datetime
    cleared_at: datetime | None = Field(description="null while it is open")

    @classmethod
    def of(cls, kept: KeptFinding, type_code: str, words: FindingWords) -> Self:
        """Show a finding."""
        return cls.model_validate(words.json(kept, type_code))


class QualityFindingsOut(Body):
    """All findings about a license, the open ones first."""

    identifier: str
    findings: tuple[QualityFindingOut, ...]


class OpenFindingOut(QualityFindingOut):
    """An open finding, and its license."""

    identifier: str = Field(description="证照标识")
    type: str = Field(description="证照类型代码")


class WorkListOut(Body):
    """Open findings of licenses that have not ended, the oldest first."""

    findings: tuple[OpenFindingOut, ...]
    next: int | None = Field(description="`after` of the next page; null on the last one")


class LintRunOut(Body):
    """One look over the stock (存量检查)."""

    run: int
    started_at: datetime
    finished_at: datetime | None
    licenses: int
    findings: int


class DaysOut(Body):
    """Days from the decision until licenses were stored."""

    median: int | None
    p90: int | None


class DepartmentQualityOut(Body):
    """The quality of the licenses of one type and issuer."""

    type: str
    type_name: str
    issuer: str
    licenses: int
    with_findings: int
    dimensions: dict[Dimension, int] = Field(description="licenses with an open finding")
    lints: dict[str, int] = Field(description="licenses with an open finding, by lint")
    open_findings: int
    trend: int | None = Field(description="open findings more than before the last look")
    days_to_store: DaysOut
    opened: int = Field(description="licenses whose files were opened and verified")
    usable: int
    usable_share: float | None
    open_corrections: int


class QualityReportOut(Body):
    """数据质量报告."""

    made_at: datetime
    last_run: LintRunOut | None
    departments: tuple[DepartmentQualityOut, ...]

    @classmethod
    def of(cls, report: QualityReport) -> Self:
        """Show a report."""
        return cls.model_validate(report_json(report))
