"""Issue licenses (制发): what will be signed is on record before a key is used.

The stages, each durable for the whole chunk before the next begins:

1. check that the seal may be used, allocate identifiers and status indexes, build the records,
   store intent A;
2. sign records and QR codes, store the signatures;
3. render the faces, store intent B and who uses the seal for what;
4. seal, store the seal's signatures with what the CMS around them will be over;
5. sign the CMS, and store the objects, which are named by their digests;
6. in one transaction: what they replace has ended, the licenses are in force, and the intents
   are closed.

A crash after any stage loses nothing: ``resume`` takes every open intent on from where it
stands, with the signatures that exist. Rendering is deterministic, so the bytes of stage 3
come out the same; if they do not, the intent is abandoned and its identifier is burned.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from certs.applications import LicenseApplication
from certs.errors import DuplicateLicenseError, IntentClosedError, LicenseError
from certs.identifiers import LicenseIdentifier, random_serial, serial_of_number
from certs.intents import Intent, IntentStage
from certs.issuing_desk import IssuingDesk
from certs.issuing_stages import advance, code_message, record_message
from certs.issuing_uses import check_seal
from certs.licenses import License
from certs.masking import mask
from certs.ports import UnitOfWork
from certs.records import SALT_BYTES, LicenseRecord
from certs.replacements import find_all_replaced
from certs.status_indexes import permute

CHUNK: Final = 50
"""Licenses that go through the stages together."""


@dataclass(frozen=True, slots=True)
class IssueRequest:
    """One application under a key that names the request, so that it is served once.

    Attributes:
        replaces: Identifier of the license whose next version this is to be (延续, 变更); empty
            for a license of its own.
    """

    key: str
    application: LicenseApplication
    replaces: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueOutcome:
    """What became of one request: a license, or why there is none."""

    key: str
    license: License | None = None
    refusal: LicenseError | None = None


def issue(requests: Sequence[IssueRequest], *, desk: IssuingDesk) -> tuple[IssueOutcome, ...]:
    """Issue a chunk of licenses, in the order asked.

    A request that was served before returns the license it led to. An application whose
    printed number a license in force already carries is refused; the others are issued.
    A license that replaces one (``replaces``) has its serial and the next version, and the old
    one ends in the moment in which the new one is in force.

    Raises:
        KeyUnavailableError: A key store or the timestamping authority did not answer;
            ``resume`` finishes later.
        SealNotUsableError: The seal is not enabled, or nobody is named who uses it; nothing
            was signed.
    """
    refused, intents = _begin(requests, desk)
    finished = {key: item for key, item in intents.items() if item.stage is IntentStage.ISSUED}
    opened = [item for item in intents.values() if item.is_open]
    licenses = advance(opened, desk)
    with desk.unit_of_work() as work:
        licenses |= {
            item.identifier: work.licenses.get(item.identifier) for item in finished.values()
        }
    return tuple(
        IssueOutcome(key=request.key, refusal=refused[request.key])
        if request.key in refused
        else _outcome(request.key, licenses.get(intents[request.key].identifier))
        for request in requests
    )


def _outcome(key: str, license: License | None) -> IssueOutcome:
    if license is not None:
        return IssueOutcome(key=key, license=license)
    refusal = IntentClosedError("该次签发已中止，请重新申请 · given up; ask again under a new key")
    return IssueOutcome(key=key, refusal=refusal)


def resume(desk: IssuingDesk) -> tuple[License, ...]:
    """Finish what a crash left open; return the licenses that came of it."""
    finished: list[License] = []
    while True:
        with desk.unit_of_work() as work:
            intents = work.intents.open(
                CHUNK,
                type_code=str(desk.license_type.code),
                issuer_code=str(desk.authority.code),
            )
        if not intents:
            return tuple(finished)
        finished.extend(advance(intents, desk).values())


# 1. Allocate, build, record ------------------------------------------------------------------


def _begin(
    requests: Sequence[IssueRequest], desk: IssuingDesk
) -> tuple[dict[str, LicenseError], dict[str, Intent]]:
    """Store intent A for every request that may be served; one transaction."""
    started_at = desk.clock.now().replace(microsecond=0)
    with desk.unit_of_work() as work:
        known = work.intents.of_requests([request.key for request in requests])
        # A key that stands twice is one request; the first counts.
        asked: dict[str, IssueRequest] = {}
        for request in requests:
            asked.setdefault(request.key, request)
        fresh = [request for key, request in asked.items() if key not in known]
        replaced, refused = find_all_replaced(
            [(item.key, item.replaces, item.application) for item in fresh if item.replaces],
            work=work,
            desk=desk,
        )
        refused |= _duplicates(
            [item for item in fresh if item.key not in refused], replaced, work, desk
        )
        served = [request for request in fresh if request.key not in refused]
        if served:
            check_seal(work, desk)
        serials = {request.key: _serial(request, replaced) for request in served}
        stems = {key: _stem(serial, desk) for key, serial in serials.items()}
        versions = work.intents.versions(list(stems.values()))
        numbers = work.intents.allocate(len(served))
        begun = {}
        for request, number in zip(served, numbers, strict=True):
            stem = stems[request.key]
            versions[stem] = versions.get(stem, 0) + 1
            identifier = LicenseIdentifier(
                type_code=desk.license_type.code,
                issuer_code=desk.authority.code,
                serial=serials[request.key],
                version=versions[stem],
            )
            record = _record(request, identifier, number, desk)
            begun[request.key] = _intent(request.key, record, started_at, desk)
        work.intents.add(begun.values())
        work.commit()
    return refused, known | begun


def _duplicates(
    requests: Sequence[IssueRequest],
    replaced: Mapping[str, License],
    work: UnitOfWork,
    desk: IssuingDesk,
) -> dict[str, LicenseError]:
    numbers = [request.application.number for request in requests]
    taken = set(
        work.licenses.in_force(
            str(desk.license_type.code), str(desk.authority.code), numbers, at=desk.clock.now()
        )
    )
    refused: dict[str, LicenseError] = {}
    for request in requests:
        number = request.application.number
        old = replaced.get(request.key)
        # The number of the license that makes room is free for the one that takes its place.
        if number in taken and not (old and old.number == number):
            refused[request.key] = DuplicateLicenseError(
                f"证照编号 {mask(number)} 已有有效证照 · a license with this number is in force"
            )
        taken.add(number)
    return refused


def _serial(request: IssueRequest, replaced: Mapping[str, License]) -> str:
    if request.key in replaced:
        return LicenseIdentifier.parse(replaced[request.key].identifier).serial
    if request.application.holder.code_type.is_organization:
        return serial_of_number(request.application.number)
    return random_serial()


def _stem(serial: str, desk: IssuingDesk) -> str:
    return f"{desk.license_type.code}.{desk.authority.code}.{serial}"


def _record(
    request: IssueRequest,
    identifier: LicenseIdentifier,
    number: int,
    desk: IssuingDesk,
) -> LicenseRecord:
    application = request.application
    index = permute(number, key=desk.status_key)
    return LicenseRecord(
        identifier=identifier,
        type_name=desk.license_type.name,
        number=application.number,
        authority=desk.authority,
        holder=application.holder,
        holder_name=application.holder_name,
        issued_on=application.issued_on,
        valid_from=application.valid_from,
        valid_to=application.valid_to,
        fields=application.fields,
        status_uri=f"{desk.public_url}/api/v1/status-lists/{index.list_number}",
        status_index=index,
        salt=secrets.token_bytes(SALT_BYTES),
        replaces=request.replaces,
    )


def _intent(key: str, record: LicenseRecord, started_at: datetime, desk: IssuingDesk) -> Intent:
    return Intent(
        identifier=str(record.identifier),
        request_key=key,
        started_at=started_at,
        record=record.encode(),
        record_to_be_signed=record_message(record, started_at, desk).to_be_signed,
        code_to_be_signed=code_message(record, desk),
    )
