"""The archive (归档) over HTTP, for archivists and the issuing authority."""

from typing import Annotated, Final

from fastapi import APIRouter, Header, Path, Response

from api.archive_uses import READING, note_use
from api.archive_views import checks_json
from api.auth import may
from api.callers import Caller
from api.schemas.archive import (
    PACKAGE_PATTERN,
    ArchivePackageOut,
    DisposalProposalIn,
    DisposalProposalOut,
    PackageChecksOut,
    PackagePageOut,
    PackageSearchIn,
)
from api.schemas.bodies import problems
from api.services import Services, ServicesDep
from certs.errors import PackageNotFoundError
from certs.keeping.disposals import DisposalProposal
from certs.keeping.keeper import propose_disposal, proposed_alike
from certs.packages.jobs import KeptPackage
from certs.rights import Action

router = APIRouter(prefix="/archive", tags=["归档 archive"])
_KeepArchiveDep = Annotated[Caller, may(Action.KEEP_ARCHIVE)]
_ReadPackageDep = Annotated[Caller, may(Action.READ_PACKAGE)]
_Id = Annotated[str, Path(pattern=PACKAGE_PATTERN, description="信息包标识")]
_Key = Annotated[str | None, Header(min_length=1, max_length=200)]
_ZIP: Final = "application/zip"


@router.get(
    "/packages/{package}",
    summary="查看信息包 · a package as it is entered, and what checks found",
    responses=problems(401, 403, 404),
)
def read_package(
    package: _Id, services: ServicesDep, _caller: _ReadPackageDep
) -> ArchivePackageOut:
    """Return where a package is stored, under which digests, and the reports on it."""
    kept = _kept(package, services)
    with services.unit_of_work() as work:
        work.only_read()
        checks = work.archive.checks_of(package)
    return ArchivePackageOut.of(kept, checks)


@router.get(
    "/packages/{package}/file",
    summary="下载信息包 · the package itself",
    responses={**problems(401, 403, 404), 200: {"content": {_ZIP: {}}}},
    response_class=Response,
)
def read_package_file(package: _Id, services: ServicesDep, caller: _ReadPackageDep) -> Response:
    """Return the package, byte for byte; who took it is on record before it leaves."""
    kept = _kept(package, services)
    content = services.objects.get(kept.object)
    note_use([kept], services, person=caller.person, purpose=READING)
    name = f'attachment; filename="{kept.package_id[:16]}.zip"'
    return Response(content, media_type=_ZIP, headers={"Content-Disposition": name})


@router.get(
    "/packages/{package}/checks",
    summary="检测报告 · reports of the four properties",
    responses=problems(401, 403, 404),
)
def read_package_checks(
    package: _Id, services: ServicesDep, _caller: _ReadPackageDep
) -> PackageChecksOut:
    """Return the reports on a package that were kept, oldest first."""
    _kept(package, services)
    with services.unit_of_work() as work:
        work.only_read()
        checks = work.archive.checks_of(package)
    return PackageChecksOut(
        package=package, checks=tuple(dict(checks_json(item)) for item in checks)
    )


@router.post(
    "/searches",
    summary="检索信息包 · find packages",
    responses=problems(401, 403, 404, 422),
)
def search_packages(
    body: PackageSearchIn, services: ServicesDep, _caller: _KeepArchiveDep
) -> PackagePageOut:
    """Return packages of a holder, a number, a type or certain days, page by page.

    A search makes nothing, so that it may be repeated; codes travel in its body.
    """
    query = body.to_query(services.holder_keys)
    with services.unit_of_work() as work:
        work.only_read()
        found = work.package_search.find(query, body.limit + 1, after=body.after)
    shown = found[: body.limit]
    return PackagePageOut(
        packages=tuple(ArchivePackageOut.of(item, ()) for item in shown),
        next=shown[-1].package_id if len(found) > body.limit else None,
    )


@router.post(
    "/packages/{package}/disposal-proposals",
    status_code=201,
    summary="提出销毁 · propose to dispose of a package",
    responses=problems(401, 403, 404, 409, 422),
)
def propose_package_disposal(
    package: _Id,
    body: DisposalProposalIn,
    services: ServicesDep,
    caller: _KeepArchiveDep,
    idempotency_key: _Key = None,  # noqa: ARG001 - a package has one proposal, with or without
) -> DisposalProposalOut:
    """Propose it; another person approves it, and until then nothing is destroyed.

    A package has one proposal: the same again, under the same Idempotency-Key or without one,
    returns it, and another one is refused.
    """
    wanted = DisposalProposal(
        package_id=_kept(package, services).object,
        proposer=caller.person,
        proposed_at=services.clock.now(),
        document_no=body.document_no,
        reason=body.reason,
    )
    before = proposed_alike(wanted, unit_of_work=services.unit_of_work)
    proposal = before or propose_disposal(wanted, unit_of_work=services.unit_of_work)
    return DisposalProposalOut.of(proposal, package=package)


def _kept(package: str, services: Services) -> KeptPackage:
    with services.unit_of_work() as work:
        work.only_read()
        found = work.archive.find(package)
    if found is None:
        raise PackageNotFoundError(package)
    return found
