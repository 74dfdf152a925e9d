"""Receipts with real keys: one that is sound, any number that are not, and whoever reads them."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NoReturn

from api.wording import sentence
from certs.canonical import JsonValue
from certs.envelopes import sign_payload
from certs.regions import RegionCode
from signing.certificates import Certificate
from signing.roles import Role
from signing.signer import CertifiedSigner
from signing.timestamps import TimestampSource
from tests import sealed, world
from tests.sealed import CODE, NOW, At, Held, InProcessExaminer, Pages, Regions
from tests.verdict_cases import owner
from verify.carriers.receipts import MAX_PAYLOAD_BYTES
from verify.errors import TrustListError
from verify.examination import Examination
from verify.ports import RegionClient
from verify.receipt_issuing import IssuedReceipt, ReceiptDesk
from verify.report import Report
from verify.trust_lists import TrustedRegion, TrustList, sign_trust_list
from verify.verifier import PUBLIC, Inquiry, Verifier

Payload = dict[str, Any]


@dataclass(frozen=True)
class Pinned:
    """Recognizes what a root signed."""

    root: Certificate = field(default_factory=lambda: world.root().certificate)

    def recognize(self, data: bytes, *, at: datetime) -> TrustList | None:
        assert at.tzinfo is not None
        try:
            return TrustList.parse(data, root=self.root)
        except TrustListError:
            return None


class NoNetwork:
    """Regions that nobody may ask."""

    def __getattr__(self, name: str) -> NoReturn:
        raise AssertionError(f"asked for {name}")


@cache
def receipt_signer() -> CertifiedSigner:
    """The authority's key for receipts."""
    return world.certified(world.region(CODE).authority, Role.RECEIPT, name=owner())


@cache
def _list_signer() -> CertifiedSigner:
    return world.certified(world.root(), Role.TRUST_LIST)


def signed_trust(
    *regions: TrustedRegion,
    version: int = 3,
    issued_at: datetime = world.NOON,
    signer: CertifiedSigner | None = None,
    root: Certificate | None = None,
) -> TrustList:
    """A trust list as its root signed it."""
    encoded = sign_trust_list(
        regions or (sealed.trusted_region(),),
        version=version,
        issued_at=issued_at,
        expires_at=issued_at + timedelta(days=90),
        signer=signer or _list_signer(),
    )
    return TrustList.parse(encoded, root=root or world.root().certificate)


@cache
def sound_trust() -> TrustList:
    return signed_trust()


def verifier(
    *,
    trusted: TrustList | Held | None = None,
    regions: RegionClient | None = None,
    now: datetime = NOW,
    history: Pinned | None = None,
) -> Verifier:
    """A verifier that knows trust lists of any age."""
    held = trusted if isinstance(trusted, Held) else Held(trusted or sound_trust())
    return Verifier(
        trust=held,
        regions=regions or Regions(at=now),
        examiner=InProcessExaminer(),
        pages=Pages(),
        clock=At(now),
        history=history or Pinned(),
    )


def desk(
    by: Verifier | None = None,
    *,
    signer: CertifiedSigner | None = None,
    timestamps: TimestampSource | None = None,
    lists: Callable[[], tuple[bytes, ...]] = sealed.revocations,
) -> ReceiptDesk:
    """A desk of the region."""
    return ReceiptDesk(
        verifier=by or verifier(),
        signer=signer or receipt_signer(),
        region=RegionCode(CODE),
        revocation_lists=lists,
        wording=sentence,
        timestamps=timestamps,
    )


def issued(
    data: bytes | None = None,
    *,
    at: ReceiptDesk | None = None,
    inquiry: Inquiry = PUBLIC,
) -> IssuedReceipt:
    """A receipt of a file; of the sound face, if none is given."""
    office = at or desk()
    return office.issue(office.verifier.examine(data or sealed.sound()), inquiry)


@cache
def sound_receipt() -> bytes:
    """The receipt with nothing wrong."""
    return issued().encoded


def forged(
    change: Callable[[Payload], object],
    *,
    signer: CertifiedSigner | None = None,
    of: bytes | None = None,
    signed_at: datetime | None = None,
) -> bytes:
    """A receipt that says something else, signed anew."""
    payload: Payload = json.loads(of or sound_receipt())["payload"]
    change(payload)
    signed: dict[str, JsonValue] = payload
    return sign_payload(
        signed,
        signer=signer or receipt_signer(),
        signed_at=signed_at or datetime.fromisoformat(payload["issued_at"]),
        max_bytes=MAX_PAYLOAD_BYTES,
    )


def read(  # noqa: PLR0913 - each is one circumstance
    receipt: bytes | None = None,
    *,
    trusted: TrustList | Held | None = None,
    regions: RegionClient | None = None,
    now: datetime = NOW,
    history: Pinned | None = None,
    file: bytes | None = None,
    inquiry: Inquiry = PUBLIC,
) -> Report:
    """The report on a receipt; nobody is asked unless regions are given."""
    asked: Any = regions if regions is not None else NoNetwork()
    reader = verifier(trusted=trusted, regions=asked, now=now, history=history)
    anew = replace(inquiry, is_anew=regions is not None)
    return reader.verify(receipt or sound_receipt(), content=file, inquiry=anew)


def examined(data: bytes) -> Examination:
    return verifier().examine(data)
