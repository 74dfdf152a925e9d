"""Letters between regions (地区间密函): a signed question and its signed answer, both encrypted.

The asker names itself by its signature; what is asked travels only in the encrypted body, and the
answer is encrypted for the very certificate that asked. A letter has one kind, so that an answer
of one kind never passes for one of another.
"""

import base64
import binascii
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from certs import canonical
from certs.canonical import JsonValue
from certs.envelopes import Envelope, parse_envelope, sign_payload
from certs.errors import MalformedIdentifierError, MalformedRecordError
from certs.regions import RegionCode
from signing import encryption
from signing.certificates import Certificate
from signing.errors import InvalidPathError, InvalidSignatureError, MalformedStructureError
from signing.revocation_lists import RevocationList
from signing.roles import Role
from signing.signer import CertifiedSigner, Decryptor
from verify.errors import ShareError
from verify.speakers import check_speaker
from verify.trust_lists import TrustedRegion, TrustList

CLOCK_SKEW: Final = timedelta(minutes=5)
"""How far the clocks of two regions may differ."""

_NONCE_BYTES: Final = 16
_MAX_BODY_BYTES: Final = 16 * 2**20
_UNREADABLE: Final = (
    MalformedRecordError,
    MalformedIdentifierError,
    MalformedStructureError,
    InvalidSignatureError,
    InvalidPathError,
    ValueError,
    TypeError,
    KeyError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterKind:
    """One kind of letter.

    Attributes:
        question: The schema of what is asked.
        answer: The schema of what is answered.
        max_question_bytes: The longest question, as it travels.
        max_answer_bytes: The longest answer, as it travels.
    """

    question: str
    answer: str
    max_question_bytes: int = 65_536
    max_answer_bytes: int = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A question whose asker has been checked.

    Attributes:
        body: What is asked.
        nonce: 16 bytes, hexadecimal; the answer carries it.
        asker: The region that asks.
        reply_to: The certificate that asked.
    """

    body: JsonValue = field(repr=False)
    nonce: str
    asker: TrustedRegion
    reply_to: Certificate


def seal_question(  # noqa: PLR0913 - whom it is from and to
    body: dict[str, JsonValue],
    *,
    kind: LetterKind,
    asker: RegionCode,
    region: TrustedRegion,
    signer: CertifiedSigner,
    now: datetime,
) -> tuple[bytes, str]:
    """Return a question to ``region``, signed and encrypted, and its nonce."""
    nonce = secrets.token_hex(_NONCE_BYTES)
    payload: dict[str, JsonValue] = {
        "schema": kind.question,
        "from": str(asker),
        "to": str(region.code),
        "nonce": nonce,
        "at": now.isoformat(),
        "body": encrypted_body(body, region.service, f"{kind.question}|{nonce}"),
    }
    return sign_payload(payload, signer=signer, signed_at=now.replace(microsecond=0)), nonce


def open_question(  # noqa: PLR0913 - what a question is checked against
    data: bytes,
    *,
    kind: LetterKind,
    own: RegionCode,
    decryptor: Decryptor,
    trust: TrustList,
    lists: Callable[[TrustedRegion], Iterable[RevocationList]],
    now: datetime,
) -> Received:
    """Open a question, if a region of the trust list asks it of us, now.

    Raises:
        ShareError: Anything else.
    """
    try:
        envelope = parse_envelope(data, max_bytes=kind.max_question_bytes)
        header = text_header(envelope, kind.question)
        asker = trust.region(RegionCode(header["from"]))
        if asker is None or header["to"] != str(own):
            raise ShareError("not a question of a known region to this one")
        check_speaker(envelope, asker, Role.SERVICE, lists=lists(asker), now=now)
        if abs(now - datetime.fromisoformat(header["at"])) > CLOCK_SKEW:
            raise ShareError("an old question, or clocks that differ")
        body = decrypted_body(header["body"], decryptor, f"{kind.question}|{header['nonce']}")
    except _UNREADABLE as error:
        raise ShareError("the question cannot be read or its asker not be trusted") from error
    return Received(body=body, nonce=header["nonce"], asker=asker, reply_to=envelope.message.signer)


def seal_answer(
    body: dict[str, JsonValue],
    *,
    kind: LetterKind,
    received: Received,
    signer: CertifiedSigner,
    now: datetime,
) -> bytes:
    """Return the signed answer, encrypted for whoever asked."""
    payload: dict[str, JsonValue] = {
        "schema": kind.answer,
        "nonce": received.nonce,
        "body": encrypted_body(body, received.reply_to, f"{kind.answer}|{received.nonce}"),
    }
    return sign_payload(payload, signer=signer, signed_at=now.replace(microsecond=0))


def open_answer(  # noqa: PLR0913 - what an answer is checked against
    data: bytes,
    *,
    kind: LetterKind,
    nonce: str,
    region: TrustedRegion,
    decryptor: Decryptor,
    lists: Iterable[RevocationList],
    now: datetime,
) -> JsonValue:
    """Open the answer of ``region`` to the question with ``nonce``.

    Raises:
        ShareError: Another answer, or one that cannot be believed.
    """
    try:
        envelope = parse_envelope(data, max_bytes=kind.max_answer_bytes)
        header = text_header(envelope, kind.answer)
        if header["nonce"] != nonce:
            raise ShareError("the answer is to another question")
        check_speaker(envelope, region, Role.SERVICE, lists=lists, now=now)
        return decrypted_body(header["body"], decryptor, f"{kind.answer}|{nonce}")
    except _UNREADABLE as error:
        raise ShareError("the answer cannot be read or not be trusted") from error


def texts_of(body: JsonValue, *names: str) -> dict[str, str]:
    """Return the texts of a body that consists of these and nothing else.

    Raises:
        ShareError: It has another form.
    """
    if not isinstance(body, dict) or set(body) != set(names):
        raise ShareError("the body has not the parts that it should have")
    found = {name: value for name, value in body.items() if isinstance(value, str)}
    if len(found) != len(names):
        raise ShareError("a part of the body is no text")
    return found


def text_header(envelope: Envelope, schema: str) -> dict[str, str]:
    """Return the payload of a message whose members are all texts.

    Raises:
        ShareError: It is of another schema, or has other members.
    """
    header = {key: value for key, value in envelope.payload.items() if isinstance(value, str)}
    if header != envelope.payload or header.get("schema") != schema:
        raise ShareError(f"not of the schema {schema}")
    return header


def encrypted_body(body: dict[str, JsonValue], recipient: Certificate, context: str) -> str:
    """Return a body that only ``recipient`` can read, and only in this context."""
    plain = canonical.encode(body, max_bytes=_MAX_BODY_BYTES)
    encrypted = encryption.encrypt(
        plain, recipient=recipient.public_key, context=context.encode("ascii")
    )
    return base64.b64encode(encrypted).decode("ascii")


def decrypted_body(body: str, decryptor: Decryptor, context: str) -> JsonValue:
    """Return what was encrypted for us in this context.

    Raises:
        ShareError: It is not base64.
        MalformedStructureError: It is not for us, or of another context.
    """
    try:
        encrypted = base64.b64decode(body.encode("ascii"), validate=True)
    except binascii.Error as error:
        raise ShareError("the body is not base64") from error
    plain = encryption.decrypt(encrypted, decryptor=decryptor, context=context.encode("ascii"))
    return canonical.decode(plain, max_bytes=_MAX_BODY_BYTES)
