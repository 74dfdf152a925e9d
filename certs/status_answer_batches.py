"""Signed answers about many licenses at once (批量状态应答): one signature over a hundred answers.

Every answer in it repeats the asker's nonce and stands for itself, as if it had been signed alone.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from certs.envelopes import Envelope, parse_envelope, sign_payload
from certs.errors import MalformedRecordError
from certs.status_answers import StatusAnswer
from signing.signer import CertifiedSigner

SCHEMA: Final = "yinxin.status-answers/1"
MOST_ANSWERS: Final = 100
MAX_ANSWER_BYTES: Final = 65_536
MAX_BATCH_BYTES: Final = 524_288
_KEPT: Final = 64


def sign_answers(answers: Sequence[StatusAnswer], *, signer: CertifiedSigner) -> bytes:
    """Return up to ``MOST_ANSWERS`` answers of one moment under one signature, as JSON text.

    Raises:
        ValueError: None, or more.
    """
    if not 0 < len(answers) <= MOST_ANSWERS:
        raise ValueError(f"1 to {MOST_ANSWERS} answers are signed together")
    return sign_payload(
        {"schema": SCHEMA, "answers": [answer.as_payload() for answer in answers]},
        signer=signer,
        signed_at=answers[0].answered_at,
    )


@lru_cache(_KEPT)
def parse_answers(data: bytes) -> tuple[Envelope, dict[str, StatusAnswer]]:
    """Parse a signed answer, or many under one signature; nothing is verified yet.

    Returns:
        The envelope, and the answers by identifier.

    Raises:
        MalformedRecordError: Neither.
    """
    envelope = parse_envelope(data, max_bytes=MAX_BATCH_BYTES)
    if envelope.payload.get("schema") != SCHEMA:
        if len(data) > MAX_ANSWER_BYTES:
            raise MalformedRecordError("one answer is not that long")
        answer = StatusAnswer.of(envelope)
        return envelope, {answer.identifier: answer}
    items = envelope.payload.get("answers")
    if not isinstance(items, list) or not 0 < len(items) <= MOST_ANSWERS:
        raise MalformedRecordError("a batch has answers")
    answers: dict[str, StatusAnswer] = {}
    for item in items:
        if not isinstance(item, dict):
            raise MalformedRecordError("an answer is an object")
        answer = StatusAnswer.of(replace(envelope, payload=item))
        answers[answer.identifier] = answer
    if len(answers) != len(items):
        raise MalformedRecordError("a license is answered twice")
    return envelope, answers


def identifiers_in(data: bytes) -> frozenset[str]:
    """Return the identifiers that some signed answers are about; none where they are no such."""
    try:
        return frozenset(parse_answers(data)[1])
    except MalformedRecordError:
        return frozenset()
