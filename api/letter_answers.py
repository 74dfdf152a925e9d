"""Letters of other regions to this one: who may be answered, and how."""

import re
from datetime import timedelta
from typing import Final

from api.http_errors import NotServedHereError
from api.services import Services
from certs.canonical import JsonValue
from signing.revocation_lists import RevocationList
from verify.errors import ShareError
from verify.letters import CLOCK_SKEW, LetterKind, Received, open_question, seal_answer
from verify.speakers import parse_lists
from verify.trust_lists import TrustedRegion

_NONCE: Final = re.compile(r"[0-9a-f]{32}")
_REMEMBERED: Final = 2 * CLOCK_SKEW + timedelta(seconds=1)
"""As long as a letter could be shown again and still pass as new."""


def open_letter(data: bytes, *, kind: LetterKind, services: Services) -> Received:
    """Open a letter to this region, once.

    Raises:
        ShareError: It must not be answered; why, is not for the asker.
        NotServedHereError: This process keeps no nonces.
    """
    now = services.clock.now()
    trust, nonces = services.trust.current(), services.request_nonces
    if nonces is None:
        raise NotServedHereError("no store of nonces")
    if trust is None or not trust.is_fresh_at(now):
        raise ShareError("no trust list says who may ask")

    def lists(asker: TrustedRegion) -> tuple[RevocationList, ...]:
        return parse_lists(services.verifier.regions.revocation_lists(asker.service_url))

    received = open_question(
        data,
        kind=kind,
        own=services.region,
        decryptor=services.decryptor,
        trust=trust,
        lists=lists,
        now=now,
    )
    if not _NONCE.fullmatch(received.nonce):
        raise ShareError("a nonce is 16 bytes")
    if not nonces.use(str(received.asker.code), received.nonce, until=now + _REMEMBERED, now=now):
        raise ShareError("the letter was here before")
    return received


def answer_letter(
    body: dict[str, JsonValue], received: Received, *, kind: LetterKind, services: Services
) -> bytes:
    """Return the answer to a letter, signed, encrypted for whoever asked.

    Raises:
        KeyUnavailableError: It cannot be signed now.
    """
    return seal_answer(
        body,
        kind=kind,
        received=received,
        signer=services.service_signer,
        now=services.clock.now(),
    )
