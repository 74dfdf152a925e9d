"""How the cost of a verdict grows with the country: regions in the trust list, status entries."""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from random import Random
from typing import Final

from api.benches.growth_regions import (
    LONG,
    NOW,
    BenchRegion,
    HeldTrust,
    MemoryKey,
    NoPages,
    OwnExaminer,
    Published,
    SystemTime,
)
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
from certs.status_lists.tokens import LIST_SIZE
from certs.type_folders import shipped_type
from signing import cose
from signing.authorities import CertificateAuthority
from signing.names import DistinguishedName
from verify.report import Report
from verify.settlements import Settlements
from verify.trust_lists import TrustList
from verify.verifier import Verifier

_ISSUING: Final = 10
"""Regions whose licenses are asked about; both countries have at least two of them."""
_CODES: Final = 1200
_SMALL: Final = (2, 10_000)
_LARGE: Final = (1000, 10_000_000)
_GROWTH: Final = 1.3


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


@dataclass(frozen=True, kw_only=True)
class _Country:
    """Regions, a verifier that trusts them, and licenses of some of them."""

    regions: tuple[BenchRegion, ...]
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
                DistinguishedName(common_name=f"CA {code}"), signer=MemoryKey(), validity=LONG
            )
            found.append(
                BenchRegion(
                    code=code,
                    issuer=issuer,
                    authority=authority,
                    lists=lists if number < issuing else 0,
                    used=entries // issuing,
                )
            )
        trust = TrustList(
            version=1,
            issued_at=NOW - timedelta(days=1),
            expires_at=NOW + timedelta(days=90),
            regions=tuple(region.trusted() for region in found),
            identity=secrets.token_hex(32),
        )
        verifier = Verifier(
            trust=HeldTrust(trust),
            regions=Published({region.url: region for region in found[:issuing]}),
            examiner=OwnExaminer(),
            pages=NoPages(),
            clock=SystemTime(),
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


def _code(region: BenchRegion) -> str:
    record = _record(region)
    code = cose.sign_claims(claims_of(record), signer=region.record_signer, domain=DOMAIN)
    return to_address(code, public_url=region.url)


def _record(region: BenchRegion) -> LicenseRecord:
    license_type = shipped_type("food_business")
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
