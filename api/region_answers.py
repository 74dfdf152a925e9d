"""What this region answers to others: which licenses a holder has, signed and encrypted."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Final

from api.bulk_lines import question_text
from api.http_errors import NotServedHereError
from api.services import Services, Work
from certs.license_files import read_file
from certs.lifecycle import answer_statuses
from certs.releases import Basis, BasisKind, Wanted, release
from certs.status_answer_batches import MOST_ANSWERS
from certs.statuses import StatusKind, status_at
from signing.revocation_lists import RevocationList
from verify.errors import ShareError
from verify.sharing import MOST_LICENSES, ReceivedQuery, SharedLicense, open_query, sign_reply
from verify.speakers import parse_lists
from verify.trust_lists import TrustedRegion

_MOST_PDF_BYTES: Final = 2 * 2**20
"""Faces in one reply: signed envelopes hold 4 MiB, and base64 twice over makes 16/9 of it."""


def answer_question(data: bytes, *, services: Services) -> bytes:
    """Answer a signed question about a holder's licenses; each use is on record before.

    Returns:
        The signed reply, encrypted for whoever asked. Newest licenses first; those that no
        longer fit are left out.

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
        licenses = _licenses(received, work, services, now)
        for item in licenses:
            wanted = Wanted(
                identifier=item.identifier,
                fields=("license.pdf",),
                user=f"{received.asker.name}（{received.asker.code}）",
            )
            release(wanted, _asked_by_region(received), work=work, at=now)
        work.commit()
    return sign_reply(licenses, received=received, signer=services.service_signer, now=now)


def _asked_by_region(received: ReceivedQuery) -> Basis:
    """Return the basis of a region's question: it verifies the face by machine, for a case."""
    return Basis(
        kind=BasisKind.CASE,
        permitted=frozenset({"license.pdf"}),
        purpose=received.query.purpose,
        department=received.asker.name,
    )


def _licenses(
    received: ReceivedQuery, work: Work, services: Services, now: datetime
) -> tuple[SharedLicense, ...]:
    """Return the newest licenses of the holder that fit into a reply."""
    holder_key = services.holder_keys.of(received.query.holder)
    found = work.licenses.of_holder(holder_key, str(received.query.license_type))
    shared: list[SharedLicense] = []
    room = _MOST_PDF_BYTES
    for license in found[:MOST_LICENSES]:
        pdf = read_file(services.objects, license.files, license.files.pdf)
        if len(pdf) > room:
            break
        room -= len(pdf)
        event = status_at(work.licenses.events(license.identifier), day=now, known=now)
        shared.append(
            SharedLicense(
                identifier=license.identifier,
                status=event.kind if event else StatusKind.PENDING,
                pdf=pdf,
            )
        )
    return tuple(shared)


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
