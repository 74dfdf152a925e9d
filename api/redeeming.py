"""Use a display code up on behalf of whoever scanned it, signed in or not."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from api.callers import Caller
from api.schemas.display_codes import ShownLicenseOut
from api.services import Services
from api.standings import Standing
from certs.access import CallerRole
from certs.display_codes import DisplayGrant
from certs.displays import IDENTIFYING, everything, nothing, redeem_code
from certs.licenses import License
from certs.reach import Need, Subject
from certs.rights import Action
from certs.verifiers import SocialVerifier

_IN_ADDRESS: Final = re.compile(
    r"(?:https?://[^\s/]{1,255}(?:/[^\s/]{1,60})?/q/)?([a-z2-7]{26})", re.IGNORECASE | re.ASCII
)
_MOST_PURPOSE: Final = 120
ANYBODY: Final = "anonymous"
"""Stands in the usage log for somebody who was not signed in as a window."""


def code_in(text: str) -> str:
    """Return the code in what a scanner typed: the whole address, or the code alone.

    What is neither comes back as it is, for the use case to refuse.
    """
    match = _IN_ADDRESS.fullmatch(text.strip())
    return match.group(1).upper() if match else text


def shown_for(purpose: str, holder_key: str, caller: Caller) -> str:
    """Return a purpose as the holder of a license reads it where somebody else shows it."""
    if caller.appointment is not None:
        return f"{purpose[:_MOST_PURPOSE]}（{caller.appointment.person_shown}出示）"
    if holder_key == caller.grant.holder_key:
        return purpose
    return f"{purpose[:_MOST_PURPOSE]}（监护人{caller.grant.holder_shown}出示）"


def redeem(
    code: str,
    *,
    caller: Caller | None,
    services: Services,
    verifier: SocialVerifier | None = None,
) -> ShownLicenseOut:
    """Redeem a code; a window sees what the holder granted, everybody else very little.

    Args:
        code: The code, alone or as an address.
        caller: Who is signed in, if anybody.
        services: The collaborators.
        verifier: The social verifier whose desk it is: it sees what of the holder's choice its
            purpose allows. A window that is signed in at the same desk is a window.

    Raises:
        DisplayCodeError: Unknown, used or out of date; which of these is not said.
        ClientRightError: A client that was not given every license type: a code tells its license
            only when it is used up.
    """
    if caller is not None and caller.scope is not None:
        caller.may(Action.REDEEM_CODE)
        caller.need(Need(subject=Subject.LICENSE_TYPE))
    reader = _reader(caller, verifier)
    shown = redeem_code(
        code_in(code),
        by=reader.name,
        sees=reader.sees,
        unit_of_work=services.unit_of_work,
        objects=services.objects,
        clock=services.clock,
    )
    now = services.clock.now()
    standing = Standing.of(shown.license, shown.event, now)
    license_type = services.type_of(shown.license)
    if reader.name == ANYBODY:
        return ShownLicenseOut.anonymous(shown, standing, license_type=license_type)
    told = ShownLicenseOut.to_window(
        shown, standing, by=reader.name, license_type=license_type, at=now
    )
    return told if reader.is_office else told.to_verifier()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Who reads a code.

    Attributes:
        name: What the holder reads in the log.
        is_office: It is a window.
    """

    name: str
    sees: Callable[[License, DisplayGrant], Sequence[str]]
    is_office: bool = False


def _reader(caller: Caller | None, verifier: SocialVerifier | None) -> _Reader:
    if caller is not None and caller.role is CallerRole.WINDOW:
        return _Reader(name=caller.person, sees=everything, is_office=True)
    if verifier is not None:

        def sees(license: License, grant: DisplayGrant) -> Sequence[str]:
            # Whom a holder delegates shows windows whose matter it is, and nobody else.
            return () if grant.delegation else verifier.sees(license.type_code, grant.fields)

        return _Reader(name=f"{verifier.title}（{verifier.purpose}）", sees=sees)
    return _Reader(name=ANYBODY, sees=nothing)


def applicant_of(shown: ShownLicenseOut) -> tuple[str, ...]:
    """Return name, kind of code and code of a holder whose license is in force and tells them."""
    values = {item.name: item.value for item in shown.fields}
    tells = shown.is_in_force and values.keys() >= set(IDENTIFYING)
    return tuple(values[name] for name in IDENTIFYING) if tells else ()
