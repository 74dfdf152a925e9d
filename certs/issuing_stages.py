"""Stages 2 to 6 of issuing: from a recorded intent to a license in force."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from certs import printed_codes
from certs.civil_dates import start_of
from certs.face_contents import face_of
from certs.intents import Intent, IntentStage
from certs.issuing_desk import IssuingDesk
from certs.licenses import License, LicenseFiles
from certs.masking import mask
from certs.records import LicenseRecord
from certs.statuses import StatusEvent, StatusKind
from signing import cose
from signing.algorithms import sm3
from signing.pdf.assembly import PreparedPdf
from signing.pdf.sealing import SealPlacement
from signing.pdf.sealing import prepare as prepare_pdf
from signing.sealed_pdf import (
    contents_room,
    document_message,
    properties_of,
    seal_digest_to_be_signed,
)
from signing.signed_messages import Dialect, PreparedMessage
from signing.signed_messages import prepare as prepare_message
from signing.signer import SealProperties


def record_message(
    record: LicenseRecord, started_at: datetime, desk: IssuingDesk
) -> PreparedMessage:
    """Return license.p7s but for its signature; the same input gives the same bytes."""
    return prepare_message(
        Dialect.GB_T_35275, record.digest, signer=desk.record_signer, signed_at=started_at
    )


def code_message(record: LicenseRecord, desk: IssuingDesk) -> bytes:
    """Return what the QR code's signature is over."""
    return cose.to_be_signed(
        printed_codes.claims_of(record),
        certificate=desk.record_signer.certificate,
        domain=printed_codes.DOMAIN,
    )


def advance(intents: Iterable[Intent], desk: IssuingDesk) -> dict[str, License]:
    """Take recorded intents through the remaining stages; return licenses by identifier."""
    pending = _abandon_changed(list(intents), desk)
    pending = _abandon_taken(pending, desk)
    pending = _sign(pending, desk)
    faces = {item.identifier: _prepare_face(item, desk) for item in pending}
    pending = _record_faces(pending, faces, desk)
    pending = _seal(pending, faces, desk)
    licenses = {
        item.identifier: _sign_and_store(item, faces[item.identifier], desk) for item in pending
    }
    _put_in_force(pending, licenses, desk)
    return licenses


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
    """Give up intents whose number got into force meanwhile, through another request."""
    numbers = {item.identifier: LicenseRecord.parse(item.record).number for item in intents}
    with desk.unit_of_work() as work:
        taken = set(
            work.licenses.in_force(
                str(desk.license_type.code), str(desk.authority.code), list(numbers.values())
            )
        )
    kept: list[Intent] = []
    given_up: list[Intent] = []
    for item in intents:
        (given_up if numbers[item.identifier] in taken else kept).append(item)
        taken.add(numbers[item.identifier])
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


def _signature_file(item: Intent, record: LicenseRecord, desk: IssuingDesk) -> bytes:
    """Return license.p7s."""
    message = record_message(record, item.started_at, desk)
    return message.complete(item.record_signature)


def _prepare_face(item: Intent, desk: IssuingDesk) -> PreparedPdf:
    record = LicenseRecord.parse(item.record)
    code = cose.assemble(
        printed_codes.claims_of(record),
        certificate=desk.record_signer.certificate,
        signature=item.code_signature,
    )
    content = face_of(
        record,
        license_type=desk.license_type,
        signature=_signature_file(item, record, desk),
        qr_text=printed_codes.to_address(code, public_url=desk.public_url),
        created_at=item.started_at,
        specimen=desk.specimen,
    )
    box = desk.license_type.seal_box
    return prepare_pdf(
        desk.renderer.render(content),
        placement=SealPlacement(
            left_mm=box.center_x_mm - box.width_mm / 2,
            top_mm=box.center_y_mm - box.height_mm / 2,
            width_mm=box.width_mm,
            height_mm=box.height_mm,
        ),
        appearance=desk.appearance,
        signed_at=item.started_at,
        reason=f"签发{record.type_name}",
        signer_name=desk.authority.name,
        contents_bytes=contents_room(desk.sealer),
    )


def _properties(item: Intent, face: PreparedPdf) -> SealProperties:
    return properties_of(face, signed_at=item.started_at)


def _record_faces(
    intents: list[Intent], faces: dict[str, PreparedPdf], desk: IssuingDesk
) -> list[Intent]:
    """Store intent B; an intent that was rendered before must come out the same."""
    kept: list[Intent] = []
    stored: list[Intent] = []
    for item in intents:
        face = faces[item.identifier]
        rendered = item.rendered(
            document_digest=face.digest(),
            seal_to_be_signed=seal_digest_to_be_signed(
                face, sealer=desk.sealer, properties=_properties(item, face)
            ),
        )
        if item.stage is IntentStage.SIGNED:
            stored.append(rendered)
            kept.append(rendered)
        elif _same_face(item, rendered):
            kept.append(item)
        else:
            stored.append(item.abandoned())
    _store(desk, stored)
    return kept


def _same_face(before: Intent, now: Intent) -> bool:
    return (before.document_digest, before.seal_to_be_signed) == (
        now.document_digest,
        now.seal_to_be_signed,
    )


def _seal(intents: list[Intent], faces: dict[str, PreparedPdf], desk: IssuingDesk) -> list[Intent]:
    """Use the seal, and store its signature with what the CMS will be over."""
    sealed = [
        _sealed(item, faces[item.identifier], desk) if item.stage is IntentStage.RENDERED else item
        for item in intents
    ]
    _store(desk, sealed)
    return sealed


def _sealed(item: Intent, face: PreparedPdf, desk: IssuingDesk) -> Intent:
    seal_signature = desk.sealer.seal_digest(face.digest(), _properties(item, face))
    message = _document_message(item, face, seal_signature, desk)
    return item.sealed(
        seal_signature=seal_signature, document_to_be_signed=sm3(message.to_be_signed)
    )


def _document_message(
    item: Intent, face: PreparedPdf, seal_signature: bytes, desk: IssuingDesk
) -> PreparedMessage:
    return document_message(
        face,
        seal_signature=seal_signature,
        signer=desk.seal_signer,
        properties=_properties(item, face),
    )


def _sign_and_store(item: Intent, face: PreparedPdf, desk: IssuingDesk) -> License:
    record = LicenseRecord.parse(item.record)
    message = _document_message(item, face, item.seal_signature, desk)
    sealed = face.complete(message.complete(desk.seal_signer.sign(message.to_be_signed)))
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
            signature=desk.objects.put(_signature_file(item, record, desk)),
            pdf=desk.objects.put(sealed),
        ),
    )


def _put_in_force(intents: list[Intent], licenses: dict[str, License], desk: IssuingDesk) -> None:
    if not intents:
        return
    now = desk.clock.now()
    with desk.unit_of_work() as work:
        for item in intents:
            license = licenses[item.identifier]
            begins = start_of(license.valid_from)
            event = StatusEvent(
                kind=StatusKind.ACTIVE,
                effective_at=min(begins, item.started_at),
                recorded_at=now,
                actor="issuance",
            )
            work.licenses.add([license], event)
        work.intents.replace(item.issued() for item in intents)
        work.commit()


def _store(desk: IssuingDesk, intents: Sequence[Intent]) -> None:
    if not intents:
        return
    with desk.unit_of_work() as work:
        work.intents.replace(intents)
        work.commit()
