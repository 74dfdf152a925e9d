"""Data quality (数据质量) over HTTP: findings of a license, and figures for departments."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.auth import may
from api.callers import Caller
from api.http_errors import UnknownLicenseTypeError
from api.quality_reports import quality_report
from api.quality_worklists import finding_json, work_page
from api.schemas.bodies import IDENTIFIER_PATTERN, problems
from api.schemas.quality import (
    OpenFindingOut,
    QualityFindingOut,
    QualityFindingsOut,
    QualityReportOut,
    WorkListOut,
)
from api.services import ServicesDep
from api.stock_linting import FindingWords
from certs.lints.worklists import WorkScope
from certs.rights import Action

router = APIRouter(tags=["数据质量 data quality"])
_ReadQualityDep = Annotated[Caller, may(Action.READ_QUALITY)]
_Identifier = Annotated[str, Path(pattern=IDENTIFIER_PATTERN, description="电子证照标识")]


@router.get(
    "/licenses/{identifier}/findings",
    summary="证照的质量问题 · what lints found",
    responses=problems(401, 403, 404),
)
def read_findings(
    identifier: _Identifier, services: ServicesDep, _caller: _ReadQualityDep
) -> QualityFindingsOut:
    """Return what lints found about a license, at issue and since; cleared findings stay."""
    with services.unit_of_work() as work:
        work.only_read()
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
def read_quality(services: ServicesDep, _caller: _ReadQualityDep) -> QualityReportOut:
    """Return figures by type and issuer: findings by dimension and lint, days, usability."""
    return QualityReportOut.of(quality_report(services))


@router.get(
    "/statistics/quality/findings",
    summary="质量问题清单 · open findings",
    responses=problems(401, 403, 422),
)
def list_findings(
    services: ServicesDep,
    _caller: _ReadQualityDep,
    type_name: Annotated[
        str, Query(alias="type", max_length=60, description="证照类型短名或代码")
    ] = "",
    lint: Annotated[str, Query(max_length=100, description="检查项, by its stable name")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[int, Query(ge=0, le=2**62, description="`next` of the page before")] = 0,
) -> WorkListOut:
    """Return what is to be mended, license by license; never a value of the license."""
    license_type = services.license_type(type_name) if type_name else None
    if type_name and license_type is None:
        raise UnknownLicenseTypeError(type_name)
    scope = WorkScope(type_code=str(license_type.code) if license_type else "", lint=lint)
    found, following = work_page(services, scope, after=after, limit=limit)
    words = FindingWords.of(services.catalogue)
    return WorkListOut(
        findings=tuple(OpenFindingOut.model_validate(finding_json(item, words)) for item in found),
        next=following,
    )
