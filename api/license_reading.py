"""Who may read a whole license, and the use that goes on record before the data leaves.

The issuer reads its own register; citizens read their own licenses; a window reads what one of
its cases found, and that is a use (用证) which the holder can see.
"""

from typing import Final, Literal, assert_never

from api.auth import Caller
from api.http_errors import BasisMissingError, FaceMissingError, NotAllowedError
from api.services import Services, Work
from certs.access import CallerRole
from certs.errors import LicenseNotFoundError
from certs.license_files import read_file
from certs.licenses import License
from certs.usages import Usage
from verify.acceptance.notices import CaseView

FileKind = Literal["pdf", "ofd", "json", "p7s"]
MEDIA_TYPES: Final[dict[FileKind, str]] = {
    "pdf": "application/pdf",
    "ofd": "application/ofd",
    "json": "application/json",
    "p7s": "application/pkcs7-signature",
}


def read_license(
    identifier: str, *, caller: Caller, services: Services, fields: tuple[str, ...], case: str = ""
) -> License:
    """Return a license that ``caller`` may read.

    Args:
        identifier: 证照标识.
        caller: Who asks.
        services: The instance.
        fields: What is about to be shown; goes into the usage log where this is a use.
        case: The case that a window acts in.

    Raises:
        LicenseNotFoundError: There is none, or it is another citizen's: which, is not said.
        BasisMissingError: A window without a case that found the license.
        CaseNotFoundError: There is no such case.
        NotAllowedError: Not for the role.
    """
    match caller.role:
        case CallerRole.ISSUER:
            with services.unit_of_work() as work:
                return work.licenses.get(identifier)
        case CallerRole.CITIZEN:
            with services.unit_of_work() as work:
                return own_license(identifier, caller=caller, work=work)
        case CallerRole.WINDOW:
            view = _basis(identifier, case, services)
            with services.unit_of_work() as work:
                license = work.licenses.get(identifier)
                work.usages.add(
                    Usage(
                        identifier=identifier,
                        at=services.clock.now(),
                        user=caller.person,
                        basis="case",
                        purpose=f"{view.matter.name_zh}（{view.case.id}）",
                        fields=fields,
                    )
                )
                work.commit()
            return license
        case CallerRole.ARCHIVIST:
            raise NotAllowedError("archivists read packages")
        case CallerRole.SUPERVISOR:
            raise NotAllowedError("supervisors read figures")
        case _ as unreachable:
            assert_never(unreachable)


def own_license(identifier: str, *, caller: Caller, work: Work) -> License:
    """Return a license of this citizen.

    Raises:
        LicenseNotFoundError: The citizen has no such license.
    """
    license = work.licenses.find(identifier)
    if license is None or not license.holder_key or license.holder_key != caller.grant.holder_key:
        raise LicenseNotFoundError(identifier)
    return license


def file_of(license: License, kind: FileKind, services: Services) -> bytes:
    """Return one of the license's files.

    Raises:
        FaceMissingError: The license has no face of this kind.
    """
    digests = {
        "pdf": license.files.pdf,
        "ofd": license.files.ofd,
        "json": license.files.record,
        "p7s": license.files.signature,
    }
    if not digests[kind]:
        raise FaceMissingError(license.identifier)
    return read_file(services.objects, license.files, digests[kind])


def file_address(identifier: str, kind: FileKind, *, case: str = "") -> str:
    """Return where a file is read, as a reference relative to this host."""
    address = f"/api/v1/licenses/{identifier}/files/{kind}"
    return f"{address}?case={case}" if case else address


def _basis(identifier: str, case: str, services: Services) -> CaseView:
    if not case:
        raise BasisMissingError("a window names its case")
    view = services.acceptance.view_case(case)
    found = {
        str(lookup.license)
        for item in view.materials
        for lookup in item.lookups
        if lookup.license is not None
    }
    if identifier not in found:
        raise BasisMissingError("the case did not find this license")
    return view
