"""Registers of licenses as the window asks them: the own region's, then the others'."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Final, Protocol, overload

from api.seen_faces import SeenFace, SeenFaces
from certs.catalogue import Catalogue
from certs.holder_codes import HolderCode
from certs.holder_keys import HolderKeys
from certs.identifiers import LicenseTypeCode
from certs.license_files import read_file
from certs.licenses import License
from certs.lifecycle import present_status
from certs.ports import Clock, ObjectStore, UnitOfWork
from certs.records import LicenseRecord
from certs.regions import RegionCode
from certs.releases import SHARING_DUTY, Basis, BasisKind, Wanted, release_found
from certs.statuses import StatusKind
from signing.algorithms import sm3
from signing.signer import CertifiedSigner, Decryptor
from verify.acceptance.attachments import values_of
from verify.acceptance.ports import FoundLicense, LicenseFinder
from verify.carriers.pdf import record_of_face
from verify.errors import ShareError, SourceSilentError
from verify.policies import Policy, Purpose, StatusOrder, shipped_policy
from verify.ports import RegionClient, TrustSource
from verify.sharing import (
    MOST_TYPES,
    SharedLicense,
    ShareQuery,
    ShareReply,
    open_reply,
    sign_query,
)
from verify.speakers import parse_lists
from verify.trust_lists import TrustedRegion
from verify.verifier import Inquiry, Verifier

_LEFT_OUT: Final = frozenset({StatusKind.SUPERSEDED})


class DatedFinder(LicenseFinder, Protocol):
    """A register that can also be asked about the past."""

    def at(self, moment: datetime) -> LicenseFinder:
        """Return the register with superseded licenses too, each judged as of a moment."""
        ...


_PURPOSE: Final = "办件查询"
_FACE: Final = ("license.pdf",)
_FOR_CASES: Final = Basis(
    kind=BasisKind.CASE, permitted=frozenset(_FACE), purpose=_PURPOSE, duty=SHARING_DUTY
)


class SharingClient(RegionClient, Protocol):
    """Also carries questions about holders."""

    def share(self, service_url: str, query: bytes) -> bytes | None:
        """Return the reply to a signed query as it came, or None."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFinder:
    """This instance's register; what it gives is verified like anything else.

    Each license that it gives to a case is used (用证), and its holder can see that.

    Attributes:
        name: The region's name, as holders read it in the list of uses.
    """

    region: RegionCode
    name: str
    unit_of_work: Callable[[], UnitOfWork]
    objects: ObjectStore
    holder_keys: HolderKeys
    judge: "Judge"
    left_out: frozenset[StatusKind] = _LEFT_OUT

    def at(self, moment: datetime) -> "OwnFinder":
        """Return the register as it answers about a moment; see ``DatedFinder``."""
        return replace(self, judge=self.judge.at(moment), left_out=frozenset())

    def find(
        self, holder: HolderCode, license_types: Sequence[LicenseTypeCode]
    ) -> tuple[FoundLicense, ...]:
        """Return the holder's licenses of these types; superseded ones left out."""
        now = self.judge.verifier.clock.now()
        given = self._standing(holder, license_types, now)
        if given:
            self._release([license for license, _ in given], now)
        return tuple(
            self.judge.judge(
                license.files.pdf,
                status,
                self.region,
                read=partial(read_file, self.objects, license.files, license.files.pdf),
            )
            for license, status in given
        )

    def _standing(
        self, holder: HolderCode, license_types: Sequence[LicenseTypeCode], now: datetime
    ) -> list[tuple[License, StatusKind]]:
        """Return the licenses with how each stands; many read at once, as nothing is written."""
        key = self.holder_keys.of(holder)
        with self.unit_of_work() as work:
            work.only_read()
            standing = [
                (license, present_status(license, work, now))
                for license in work.licenses.of_holder(key, *map(str, license_types))
            ]
        return [item for item in standing if item[1] not in self.left_out]

    def _release(self, given: Sequence[License], now: datetime) -> None:
        wanted = [(license, self._wanted(license)) for license in given]
        with self.unit_of_work() as work:
            release_found(wanted, _FOR_CASES, work=work, at=now)
            work.commit()

    def _wanted(self, license: License) -> Wanted:
        return Wanted(
            identifier=license.identifier,
            fields=_FACE,
            user=f"{self.name}（{self.region}）",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionFinder:
    """Another region's register, asked by a signed and encrypted question."""

    own: RegionCode
    other: TrustedRegion
    client: SharingClient
    signer: CertifiedSigner
    decryptor: Decryptor
    judge: "Judge"
    clock: Clock
    purpose: str = "办件查询"
    left_out: frozenset[StatusKind] = _LEFT_OUT

    def at(self, moment: datetime) -> "RegionFinder":
        """Return the register as it answers about a moment; see ``DatedFinder``."""
        return replace(self, judge=self.judge.at(moment), left_out=frozenset(), purpose="事后核查")

    @property
    def region(self) -> RegionCode:
        """The region that keeps the register."""
        return self.other.code

    def find(
        self, holder: HolderCode, license_types: Sequence[LicenseTypeCode]
    ) -> tuple[FoundLicense, ...]:
        """Return the holder's licenses of these types, each verified here.

        Raises:
            SourceSilentError: The region did not answer, or not in a way to be believed.
        """
        found: list[FoundLicense] = []
        left = tuple(license_types)
        while left:
            reply = self._ask(holder, left[:MOST_TYPES])
            found += [
                self._judged(item) for item in reply.licenses if item.status not in self.left_out
            ]
            left = left[reply.answered :]
        if any(item.identifier.type_code not in license_types for item in found):
            # Whoever answers another question has not answered this one.
            raise SourceSilentError(str(self.region))
        return tuple(found)

    def _ask(self, holder: HolderCode, license_types: tuple[LicenseTypeCode, ...]) -> ShareReply:
        now = self.clock.now()
        query = ShareQuery(
            holder=holder,
            license_types=license_types,
            purpose=self.purpose,
            known=self.judge.seen.known_of(self.region, holder, now=now),
        )
        signed, nonce = sign_query(
            query, asker=self.own, region=self.other, signer=self.signer, now=now
        )
        reply = self.client.share(self.other.service_url, signed)
        if reply is None:
            raise SourceSilentError(str(self.other.code))
        try:
            return open_reply(
                reply,
                nonce=nonce,
                region=self.other,
                decryptor=self.decryptor,
                lists=parse_lists(self.client.revocation_lists(self.other.service_url)),
                now=self.clock.now(),
            )
        except ShareError as error:
            raise SourceSilentError(str(self.other.code)) from error

    def _judged(self, item: SharedLicense) -> FoundLicense:
        return self.judge.judge(
            item.digest or sm3(item.pdf).hex(), item.status, self.region, read=lambda: item.pdf
        )


@dataclass(frozen=True, slots=True)
class Registers(Sequence[LicenseFinder]):
    """The own register and those of every other region in the trust list as it stands."""

    own: DatedFinder
    trust: TrustSource
    other: Callable[[TrustedRegion], DatedFinder]

    def at(self, moment: datetime) -> tuple[LicenseFinder, ...]:
        """Return the registers as they answer about a moment."""
        return tuple(item.at(moment) for item in self._all())

    def __len__(self) -> int:
        return len(self._all())

    @overload
    def __getitem__(self, index: int) -> LicenseFinder: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[LicenseFinder]: ...
    def __getitem__(self, index: int | slice) -> LicenseFinder | Sequence[LicenseFinder]:
        return self._all()[index]

    def __iter__(self) -> Iterator[LicenseFinder]:
        return iter(self._all())

    def _all(self) -> tuple[DatedFinder, ...]:
        trust = self.trust.current()
        others = trust.regions if trust is not None else ()
        return (
            self.own,
            *(self.other(region) for region in others if region.code != self.own.region),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Verifies what a register gave and says what of it the window may rely on.

    Attributes:
        verifier: Judges it.
        catalogue: The license types.
        seen: What was examined of late.
        inquiry: What the window wants to know.
    """

    verifier: Verifier
    catalogue: Catalogue
    seen: SeenFaces = field(default_factory=SeenFaces)
    inquiry: Inquiry = field(default_factory=lambda: Inquiry(policy=_lookup_policy()))

    def at(self, moment: datetime) -> "Judge":
        """Return who judges how things stood at a moment; the regions are asked about it."""
        return replace(self, inquiry=Inquiry(moment=moment))

    def judge(
        self, digest: str, status: StatusKind, region: RegionCode, *, read: Callable[[], bytes]
    ) -> FoundLicense:
        """Verify a face that the register of ``region`` gave.

        Args:
            digest: SM3 of the face, hexadecimal.
            status: How the register says that it stands.
            region: Whose register that is.
            read: Returns the face; called where it was not examined of late.

        Raises:
            SourceSilentError: What it gave holds no readable license. The holder has one all
                the same, so this must never look like "none".
        """
        now = self.verifier.clock.now()
        face = self.seen.find_or_keep(
            region, digest, lambda: self._see(digest, region, read()), now=now
        )
        record, report = face.record, self.verifier.judge(face.examination, self.inquiry)
        told_at = None if report.license is None else report.license.status_as_of
        return FoundLicense(
            identifier=record.identifier,
            region=record.authority.region,
            holder=record.holder,
            holder_name=record.holder_name,
            status=status,
            valid_from=record.valid_from,
            valid_to=record.valid_to,
            fields=face.filled,
            conclusion=report.conclusion,
            sealed_at=report.sealed_at,
            # The register says it now; the verdict rests on what the region published, too.
            stated_at=now if told_at is None else min(now, told_at),
            face=face.pdf,
        )

    def _see(self, digest: str, region: RegionCode, pdf: bytes) -> SeenFace:
        record = record_of_face(pdf)
        if record is None:
            raise SourceSilentError(str(region))
        return SeenFace(
            region=region,
            digest=digest,
            record=record,
            filled=self._filled(record),
            examination=self.verifier.examine(pdf).without_people(),
            pdf=pdf,
        )

    def _filled(self, record: LicenseRecord) -> frozenset[str]:
        """Return the names of the type's fields that hold a value."""
        return frozenset(values_of(record, self.catalogue))


def _lookup_policy() -> Policy:
    """Return what findings mean in a look-up.

    Its own question has just been answered by the register, status and all, so that the list
    which the region publishes is the second witness, and not a second question.
    """
    return replace(
        shipped_policy(Purpose.PUBLIC),
        name="look-up",
        zh="受理查询",
        en="look-up",
        documents=StatusOrder.LIST_FIRST,
    )
