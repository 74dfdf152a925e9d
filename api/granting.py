"""Gives grants (用证授权) on behalf of holders, delegates and windows."""

from datetime import timedelta
from typing import Final

from api.callers import Caller
from api.guarding import guarding
from api.http_errors import BasisMissingError
from api.license_reading import own_license
from api.releasing import names_recorded
from api.schemas.grants import GrantIn, GrantOut
from api.services import Services
from certs.access import CallerRole
from certs.civil_dates import day_of
from certs.errors import LicenseNotFoundError, OverAskError
from certs.granting.giving import give
from certs.granting.grants import (
    STANDING,
    EvidenceKind,
    Grant,
    GrantBasis,
    GranteeKind,
    KeptGrant,
    new_grant_id,
)
from certs.licenses import License
from certs.masking import mask
from certs.overasks import OverAsk
from signing.algorithms import sm3
from verify.matters.catalogue import Matter
from verify.releases.registered_uses import registered_fields

_MOST_NAME: Final = 100
_AT_MOST: Final = timedelta(days=30)


def give_grant(body: GrantIn, *, key: str, caller: Caller, services: Services) -> KeptGrant:
    """Give a grant.

    A citizen grants the own licenses, or passes a delegation on; a window records, in a case of
    the holder's, what the holder agreed to there or what a law wants.

    Raises:
        LicenseNotFoundError: The caller can grant no such license.
        MatterNotFoundError: There is no such matter.
        OverAskError: Fields beyond what is registered for the matter; counted.
        GrantRefusedError: A rule is broken.
        BasisMissingError: A window without a case of this holder for this matter.
    """
    matter = services.matters.latest(body.matter)
    license = _license(body, matter, caller, services)
    grant = _grant(body, matter, license, caller, services)
    return give(grant, request_key=key, unit_of_work=services.unit_of_work, clock=services.clock)


def _license(body: GrantIn, matter: Matter, caller: Caller, services: Services) -> License:
    """Return the license, if the caller has any business to grant it."""
    with services.unit_of_work() as work:
        if caller.grant.is_holder and not body.parent:
            return own_license(body.license, caller=caller, work=work, guarding_at=services.clock)
        license = work.licenses.find(body.license)
        if license is None:
            raise LicenseNotFoundError(body.license)
        if body.parent:
            parent = work.grants.get(body.parent).grant
            if parent.grantee != caller.person or parent.license != body.license:
                raise LicenseNotFoundError(body.license)
            return license
    if applicant_key(body.case, matter.code, services) != license.holder_key:
        raise BasisMissingError("a window grants in a case of the holder's alone")
    return license


def applicant_key(case: str, matter: str, services: Services) -> str:
    """Return the look-up key of the applicant of a case for a matter.

    Raises:
        BasisMissingError: No case, or one for another matter.
        CaseNotFoundError: There is no such case.
    """
    if not case:
        raise BasisMissingError("a window names its case")
    view = services.acceptance.view_case(case)
    if view.matter.code != matter:
        raise BasisMissingError("the case is for another matter")
    return services.holder_keys.of(view.case.applicant.code)


def _grant(
    body: GrantIn, matter: Matter, license: License, caller: Caller, services: Services
) -> Grant:
    now = services.clock.now()
    number = new_grant_id()
    is_delegation = body.basis is GrantBasis.DELEGATION
    lasts = min(body.preset.lasts, _AT_MOST) if is_delegation else body.preset.lasts
    kind, evidence = _evidence(body, number, license, caller, services)
    with services.unit_of_work() as work:
        parent = work.grants.get(body.parent).grant if body.parent else None
    return Grant(
        id=number,
        license=license.identifier,
        holder_key=license.holder_key,
        basis=body.basis,
        matter=matter.code,
        grantee_kind=body.grantee_kind,
        grantee=_grantee(body, matter, services),
        grantee_shown=mask(body.delegate.name.strip()[:_MOST_NAME]) if body.delegate else "",
        fields=_fields(body, matter, license, caller, services),
        purpose=body.purpose.strip(),
        not_before=now,
        not_after=min(now + lasts, parent.not_after) if parent else now + lasts,
        max_uses=body.max_uses,
        given_by=caller.person,
        given_at_window=caller.role is CallerRole.WINDOW,
        evidence_kind=kind,
        evidence=evidence,
        legal_ref=body.legal_ref.strip(),
        noticed_at=now if body.basis is GrantBasis.LEGAL_DUTY else None,
        case_id=body.case if body.basis is GrantBasis.ONE_CASE else "",
        parent=body.parent,
        depth=2 if parent else 1,
    )


