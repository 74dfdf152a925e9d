"""Who may read a whole license, and the use that goes on record before the data leaves.

The issuer reads its own register, and a window what one of its cases found and what is registered
for its matter: either is a use (用证) which the holder can see. Citizens read their own licenses.
"""

from collections.abc import Callable
from datetime import datetime
from types import MappingProxyType
from typing import Final, Literal

from api.callers import Caller
from api.guarding import guarding
from api.http_errors import BasisMissingError, FaceMissingError
from api.services import Services, Work
from certs.access import CallerRole
from certs.errors import LicenseNotFoundError
from certs.granting.using import GrantUse, grant_basis
from certs.identifiers import LicenseIdentifier
from certs.license_files import read_file
from certs.licenses import License
from certs.ports import Clock
from certs.reach import Need, Subject
from certs.releases import OWN_DUTY, Basis, BasisKind, Wanted, release_now
from certs.rights import Relation
from verify.releases.registered_uses import case_basis

_READ_BY_ISSUER: Final = "颁发机构调阅"
_BY_OFFICE: Final = MappingProxyType(
    {
        CallerRole.ISSUER: Relation.OFFICE,
        CallerRole.MAKER: Relation.OFFICE,
        CallerRole.CHECKER: Relation.OFFICE,
        CallerRole.WINDOW: Relation.CASE,
    }
)
FindBasis = Callable[[Work, datetime], Basis]
"""Finds a basis within a unit of work, or raises."""

FileKind = Literal["pdf", "ofd", "json", "p7s"]
MEDIA_TYPES: Final[dict[FileKind, str]] = {
    "pdf": "application/pdf",
    "ofd": "application/ofd",
    "json": "application/json",
    "p7s": "application/pkcs7-signature",
}


def read_license(  # noqa: PLR0913 - who reads what, and on what basis
    identifier: str,
    *,
    caller: Caller,
    services: Services,
    fields: tuple[str, ...],
    case: str = "",
    grant: str = "",
) -> License:
    """Return a license that ``caller`` may read.

    Args:
        identifier: 证照标识.
        caller: Who asks.
        services: The instance.
        fields: What is about to be shown; goes into the usage log where this is a use.
        case: The case that a window acts in.
        grant: The grant that is used; empty for none.

    Raises:
        GrantNotFoundError: There is no such grant for the caller.
        GrantNotUsableError: The grant is not active.
        LicenseNotFoundError: There is none, or it is another citizen's: which, is not said.
        BasisMissingError: A window without a case that found the license.
        CaseNotFoundError: There is no such case.
        OverAskError: More is wanted than is registered for the case's matter.
    """
    if caller.grant.is_holder and not grant:
        with services.unit_of_work() as work:
            work.only_read()
            return own_license(identifier, caller=caller, work=work, guarding_at=services.clock)
    find = basis_of(identifier, caller=caller, services=services, case=case, grant=grant)
    return release_by(find, identifier, caller=caller, services=services, fields=fields)


def basis_of(
    identifier: str, *, caller: Caller, services: Services, case: str, grant: str
) -> FindBasis:
    """Return what finds the basis on which somebody may see a license, within a unit of work.

    Raises:
        BasisMissingError: A window without a case that found the license, and without a grant.
        CaseNotFoundError: There is no such case.
        ClientRightError: A client may not touch the case's matter.
    """
    relation = Relation.GRANT if grant else _BY_OFFICE.get(caller.role, Relation.STRANGER)
    if not caller.may_as(relation):
        raise BasisMissingError("a citizen sees other people's licenses by a grant alone")
    if relation is Relation.GRANT:
        services.representatives.review_grant(grant)
        _check_matter(case, caller=caller, services=services)
        use = _grant_use(identifier, caller=caller, services=services, case=case, grant=grant)
        return lambda work, now: grant_basis(use, work=work, at=now)
    if relation is Relation.CASE:
        _check_matter(case, caller=caller, services=services)
        basis = case_basis_of(identifier, case, services)
    else:
        basis = register_basis(_READ_BY_ISSUER)
    return lambda _work, _now: basis


