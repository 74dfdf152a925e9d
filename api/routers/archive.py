"""The archive (归档) over HTTP, for the issuing authority's archivists."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Response

from api.archive_uses import READING, note_use
from api.auth import IssuerDep
from api.schemas.archive import ArchivePackageOut
from api.schemas.bodies import problems
from api.services import Services, ServicesDep
from certs.errors import PackageNotFoundError
from certs.packages.jobs import KeptPackage

router = APIRouter(prefix="/archive", tags=["归档 archive"])
_Id = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="信息包标识")]
_ZIP: Final = "application/zip"


@router.get(
    "/packages/{package}",
    summary="查看信息包 · a package as it is entered, and what checks found",
    responses=problems(401, 403, 404),
)
def read_package(package: _Id, services: ServicesDep, _caller: IssuerDep) -> ArchivePackageOut:
    """Return where a package is stored, under which digests, and the reports on it."""
    kept = _kept(package, services)
    with services.unit_of_work() as work:
        checks = work.archive.checks_of(package)
    return ArchivePackageOut.of(kept, checks)


@router.get(
    "/packages/{package}/file",
    summary="下载信息包 · the package itself",
    responses={**problems(401, 403, 404), 200: {"content": {_ZIP: {}}}},
    response_class=Response,
)
def read_package_file(package: _Id, services: ServicesDep, caller: IssuerDep) -> Response:
    """Return the package, byte for byte; who took it is on record before it leaves."""
    kept = _kept(package, services)
    content = services.objects.get(kept.object)
    note_use([kept], services, person=caller.person, purpose=READING)
    name = f'attachment; filename="{kept.package_id[:16]}.zip"'
    return Response(content, media_type=_ZIP, headers={"Content-Disposition": name})


def _kept(package: str, services: Services) -> KeptPackage:
    with services.unit_of_work() as work:
        found = work.archive.find(package)
    if found is None:
        raise PackageNotFoundError(package)
    return found
