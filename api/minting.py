"""Issue one license that somebody asks for over HTTP, at most once for a key."""

from collections.abc import Mapping
from dataclasses import replace

from api.http_errors import (
    ContradictionError,
    KeyReusedError,
    NotServedHereError,
    UnknownLicenseTypeError,
)
from api.schemas.licenses import LicenseIn
from api.services import Services
from certs.applications import parse_application
from certs.catalogue import LicenseType
from certs.civil_dates import day_of
from certs.comparisons import says
from certs.element_names import Element
from certs.errors import InvalidApplicationError
from certs.field_problems import FieldProblem, ProblemCode
from certs.issuance import issue
from certs.issue_requests import IssueRequest
from certs.issuing_desk import IssuingDesk
from certs.license_files import read_record
from certs.licenses import License
from signing.algorithms import sm3


def mint(body: LicenseIn, *, key: str, services: Services, operator: str = "") -> License:
    """Return the license that ``body`` asks for; the same key leads to the same license.

    Args:
        body: What is asked for.
        key: Names the request.
        services: What this process has.
        operator: 用印人; the desk's own where nobody is named.

    Raises:
        UnknownLicenseTypeError: There is no such type.
        InvalidApplicationError: Fields are missing or wrong; each is named.
        ContradictionError: A field is given twice, differently.
        NotServedHereError: This process does not issue licenses of the type.
        DuplicateLicenseError: The number is licensed and in force.
        LicenseNotFoundError: There is no license that it could replace.
        ReplacementError: What it is to replace is another holder's or type's.
        IllegalTransitionError: What it is to replace has ended, or is suspended.
        SealNotUsableError: The seal is not enabled, or nobody is named who uses it.
        KeyReusedError: The key led to a license that says something else.
    """
    license_type = services.license_type(body.type)
    if license_type is None:
        raise UnknownLicenseTypeError(body.type)
    today = day_of(services.clock.now()).isoformat()
    raw = raw_fields(license_type, body, today=today)
    return mint_fields(
        license_type,
        raw,
        key=key,
        services=services,
        operator=operator,
        replaces=body.replaces or "",
    )


def mint_fields(  # noqa: PLR0913 - what is asked for, and by whom
    license_type: LicenseType,
    raw: Mapping[str, str],
    *,
    key: str,
    services: Services,
    operator: str = "",
    replaces: str = "",
) -> License:
    """Return the license that fields ask for, by the type's names; see `mint`.

    Raises:
        InvalidApplicationError: Fields are missing or wrong; each is named.
    """
    desk = desk_for(license_type, services)
    if operator:
        desk = replace(desk, operator=operator)
    application = parse_application(
        license_type, raw, missing_characters=desk.renderer.missing_characters
    )
    outcome = issue([IssueRequest(key, application, replaces=replaces)], desk=desk)[0]
    if outcome.refusal is not None:
        raise outcome.refusal
    if outcome.license is None:
        raise NotServedHereError("neither a license nor a refusal")
    record = read_record(services.objects, outcome.license.files)
    if record.replaces != replaces or not says(record, application):
        raise KeyReusedError(key)
    return outcome.license


def desk_for(license_type: LicenseType, services: Services) -> IssuingDesk:
    """Return the desk that issues licenses of a type.

    Raises:
        NotServedHereError: This process does not issue them.
    """
    desk = services.desks.get(str(license_type.code))
    if desk is None:
        raise NotServedHereError("no issuing desk")
    return desk


def request_key(caller: str, key: str) -> str:
    """Return the name of a caller's request, short however long the caller's key is."""
    return f"api:{sm3(f'{caller} {key}'.encode()).hex()}"


def raw_fields(license_type: LicenseType, body: LicenseIn, *, today: str) -> dict[str, str]:
    """Return what the body says, by the type's field names.

    Raises:
        InvalidApplicationError: The type has no holders with codes of this kind.
        ContradictionError: A field is given twice, differently.
    """
    if body.holder.code_type not in license_type.holder_code_types:
        raise InvalidApplicationError((_wrong_code_type(license_type, body),))
    given = {
        Element.HOLDER_CODE_TYPE: body.holder.code_type.value,
        Element.HOLDER_CODE: body.holder.code,
        Element.HOLDER_NAME: body.holder.name,
        Element.NUMBER: body.number,
        Element.ISSUED_ON: body.issued_on,
        Element.VALID_FROM: body.valid_from,
        Element.VALID_TO: body.valid_to,
    }
    raw = dict(body.fields)
    for element, value in given.items():
        spec = license_type.field_of(element)
        if spec is None or value is None:
            continue
        if raw.setdefault(spec.name, value).strip() != value.strip():
            raise ContradictionError(spec.name)
    issued_on = license_type.field_of(Element.ISSUED_ON)
    if issued_on is not None:
        raw.setdefault(issued_on.name, today)
    return raw


def _wrong_code_type(license_type: LicenseType, body: LicenseIn) -> FieldProblem:
    choices = "、".join(kind.value for kind in license_type.holder_code_types)
    return FieldProblem.of(
        ProblemCode.NOT_IN_LIST,
        field="holder.code_type",
        label_zh="持证主体代码类型",
        value=body.holder.code_type.value,
        facts={"choices": choices},
    )
