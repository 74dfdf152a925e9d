"""What this region answers to others: which licenses a holder has, signed and encrypted."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import accumulate, islice
from typing import Final

from api.bulk_lines import question_text
from api.http_errors import NotServedHereError
from api.services import Services, Work
from certs.license_files import read_file
from certs.licenses import License
from certs.lifecycle import answer_statuses, present_status
from certs.releases import SHARING_DUTY, Basis, BasisKind, Wanted, release_found
from certs.status_answer_batches import MOST_ANSWERS
from signing.revocation_lists import RevocationList
from verify.errors import ShareError
from verify.sharing import (
    MOST_LICENSES,
    ReceivedQuery,
    SharedLicense,
    ShareQuery,
    ShareReply,
    open_query,
    sign_reply,
)
from verify.speakers import parse_lists
from verify.trust_lists import TrustedRegion

_MOST_PDF_BYTES: Final = 2 * 2**20
"""Faces in one reply: signed envelopes hold 4 MiB, and base64 twice over makes 16/9 of it."""


def answer_question(data: bytes, *, services: Services) -> bytes:
    """Answer a signed question about a holder's licenses; each use is on record before.

    Returns:
        The signed reply, encrypted for whoever asked: by types in the order of the question,
        newest licenses first. Those of the first type that no longer fit are left out; a further
        type that does not fit is not answered, and has to be asked about again.

    Raises:
        ShareError: The question must not be answered; why, is not for the asker.
        KeyUnavailableError: The reply cannot be signed now.
    """
    now = services.clock.now()
    trust = services.trust.current()
    if trust is None or not trust.is_fresh_at(now):
        raise ShareError("no trust list says who may ask")

    def lists(asker: TrustedRegion) -> tuple[RevocationList, ...]:
        found = services.verifier.regions.revocation_lists(asker.service_url)
        return tuple(parse_lists(found))

    received = open_query(
        data,
        own=services.region,
        decryptor=services.decryptor,
        trust=trust,
        lists=lists,
        now=now,
    )
    with services.unit_of_work() as work:
        held = _held(received.query, work, services)
        reply = _reply(received, held, work, services, now)
        wanted = [(held[item.identifier], _wanted(item, received)) for item in reply.licenses]
        release_found(wanted, _asked_by_region(received), work=work, at=now)
        work.commit()
    return sign_reply(reply, received=received, signer=services.service_signer, now=now)


def _wanted(item: SharedLicense, received: ReceivedQuery) -> Wanted:
    return Wanted(
        identifier=item.identifier,
        fields=("license.pdf",),
        user=f"{received.asker.name}（{received.asker.code}）",
    )


def _asked_by_region(received: ReceivedQuery) -> Basis:
    """Return the basis of a region's question: it verifies the face by machine, for a case."""
    return Basis(
        kind=BasisKind.CASE,
        permitted=frozenset({"license.pdf"}),
        purpose=received.query.purpose,
        department=received.asker.name,
        duty=SHARING_DUTY,
    )


def _held(query: ShareQuery, work: Work, services: Services) -> Mapping[str, License]:
    """Return the holder's licenses of the types asked for, newest first, by their identifiers."""
    holder_key = services.holder_keys.of(query.holder)
    held = work.licenses.of_holder(holder_key, *map(str, query.license_types))
    return {license.identifier: license for license in held}


def _reply(
    received: ReceivedQuery,
    held: Mapping[str, License],
    work: Work,
    services: Services,
    now: datetime,
) -> ShareReply:
    """Return the newest licenses of the holder, as many types as fit into a reply."""
    shared: list[SharedLicense] = []
    answered, room = 0, _MOST_PDF_BYTES
    for license_type in map(str, received.query.license_types):
        found = [item for item in held.values() if item.type_code == license_type]
        given = [
            _shared(license, received.query.known, work, services, now)
            for license in found[:MOST_LICENSES]
        ]
        sizes = list(accumulate(len(item.pdf) for item in given))
        fitting = sum(size <= room for size in sizes)
        if answered and fitting < len(given):
            break
        shared += given[:fitting]
        room -= sizes[fitting - 1] if fitting else 0
        answered += 1
    return ShareReply(licenses=tuple(shared), answered=answered)


def _shared(
    license: License, known: frozenset[str], work: Work, services: Services, now: datetime
) -> SharedLicense:
    """Return a license as it is given away; without its face where the asker remembers that."""
    status = present_status(license, work, now)
    if license.files.pdf in known:
        return SharedLicense(identifier=license.identifier, status=status, digest=license.files.pdf)
    pdf = read_file(services.objects, license.files, license.files.pdf)
    return SharedLicense(identifier=license.identifier, status=status, pdf=pdf)


def signed_answers(lines: Iterable[bytes], nonce: str, *, services: Services) -> Iterator[bytes]:
    """Yield signed answers about the licenses that lines name, a hundred a line.

    Lines that ask no question are left out; whoever has no answer asked none.

    Raises:
        NotServedHereError: This process has no key for answers.
    """
    signer = services.status_signer
    if signer is None:
        raise NotServedHereError("no key for status answers")
    questions = (text for line in lines if (text := question_text(line)) is not None)
    while portion := list(islice(questions, MOST_ANSWERS)):
        yield (
            answer_statuses(
                portion,
                nonce,
                region=str(services.region),
                unit_of_work=services.unit_of_work,
                clock=services.clock,
                signer=signer,
            )
            + b"\n"
        )
