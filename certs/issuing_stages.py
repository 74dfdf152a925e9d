"""Stages 2 to 6 of issuing: from a recorded intent to a license in force."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from certs import printed_codes
from certs.civil_dates import start_of
from certs.intents import Intent, IntentStage
from certs.issuing_desk import IssuingDesk
from certs.issuing_faces import (
    PreparedFaces,
    are_same_faces,
    completed,
    prepare_faces,
    record_message,
    rendered,
    sealed,
    signature_file,
)
from certs.issuing_uses import check_seal, record_uses
from certs.licenses import License, LicenseFiles
from certs.masking import mask
from certs.records import LicenseRecord
from certs.replacements import end_replaced, taken_over
from certs.statuses import StatusEvent, StatusKind
from signing import cose

__all__ = ["advance", "code_message", "record_message"]


def code_message(record: LicenseRecord, desk: IssuingDesk) -> bytes:
    """Return what the QR code's signature is over."""
    return cose.to_be_signed(
        printed_codes.claims_of(record),
        certificate=desk.record_signer.certificate,
        domain=printed_codes.DOMAIN,
    )


def advance(intents: Iterable[Intent], desk: IssuingDesk) -> dict[str, License]:
    """Take recorded intents through the remaining stages; return licenses by identifier.

    Raises:
        SealNotUsableError: The seal is not enabled; nothing more was signed.
    """
    pending = list(intents)
    if pending:
        with desk.unit_of_work() as work:
            check_seal(work, desk)
    pending = _abandon_changed(pending, desk)
    pending = _abandon_taken(pending, desk)
    pending = _sign(pending, desk)
    faces = {item.identifier: prepare_faces(item, desk) for item in pending}
    pending = _record_faces(pending, faces, desk)
    pending = _seal(pending, faces, desk)
    licenses = {
        item.identifier: _sign_and_store(item, faces[item.identifier], desk) for item in pending
    }
    lost = _put_in_force(pending, licenses, desk)
    return {name: license for name, license in licenses.items() if name not in lost}


def _abandon_changed(intents: list[Intent], desk: IssuingDesk) -> list[Intent]:
    """Give up intents whose bytes would come out differently now, a key having changed."""
    kept: list[Intent] = []
    given_up: list[Intent] = []
    for item in intents:
        record = LicenseRecord.parse(item.record)
        same = (
            record_message(record, item.started_at, desk).to_be_signed == item.record_to_be_signed
            and code_message(record, desk) == item.code_to_be_signed
        )
        (kept if same else given_up).append(item)
    _store(desk, [item.abandoned() for item in given_up])
    return kept


def _abandon_taken(intents: list[Intent], desk: IssuingDesk) -> list[Intent]:
    """Give up intents whose number, or whose old license, another request took meanwhile."""
    numbers = {item.identifier: LicenseRecord.parse(item.record).number for item in intents}
    with desk.unit_of_work() as work:
        replaced, lost = taken_over(intents, work=work, now=desk.clock.now())
        taken = set(
            work.licenses.in_force(
                str(desk.license_type.code),
                str(desk.authority.code),
                list(numbers.values()),
                at=desk.clock.now(),
            )
        )
    kept: list[Intent] = []
    given_up: list[Intent] = []
    for item in intents:
        number, old = numbers[item.identifier], replaced.get(item.identifier)
        is_taken = number in taken and not (old and old.number == number)
        (given_up if is_taken or item.identifier in lost else kept).append(item)
        taken.add(number)
    _store(desk, [item.abandoned() for item in given_up])
    return kept


def _sign(intents: list[Intent], desk: IssuingDesk) -> list[Intent]:
    signed = [
        item.signed(
            record_signature=desk.record_signer.sign(item.record_to_be_signed),
            code_signature=desk.record_signer.sign(item.code_to_be_signed),
        )
        if item.stage is IntentStage.RECORDED
        else item
        for item in intents
    ]
    _store(desk, signed)
    return signed


def _record_faces(
    intents: list[Intent], faces: dict[str, PreparedFaces], desk: IssuingDesk
) -> list[Intent]:
    """Store intent B and who uses the seal; what was rendered before must come out the same."""
    kept: list[Intent] = []
    stored: list[Intent] = []
    fresh: list[Intent] = []
    for item in intents:
        now = rendered(item, faces[item.identifier], desk)
        if item.stage is IntentStage.SIGNED:
            stored.append(now)
            fresh.append(now)
            kept.append(now)
        elif are_same_faces(item, now):
            kept.append(item)
        else:
            stored.append(item.abandoned())
    _store(desk, stored, sealing=fresh)
    return kept


def _seal(
    intents: list[Intent], faces: dict[str, PreparedFaces], desk: IssuingDesk
) -> list[Intent]:
    """Use the seal, and store its signatures with what the CMS will be over."""
    done = [
        sealed(item, faces[item.identifier], desk) if item.stage is IntentStage.RENDERED else item
        for item in intents
    ]
    _store(desk, done)
    return done


def _sign_and_store(item: Intent, faces: PreparedFaces, desk: IssuingDesk) -> License:
    record = LicenseRecord.parse(item.record)
    files = completed(item, faces, desk)
    is_organization = record.holder.code_type.is_organization
    return License(
        identifier=item.identifier,
        type_code=str(record.identifier.type_code),
        type_name=record.type_name,
        number=record.number,
        issuer_code=str(record.authority.code),
        holder_key=desk.holder_keys.of(record.holder),
        holder_shown=record.holder_name if is_organization else mask(record.holder_name),
        valid_from=record.valid_from,
        valid_to=record.valid_to,
        status=StatusKind.ACTIVE,
        sealed_at=item.started_at,
        files=LicenseFiles(
            record=desk.objects.put(item.record),
            signature=desk.objects.put(signature_file(item, record, desk)),
            pdf=desk.objects.put(files.pdf),
            ofd=desk.objects.put(files.ofd) if files.ofd else "",
        ),
        status_index=record.status_index,
        replaces=record.replaces,
    )


def _put_in_force(
    intents: list[Intent], licenses: dict[str, License], desk: IssuingDesk
) -> frozenset[str]:
    """Put licenses in force, and end what they replace; return those that came too late."""
    if not intents:
        return frozenset()
    now = desk.clock.now()
    lost: set[str] = set()
    with desk.unit_of_work() as work:
        for item in intents:
            license = licenses[item.identifier]
            event = _first_event(license, now)
            if license.replaces:
                # The old one ends first: one number is never in force twice, not for a moment.
                ended = end_replaced(license, work=work, now=now)
                if ended is None:
                    lost.add(item.identifier)
                    continue
                event = replace(event, effective_at=ended.effective_at)
            work.licenses.add([license], event)
        work.intents.replace(
            item.abandoned() if item.identifier in lost else item.issued() for item in intents
        )
        work.commit()
    return frozenset(lost)


def _first_event(license: License, now: datetime) -> StatusEvent:
    begins = min(start_of(license.valid_from), license.sealed_at)
    return StatusEvent(
        kind=StatusKind.ACTIVE,
        effective_at=begins,
        recorded_at=now,
        actor="issuance",
    )


def _store(desk: IssuingDesk, intents: Sequence[Intent], *, sealing: Sequence[Intent] = ()) -> None:
    if not intents:
        return
    with desk.unit_of_work() as work:
        work.intents.replace(intents)
        record_uses(work, desk, sealing)
        work.commit()
