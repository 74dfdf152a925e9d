"""Questions between regions about a holder's licenses (跨区域调用), signed and encrypted.

The asker names itself by its signature; the holder's code travels only in the encrypted body,
and the answer is encrypted for the very certificate that asked.
"""

import base64
import binascii
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from certs import canonical
from certs.canonical import JsonValue
from certs.envelopes import Envelope, parse_envelope, sign_payload
from certs.errors import MalformedIdentifierError, MalformedRecordError
from certs.holder_codes import HolderCode, HolderCodeType
from certs.identifiers import LicenseTypeCode
from certs.regions import RegionCode
from certs.statuses import StatusKind
from signing import encryption
from signing.certificates import Certificate
from signing.errors import InvalidPathError, InvalidSignatureError, MalformedStructureError
from signing.revocation_lists import RevocationList
from signing.roles import Role
from signing.signer import CertifiedSigner, Decryptor
from verify.errors import ShareError
from verify.speakers import check_speaker
from verify.trust_lists import TrustedRegion, TrustList

QUERY: Final = "yinxin.share-query/1"
REPLY: Final = "yinxin.share-reply/1"
MAX_QUERY_BYTES: Final = 65_536
MAX_REPLY_BYTES: Final = 16 * 2**20
MOST_LICENSES: Final = 8
"""Licenses in one reply; a holder with more is asked about by type and region."""

_CLOCK_SKEW: Final = timedelta(minutes=5)
_NONCE_BYTES: Final = 16
_Lists = Callable[[TrustedRegion], Iterable[RevocationList]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareQuery:
    """Which licenses of one type does this holder have, and what for?"""

    holder: HolderCode
    license_type: LicenseTypeCode
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedQuery:
    """A query whose asker has been checked."""

    query: ShareQuery
    nonce: str
    asker: TrustedRegion
    reply_to: Certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedLicense:
    """One license as the issuing region gives it away: status and sealed face."""

    identifier: str
    status: StatusKind
    pdf: bytes


def sign_query(
    query: ShareQuery,
    *,
    asker: RegionCode,
    region: TrustedRegion,
    signer: CertifiedSigner,
    now: datetime,
) -> tuple[bytes, str]:
    """Return the signed query for ``region``, and its nonce."""
    nonce = secrets.token_hex(_NONCE_BYTES)
    body: dict[str, JsonValue] = {
        "code_type": query.holder.code_type.value,
        "code": query.holder.code,
        "license_type": str(query.license_type),
        "purpose": query.purpose,
    }
    payload: dict[str, JsonValue] = {
        "schema": QUERY,
        "from": str(asker),
        "to": str(region.code),
        "nonce": nonce,
        "at": now.isoformat(),
        "body": encrypted_body(body, region.service, f"{QUERY}|{nonce}"),
    }
    return sign_payload(payload, signer=signer, signed_at=now.replace(microsecond=0)), nonce


def open_query(  # noqa: PLR0913 - what a question is checked against
    data: bytes,
    *,
    own: RegionCode,
    decryptor: Decryptor,
    trust: TrustList,
    lists: _Lists,
    now: datetime,
) -> ReceivedQuery:
    """Open a query, if a region of the trust list asks it of us, now.

    Raises:
        ShareError: Anything else.
    """
    try:
        envelope = parse_envelope(data, max_bytes=MAX_QUERY_BYTES)
        header = text_header(envelope, QUERY)
        asker = trust.region(RegionCode(header["from"]))
        if asker is None or header["to"] != str(own):
            raise ShareError("not a question of a known region to this one")
        check_speaker(envelope, asker, Role.SERVICE, lists=lists(asker), now=now)
        if abs(now - datetime.fromisoformat(header["at"])) > _CLOCK_SKEW:
            raise ShareError("an old question, or clocks that differ")
        body = decrypted_body(header["body"], decryptor, f"{QUERY}|{header['nonce']}")
        query = _query(body)
    except (
        MalformedRecordError,
        MalformedIdentifierError,
        MalformedStructureError,
        InvalidSignatureError,
        InvalidPathError,
        ValueError,
        TypeError,
        KeyError,
    ) as error:
        raise ShareError("the question cannot be read or its asker not be trusted") from error
    return ReceivedQuery(
        query=query, nonce=header["nonce"], asker=asker, reply_to=envelope.message.signer
    )


def sign_reply(
    licenses: Iterable[SharedLicense],
    *,
    received: ReceivedQuery,
    signer: CertifiedSigner,
    now: datetime,
) -> bytes:
    """Return the signed reply, encrypted for whoever asked."""
    body: dict[str, JsonValue] = {
        "licenses": [
            {
                "identifier": item.identifier,
                "status": item.status.value,
                "pdf": base64.b64encode(item.pdf).decode("ascii"),
            }
            for item in licenses
        ]
    }
    payload: dict[str, JsonValue] = {
        "schema": REPLY,
        "nonce": received.nonce,
        "body": encrypted_body(body, received.reply_to, f"{REPLY}|{received.nonce}"),
    }
    return sign_payload(payload, signer=signer, signed_at=now.replace(microsecond=0))


def open_reply(  # noqa: PLR0913 - what a reply is checked against
    data: bytes,
    *,
    nonce: str,
    region: TrustedRegion,
    decryptor: Decryptor,
    lists: Iterable[RevocationList],
    now: datetime,
) -> tuple[SharedLicense, ...]:
    """Open the reply of ``region`` to the query with ``nonce``.

    Raises:
        ShareError: Another reply, or one that cannot be believed.
    """
    try:
        envelope = parse_envelope(data, max_bytes=MAX_REPLY_BYTES)
        header = text_header(envelope, REPLY)
        if header["nonce"] != nonce:
            raise ShareError("the reply is to another question")
        check_speaker(envelope, region, Role.SERVICE, lists=lists, now=now)
        body = decrypted_body(header["body"], decryptor, f"{REPLY}|{nonce}")
        return _licenses(body)
    except (
        MalformedRecordError,
        MalformedStructureError,
        InvalidSignatureError,
        InvalidPathError,
        ValueError,
        TypeError,
        KeyError,
    ) as error:
        raise ShareError("the reply cannot be read or not be trusted") from error


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
    plain = canonical.encode(body, max_bytes=MAX_REPLY_BYTES)
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
    return canonical.decode(plain, max_bytes=MAX_REPLY_BYTES)


def _query(body: JsonValue) -> ShareQuery:
    if not isinstance(body, dict):
        raise TypeError("a query is an object")
    values = {key: str(value) for key, value in body.items()}
    return ShareQuery(
        holder=HolderCode(code_type=HolderCodeType(values["code_type"]), code=values["code"]),
        license_type=LicenseTypeCode(values["license_type"]),
        purpose=values["purpose"][:200],
    )


def _licenses(body: JsonValue) -> tuple[SharedLicense, ...]:
    items = body["licenses"] if isinstance(body, dict) else None
    if not isinstance(items, list) or len(items) > MOST_LICENSES:
        raise TypeError("a reply lists few licenses")
    found = []
    for item in items:
        if not isinstance(item, dict):
            raise TypeError("a license is an object")
        values = {key: str(value) for key, value in item.items()}
        found.append(
            SharedLicense(
                identifier=values["identifier"],
                status=StatusKind(values["status"]),
                pdf=base64.b64decode(values["pdf"], validate=True),
            )
        )
    return tuple(found)
