"""Questions between regions about a holder's licenses (跨区域调用), as letters between them."""

import base64
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
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
"""Licenses of one type in one reply."""
MOST_TYPES: Final = 32
"""Types that one query asks about."""
_DIGEST_LETTERS: Final = 64

_KIND: Final = LetterKind(
    question=QUERY,
    answer=REPLY,
    max_question_bytes=MAX_QUERY_BYTES,
    max_answer_bytes=MAX_REPLY_BYTES,
)
_Lists = Callable[[TrustedRegion], Iterable[RevocationList]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareQuery:
    """Which licenses of some types does this holder have, and what for?

    Attributes:
        holder: 持证主体.
        license_types: The types, at least one; releases before several could be asked about hear
            the first alone, and their reply says so.
        purpose: What for, in words.
        known: Digests (SM3, hexadecimal) of faces that the asker has seen and remembers: of these
            only the status is wanted. What is not needed does not travel.
    """

    holder: HolderCode
    license_types: tuple[LicenseTypeCode, ...]
    purpose: str
    known: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not 1 <= len(self.license_types) <= MOST_TYPES:
            raise ValueError(f"a query asks about 1 to {MOST_TYPES} types")
        if len(self.known) > MOST_TYPES * MOST_LICENSES:
            raise ValueError("more faces than a reply could name")


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
    """One license as the issuing region gives it away: status and sealed face.

    Attributes:
        identifier: 证照标识.
        status: 证照状态 now.
        pdf: The sealed face; empty where the asker remembers it.
        digest: SM3 of the face that the asker remembers, hexadecimal; empty beside the face.
    """

    identifier: str
    status: StatusKind
    pdf: bytes = field(default=b"", repr=False)
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareReply:
    """What a region has.

    Attributes:
        licenses: The licenses.
        answered: How many types, of those asked about and in their order, this is all about.
    """

    licenses: tuple[SharedLicense, ...]
    answered: int = 1


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
        "license_type": str(query.license_types[0]),
        "purpose": query.purpose,
    }
    if len(query.license_types) > 1:
        body["more_types"] = [str(item) for item in query.license_types[1:]]
    if query.known:
        body["known"] = [*sorted(query.known)]
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
    reply: ShareReply,
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
                **({"digest": item.digest} if item.digest else {}),
            }
            for item in reply.licenses
        ]
    }
    if len(received.query.license_types) > 1:
        body["answered"] = reply.answered
    return seal_answer(body, kind=_KIND, received=received.letter, signer=signer, now=now)


def open_reply(  # noqa: PLR0913 - what a reply is checked against
    data: bytes,
    *,
    nonce: str,
    region: TrustedRegion,
    decryptor: Decryptor,
    lists: Iterable[RevocationList],
    now: datetime,
) -> ShareReply:
    """Open the reply of ``region`` to the query with ``nonce``.

    Raises:
        ShareError: Another reply, or one that cannot be believed.
    """
    body = open_answer(
        data, kind=_KIND, nonce=nonce, region=region, decryptor=decryptor, lists=lists, now=now
    )
    try:
        return _reply(body)
    except (ValueError, TypeError, KeyError) as error:
        raise ShareError("the reply cannot be read") from error


def _query(body: JsonValue) -> ShareQuery:
    if not isinstance(body, dict):
        raise TypeError("a query is an object")
    values = {key: str(value) for key, value in body.items()}
    return ShareQuery(
        holder=HolderCode(code_type=HolderCodeType(values["code_type"]), code=values["code"]),
        license_types=tuple(
            map(LicenseTypeCode, (values["license_type"], *_texts(body, "more_types")))
        ),
        purpose=values["purpose"][:200],
        known=frozenset(_texts(body, "known")),
    )


def _texts(body: dict[str, JsonValue], name: str) -> tuple[str, ...]:
    """Return a list of texts; none where it is not there."""
    items = body.get(name, [])
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise TypeError(f"{name} is a list of texts")
    return tuple(map(str, items))


def _reply(body: JsonValue) -> ShareReply:
    items = body["licenses"] if isinstance(body, dict) else None
    answered = body.get("answered", 1) if isinstance(body, dict) else None
    if not isinstance(answered, int) or not 1 <= answered <= MOST_TYPES:
        raise TypeError("a reply is about one type at the least")
    if not isinstance(items, list) or len(items) > MOST_LICENSES * answered:
        raise TypeError("a reply lists few licenses")
    return ShareReply(licenses=tuple(map(_license, items)), answered=answered)


def _license(item: JsonValue) -> SharedLicense:
    if not isinstance(item, dict):
        raise TypeError("a license is an object")
    values = {key: str(value) for key, value in item.items()}
    digest = values.get("digest", "")
    if digest and len(digest) != _DIGEST_LETTERS:
        raise ValueError("no digest")
    return SharedLicense(
        identifier=values["identifier"],
        status=StatusKind(values["status"]),
        pdf=base64.b64decode(values["pdf"], validate=True),
        digest=digest,
    )
