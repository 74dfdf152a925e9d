"""Makes new instances: a trust root, or a region with its demo authority, keys and seal maker.

Everything certified here is for demo and tests; a production instance gets its certificates
from outside, for the requests that ``found_region`` leaves behind.
"""

import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from api.homes import SECRET_BYTES, Home
from api.settings import Environment, check_demo
from certs.identifiers import SocialCreditCode
from certs.regions import RegionCode
from signing.authorities import CertificateAuthority, Validity
from signing.certificate_requests import build_request
from signing.certificates import pem
from signing.names import DistinguishedName
from signing.roles import Role
from signing.signer import Signer

AUTHORITY: Final = "authority"
HOLDER_KEY_FILE: Final = "holder.secret"
STATUS_KEY_FILE: Final = "status.secret"
CRL_FILE: Final = "authority.crl"
CRL_LIFETIME: Final = timedelta(days=7)
_AUTHORITY_YEARS: Final = timedelta(days=365 * 10)
_CERTIFICATE_YEARS: Final = timedelta(days=365 * 5)
_CLOCK_SLACK: Final = timedelta(hours=1)
_ROLES: Final = (
    Role.SEAL_MAKER,
    Role.SEAL,
    Role.RECORD,
    Role.STATUS,
    Role.SERVICE,
    Role.RECEIPT,
    Role.LEDGER,
)
_DEMO_ROLES: Final = (*_ROLES, Role.TIMESTAMP)
"""A real clock that others trust stands elsewhere."""
_OF_THE_AUTHORITY: Final = frozenset({Role.SEAL, Role.RECORD, Role.RECEIPT})
_OWN_NAME: Final = {
    Role.SEAL_MAKER: "电子印章制作单位",
    Role.SEAL: "电子印章",
    Role.RECORD: "证照数据签名",
    Role.STATUS: "证照状态应答",
    Role.SERVICE: "跨区域服务",
    Role.RECEIPT: "核验回执",
    Role.LEDGER: "账本",
    Role.TIMESTAMP: "样本时间戳",
}


