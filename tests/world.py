"""A small country: authorities, departments, seals and a clock, all with real keys."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from signing import sm2
from signing.authorities import CertificateAuthority, Validity
from signing.certificate_requests import build_request
from signing.names import DistinguishedName
from signing.roles import Role
from signing.seal_signatures import LocalSealer
from signing.seals import Seal, SealDescription, SealKind, SealPicture, make_seal
from signing.signer import CertifiedSigner, KeyReference

NOON = datetime(2026, 3, 18, 4, 0, tzinfo=UTC)
"""Noon in Beijing on the day the world was made."""

LONG = Validity(not_before=NOON - timedelta(days=365), not_after=NOON + timedelta(days=3650))


class MemorySigner:
    """Signs with a key that only the test holds."""

    def __init__(self, label: str) -> None:
        self._pair = sm2.PrivateKey.generate()
        self.key = KeyReference("memory", label)

    @property
    def public_key(self) -> sm2.PublicKey:
        return self._pair.public

    def sign(self, message: bytes) -> bytes:
        return sm2.sign(message, key=self._pair).to_der()


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """One region's authorities and departments."""

    code: str
    authority: CertificateAuthority
    maker: CertifiedSigner
    seal_signer: CertifiedSigner
    record_signer: CertifiedSigner
    status_signer: CertifiedSigner
    service: CertifiedSigner
    ledger: CertifiedSigner
    seal: Seal

    @property
    def sealer(self) -> LocalSealer:
        return LocalSealer(self.seal, self.seal_signer)


ISSUERS = {
    "340200": ("芜湖市市场监督管理局", "11340200MB9TXY014H"),
    "610300": ("宝鸡市市场监督管理局", "11610300MB9TXY014E"),
    "340100": ("合肥市市场监督管理局", "11340100MB9TXY014C"),
    "610100": ("西安市市场监督管理局", "11610100MB9TXY0144"),
}
NAMES = {"340200": "芜湖市", "610300": "宝鸡市", "340100": "合肥市", "610100": "西安市"}


@cache
def root() -> CertificateAuthority:
    return CertificateAuthority.self_signed(
        DistinguishedName(common_name="Test Root"), signer=MemorySigner("root"), validity=LONG
    )


def certified(
    authority: CertificateAuthority,
    role: Role,
    *,
    name: DistinguishedName | None = None,
    validity: Validity = LONG,
) -> CertifiedSigner:
    """A fresh key with a certificate for ``role``."""
    signer = MemorySigner(role)
    request = build_request(name or DistinguishedName(common_name=str(role)), signer=signer)
    certificate = authority.issue(request, role=role, validity=validity)
    return CertifiedSigner(signer=signer, certificate=certificate)


def authority_below(parent: CertificateAuthority, name: str) -> CertificateAuthority:
    signer = MemorySigner(name)
    request = build_request(DistinguishedName(common_name=name), signer=signer)
    return CertificateAuthority(
        certificate=parent.issue_authority(request, validity=LONG), signer=signer
    )


def seal_for(
    maker: CertifiedSigner,
    signer: CertifiedSigner,
    *,
    name: str = "测试专用章",
    code: str = "34020000000001",
) -> Seal:
    return make_seal(
        SealDescription(
            kind=SealKind.UNIT,
            code=code,
            name=name,
            signers=(signer.certificate,),
            created_at=NOON,
            valid_from=NOON - timedelta(days=1),
            valid_to=NOON + timedelta(days=1825),
            picture=SealPicture(kind="PNG", image=b"\x89PNG", width_mm=42, height_mm=42),
        ),
        maker=maker,
    )


@cache
def region(code: str) -> Region:
    """The region ``code`` (one of ``ISSUERS``), made once a session."""
    issuer, unified_code = ISSUERS[code]
    authority = authority_below(root(), f"Region CA {code}")
    owner = DistinguishedName(
        common_name=f"{issuer}电子印章", organization=issuer, organization_code=unified_code
    )
    maker = certified(authority, Role.SEAL_MAKER)
    seal_signer = certified(authority, Role.SEAL, name=owner)
    return Region(
        code=code,
        authority=authority,
        maker=maker,
        seal_signer=seal_signer,
        record_signer=certified(authority, Role.RECORD, name=owner),
        status_signer=certified(authority, Role.STATUS),
        service=certified(authority, Role.SERVICE),
        ledger=certified(authority, Role.LEDGER),
        seal=seal_for(maker, seal_signer, code=f"{code}00000001"),
    )
