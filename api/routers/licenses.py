"""Licenses (电子证照) over HTTP: issue, list, read."""

import secrets
from typing import Annotated, Final

from fastapi import APIRouter, Header, Path, Query, Response
from pydantic import TypeAdapter

from api.auth import may
from api.callers import Caller
from api.license_reading import MEDIA_TYPES, FileKind, file_of, read_license
from api.minting import mint, request_key
from api.schemas.bodies import IDENTIFIER_PATTERN, problems
from api.schemas.licenses import (
    InlineFileOut,
    IssuedLicenseOut,
    LicenseIn,
    LicenseOut,
    LicensePageOut,
)
from api.schemas.statuses import HistoryOut, StatusEventOut
from api.services import ServicesDep
from api.standings import standing_now
from api.stock_linting import FindingWords, open_findings
from certs.licenses import License
from certs.lifecycle import as_it_stands
from certs.marking import marks_of_whole
from certs.marks import marks_text
from certs.reach import Need, Subject
from certs.rights import Action

router = APIRouter(prefix="/licenses", tags=["证照 licenses"])
_IssueLicenseDep = Annotated[Caller, may(Action.ISSUE_LICENSE)]
_ListLicensesDep = Annotated[Caller, may(Action.LIST_LICENSES)]
_ReadLicenseDep = Annotated[Caller, may(Action.READ_LICENSE)]
_Identifier = Annotated[str, Path(pattern=IDENTIFIER_PATTERN, description="电子证照标识")]
_Key = Annotated[str | None, Header(min_length=1, max_length=200)]
_Include = Annotated[
    str | None,
    Query(
        pattern=r"^(pdf|ofd|json|p7s)(,(pdf|ofd|json|p7s)){0,3}$",
        description="随结果返回的文件 · files to return in the answer: `pdf,ofd`",
    ),
]
_KINDS: Final = TypeAdapter(list[FileKind])
_Grant = Annotated[str, Query(max_length=21, description="授权编号, of whoever uses a grant")]
_Case = Annotated[
    str, Query(max_length=40, description="办件编号; a window names the case it acts in")
]


@router.post(
    "",
    status_code=201,
    summary="制发一份证照 · issue a license",
    responses=problems(401, 403, 409, 422, 503),
)
def issue_license(  # noqa: PLR0913, PLR0917 - the parts of a request
    body: LicenseIn,
    services: ServicesDep,
    caller: _IssueLicenseDep,
    response: Response,
    idempotency_key: _Key = None,
    include: _Include = None,
) -> IssuedLicenseOut:
    """Record, sign, render, seal and put in force one license; or the next version of one.

    With `include=pdf,ofd` the sealed files come back in the answer: one call from approval to
    sealed license. `findings` names what lints found and did not refuse. A request repeated
    under the same Idempotency-Key returns the license it led to.
    """
    license_type = services.license_type(body.type)
    code = body.type if license_type is None else str(license_type.code)
    caller.need(Need(subject=Subject.LICENSE_TYPE, code=code))
    key = request_key(caller.person, idempotency_key or secrets.token_hex(16))
    license = mint(body, key=key, services=services, operator=caller.person)
    response.headers["Location"] = f"/api/v1/licenses/{license.identifier}"
    words = FindingWords.of(services.catalogue)
    found = open_findings(license, services)
    return IssuedLicenseOut.of(
        license,
        findings=(words.brief(item, license.type_code) for item in found),
        inline=_inline(license, include, services),
    )


def _inline(
    license: License, include: str | None, services: ServicesDep
) -> dict[str, InlineFileOut] | None:
    """Return the files that were asked for, of those that the license has."""
    if include is None:
        return None
    files: dict[str, InlineFileOut] = {}
    for kind in _KINDS.validate_python(include.split(",")):
        if kind != "ofd" or license.files.ofd:
            content = file_of(license, kind, services)
            files[kind] = InlineFileOut.of(content, media_type=MEDIA_TYPES[kind])
    return files


@router.get("", summary="证照列表 · list licenses", responses=problems(401, 403, 422))
def list_licenses(
    services: ServicesDep,
    _caller: _ListLicensesDep,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[
        str | None, Query(pattern=IDENTIFIER_PATTERN, description="`next` of the page before")
    ] = None,
) -> LicensePageOut:
    """Return licenses, newest first, page by page."""
    with services.unit_of_work() as work:
        work.only_read()
        found = work.licenses.newest(limit + 1, after=after)
        now = services.clock.now()
        shown = [as_it_stands(license, work, now) for license in found[:limit]]
    return LicensePageOut(
        licenses=tuple(LicenseOut.of(license) for license in shown),
        next=shown[-1].identifier if len(found) > limit else None,
    )


@router.get("/{identifier}", summary="证照概要 · one license", responses=problems(401, 403, 404))
def show_license(
    identifier: _Identifier, services: ServicesDep, caller: _ReadLicenseDep, case: _Case = ""
) -> LicenseOut:
    """Return a license as the register shows it, and how it stands today."""
    license = read_license(
        identifier,
        caller=caller,
        services=services,
        fields=("certificateIdentifier", "certificateName"),
        case=case,
    )
    now = services.clock.now()
    with services.unit_of_work() as work:
        work.only_read()
        flags = tuple(item.receipt for item in work.corrections.flags(identifier))
        standing = standing_now(license, work, now)
        shown = as_it_stands(license, work, now)
        return LicenseOut.of(shown, standing, flags=flags, marks=marks_of_whole(license, now))


@router.get(
    "/{identifier}/files/{kind}",
    summary="证照文件 · a file of a license",
    response_class=Response,
    responses={
        200: {"content": {media_type: {} for media_type in MEDIA_TYPES.values()}},
        **problems(401, 403, 404),
    },
)
def read_file(  # noqa: PLR0913, PLR0917 - the parts of a request
    identifier: _Identifier,
    kind: FileKind,
    services: ServicesDep,
    caller: _ReadLicenseDep,
    case: _Case = "",
    grant: _Grant = "",
) -> Response:
    """Return the sealed face, the record or the record's signature, byte for byte.

    ``Yinxin-Marks`` names what of it is protected more than other data, if anything is.
    """
    license = read_license(
        identifier,
        caller=caller,
        services=services,
        fields=(f"license.{kind}",),
        case=case,
        grant=grant,
    )
    marks = marks_text(marks_of_whole(license, services.clock.now()))
    return Response(
        file_of(license, kind, services),
        media_type=MEDIA_TYPES[kind],
        headers={
            "Content-Disposition": f'inline; filename="{identifier}.{kind}"',
            **({"Yinxin-Marks": marks} if marks else {}),
        },
    )


@router.get(
    "/{identifier}/history",
    summary="状态变更记录 · changes of status",
    responses=problems(401, 403, 404),
)
def read_history(
    identifier: _Identifier, services: ServicesDep, caller: _ReadLicenseDep, case: _Case = ""
) -> HistoryOut:
    """Return every change of legal status, with when it took effect and when it was recorded."""
    read_license(
        identifier,
        caller=caller,
        services=services,
        fields=("certificateIdentifier",),
        case=case,
    )
    with services.unit_of_work() as work:
        work.only_read()
        events = work.licenses.events(identifier)
    return HistoryOut(
        identifier=identifier,
        events=tuple(StatusEventOut.of(item, number=place) for place, item in enumerate(events, 1)),
    )
