"""Registers of licenses as the window asks them: the own region's, then the others'."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, overload

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
from certs.releases import Basis, BasisKind, Wanted, release
from certs.statuses import StatusKind
from signing.signer import CertifiedSigner, Decryptor
from verify.acceptance.attachments import values_of
from verify.acceptance.ports import FoundLicense, LicenseFinder
from verify.carriers.pdf import record_of_face
from verify.errors import ShareError, SourceSilentError
from verify.ports import RegionClient, TrustSource
from verify.sharing import ShareQuery, open_reply, sign_query
from verify.speakers import parse_lists
from verify.trust_lists import TrustedRegion
from verify.verifier import Verifier

_PURPOSE: Final = "办件查询"
_FACE: Final = ("license.pdf",)
_FOR_CASES: Final = Basis(kind=BasisKind.CASE, permitted=frozenset(_FACE), purpose=_PURPOSE)


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

    def find(self, holder: HolderCode, license_type: LicenseTypeCode) -> tuple[FoundLicense, ...]:
        """Return the holder's licenses of one type; superseded ones left out."""
        with self.unit_of_work() as work:
            found = work.licenses.of_holder(self.holder_keys.of(holder), str(license_type))
            now = self.judge.verifier.clock.now()
            standing = [(license, present_status(license, work, now)) for license in found]
            given = [item for item in standing if item[1] is not StatusKind.SUPERSEDED]
            for license, _ in given:
                release(self._wanted(license), _FOR_CASES, work=work, at=now)
            if given:
                work.commit()
        return tuple(
            self.judge.judge(
                read_file(self.objects, license.files, license.files.pdf), status, self.region
            )
            for license, status in given
        )

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

    @property
    def region(self) -> RegionCode:
        """The region that keeps the register."""
        return self.other.code

    def find(self, holder: HolderCode, license_type: LicenseTypeCode) -> tuple[FoundLicense, ...]:
        """Return the holder's licenses of one type, each verified here.

        Raises:
            SourceSilentError: The region did not answer, or not in a way to be believed.
        """
        query = ShareQuery(holder=holder, license_type=license_type, purpose=_PURPOSE)
        signed, nonce = sign_query(
            query, asker=self.own, region=self.other, signer=self.signer, now=self.clock.now()
        )
        reply = self.client.share(self.other.service_url, signed)
        if reply is None:
            raise SourceSilentError(str(self.other.code))
        try:
            licenses = open_reply(
                reply,
                nonce=nonce,
                region=self.other,
                decryptor=self.decryptor,
                lists=parse_lists(self.client.revocation_lists(self.other.service_url)),
                now=self.clock.now(),
            )
        except ShareError as error:
            raise SourceSilentError(str(self.other.code)) from error
        return tuple(
            self.judge.judge(item.pdf, item.status, self.region)
            for item in licenses
            if item.status is not StatusKind.SUPERSEDED
        )


@dataclass(frozen=True, slots=True)
class Registers(Sequence[LicenseFinder]):
    """The own register and those of every other region in the trust list as it stands."""

    own: LicenseFinder
    trust: TrustSource
    other: Callable[[TrustedRegion], LicenseFinder]

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

    def _all(self) -> tuple[LicenseFinder, ...]:
        trust = self.trust.current()
        others = trust.regions if trust is not None else ()
        return (
            self.own,
            *(self.other(region) for region in others if region.code != self.own.region),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Verifies what a register gave and says what of it the window may rely on."""

    verifier: Verifier
    catalogue: Catalogue

    def judge(self, pdf: bytes, status: StatusKind, region: RegionCode) -> FoundLicense:
        """Verify a face that the register of ``region`` gave.

        Raises:
            SourceSilentError: What it gave holds no readable license. The holder has one all
                the same, so this must never look like "none".
        """
        record = record_of_face(pdf)
        if record is None:
            raise SourceSilentError(str(region))
        return FoundLicense(
            identifier=record.identifier,
            region=record.authority.region,
            holder=record.holder,
            holder_name=record.holder_name,
            status=status,
            valid_to=record.valid_to,
            fields=self._filled(record),
            conclusion=self.verifier.verify(pdf).conclusion,
            face=pdf,
        )

    def _filled(self, record: LicenseRecord) -> frozenset[str]:
        """Return the names of the type's fields that hold a value."""
        return frozenset(values_of(record, self.catalogue))
