"""Stages 2 to 6 of issuing: from a recorded intent to a license in force.

Each stage is stored for the whole chunk before the next begins, and names the stage it comes
from: of two processes that take up the same intent, the second is told so and stops.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from certs.civil_dates import start_of
from certs.drafts import Draft, intents_of
from certs.errors import DuplicateLicenseError, FaceError, IllegalTransitionError
from certs.intents import IntentStage
from certs.issuing_desk import IssuingDesk
from certs.issuing_faces import (
    PreparedFaces,
    are_same_faces,
    completed,
    prepare_faces,
    rendered,
    sealed,
)
from certs.issuing_uses import check_seal, record_uses
from certs.licenses import License, LicenseFiles
from certs.lints.at_issue import assess_new
from certs.marking import child_until, secret_fields
from certs.masking import mask
from certs.ports import UnitOfWork
from certs.replacements import end_replaced, taken_over
from certs.statuses import StatusEvent, StatusKind


def advance(drafts: Iterable[Draft], desk: IssuingDesk) -> dict[str, License | FaceError]:
    """Take recorded drafts through the remaining stages.

    Returns:
        By identifier the license, or why it has no face; such a draft is given up. Nothing for
        those that others overtook.

    Raises:
        SealNotUsableError: The seal is not enabled; nothing more was signed.
        IntentClosedError: Another process has taken one of them further meanwhile.
    """
    signed = _sign(list(drafts), desk)
    faces, failures = _draw(signed, desk)
    _abandon([draft for draft in signed if draft.identifier in failures], desk)
    pending = [draft for draft in signed if draft.identifier in faces]
    pending = _record_faces(pending, faces, desk)
    pending = _seal(pending, faces, desk)
    made = _store_objects(pending, faces, desk) if pending else {}
    return {**failures, **_put_in_force(made, desk)}


def take_up(drafts: Iterable[Draft], desk: IssuingDesk) -> list[Draft]:
    """Return those of the drafts left by another process that can still become licenses.

    Given up are those whose bytes would come out differently now, a key having changed, and
    those whose number, or whose old license, another request took meanwhile.

    Raises:
        SealNotUsableError: The seal is not enabled.
    """
    left = list(drafts)
    if left:
        with desk.unit_of_work() as work:
            check_seal(work, desk)
    same = [draft for draft in left if draft.would_come_out_the_same(desk)]
    return _keep(_still_possible(same, desk), left, desk)


def _still_possible(drafts: Sequence[Draft], desk: IssuingDesk) -> list[Draft]:
    """Return the drafts whose number, and what they replace, no other license took meanwhile."""
    with desk.unit_of_work() as work:
        now = desk.clock.now()
        records = [draft.record for draft in drafts]
        replaced, lost = taken_over(records, work=work, now=now)
        taken = set(
            work.licenses.in_force(
                str(desk.license_type.code),
                str(desk.authority.code),
                [record.number for record in records],
                at=now,
            )
        )
    possible: list[Draft] = []
    for draft in drafts:
        number, old = draft.record.number, replaced.get(draft.identifier)
        # The number of the license that makes room is free for the one that takes its place.
        is_free = number not in taken or (old is not None and old.number == number)
        if is_free and draft.identifier not in lost:
            possible.append(draft)
        taken.add(number)
    return possible


def _keep(kept: list[Draft], drafts: Iterable[Draft], desk: IssuingDesk) -> list[Draft]:
    """Return ``kept``, the others of ``drafts`` given up."""
    names = {draft.identifier for draft in kept}
    _abandon([draft for draft in drafts if draft.identifier not in names], desk)
    return kept


def _abandon(drafts: Sequence[Draft], desk: IssuingDesk) -> None:
    if not drafts:
        return
    with desk.unit_of_work() as work:
        work.intents.abandon(intents_of(drafts))
        work.commit()


# The stages ----------------------------------------------------------------------------------


def _sign(drafts: list[Draft], desk: IssuingDesk) -> list[Draft]:
    """Stage 2: sign records and codes."""
    signed = {
        draft.identifier: draft.at(
            draft.intent.signed(
                record_signature=desk.record_signer.sign(draft.intent.record_to_be_signed),
                code_signature=desk.record_signer.sign(draft.intent.code_to_be_signed),
            )
        )
        for draft in drafts
        if draft.intent.stage is IntentStage.RECORDED
    }
    _store(desk, list(signed.values()), since=IntentStage.RECORDED)
    return [signed.get(draft.identifier, draft) for draft in drafts]


def _draw(
    drafts: Iterable[Draft], desk: IssuingDesk
) -> tuple[dict[str, PreparedFaces], dict[str, FaceError]]:
    """Draw the faces; return them, and why others cannot be drawn, by identifier."""
    faces: dict[str, PreparedFaces] = {}
    failures: dict[str, FaceError] = {}
    for draft in drafts:
        try:
            faces[draft.identifier] = prepare_faces(draft, desk)
        except FaceError as error:
            failures[draft.identifier] = error
    return faces, failures


def _record_faces(
    drafts: list[Draft], faces: dict[str, PreparedFaces], desk: IssuingDesk
) -> list[Draft]:
    """Stage 3: store intent B and who uses the seal.

    What was rendered before must come out the same, or is given up.
    """
    kept: list[Draft] = []
    fresh: list[Draft] = []
    changed: list[Draft] = []
    for draft in drafts:
        now = rendered(draft.intent, faces[draft.identifier], desk)
        if draft.intent.stage is IntentStage.SIGNED:
            fresh.append(draft.at(now))
            kept.append(draft.at(now))
        elif are_same_faces(draft.intent, now):
            kept.append(draft)
        else:
            changed.append(draft)
    _store(desk, fresh, since=IntentStage.SIGNED)
    _abandon(changed, desk)
    return kept


def _seal(drafts: list[Draft], faces: dict[str, PreparedFaces], desk: IssuingDesk) -> list[Draft]:
    """Stage 4: use the seal, and store its signatures with what the CMS will be over."""
    done = {
        draft.identifier: draft.at(sealed(draft.intent, faces[draft.identifier], desk))
        for draft in drafts
        if draft.intent.stage is IntentStage.RENDERED
    }
    _store(desk, list(done.values()), since=IntentStage.RENDERED)
    return [done.get(draft.identifier, draft) for draft in drafts]


def _store_objects(
    drafts: Sequence[Draft], faces: dict[str, PreparedFaces], desk: IssuingDesk
) -> dict[str, tuple[Draft, License]]:
    """Stage 5: sign the CMS of each face, and store all files of the chunk together.

    Their names are on record first: signatures are random, so that what an attempt before a
    crash stored has other names and would be nobody's.
    """
    named: dict[str, bytes] = {}
    made: dict[str, tuple[Draft, License]] = {}
    for draft in drafts:
        done = completed(draft, faces[draft.identifier], desk)
        named.update(done.contents)
        noted = draft.at(draft.intent.with_files(done.files.names))
        made[draft.identifier] = (noted, _license(noted, done.files, desk))
    with desk.unit_of_work() as work:
        work.intents.note_files([draft.intent for draft, _ in made.values()])
        work.commit()
    desk.objects.put_all(named)
    return made


def _license(draft: Draft, files: LicenseFiles, desk: IssuingDesk) -> License:
    record = draft.record
    license_type = desk.type_of(record)
    is_organization = record.holder.code_type.is_organization
    return License(
        identifier=draft.identifier,
        type_code=str(record.identifier.type_code),
        type_name=record.type_name,
        number=record.number,
        issuer_code=str(record.authority.code),
        holder_key=desk.holder_keys.of(record.holder),
        holder_shown=record.holder_name if is_organization else mask(record.holder_name),
        valid_from=record.valid_from,
        valid_to=record.valid_to,
        status=StatusKind.ACTIVE,
        sealed_at=draft.intent.started_at,
        files=files,
        status_index=record.status_index,
        replaces=record.replaces,
        child_until=child_until(record, license_type),
        type_secrets=secret_fields(license_type),
    )


def _put_in_force(made: dict[str, tuple[Draft, License]], desk: IssuingDesk) -> dict[str, License]:
    """Stage 6: what drafts replace has ended, and the licenses are in force; return them.

    Where another process licensed a number, or replaced a license, in the meantime, that draft
    is given up.
    """
    if not made:
        return {}
    drafts = [draft for draft, _ in made.values()]
    try:
        _commit_licenses(list(made.values()), desk)
    except (DuplicateLicenseError, IllegalTransitionError):
        possible = _keep(_still_possible(drafts, desk), drafts, desk)
        if len(possible) == len(drafts):
            raise
        return _put_in_force({draft.identifier: made[draft.identifier] for draft in possible}, desk)
    return {identifier: license for identifier, (_, license) in made.items()}


def _commit_licenses(made: Sequence[tuple[Draft, License]], desk: IssuingDesk) -> None:
    """Put licenses in force in one transaction, or none of them.

    Raises:
        DuplicateLicenseError: A number got into force meanwhile.
        IllegalTransitionError: What one replaces ended meanwhile.
    """
    now = desk.clock.now()
    assessments = assess_new([draft.record for draft, _ in made], desk)
    with desk.unit_of_work() as work:
        # Old ones end first: one number is never in force twice, not for a moment.
        begun = [_begun(license, work=work, now=now) for _, license in made]
        work.licenses.add(begun)
        work.quality.keep(assessments, at=now)
        issued = [draft.intent.issued(license.files.names) for draft, license in made]
        work.intents.advance(issued, since=IntentStage.SEALED)
        work.commit()


def _begun(license: License, *, work: UnitOfWork, now: datetime) -> tuple[License, StatusEvent]:
    """Return a license with its first event; what it replaces ends when it begins.

    What the holder marked as a trade secret stays one in the new version.
    """
    begins = min(start_of(license.valid_from), license.sealed_at)
    if license.replaces:
        old, ending = end_replaced(license, work=work, now=now)
        license, begins = replace(license, held_secrets=old.held_secrets), ending.effective_at
    event = StatusEvent(
        kind=StatusKind.ACTIVE, effective_at=begins, recorded_at=now, actor="issuance"
    )
    return license, event


def _store(desk: IssuingDesk, drafts: Sequence[Draft], *, since: IntentStage) -> None:
    """Store drafts that have come one stage further; a seal's use is recorded with intent B."""
    if not drafts:
        return
    intents = intents_of(drafts)
    with desk.unit_of_work() as work:
        work.intents.advance(intents, since=since)
        if since is IntentStage.SIGNED:
            record_uses(work, desk, intents)
        work.commit()
