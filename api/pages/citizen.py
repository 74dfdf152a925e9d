"""The holder's pages (我的证照): licenses as cards, one-time codes, who was shown what."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup

from api.auth import check_form
from api.callers import Caller
from api.delegating import delegations_to
from api.labels import label_of
from api.license_reading import FileKind, acting_holder, file_address, own_license
from api.marking import mark_secret
from api.pages.redirects import go
from api.pages.rendering import Page, PageDep
from api.problems import Problem
from api.redeeming import ANYBODY, shown_for
from api.schemas.display_codes import code_address
from api.services import Services
from api.standings import KINDS_EN, Standing, standing_now
from api.use_logs import words_of
from certs.catalogue import LicenseType
from certs.civil_dates import day_of
from certs.correction_desk import correctable
from certs.derived_proofs import provable
from certs.displays import IDENTIFYING, SHOWN_BY_DEFAULT, IssuedCode, issue_code
from certs.faces.pages import page_webp
from certs.faces.qr import qr_svg
from certs.guardianships import Guardianship
from certs.license_files import read_file, read_record
from certs.licenses import License
from certs.mark_keeping import markable
from certs.marking import marks_of_whole
from certs.reach import Need, Subject
from certs.records import LicenseRecord
from certs.rights import Action
from certs.type_parts import HolderCategory
from certs.usages import Usage
from verify.matters.catalogue import Matter

router = APIRouter(prefix="/me")
_Card = tuple[License, Standing]
_FACE_DPI: Final = 110
_MOST_USES: Final = 100
_RENEWED_WITHIN: Final = timedelta(days=90)


@router.get("")
def show_licenses(page: PageDep) -> HTMLResponse:
    """Show the holder's licenses, newest first."""
    caller = page.who_may(Action.READ_WALLET)
    now = page.services.clock.now()
    with page.services.unit_of_work() as work:
        work.only_read()
        # Without a key nobody's licenses would be everybody's.
        key = caller.grant.holder_key
        found = work.licenses.of_holder(key) if key else ()
        cards = [
            (license, standing_now(license, work, now))
            for license in found
            if caller.reaches(Need(subject=Subject.LICENSE_TYPE, code=license.type_code))
        ]
    return page.render(
        "me.html",
        cards=cards,
        children=_children(page, caller, now),
        appointments=page.services.appointments.of_person(
            caller.grant.actor_key or caller.grant.holder_key
        ),
        is_enterprise=bool(caller.grant.actor_key),
        own_files=page.services.own_files.of(key) if page.may(Action.KEEP_FILE) else None,
        delegations=[
            (item, page.services.matters.latest(item.kept.grant.matter).name_zh)
            for item in delegations_to(caller, page.services)
        ],
    )


def _children(page: Page, caller: Caller, now: datetime) -> list[tuple[Guardianship, list[_Card]]]:
    """Return the children whom somebody acts for, with their licenses."""
    guarded = page.services.guardians.children_of(caller.grant.holder_key)
    with page.services.unit_of_work() as work:
        work.only_read()
        return [
            (
                item,
                [
                    (license, standing_now(license, work, now))
                    for license in work.licenses.of_holder(item.child_key)
                ],
            )
            for item in guarded
        ]


@router.get("/licenses/{identifier}")
def show_license(page: PageDep, identifier: str) -> HTMLResponse:
    """Show one license: its face, how it stands, and everybody who was shown it."""
    return show_own(page, identifier, page.who_may(Action.READ_WALLET))


def show_own(
    page: Page, identifier: str, caller: Caller, *, problem: Problem | None = None
) -> HTMLResponse:
    """Return the page of a license of this holder, with what went wrong with a form of it.

    Raises:
        LicenseNotFoundError: The holder has no such license.
    """
    services = page.services
    now = services.clock.now()
    with services.unit_of_work() as work:
        work.only_read()
        license = own_license(identifier, caller=caller, work=work, guarding_at=services.clock)
        standing = standing_now(license, work, now)
        uses = work.usages.of_license(identifier)
        events = work.licenses.events(identifier)
        objections = work.corrections.of_license(identifier, proposer=caller.person)
    record = read_record(services.objects, license.files)
    return page.render(
        "license.html",
        status=problem.kind.status.value if problem else 200,
        problem=problem,
        license=license,
        is_guarded=license.holder_key != caller.grant.holder_key,
        standing=standing,
        fields=_choices(license, record, services),
        identifying=IDENTIFYING,
        proofs=[
            (name, label_of(name, None))
            for name in provable(record.holder, record.valid_to, day_of(now))
        ],
        uses=_uses(uses[:_MOST_USES], license, services),
        files=[(kind, file_address(identifier, kind)) for kind in _kinds(license)],
        marks=marks_of_whole(license, now),
        secrets=_secrets(license, services),
        events=[(event, KINDS_EN[event.kind]) for event in reversed(events)],
        objections=objections,
        key=secrets.token_hex(16),
        correctable=_correctable(license, services),
        renewals=_renewals(license, services) if _ends_soon(license, now) else (),
    )


def _kinds(license: License) -> tuple[FileKind, ...]:
    return ("pdf", "ofd") if license.files.ofd else ("pdf",)


