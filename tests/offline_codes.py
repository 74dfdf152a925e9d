"""Offline display codes as their issuer signs them and a phone shows them."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from certs.offline_codes import DOMAIN, OfflineClaims, to_address
from signing import cose
from signing.holder_proofs import DeviceKey, prove
from signing.signer import CertifiedSigner
from tests import sealed, world
from tests.sealed import CODE, NOW, URL

FIELDS = (("证照编号", "JY23402000000017"), ("有效期至", "2031-03-17"))


@cache
def phone(number: int = 0) -> ec.EllipticCurvePrivateKey:
    """The key that a phone made; each number is another phone."""
    return ec.derive_private_key(20261123 + number, ec.SECP256R1())


def point_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public key as a browser gives it out."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def offline_claims(**changes: object) -> OfflineClaims:
    """What a code of the sealed license shows."""
    record = sealed.record()
    claims = OfflineClaims(
        identifier=record.identifier,
        type_name=record.type_name,
        holder_shown=record.holder_name,
        fields=FIELDS,
        valid_to=record.valid_to,
        status_index=record.status_index,
        issued_at=NOW,
        expires_at=NOW + timedelta(hours=24),
        device=DeviceKey.of_point(point_of(phone())),
    )
    return replace(claims, **changes)  # type: ignore[arg-type]


def signed(
    claims: OfflineClaims | None = None,
    *,
    signer: CertifiedSigner | None = None,
    domain: str = DOMAIN,
) -> bytes:
    """The code as its issuer signed it."""
    return cose.sign_claims(
        (claims or offline_claims()).to_claims(),
        signer=signer or world.region(CODE).record_signer,
        domain=domain,
    )


def shown(code: bytes | None = None, *, by: int = 0, at: datetime = NOW) -> str:
    """What the phone's screen says."""
    return to_address(prove(code or signed(), key=phone(by), at=at), public_url=URL)


def loose(code: bytes | None = None) -> str:
    """The code without any phone."""
    return to_address(code or signed(), public_url=URL)