def _check_matter(case: str, *, caller: Caller, services: Services) -> None:
    """Keep a client (接入系统) within its matters.

    Raises:
        ClientRightError: The case is of a matter that it may not touch.
        CaseNotFoundError: There is no such case.
    """
    if case and caller.scope is not None:
        matter = services.acceptance.view_case(case).matter.code
        caller.need(Need(subject=Subject.MATTER, code=matter))


def _grant_use(
    identifier: str, *, caller: Caller, services: Services, case: str, grant: str
) -> GrantUse:
    """Return who uses a grant, and in which case; only a window acts in cases."""
    if not case or caller.role is not CallerRole.WINDOW:
        key = caller.grant.holder_key
        return GrantUse(grant_id=grant, license=identifier, user=caller.person, user_key=key)
    view = services.acceptance.view_case(case)
    return GrantUse(
        grant_id=grant,
        license=identifier,
        user=caller.person,
        matter=view.matter.code,
        case_id=view.case.id,
        applicant_key=services.holder_keys.of(view.case.applicant.code),
        department=view.matter.department_zh,
    )


def release_by(
    find: FindBasis,
    identifier: str,
    *,
    caller: Caller,
    services: Services,
    fields: tuple[str, ...],
) -> License:
    """Put the use on record and return the license; see `certs.releases`.

    Raises:
        LicenseNotFoundError: There is none.
        GrantError: The grant is not for the caller, or not active.
        OverAskError: More is wanted than the basis permits.
    """
    return release_now(
        Wanted(identifier=identifier, fields=fields, user=caller.person),
        find,
        unit_of_work=services.unit_of_work,
        clock=services.clock,
    )


def own_license(
    identifier: str, *, caller: Caller, work: Work, guarding_at: Clock | None = None
) -> License:
    """Return a license of this citizen, or of a child whose guardian this citizen is.

    Args:
        identifier: 证照标识.
        caller: The citizen.
        work: The transaction.
        guarding_at: Tells when a guardian has to be one; None where guardians do not act.

    Raises:
        LicenseNotFoundError: The citizen has no such license.
        AppointmentReachError: It is the enterprise's, and beyond the appointment.
    """
    license = work.licenses.find(identifier)
    relation = Relation.STRANGER
    if license is not None and license.holder_key == caller.grant.holder_key != "":
        relation = Relation.OWN
    elif license is not None and guarding_at is not None:
        key, now = caller.grant.holder_key, guarding_at.now()
        if guarding(license.holder_key, key, work=work, at=now) is not None:
            relation = Relation.GUARDIAN
    if not caller.may_as(relation) or license is None:
        raise LicenseNotFoundError(identifier)
    caller.need(Need(subject=Subject.LICENSE_TYPE, code=license.type_code))
    return license


def acting_holder(identifier: str, *, caller: Caller, services: Services) -> str:
    """Return the key of the holder for whom a citizen shows a license: the own, or a child's.

    Raises:
        LicenseNotFoundError: The citizen has no such license.
    """
    with services.unit_of_work() as work:
        work.only_read()
        return own_license(
            identifier, caller=caller, work=work, guarding_at=services.clock
        ).holder_key


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


def register_basis(purpose: str) -> Basis:
    """Return the basis on which an issuer reads its own register: all of it."""
    return Basis(kind=BasisKind.REGISTER, permitted=None, purpose=purpose, duty=OWN_DUTY)


def case_basis_of(identifier: str, case: str, services: Services) -> Basis:
    """Return what a window may see of a license in a case.

    Raises:
        BasisMissingError: No case, or none that found this license.
        CaseNotFoundError: There is no such case.
    """
    if not case:
        raise BasisMissingError("a window names its case")
    view = services.acceptance.view_case(case)
    if identifier not in view.licenses:
        raise BasisMissingError("the case did not find this license")
    license_type = services.license_type(str(LicenseIdentifier.parse(identifier).type_code))
    if license_type is None:
        raise BasisMissingError("nobody registered a use of licenses of this type")
    return case_basis(view, license_type)
