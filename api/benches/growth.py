"""How the cost of a verdict grows with the country: regions in the trust list, status entries."""

import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import count
from random import Random
from typing import Final

from api.benches.measuring import Measurement, rates
from api.reports import report_bytes
from certs.applications import parse_application
from certs.identifiers import LicenseIdentifier, SocialCreditCode, random_serial
from certs.printed_codes import DOMAIN, claims_of, to_address
from certs.records import SALT_BYTES, IssuingAuthority, LicenseRecord
from certs.regions import RegionCode
from certs.samples.codes import social_credit_code
from certs.samples.food_business import food_business_rows
from certs.status_indexes import StatusIndex
from certs.status_lists.tokens import LIST_SIZE, no_statuses, sign_status_list
from certs.type_folders import shipped_types
from signing import cose, sm2
from signing.authorities import CertificateAuthority, Validity
from signing.certificate_requests import build_request
from signing.names import DistinguishedName
from signing.roles import Role
from signing.signer import CertifiedSigner, KeyReference
from verify.entitled_issuers import EntitledIssuer
from verify.examination import Examination, examine
from verify.report import Report
from verify.settlements import Settlements
from verify.trust_lists import Anchor, TrustedRegion, TrustList
from verify.verifier import Verifier

_ISSUING: Final = 10
"""Regions whose licenses are asked about; both countries have at least two of them."""
_ENDED_SHARE: Final = 100
_CODES: Final = 1200
_SMALL: Final = (2, 10_000)
_LARGE: Final = (1000, 10_000_000)
_GROWTH: Final = 1.3
_NOW: Final = datetime.now(UTC).replace(microsecond=0)
_LONG: Final = Validity(
    not_before=_NOW - timedelta(days=365), not_after=_NOW + timedelta(days=3650)
)


def bench_growth() -> list[Measurement]:
    """The same question in a small and in a large country, answered in this process."""
    small, large = _Country.of(*_SMALL), _Country.of(*_LARGE)
    fresh_small, fresh_large = iter(small.codes(_CODES)), iter(large.codes(_CODES))
    known_small, known_large = small.codes(50), large.codes(50)
    at_small, at_large = count(), count()
    unseen, unseen_large, warm, warm_large = rates(
        (lambda: small.ask(next(fresh_small)), 80),
        (lambda: large.ask(next(fresh_large)), 80),
        (lambda: small.ask(known_small[next(at_small) % len(known_small)]), 200),
        (lambda: large.ask(known_large[next(at_large) % len(known_large)]), 200),
    )
    return [
        _grown("code never seen, 1,000 regions, 10⁷ entries", unseen_large, unseen),
        _grown("code seen before, 1,000 regions, 10⁷ entries", warm_large, warm),
    ]


def _grown(name: str, large: float, small: float) -> Measurement:
    return Measurement(
        name=name,
        per_second=large,
        reference="2 regions, 10⁴ entries",
        reference_per_second=small,
        at_least=1 / _GROWTH,
    )


class _Key:
    """A key in memory, for no longer than a measurement."""

    def __init__(self) -> None:
        self._pair = sm2.PrivateKey.generate()
        self.key = KeyReference("memory", "bench")

    @property
    def public_key(self) -> sm2.PublicKey:
        return self._pair.public

    def sign(self, message: bytes) -> bytes:
        return sm2.sign(message, key=self._pair).to_der()