class KeyStore(Protocol):
    """Makes and opens keys by label."""

    def generate(self, label: str) -> Signer:
        """Make a key, store it, and return its signer."""
        ...

    def open(self, label: str) -> Signer:
        """Return the signer of a stored key."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionPlan:
    """What a new region instance is.

    Attributes:
        issuer_code: The issuing authority whose seal it keeps.
        passphrase_file: Where its passphrase lies; demo only.
    """

    region: RegionCode
    name: str
    issuer_code: SocialCreditCode
    issuer_name: str
    public_url: str
    environment: Environment
    passphrase_file: str = ""


def found_root(
    home: Home, *, name: str, keys: KeyStore, environment: Environment, now: datetime
) -> None:
    """Make a trust root: an authority that signs nothing but authorities and trust lists.

    Raises:
        DemoOnlyError: Not in demo or dev; a real root lives offline elsewhere.
        HomeError: There is an instance here already.
    """
    check_demo(environment, "根证书机构 (root authority)")
    home.lay_out(
        {
            "schema_name": "yinxin.home/1",
            "environment": environment.value,
            "kind": "root",
            "name": name,
        }
    )
    authority = CertificateAuthority.self_signed(
        DistinguishedName(common_name=f"{name} 样本根"),
        signer=keys.generate(AUTHORITY),
        validity=_validity(now, _AUTHORITY_YEARS),
    )
    home.write_certificate(AUTHORITY, authority.certificate)
    request = build_request(
        DistinguishedName(common_name=f"{name} 信任列表"), signer=keys.generate(Role.TRUST_LIST)
    )
    certificate = authority.issue(
        request, role=Role.TRUST_LIST, validity=_validity(now, _CERTIFICATE_YEARS)
    )
    home.write_certificate(Role.TRUST_LIST, certificate)


def found_region(
    home: Home,
    plan: RegionPlan,
    *,
    keys: KeyStore,
    parent: CertificateAuthority | None,
    now: datetime,
) -> None:
    """Make a region instance: folders, secrets and keys.

    In demo and dev an own authority certifies the keys, itself below ``parent`` where one is
    given. In production certificate requests are left in ``certs/`` for an outside authority.

    Raises:
        HomeError: There is an instance here already.
    """
    home.lay_out(
        {
            "schema_name": "yinxin.home/1",
            "environment": plan.environment.value,
            "kind": "region",
            "region": str(plan.region),
            "name": plan.name,
            "public_url": plan.public_url,
            "issuer_code": str(plan.issuer_code),
            "issuer_name": plan.issuer_name,
            **({"passphrase_file": plan.passphrase_file} if plan.passphrase_file else {}),
        }
    )
    for secret in (HOLDER_KEY_FILE, STATUS_KEY_FILE):
        home.write_secret(secret, secrets.token_bytes(SECRET_BYTES))
    roles = _ROLES if plan.environment is Environment.PRODUCTION else _DEMO_ROLES
    # Encrypting a key takes a quarter of a second on purpose, and leaves the interpreter free.
    with ThreadPoolExecutor() as pool:
        signers = dict(zip(roles, pool.map(keys.generate, roles), strict=True))
    names = {role: _name(plan, role) for role in roles}
    if plan.environment is Environment.PRODUCTION:
        for role in roles:
            request = build_request(names[role], signer=signers[role])
            path = home.folder("certs") / f"{role}.csr"
            path.write_text(pem("CERTIFICATE REQUEST", request.encoded), encoding="ascii")
        return
    authority = _authority(home, plan, keys=keys, parent=parent, now=now)
    for role in roles:
        certificate = authority.issue(
            build_request(names[role], signer=signers[role]),
            role=role,
            validity=_validity(now, _CERTIFICATE_YEARS),
        )
        home.write_certificate(role, certificate)
    publish_revocations(home, authority, now=now)


def publish_revocations(home: Home, authority: CertificateAuthority, *, now: datetime) -> Path:
    """Sign a fresh revocation list of the region's authority and store it."""
    issued = authority.revocation_list(
        {},
        number=int(now.timestamp()),
        this_update=now - timedelta(minutes=1),
        next_update=now + CRL_LIFETIME,
    )
    path = home.folder("crl") / CRL_FILE
    incoming = path.with_suffix(".incoming")
    incoming.write_bytes(issued.encoded)
    incoming.replace(path)
    return path


def _authority(
    home: Home,
    plan: RegionPlan,
    *,
    keys: KeyStore,
    parent: CertificateAuthority | None,
    now: datetime,
) -> CertificateAuthority:
    signer = keys.generate(AUTHORITY)
    name = DistinguishedName(common_name=f"{plan.name} 样本证书机构")
    validity = _validity(now, _AUTHORITY_YEARS)
    if parent is None:
        authority = CertificateAuthority.self_signed(name, signer=signer, validity=validity)
    else:
        authority = CertificateAuthority(
            certificate=parent.issue_authority(
                build_request(name, signer=signer), validity=validity
            ),
            signer=signer,
        )
    home.write_certificate(AUTHORITY, authority.certificate)
    return authority


def _name(plan: RegionPlan, role: Role) -> DistinguishedName:
    """Who seals, signs records or verified is the authority; the others name the region."""
    if role in _OF_THE_AUTHORITY:
        return DistinguishedName(
            common_name=f"{plan.issuer_name} {_OWN_NAME[role]}",
            organization=plan.issuer_name,
            organization_code=str(plan.issuer_code),
        )
    return DistinguishedName(common_name=f"{plan.name} {_OWN_NAME[role]}")


def _validity(now: datetime, length: timedelta) -> Validity:
    start = (now - _CLOCK_SLACK).replace(microsecond=0)
    return Validity(not_before=start, not_after=start + length)
