"""离线核验依据: what a browser needs to judge codes without a network, as it stands now.

Certificates are judged here, as everywhere; a browser gets the keys that may be believed, and until
when nobody has to ask again. Status lists it checks by itself, as they come.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count, islice
from typing import Final

from signing.certificates import Certificate, parse_certificate
from signing.cose import key_id
from signing.errors import InvalidSignatureError, MalformedStructureError
from signing.revocation_lists import RevocationList
from signing.roles import Role
from verify.chain_checks import check_chain
from verify.checks import Outcome
from verify.code_checks import code_subject
from verify.ports import RegionClient
from verify.speakers import parse_lists
from verify.trust_lists import TrustedRegion, TrustList

LASTS: Final = timedelta(days=7)
"""How long keys may be believed at most without asking whether they were revoked."""
MOST_LISTS: Final = 16
"""Status lists of a region that are told of, from the first: 16 million licenses."""
_ROLES: Final = (Role.RECORD, Role.STATUS)


@dataclass(frozen=True, slots=True, kw_only=True)
class BelievedKey:
    """A key that may be believed now.

    Attributes:
        role: ``record`` signs codes, ``status`` signs status lists.
    """

    certificate: Certificate
    role: Role

    @property
    def identifier(self) -> bytes:
        """The key identifier in what it signs, 8 bytes."""
        return key_id(self.certificate)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionGrounds:
    """What can be believed about one region.

    Attributes:
        lists: The numbers of its status lists.
        until: Until when its keys may be believed without asking.
    """

    region: TrustedRegion
    keys: tuple[BelievedKey, ...]
    lists: tuple[int, ...]
    until: datetime

    @property
    def is_silent(self) -> bool:
        """Whether nothing of it can be judged offline."""
        return not self.keys


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflineGrounds:
    """What can be believed about all regions."""

    trust: TrustList
    made_at: datetime
    regions: tuple[RegionGrounds, ...]


def offline_grounds(trust: TrustList, client: RegionClient, now: datetime) -> OfflineGrounds:
    """Return what a browser may believe now.

    Args:
        trust: The list to go by; it is fresh.
        client: Asks the regions.
        now: The present.
    """
    regions = tuple(_of_region(region, trust, client, now) for region in trust.regions)
    return OfflineGrounds(trust=trust, made_at=now, regions=regions)


def _of_region(
    region: TrustedRegion, trust: TrustList, client: RegionClient, now: datetime
) -> RegionGrounds:
    lists = parse_lists(client.revocation_lists(region.service_url))
    published = _certificates(client.certificates(region.service_url))
    keys = tuple(
        BelievedKey(certificate=certificate, role=role)
        for certificate in published
        for role in _ROLES
        if _is_good(certificate, role, region, lists, now)
    )
    ends = [trust.expires_at, now + LASTS, *(item.next_update for item in lists)]
    return RegionGrounds(
        region=region,
        keys=keys,
        lists=tuple(_numbers(region, client)) if keys else (),
        until=min(end for end in ends if end > now),
    )


def _is_good(
    certificate: Certificate,
    role: Role,
    region: TrustedRegion,
    lists: Iterable[RevocationList],
    now: datetime,
) -> bool:
    subject = replace(code_subject(certificate, now), roles=frozenset({role}))
    if role is Role.STATUS:
        subject = replace(subject, used_at=now)
    findings = check_chain(subject, region, lists=lists, now=now)
    return all(item.outcome is Outcome.OK for item in findings)


def _certificates(encoded: Iterable[bytes]) -> Iterator[Certificate]:
    for item in encoded:
        try:
            yield parse_certificate(item)
        except (MalformedStructureError, InvalidSignatureError):
            continue


def _numbers(region: TrustedRegion, client: RegionClient) -> Iterator[int]:
    """Yield the numbers of a region's status lists, which are counted from 0."""
    for number in islice(count(), MOST_LISTS):
        if client.status_list(region.service_url, number) is None:
            return
        yield number
