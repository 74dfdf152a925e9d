"""Questions between regions about a holder's licenses (跨区域调用), as letters between them."""

import base64
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from certs.canonical import JsonValue
from certs.errors import MalformedIdentifierError
from certs.holder_codes import HolderCode, HolderCodeType
from certs.identifiers import LicenseTypeCode
from certs.regions import RegionCode
from certs.statuses import StatusKind
from signing.certificates import Certificate
from signing.revocation_lists import RevocationList
from signing.signer import CertifiedSigner, Decryptor
from verify.errors import ShareError
from verify.letters import (
    LetterKind,
    Received,
    open_answer,
    open_question,
    seal_answer,
    seal_question,
)
from verify.trust_lists import TrustedRegion, TrustList

QUERY: Final = "yinxin.share-query/1"
REPLY: Final = "yinxin.share-reply/1"
MAX_QUERY_BYTES: Final = 65_536
MAX_REPLY_BYTES: Final = 16 * 2**20
MOST_LICENSES: Final = 8
"""Licenses in one reply; a holder with more is asked about by type and region."""

_KIND: Final = LetterKind(
    question=QUERY,
    answer=REPLY,
    max_question_bytes=MAX_QUERY_BYTES,
    max_answer_bytes=MAX_REPLY_BYTES,
)
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
    letter: Received

    @property
    def nonce(self) -> str:
        """The nonce that the reply carries."""
        return self.letter.nonce

    @property
    def asker(self) -> TrustedRegion:
        """The region that asks."""
        return self.letter.asker

    @property
    def reply_to(self) -> Certificate:
        """The certificate that asked."""
        return self.letter.reply_to


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
    body: dict[str, JsonValue] = {
        "code_type": query.holder.code_type.value,
        "code": query.holder.code,
        "license_type": str(query.license_type),
        "purpose": query.purpose,
    }
    return seal_question(body, kind=_KIND, asker=asker, region=region, signer=signer, now=now)


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
    letter = open_question(
        data, kind=_KIND, own=own, decryptor=decryptor, trust=trust, lists=lists, now=now
    )
    try:
        return ReceivedQuery(query=_query(letter.body), letter=letter)
    except (MalformedIdentifierError, ValueError, TypeError, KeyError) as error:
        raise ShareError("the question cannot be read") from error


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
    return seal_answer(body, kind=_KIND, received=received.letter, signer=signer, now=now)


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
    body = open_answer(
        data, kind=_KIND, nonce=nonce, region=region, decryptor=decryptor, lists=lists, now=now
    )
    try:
        return _licenses(body)
    except (ValueError, TypeError, KeyError) as error:
        raise ShareError("the reply cannot be read") from error


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
