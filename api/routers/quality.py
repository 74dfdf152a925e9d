"""Data quality (数据质量) over HTTP: findings of a license, and figures for departments."""

from typing import Annotated

from fastapi import APIRouter, Path

from api.auth import IssuerDep
from api.quality_reports import quality_report
from api.schemas.bodies import IDENTIFIER_PATTERN, problems
from api.schemas.quality import QualityFindingOut, QualityFindingsOut, QualityReportOut
from api.services import ServicesDep
from api.stock_linting import FindingWords

router = APIRouter(tags=["数据质量 data quality"])
_Identifier = Annotated[str, Path(pattern=IDENTIFIER_PATTERN, description="电子证照标识")]


@router.get(
    "/licenses/{identifier}/findings",
    summary="证照的质量问题 · what lints found",
    responses=problems(401, 403, 404),
)
def read_findings(
    identifier: _Identifier, services: ServicesDep, _caller: IssuerDep
) -> QualityFindingsOut:
    """Return what lints found about a license, at issue and since; cleared findings stay."""
    with services.unit_of_work() as work:
        license = work.licenses.get(identifier)
        found = work.quality.of_license(identifier)
    words = FindingWords.of(services.catalogue)
    return QualityFindingsOut(
        identifier=identifier,
        findings=tuple(QualityFindingOut.of(item, license.type_code, words) for item in found),
    )


@router.get(
    "/statistics/quality", summary="数据质量报告 · data quality", responses=problems(401, 403)
)
def read_quality(services: ServicesDep, _caller: IssuerDep) -> QualityReportOut:
    """Return figures by type and issuer: findings by dimension and lint, days, usability."""
    return QualityReportOut.of(quality_report(services))