def _correctable(license: License, services: Services) -> frozenset[str]:
    license_type = services.license_type(license.type_code)
    return correctable(license_type) if license_type is not None else frozenset()


def _ends_soon(license: License, now: datetime) -> bool:
    return license.valid_to is not None and license.valid_to <= day_of(now + _RENEWED_WITHIN)


def _renewals(license: License, services: Services) -> list[Matter]:
    """Return the matters that renew a license: they lead to one of its type, in its place."""
    rules = services.outcomes.desk.results.rules
    codes = {
        rule.matter
        for rule in rules
        if rule.replaces and str(rule.license_type) == license.type_code
    }
    return [services.matters.latest(code) for code in sorted(codes)]


@router.get("/licenses/{identifier}/face.webp")
def show_face(page: PageDep, identifier: str) -> Response:
    """Draw the sealed face."""
    license = _own(page, identifier, page.who_may(Action.READ_WALLET))
    picture = page_webp(
        read_file(page.services.objects, license.files, license.files.pdf), dpi=_FACE_DPI
    )
    return Response(picture, media_type="image/webp")


@router.post("/licenses/{identifier}/secret", dependencies=[Depends(check_form)])
def change_mark(
    page: PageDep,
    identifier: str,
    field: Annotated[str, Form(min_length=1, max_length=60)],
    marked: Annotated[str, Form(max_length=3)] = "",
) -> Response:
    """Mark a field as a trade secret (商业秘密), or lift that."""
    caller = page.who_may(Action.MARK_SECRET)
    mark_secret(identifier, field, is_marked=bool(marked), caller=caller, services=page.services)
    return go(f"/me/licenses/{identifier}")


@router.post("/licenses/{identifier}/code", dependencies=[Depends(check_form)])
def make_code(
    page: PageDep,
    identifier: str,
    purpose: Annotated[str, Form(max_length=200)] = "",
    fields: Annotated[Sequence[str], Form(max_length=40)] = (),
) -> HTMLResponse:
    """Make a one-time code (亮证) and show it; when it has run out the page goes back."""
    caller = page.who_may(Action.SHOW_CODE)
    services = page.services
    key = acting_holder(identifier, caller=caller, services=services)
    issued = issue_code(
        identifier,
        holder_key=key,
        purpose=shown_for(purpose.strip() or "出示证照", key, caller),
        fields=fields,
        unit_of_work=services.unit_of_work,
        objects=services.objects,
        clock=services.clock,
    )
    license = _own(page, identifier, caller)
    return code_page(page, issued, license, back=f"/me/licenses/{identifier}")


def code_page(page: Page, issued: IssuedCode, license: License, *, back: str) -> HTMLResponse:
    """Return the page that shows a one-time code; when it has run out it goes ``back``."""
    services = page.services
    address = code_address(issued.code, services.public_url)
    seconds = int((issued.grant.expires_at - issued.grant.created_at).total_seconds())
    license_type = services.type_of(license)
    return page.render(
        "code.html",
        refresh=(seconds, back),
        license=license,
        issued=issued,
        # Our own drawing, of our own address: the only markup that is not escaped.
        qr=Markup(qr_svg(address)),  # noqa: S704
        address=address,
        back=back,
        shown=[label_of(name, license_type) for name in issued.grant.fields],
    )


def _own(page: Page, identifier: str, caller: Caller) -> License:
    with page.services.unit_of_work() as work:
        work.only_read()
        return own_license(identifier, caller=caller, work=work, guarding_at=page.services.clock)


def _choices(
    license: License, record: LicenseRecord, services: Services
) -> list[tuple[str, tuple[str, str], str, bool]]:
    """Return what can be shown: name, labels, value, and whether it is chosen beforehand."""
    license_type = services.catalogue.version(license.type_code, record.type_version)
    return [
        (name, label_of(name, license_type), value, name in SHOWN_BY_DEFAULT)
        for name, value in record.elements().items()
        if value and not name.endswith("TypeCode")
    ]


def _secrets(license: License, services: Services) -> list[tuple[str, tuple[str, str], bool, bool]]:
    """Return what can be marked: name, labels, whether it is, whether the holder may lift it."""
    license_type = services.type_of(license)
    if license_type is None or license_type.cataloguing.holder_category is HolderCategory.PERSON:
        return []
    return [
        (
            name,
            label_of(name, license_type),
            name in license.secrets,
            name not in license.type_secrets,
        )
        for name in markable(license_type)
    ]


def _uses(
    uses: Sequence[Usage], license: License, services: Services
) -> list[tuple[Usage, tuple[str, str], str]]:
    """Return each use with its basis in words and the labels of what was shown."""
    license_type = services.type_of(license)
    return [
        (
            use,
            words_of(use.basis),
            _shown_to(use, license_type),
        )
        for use in uses
    ]


def _shown_to(use: Usage, license_type: LicenseType | None) -> str:
    """Return what was shown, in words; whoever is not signed in sees no field, but a proof."""
    if use.user == ANYBODY and not use.fields:
        return "仅证照类型、持证主体和是否有效"
    return "、".join(label_of(name, license_type)[0] for name in use.fields)