def _grantee(body: GrantIn, matter: Matter, services: Services) -> str:
    """Return whom a grant is for; of a delegate's code only the look-up key is kept.

    Raises:
        MalformedIdentifierError: The code is none.
        WrongCheckCharacterError: Its check character is wrong.
    """
    if body.grantee_kind is GranteeKind.MATTER:
        return matter.code
    if body.delegate is None:
        return body.grantee.strip()
    return services.holder_keys.of(body.delegate.to_code())


def _evidence(
    body: GrantIn, number: str, license: License, caller: Caller, services: Services
) -> tuple[EvidenceKind | None, str]:
    """Return how it is known that the holder agreed: a citizen's own session shows it.

    For a child it is the session of the guardian, by the guardianship that it acts by.
    """
    if caller.grant.is_holder:
        key, now = caller.grant.holder_key, services.clock.now()
        with services.unit_of_work() as work:
            work.only_read()
            found = guarding(license.holder_key, key, work=work, at=now)
        if found is not None:
            return EvidenceKind.SESSION, found.number
        said = f"yinxin.consent/1|{number}|{body.model_dump_json()}|{caller.form_secret}"
        return EvidenceKind.SESSION, sm3(said.encode()).hex()
    return body.evidence_kind, body.evidence.strip()


def _fields(
    body: GrantIn, matter: Matter, license: License, caller: Caller, services: Services
) -> tuple[str, ...]:
    """Return the fields, all of them registered for the matter.

    Raises:
        OverAskError: Some are not; it has been counted.
    """
    license_type = services.type_of(license)
    day = day_of(services.clock.now())
    registered = registered_fields(matter, license_type, day) if license_type else frozenset()
    if not body.fields:
        every = tuple(sorted(registered))
        return (STANDING,) if body.basis is GrantBasis.DELEGATION else every
    files = {name for name in body.fields if name.startswith("license.")}
    named = names_recorded([name for name in body.fields if name not in files], license_type)
    fields = tuple(dict.fromkeys((*named, *sorted(files))))
    beyond = tuple(name for name in fields if name not in registered | {STANDING})
    if beyond:
        _refuse(beyond, registered, matter, license, caller, services)
    return fields


def _refuse(  # noqa: PLR0913, PLR0917 - what is counted
    beyond: tuple[str, ...],
    registered: frozenset[str],
    matter: Matter,
    license: License,
    caller: Caller,
    services: Services,
) -> None:
    refusal = OverAsk(
        at=services.clock.now(),
        user=caller.person,
        department=matter.department_zh,
        matter=matter.code,
        type_code=license.type_code,
        case_id="",
        fields=tuple(name[:60] for name in beyond),
        region=license.issuer_region,
    )
    with services.unit_of_work() as work:
        work.overasks.add(refusal)
        work.commit()
    raise OverAskError(refusal, registered=tuple(sorted(registered)))


def show_grants(found: tuple[KeptGrant, ...], services: Services) -> tuple[GrantOut, ...]:
    """Return grants as callers read them, with how often each was used."""
    now = services.clock.now()
    with services.unit_of_work() as work:
        return tuple(
            GrantOut.of(kept, uses=work.usages.count_of_grant(kept.grant.id), at=now)
            for kept in found
        )


def grants_of(caller: Caller, services: Services) -> tuple[KeptGrant, ...]:
    """Return the grants that a caller may see: over own licenses, given, or received."""
    key = caller.grant.holder_key
    with services.unit_of_work() as work:
        own = work.grants.of_holder(key) if key else ()
        others = work.grants.of_person(caller.person)
        delegated = work.grants.of_person(key) if key else ()
    known = {kept.grant.id: kept for kept in (*own, *others, *delegated)}
    return tuple(sorted(known.values(), key=lambda kept: kept.events[0].at, reverse=True))