@dataclass(frozen=True, kw_only=True)
class _Region:
    """A region with its authority and, once asked for, everything that it publishes."""

    code: str
    issuer: str
    authority: CertificateAuthority
    lists: int
    used: int

    @property
    def url(self) -> str:
        return f"http://{self.code}.test"

    @cached_property
    def record_signer(self) -> CertifiedSigner:
        return self._certified(Role.RECORD)

    @cached_property
    def status_signer(self) -> CertifiedSigner:
        return self._certified(Role.STATUS)

    @cached_property
    def certificates(self) -> tuple[bytes, ...]:
        return (
            self.record_signer.certificate.encoded,
            self.status_signer.certificate.encoded,
        )

    @cached_property
    def revocations(self) -> tuple[bytes, ...]:
        issued = self.authority.revocation_list(
            {}, number=1, this_update=_NOW, next_update=_NOW + timedelta(days=7)
        )
        return (issued.encoded,)

    @cached_property
    def status_lists(self) -> tuple[bytes, ...]:
        random = Random(7)  # noqa: S311 - which entries have ended is no secret
        places = min(self.used, LIST_SIZE)
        return tuple(
            sign_status_list(
                no_statuses().changed(
                    {random.randrange(places): 1 for _ in range(places // _ENDED_SHARE)}
                ),
                uri=f"{self.url}/api/v1/status-lists/{number}",
                aggregation_uri=f"{self.url}/api/v1/status-lists",
                issued_at=_NOW,
                signer=self.status_signer,
            )
            for number in range(self.lists)
        )

    def _certified(self, role: Role) -> CertifiedSigner:
        key = _Key()
        name = DistinguishedName(
            common_name=role, organization=f"{self.code} bench", organization_code=self.issuer
        )
        request = build_request(name, signer=key)
        certificate = self.authority.issue(request, role=role, validity=_LONG)
        return CertifiedSigner(signer=key, certificate=certificate)

    def trusted(self) -> TrustedRegion:
        return TrustedRegion(
            code=RegionCode(self.code),
            name=self.code,
            anchors=(Anchor(certificate=self.authority.certificate, valid_from=_LONG.not_before),),
            issuers=(
                EntitledIssuer(
                    code=SocialCreditCode(self.issuer),
                    name=self.code,
                    types=frozenset({shipped_types()[0].code}),
                ),
            ),
            service_url=self.url,
            service=self.authority.certificate,
        )


@dataclass(frozen=True, kw_only=True)
class _Country:
    """Regions, a verifier that trusts them, and licenses of some of them."""

    regions: tuple[_Region, ...]
    verifier: Verifier

    @classmethod
    def of(cls, regions: int, entries: int) -> "_Country":
        """Return a country whose issuing regions publish ``entries`` statuses in all."""
        issuing = min(_ISSUING, regions)
        lists = -(-entries // (issuing * LIST_SIZE))
        random = Random(regions)  # noqa: S311 - synthetic codes
        found = []
        for number in range(regions):
            code = f"{110000 + 100 * number:06d}"
            issuer = social_credit_code(random, RegionCode(code), prefix="11")
            authority = CertificateAuthority.self_signed(
                DistinguishedName(common_name=f"CA {code}"), signer=_Key(), validity=_LONG
            )
            found.append(
                _Region(
                    code=code,
                    issuer=issuer,
                    authority=authority,
                    lists=lists if number < issuing else 0,
                    used=entries // issuing,
                )
            )
        trust = TrustList(
            version=1,
            issued_at=_NOW - timedelta(days=1),
            expires_at=_NOW + timedelta(days=90),
            regions=tuple(region.trusted() for region in found),
            identity=secrets.token_hex(32),
        )
        verifier = Verifier(
            trust=_Trust(trust),
            regions=_Published({region.url: region for region in found[:issuing]}),
            examiner=_Examiner(),
            pages=_NoPages(),
            clock=_Clock(),
            settlements=Settlements(_CODES),
        )
        return cls(regions=tuple(found[:issuing]), verifier=verifier)

    def codes(self, number: int) -> list[str]:
        """Return codes that nobody has seen, of licenses all over the country."""
        return [_code(self.regions[at % len(self.regions)]) for at in range(number)]

    def ask(self, text: str) -> bytes:
        """Return the verdict as it is sent."""
        report: Report = self.verifier.verify_text(text)
        return report_bytes(report)


def _code(region: _Region) -> str:
    record = _record(region)
    code = cose.sign_claims(claims_of(record), signer=region.record_signer, domain=DOMAIN)
    return to_address(code, public_url=region.url)


def _record(region: _Region) -> LicenseRecord:
    license_type = shipped_types()[0]
    code = RegionCode("340200")
    application = parse_application(license_type, food_business_rows(code, 1, seed=1)[0])
    number = secrets.randbelow(region.lists)
    index = StatusIndex(list_number=number, index=secrets.randbelow(LIST_SIZE))
    return LicenseRecord(
        identifier=LicenseIdentifier(
            type_code=license_type.code,
            issuer_code=SocialCreditCode(region.issuer),
            serial=random_serial(),
            version=1,
        ),
        type_name=license_type.name,
        number=application.number,
        authority=IssuingAuthority(
            code=SocialCreditCode(region.issuer), name=region.code, region=RegionCode(region.code)
        ),
        holder=application.holder,
        holder_name=application.holder_name,
        issued_on=date(2026, 1, 1),
        valid_from=date(2026, 1, 1),
        valid_to=None,
        fields=application.fields,
        status_uri=f"{region.url}/api/v1/status-lists/{number}",
        status_index=index,
        salt=secrets.token_bytes(SALT_BYTES),
    )


@dataclass(frozen=True)
class _Trust:
    value: TrustList

    def current(self) -> TrustList:
        return self.value


class _Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class _Examiner:
    def examine(self, data: bytes, content: bytes | None = None) -> Examination:
        return examine(data, content=content)


class _NoPages:
    def page_text(self, pdf: bytes) -> str | None:  # noqa: ARG002 - as every reader
        return None


@dataclass(frozen=True)
class _Published:
    """What the regions published, in memory; nobody answers questions."""

    regions: dict[str, _Region]

    def revocation_lists(self, service_url: str) -> tuple[bytes, ...]:
        return self.regions[service_url].revocations

    def certificates(self, service_url: str) -> tuple[bytes, ...]:
        return self.regions[service_url].certificates

    def status_list(
        self,
        service_url: str,
        number: int,
        at: datetime | None = None,  # noqa: ARG002 - as every client
    ) -> bytes | None:
        return self.regions[service_url].status_lists[number]

    def seal_standings(self, service_url: str) -> bytes | None:  # noqa: ARG002
        return None

    def ask_status(
        self,
        service_url: str,  # noqa: ARG002
        identifier: str,  # noqa: ARG002
        nonce: str,  # noqa: ARG002
        *,
        at: datetime | None = None,  # noqa: ARG002
    ) -> bytes | None:
        return None

    def ask_seal_status(
        self,
        service_url: str,  # noqa: ARG002
        code: str,  # noqa: ARG002
        *,
        at: datetime,  # noqa: ARG002
        nonce: str,  # noqa: ARG002
    ) -> bytes | None:
        return None
