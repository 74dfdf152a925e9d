"""An archive whose packages get evidence: clocks of authorities, old and new, and a desk."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache

from certs.evidence.batch_records import record_of
from certs.evidence.desk import EvidenceDesk
from certs.packages.bag_info import PackageKind, Retention
from certs.packages.jobs import KeptPackage
from certs.ports import UnitOfWork
from signing.algorithms import sm3
from signing.authorities import CertificateAuthority, Validity
from signing.evidence_records import EvidenceRecord
from signing.evidence_trees import EvidenceDigest
from signing.names import DistinguishedName
from signing.revocation_lists import RevocationList
from signing.roles import Role
from signing.signer import CertifiedSigner
from signing.timestamp_authorities import TimestampAuthority
from tests import sealed, world
from tests.doubles.issuing import FixedClock, MemoryObjects
from tests.world import NOON
from verify.evidence_records import EvidenceVerdict, judge_evidence
from verify.trust_lists import Anchor, TrustedRegion, TrustList

DAY, YEAR = timedelta(days=1), timedelta(days=365)
CRL_LASTS = timedelta(days=7)
OLD, NEW = "old", "new"
BEGINS = {OLD: NOON - YEAR, NEW: NOON + 8 * YEAR}
"""When the two authorities begin; each lasts eleven years."""


@cache
def authority(which: str) -> CertificateAuthority:
    """Stands for itself, and certifies clocks."""
    validity = Validity(not_before=BEGINS[which], not_after=BEGINS[which] + 11 * YEAR)
    return CertificateAuthority.self_signed(
        DistinguishedName(common_name=f"Clock CA {which}"),
        signer=world.MemorySigner(f"clock {which}"),
        validity=validity,
    )


@cache
def clock_signer(which: str) -> CertifiedSigner:
    validity = Validity(not_before=BEGINS[which], not_after=BEGINS[which] + 11 * YEAR)
    name = DistinguishedName(common_name=f"Clock {which}")
    return world.certified(authority(which), Role.TIMESTAMP, name=name, validity=validity)


def clock_lists(
    which: str, at: datetime, *, revoked_at: datetime | None = None
) -> tuple[RevocationList, ...]:
    """The authority's list, as it is published at a time."""
    serial = clock_signer(which).certificate.serial
    revoked = {serial: revoked_at} if revoked_at is not None and revoked_at <= at else {}
    return (
        authority(which).revocation_list(
            revoked, number=1, this_update=at - timedelta(hours=1), next_update=at + CRL_LASTS
        ),
    )


def trust(now: datetime) -> TrustList:
    """A list of the day, which names both authorities."""
    anchors = tuple(
        Anchor(certificate=authority(which).certificate, valid_from=BEGINS[which])
        for which in (OLD, NEW)
    )
    region = replace(sealed.trusted_region(), anchors=anchors)
    return sealed.trust(region, issued_at=now - DAY)


@dataclass
class Evidenced:
    """Packages in any kind of books, a clock, and authorities that tests put to sleep."""

    unit_of_work: Callable[[], UnitOfWork]
    which: str = OLD
    clock: FixedClock = field(default_factory=FixedClock)
    store: MemoryObjects = field(default_factory=MemoryObjects)
    read_bytes: int = 0
    asked: int = 0
    packages: dict[str, bytes] = field(default_factory=dict)
    portion: int = 3

    def stamp(self, digest: bytes) -> bytes:
        self.asked += 1
        signer = clock_signer(self.which)
        return TimestampAuthority(signer=signer, now=self.clock.now).stamp(digest)

    def _read(self, count: int) -> None:
        self.read_bytes += count

    @property
    def desk(self) -> EvidenceDesk:
        return EvidenceDesk(
            unit_of_work=self.unit_of_work,
            clock=self.clock,
            timestamps=self,
            packages=self.store,
            revocation_lists=lambda: tuple(
                item.encoded for which in (OLD, NEW) for item in clock_lists(which, self.clock.time)
            ),
            pace=self._read,
            portion=self.portion,
        )

    def archive(self, *numbers: int) -> list[str]:
        """Archive packages; return their ids."""
        made = [self._package(number) for number in numbers]
        with self.unit_of_work() as work:
            work.archive.register(tuple(made))
            work.commit()
        return [item.package_id for item in made]

    def _package(self, number: int) -> KeptPackage:
        content = b"package %d " % number * 9
        package_id = f"{number:064x}"
        self.packages[package_id] = content
        return KeptPackage(
            package_id=package_id,
            object=self.store.put(content),
            sha512=hashlib.sha512(content).hexdigest(),
            length_bytes=len(content),
            kind=PackageKind.CASE,
            subject=f"case-{number}",
            archive_number=f"A-2026-D30-{number}",
            retention=Retention.THIRTY_YEARS,
            archived_at=self.clock.now(),
        )

    def damage(self, package_id: str) -> None:
        self.store.contents[sm3(self.packages[package_id]).hex()] = b"rotten"

    def record(self, package_id: str) -> EvidenceRecord:
        with self.unit_of_work() as work:
            found = record_of(package_id, work.evidence)
        assert found is not None
        return found

    def judged(
        self,
        package_id: str,
        record: EvidenceRecord | None = None,
        *,
        revoked_at: datetime | None = None,
    ) -> EvidenceVerdict:
        """The verdict of today, with the lists of today; the old clock may be revoked in its."""
        now = self.clock.now()

        def published(_: TrustedRegion) -> tuple[RevocationList, ...]:
            return tuple(
                item
                for which in (OLD, NEW)
                if authority(which).certificate.is_valid_at(now)
                for item in clock_lists(which, now, revoked_at=revoked_at if which == OLD else None)
            )

        return judge_evidence(
            record or self.record(package_id),
            hash_of(self.packages[package_id]),
            trust=trust(now),
            lists_of=published,
            now=now,
        )


def hash_of(data: bytes) -> Callable[[EvidenceDigest], bytes]:
    return lambda digest: digest.of(data)
