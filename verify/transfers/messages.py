"""A case that is handed over, as it travels: signed by the sender, encrypted for the receiver.

The receipt that comes back is signed as well, and names the very bytes that were received.
"""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from certs.canonical import JsonValue
from certs.envelopes import Envelope, parse_envelope, sign_payload
from certs.errors import LicenseError
from certs.regions import RegionCode
from signing.errors import SigningError
from signing.revocation_lists import RevocationList
from signing.roles import Role
from signing.signer import CertifiedSigner, Decryptor
from verify.acceptance.records import Applicant
from verify.case_errors import MalformedApplicantError
from verify.errors import ShareError
from verify.letters import decrypted_body, encrypted_body, text_header
from verify.matters.situations import Answers
from verify.speakers import check_speaker
from verify.trust_lists import TrustedRegion

TRANSFER: Final = "yinxin.case-transfer/1"
RECEIPT: Final = "yinxin.case-transfer-receipt/1"
MAX_TRANSFER_BYTES: Final = 6 * 2**20
MOST_FACE_BYTES: Final = 2 * 2**20
"""Of all faces together; base64 twice over makes 16/9 of it."""

_MOST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A case as it is handed over; nothing in it is relied upon before it was looked up again.

    Attributes:
        number: 26 letters of base 32.
        matter: 事项编码.
        applicant: 申请人.
        situation: 情形.
        parties: 当事人, by the matter's codes for them.
        answers: What the applicant wrote into the form, by field.
        faces: Attached licenses (PDF) by the material, as many as fit.
    """

    number: str
    matter: str
    applicant: Applicant
    situation: Answers
    parties: Mapping[str, Applicant] = field(default_factory=dict, repr=False)
    answers: Mapping[str, str] = field(repr=False)
    faces: Mapping[str, bytes] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """移交回执: the receiver has the case.

    Attributes:
        number: Of the transfer.
        digest: SM3 of what was signed, hexadecimal.
        received_at: When.
    """

    number: str
    digest: str
    received_at: datetime


def sign_transfer(
    transfer: Transfer,
    *,
    sender: RegionCode,
    receiver: TrustedRegion,
    signer: CertifiedSigner,
    now: datetime,
) -> bytes:
    """Return a case as it travels to ``receiver``."""
    body: dict[str, JsonValue] = {
        "matter": transfer.matter,
        **transfer.applicant.as_json(),
        "parties": {code: person.as_json() for code, person in transfer.parties.items()},
        "situation": dict(transfer.situation),
        "answers": dict(transfer.answers),
        "faces": {
            material: base64.b64encode(face).decode("ascii")
            for material, face in transfer.faces.items()
        },
    }
    payload: dict[str, JsonValue] = {
        "schema": TRANSFER,
        "from": str(sender),
        "to": str(receiver.code),
        "number": transfer.number,
        "at": now.isoformat(),
        "body": encrypted_body(body, receiver.service, _context(transfer.number)),
    }
    return sign_payload(
        payload,
        signer=signer,
        signed_at=now.replace(microsecond=0),
        max_bytes=MAX_TRANSFER_BYTES,
    )


def message_digest(data: bytes) -> str:
    """Return the SM3 of what was signed, hexadecimal."""
    return signed_message(data).identity.hex()


def signed_message(data: bytes) -> Envelope:
    """Return a message as it came; nothing is checked yet.

    Raises:
        ShareError: It is none, or too long.
    """
    try:
        return parse_envelope(data, max_bytes=MAX_TRANSFER_BYTES)
    except LicenseError as error:
        raise ShareError("not a signed message") from error


def sender_of(data: bytes, schema: str = TRANSFER) -> RegionCode:
    """Return the region that a message claims to come from; nothing is checked yet.

    Raises:
        ShareError: It is no message of the schema.
    """
    try:
        return RegionCode(text_header(signed_message(data), schema)["from"])
    except (LicenseError, KeyError) as error:
        raise ShareError(f"not of the schema {schema}") from error


def open_transfer(  # noqa: PLR0913 - what a transfer is checked against
    data: bytes,
    *,
    own: RegionCode,
    sender: TrustedRegion,
    decryptor: Decryptor,
    lists: Iterable[RevocationList],
    now: datetime,
) -> tuple[Transfer, str]:
    """Open what ``sender`` hands over to us.

    A transfer may be late, since it is sent again until its receipt comes; its number makes
    sure that it is taken once.

    Returns:
        The case, and the digest of what was signed.

    Raises:
        ShareError: Another region's, not for us, or not to be read.
    """
    envelope = signed_message(data)
    try:
        check_speaker(envelope, sender, Role.SERVICE, lists=lists, now=now)
    except (SigningError, LicenseError) as error:
        raise ShareError("the sender cannot be trusted") from error
    header = text_header(envelope, TRANSFER)
    if header.get("to") != str(own) or header.get("from") != str(sender.code):
        raise ShareError("not handed over to this region")
    return read_transfer(data, decryptor=decryptor), envelope.identity.hex()


def read_transfer(data: bytes, *, decryptor: Decryptor) -> Transfer:
    """Read a transfer that was checked when it came.

    Raises:
        ShareError: It cannot be read.
    """
    header = text_header(signed_message(data), TRANSFER)
    try:
        body = decrypted_body(header["body"], decryptor, _context(header["number"]))
        return _transfer(header["number"], body)
    except (
        LicenseError,
        SigningError,
        MalformedApplicantError,
        ValueError,
        TypeError,
        KeyError,
    ) as error:
        raise ShareError("the case cannot be read") from error


def sign_receipt(receipt: Receipt, *, receiver: RegionCode, signer: CertifiedSigner) -> bytes:
    """Return the signed receipt of a transfer."""
    payload: dict[str, JsonValue] = {
        "schema": RECEIPT,
        "from": str(receiver),
        "number": receipt.number,
        "sm3": receipt.digest,
        "received_at": receipt.received_at.isoformat(),
    }
    return sign_payload(
        payload, signer=signer, signed_at=receipt.received_at.replace(microsecond=0)
    )


def open_receipt(  # noqa: PLR0913 - what a receipt is checked against
    data: bytes,
    *,
    receiver: TrustedRegion,
    number: str,
    digest: str,
    lists: Iterable[RevocationList],
    now: datetime,
) -> Receipt:
    """Open the receipt of a transfer that ``receiver`` gave.

    Raises:
        ShareError: It is no receipt of these bytes, or of another region.
    """
    envelope = signed_message(data)
    try:
        check_speaker(envelope, receiver, Role.SERVICE, lists=lists, now=now)
        header = text_header(envelope, RECEIPT)
        receipt = Receipt(
            number=header["number"],
            digest=header["sm3"],
            received_at=datetime.fromisoformat(header["received_at"]),
        )
    except (SigningError, LicenseError, ValueError, KeyError) as error:
        raise ShareError("the receipt cannot be read or not be trusted") from error
    if header["from"] != str(receiver.code) or receipt.received_at.tzinfo is None:
        raise ShareError("the receipt is of another region")
    if (receipt.number, receipt.digest) != (number, digest):
        raise ShareError("the receipt is of something else")
    return receipt


def _context(number: str) -> str:
    return f"{TRANSFER}|{number}"


def _transfer(number: str, body: JsonValue) -> Transfer:
    if not isinstance(body, dict):
        raise TypeError("a case is an object")
    faces = _texts(body["faces"])
    return Transfer(
        number=number,
        matter=str(body["matter"]),
        applicant=Applicant.from_json(body),
        parties=_people(body["parties"]),
        situation=_texts(body["situation"]),
        answers=_texts(body["answers"]),
        faces={
            material: base64.b64decode(face.encode("ascii"), validate=True)
            for material, face in faces.items()
        },
    )


def _people(value: JsonValue) -> dict[str, Applicant]:
    if not isinstance(value, dict) or len(value) > _MOST:
        raise TypeError("people by name, and not too many")
    return {code: Applicant.from_json(_texts(person)) for code, person in value.items()}


def _texts(value: JsonValue) -> dict[str, str]:
    if not isinstance(value, dict) or len(value) > _MOST:
        raise TypeError("texts by name, and not too many")
    found = {name: text for name, text in value.items() if isinstance(text, str)}
    if len(found) != len(value):
        raise TypeError("not a text")
    return found
