"""Regions in memory to measure with: keys, everything that they publish, and nobody who answers."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from random import Random
from typing import Final

from certs.identifiers import SocialCreditCode
from certs.regions import RegionCode
from certs.status_lists.tokens import LIST_SIZE, no_statuses, sign_status_list
from certs.type_folders import shipped_type
from signing import sm2
from signing.authorities import CertificateAuthority, Validity
from signing.certificate_requests import build_request
from signing.names import DistinguishedName
from signing.roles import Role
from signing.signer import CertifiedSigner, KeyReference
from verify.entitled_issuers import EntitledIssuer
from verify.examination import Examination, examine
from verify.trust_lists import Anchor, TrustedRegion, TrustList

NOW: Final = datetime.now(UTC).replace(microsecond=0)
LONG: Final = Validity(not_before=NOW - timedelta(days=365), not_after=NOW + timedelta(days=3650))


_ENDED_SHARE: Final = 100


class MemoryKey:
    """A key in memory, for no longer than a measurement."""

    def __init__(self) -> None:
        self._pair = sm2.PrivateKey.generate()
        self.key = KeyReference("memory", "bench")

    @property
    def public_key(self) -> sm2.PublicKey:
        """The public half."""
        return self._pair.public

    def sign(self, message: bytes) -> bytes:
        """Sign a message."""
        return sm2.sign(message, key=self._pair).to_der()


@dataclass(frozen=True, kw_only=True)
class BenchRegion:
    """A region with its authority and, once asked for, everything that it publishes."""

    code: str
    issuer: str
    authority: CertificateAuthority
    lists: int
    used: int

    @property
    def url(self) -> str:
        """Where the region would answer."""
        return f"http://{self.code}.test"

    @cached_property
    def record_signer(self) -> CertifiedSigner:
        """Signs records and their codes."""
        return self._certified(Role.RECORD)

    @cached_property
    def status_signer(self) -> CertifiedSigner:
        """Signs status lists."""
        return self._certified(Role.STATUS)

    @cached_property
    def certificates(self) -> tuple[bytes, ...]:
        """What the region signs with, DER."""
        return (
            self.record_signer.certificate.encoded,
            self.status_signer.certificate.encoded,
        )

    @cached_property
    def revocations(self) -> tuple[bytes, ...]:
        """Its certificate revocation lists."""
        issued = self.authority.revocation_list(
            {}, number=1, this_update=NOW, next_update=NOW + timedelta(days=7)
        )
        return (issued.encoded,)

    @cached_property
    def status_lists(self) -> tuple[bytes, ...]:
        """Its status lists, by number."""
        random = Random(7)  # noqa: S311 - which entries have ended is no secret
        places = min(self.used, LIST_SIZE)
        return tuple(
            sign_status_list(
                no_statuses().changed(
                    {random.randrange(places): 1 for _ in range(places // _ENDED_SHARE)}
                ),
                uri=f"{self.url}/api/v1/status-lists/{number}",
                aggregation_uri=f"{self.url}/api/v1/status-lists",
                issued_at=NOW,
                signer=self.status_signer,
            )
            for number in range(self.lists)
        )

    def _certified(self, role: Role) -> CertifiedSigner:
        key = MemoryKey()
        name = DistinguishedName(
            common_name=role, organization=f"{self.code} bench", organization_code=self.issuer
        )
        request = build_request(name, signer=key)
        certificate = self.authority.issue(request, role=role, validity=LONG)
        return CertifiedSigner(signer=key, certificate=certificate)

    def trusted(self) -> TrustedRegion:
        """Return the region as a trust list names it."""
        return TrustedRegion(
            code=RegionCode(self.code),
            name=self.code,
            anchors=(Anchor(certificate=self.authority.certificate, valid_from=LONG.not_before),),
            issuers=(
                EntitledIssuer(
                    code=SocialCreditCode(self.issuer),
                    name=self.code,
                    types=frozenset({shipped_type("food_business").code}),
                ),
            ),
            service_url=self.url,
            service=self.authority.certificate,
        )


@dataclass(frozen=True)
class HeldTrust:
    """A trust list that stands."""

    value: TrustList

    def current(self) -> TrustList:
        """Return the list."""
        return self.value


class SystemTime:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present."""
        return datetime.now(UTC)


class OwnExaminer:
    """Examines in this process."""

    def examine(self, data: bytes, content: bytes | None = None) -> Examination:
        """Return what a document says."""
        return examine(data, content=content)


class NoPages:
    """Reads no pages."""

    def page_text(self, pdf: bytes) -> str | None:  # noqa: ARG002 - as every reader
        """Return nothing."""
        return None


@dataclass(frozen=True)
class Published:
    """What the regions published, in memory; nobody answers questions."""

    regions: dict[str, BenchRegion]

    def revocation_lists(self, service_url: str) -> tuple[bytes, ...]:
        """Return what the region published."""
        return self.regions[service_url].revocations

    def certificates(self, service_url: str) -> tuple[bytes, ...]:
        """Return what the region published."""
        return self.regions[service_url].certificates

    def status_list(
        self,
        service_url: str,
        number: int,
        at: datetime | None = None,  # noqa: ARG002 - as every client
    ) -> bytes | None:
        """Return what was published; questions are not answered."""
        return self.regions[service_url].status_lists[number]

    def seal_standings(self, service_url: str) -> bytes | None:  # noqa: ARG002
        """Return nothing."""
        return None

    def ask_status(
        self,
        service_url: str,  # noqa: ARG002
        identifier: str,  # noqa: ARG002
        nonce: str,  # noqa: ARG002
        *,
        at: datetime | None = None,  # noqa: ARG002
    ) -> bytes | None:
        """Return what was published; questions are not answered."""
        return None

    def ledger_proof(self, service_url: str, identifier: str) -> bytes | None:  # noqa: ARG002
        """Return what was published; questions are not answered."""
        return None

    def ask_seal_status(
        self,
        service_url: str,  # noqa: ARG002
        code: str,  # noqa: ARG002
        *,
        at: datetime,  # noqa: ARG002
        nonce: str,  # noqa: ARG002
    ) -> bytes | None:
        """Return what was published; questions are not answered."""
        return None
